/** Weights of Keras without a model. */
import { FormatError } from '../../core/errors.ts'
import { type Hdf5Object, readHdf5 } from '../../io/hdf5/read.ts'
import { fileBytes, placed } from '../../io/npy.ts'
import type { TensorSource } from '../../io/safetensors.ts'
import { zipMembers } from '../../io/zip.ts'

/** Deepest group of a file: models within models, cells within layers. */
const DEEPEST = 100

function isArchive(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b
}

function weightsIn(bytes: Uint8Array): Uint8Array {
  if (!isArchive(bytes)) return bytes
  const member = zipMembers(bytes).find(({ name }) => name === 'model.weights.h5')
  if (member === undefined) throw new FormatError('the archive lacks "model.weights.h5", which a .keras file has')
  return member.read()
}

function collect(group: Hdf5Object, tensors: [string, TensorSource][], seen: Set<Hdf5Object>, depth: number): void {
  // A group that is in itself, or in many places, is read once.
  if (seen.has(group) || depth > DEEPEST) return
  seen.add(group)
  const isVariables = /(^|\/)vars$/.test(group.path)
  for (const name of group.names) {
    const member = group.at(name)
    if (member === undefined || member.path === 'optimizer') continue
    if (member.isGroup) collect(member, tensors, seen, depth + 1)
    else if (isVariables) tensors.push([member.path, member.array()])
  }
}

/**
 * The variables in a `.weights.h5` of Keras 3 (`model.save_weights`), or in a `.keras` archive, by their paths, such as
 * `layers/lstm_1/cell/vars/0`; those of the optimiser are left out. `loadWeights` with `library: 'keras'` fills a model with them.
 *
 * @param file - the bytes of the file
 * @throws TypeError for an argument other than bytes, FormatError for a damaged file, and for one without such variables
 * @example
 * ```ts
 * // Python: keras.Sequential([Input((None, 39)), LSTM(16), Dense(4)]).save_weights('net.weights.h5')
 * function take(file: Uint8Array) {
 *   const layers = [new LSTM({ inputs: 39, units: 16, peepholes: false }), new LastPool(), new Dense({ units: 4 })]
 *   return loadWeights(new Sequential(layers), decodeKeras(file), { library: 'keras' })
 * }
 * ```
 */
export function decodeKeras(file: Uint8Array | ArrayBuffer): Record<string, TensorSource> {
  const where = 'decodeKeras'
  const bytes = fileBytes(where, file)
  return placed(where, () => {
    const tensors: [string, TensorSource][] = []
    collect(readHdf5(weightsIn(bytes)), tensors, new Set(), 0)
    if (tensors.length > 0) return Object.fromEntries(tensors)
    throw new FormatError(
      'the file has no variables as Keras 3 names them; fromKeras reads whole models, also those of Keras 2',
    )
  })
}
