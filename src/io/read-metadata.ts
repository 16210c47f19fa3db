/** Facts about a file of tensors, without its numbers. */
import { describe, expectation, FormatError } from '../core/errors.ts'
import { ownBytes } from '../core/realm.ts'
import type { Json } from '../core/types.ts'
import { decodeUtf8 } from '../core/utf8.ts'
import type { TrainingFacts } from '../training/facts.ts'
import { placed } from './npy.ts'
import { METADATA_MEMBER } from './npz.ts'
import { parseHeader } from './safetensors-header.ts'
import type { TensorDtype } from './tensor-types.ts'
import { zipMembers } from './zip.ts'

/** Facts that a file of tensors states. */
export interface FileMetadata {
  /** All texts, by name. */
  texts: Record<string, string>
  /** Type and shape of each tensor; of an npz file null, since each array has its own header. */
  tensors: Record<string, { dtype: TensorDtype; shape: number[] }> | null
  /** The kind of model that {@link saveModel} wrote, such as `sequential`; null in other files. */
  kind: string | null
  /** The library that wrote the model, such as `ser-core 0.2.0`; null in files of 0.1.0 and of others. */
  library: string | null
  /** Architecture and options of the model as JSON, in which `{ $tensors: names }` stands for numbers; null in other files. */
  state: { [name: string]: Json } | null
  /** The training, as `trained` of the model tells it; null where nothing is known. */
  training: TrainingFacts | null
}

/** The object of a JSON text; null where there is none. */
function objectOf(name: string, text: string | undefined): { [name: string]: Json } | null {
  if (text === undefined) return null
  let value: Json
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new FormatError(`"${name}" is not JSON`, { cause })
  }
  if (Object.prototype.toString.call(value) === '[object Object]') return value as { [name: string]: Json }
  throw new FormatError(`"${name}" expected an object, got ${describe(value)}`)
}

function textsOfZip(bytes: Uint8Array): Record<string, string> {
  const member = zipMembers(bytes).find(({ name }) => name === METADATA_MEMBER)
  if (member === undefined) return {}
  const texts = objectOf(METADATA_MEMBER, decodeUtf8(member.read()) ?? '') ?? {}
  const odd = Object.entries(texts).find(([, text]) => typeof text !== 'string')
  if (odd === undefined) return texts as Record<string, string>
  throw new FormatError(`"${METADATA_MEMBER}" expected texts by name, got ${describe(odd[1])} for "${odd[0]}"`)
}

/**
 * Reads what a file says about itself: of {@link saveModel} the kind of model, its architecture and options, the version of the library and the
 * training; of any safetensors file, or npz file with a member `metadata.json` (texts by name), its texts. Numbers are not read.
 *
 * @param file - the whole file
 * @throws TypeError for anything but bytes, FormatError for other files and damaged ones
 * @example
 * ```ts
 * const file = saveModel(new Sequential([new GRU({ inputs: 39, units: 8 })]), { metadata: { corpus: 'emodb' } })
 * const { kind, tensors, texts } = readMetadata(file)
 * kind // 'sequential'
 * tensors?.['layers.0.Wxr'].shape // [8, 39]
 * texts.corpus // 'emodb'
 * ```
 */
export function readMetadata(file: Uint8Array | ArrayBuffer): FileMetadata {
  const where = 'readMetadata'
  const bytes = ownBytes(file)
  if (bytes === undefined) throw new TypeError(expectation(where, 'file', 'a Uint8Array or an ArrayBuffer', file))
  return placed(where, () => {
    const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b
    const { entries, metadata } = isZip ? { entries: null, metadata: textsOfZip(bytes) } : parseHeader(bytes)
    const tensors = entries && Object.fromEntries(entries.map(({ name, dtype, shape }) => [name, { dtype, shape }]))
    const { kind = null, library = null, state, training } = metadata
    return {
      ...{ texts: metadata, tensors, kind, library },
      state: objectOf('state', state),
      training: objectOf('training', training) as TrainingFacts | null,
    }
  })
}
