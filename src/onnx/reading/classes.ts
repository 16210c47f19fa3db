/** Names of classes in files. */
import type { ModelMessage } from '../messages.ts'
import { jsonOf } from './own.ts'
import type { Scene } from './scene.ts'
import { Node } from './scene.ts'

/** Names that this library wrote, or scikit-learn's converter; numbers as texts. */
export function classNames(model: ModelMessage, scene: Scene): string[] | null {
  const own = jsonOf(model, 'classes')
  if (Array.isArray(own) && own.every((name) => typeof name === 'string')) return own
  for (const message of model.graph.node) {
    const node = new Node(message)
    if (node.op === 'ai.onnx.ml.ZipMap') {
      const texts = node.texts('classlabels_strings')
      return texts.length > 0 ? texts : (node.ints('classlabels_int64s') ?? []).map(String)
    }
    if (node.op === 'ai.onnx.ml.ArrayFeatureExtractor') {
      const tensor = model.graph.initializer.find(({ name }) => name === message.input[0])
      const value = tensor && scene.tensors.read(tensor)
      if (value?.kind === 'words') return [...value.words]
      if (value?.kind === 'numbers') return Array.from(value.data, String)
    }
  }
  return null
}
