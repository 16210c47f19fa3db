/** NumPy's `.npz` files: ZIP archives of `.npy` files, stored by `numpy.savez`, deflated by `numpy.savez_compressed`. */
import { checkArray, checkOptions, checkString } from '../core/check.ts'
import { describe, FormatError } from '../core/errors.ts'
import { fileBytes, type NpyArray, placed, readNpy } from './npy.ts'
import { type ZipMember, zipMembers } from './zip.ts'

/** Options of {@link decodeNpz}. */
export interface DecodeNpzOptions {
  /** Names of the arrays to read; all by default. Others may then be of kinds that are not read. */
  arrays?: readonly string[]
}

function readMember({ name, read }: ZipMember): NpyArray {
  if (!name.endsWith('.npy')) throw new FormatError(`"${name}" is no .npy file; name those to read in "arrays"`)
  return placed(`"${name}"`, () => readNpy(read()))
}

/** Those asked for, of all members. */
function chosen(members: ZipMember[], names: readonly string[]): ZipMember[] {
  return names.map((name) => {
    const found = members.find((member) => member.name === `${name}.npy`)
    if (found !== undefined) return found
    const known = members.map((member) => describe(member.name.replace(/\.npy$/, ''))).join(', ')
    throw new RangeError(`decodeNpz: "arrays" expected names of the file, ${known}, got ${describe(name)}`)
  })
}

/**
 * The arrays in the bytes of a `.npz` file by their names, read as {@link decodeNpy} reads each. It is synchronous, as the
 * rest of the library's readers, and unpacks an array after the other; checksums are checked.
 *
 * @throws TypeError for what is no bytes, RangeError for a name that the file does not have, FormatError for what is no
 * archive, is damaged, encrypted or compressed otherwise, and for arrays that {@link decodeNpy} refuses
 * @example
 * ```ts
 * // Of np.savez_compressed(path, x=features, y=labels)
 * function readFeatures(file: Uint8Array) {
 *   const { x, y } = decodeNpz(file)
 *   return { features: x, labels: y }
 * }
 * ```
 */
export function decodeNpz(file: Uint8Array | ArrayBuffer, options: DecodeNpzOptions = {}): Record<string, NpyArray> {
  const where = 'decodeNpz'
  const bytes = fileBytes(where, file)
  checkOptions(where, options, ['arrays'])
  const { arrays } = options
  const wanted = arrays && checkArray(where, 'arrays', arrays).map((name) => checkString(where, 'arrays', name))
  const members = placed(where, () => zipMembers(bytes))
  const read = (wanted === undefined ? members : chosen(members, wanted)).map(
    (member) => [member.name.replace(/\.npy$/, ''), placed(where, () => readMember(member))] as const,
  )
  return Object.fromEntries(read)
}
