/** Writes NumPy's `.npz` files: ZIP archives of `.npy` files, stored as `numpy.savez` stores them. */
import { checkOptions } from '../core/check.ts'
import { encodeUtf8 } from '../core/utf8.ts'
import { type NamedArrays, namedPairs } from './array-input.ts'
import { encodeNpy } from './npy.ts'
import { METADATA_MEMBER } from './npz.ts'
import { checkMetadata } from './safetensors.ts'
import { concatenated, ZipWriter } from './zip-write.ts'

/** Options of {@link encodeNpz}. */
export interface EncodeNpzOptions {
  /** Texts by name, in a member `metadata.json`, which {@link readMetadata} reads. Default: none. */
  metadata?: Readonly<Record<string, string>>
}

/**
 * Encodes arrays as a `.npz` file, which `numpy.load` and `decodeNpz` read by their names; each array as by `encodeNpy`.
 *
 * @param arrays - by their names: an object, a Map, or pairs in their order
 * @throws TypeError or RangeError for a name that occurs twice, and for what `encodeNpy` refuses
 * @example
 * ```ts
 * const file = encodeNpz({ x: [[1, 2], [3, 4]], y: Float64Array.of(0.5) })
 * decodeNpz(file).x.shape // [2, 2]
 * readMetadata(encodeNpz({ x: [1] }, { metadata: { run: 'a' } })).texts // { run: 'a' }
 * ```
 */
export function encodeNpz(arrays: NamedArrays, options: EncodeNpzOptions = {}): Uint8Array {
  checkOptions('encodeNpz', options, ['metadata'])
  const metadata = checkMetadata('encodeNpz', options.metadata ?? {})
  const zip = new ZipWriter()
  const members = namedPairs('encodeNpz', arrays).map(([name, x]) => zip.member(`${name}.npy`, encodeNpy(x)))
  if (Object.keys(metadata).length > 0) {
    members.push(zip.member(METADATA_MEMBER, encodeUtf8(JSON.stringify(metadata))))
  }
  return concatenated([...members, zip.end()])
}
