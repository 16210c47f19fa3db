/** Writes NumPy's `.npz` files: ZIP archives of `.npy` files, stored as `numpy.savez` stores them. */
import { type NamedArrays, namedPairs } from './array-input.ts'
import { encodeNpy } from './npy.ts'
import { concatenated, ZipWriter } from './zip-write.ts'

/**
 * Encodes arrays as a `.npz` file, which `numpy.load` and `decodeNpz` read by their names; each array as by `encodeNpy`.
 *
 * @param arrays - by their names: an object, a Map, or pairs in their order
 * @throws TypeError or RangeError for a name that occurs twice, and for what `encodeNpy` refuses
 * @example
 * ```ts
 * const file = encodeNpz({ x: [[1, 2], [3, 4]], y: Float64Array.of(0.5) })
 * decodeNpz(file).x.shape // [2, 2]
 * ```
 */
export function encodeNpz(arrays: NamedArrays): Uint8Array {
  const zip = new ZipWriter()
  const members = namedPairs('encodeNpz', arrays).map(([name, x]) => zip.member(`${name}.npy`, encodeNpy(x)))
  return concatenated([...members, zip.end()])
}
