/**
 * NumPy's `.npz` files: ZIP archives of `.npy` files, stored by `numpy.savez`, deflated by `numpy.savez_compressed`.
 */
import { checkArray, checkOptions, checkString } from '../core/check.ts'
import { describe, FormatError } from '../core/errors.ts'
import { fileBytes, type NpyArray, placed, readNpy } from './npy.ts'
import { type ZipMember, zipMembers } from './zip.ts'

/** Options of {@link decodeNpz}. */
export interface DecodeNpzOptions {
  /** Names of the arrays to read; default all. The others may then have unsupported types. */
  arrays?: readonly string[]
}

/** The member with texts by name, beside the arrays. */
export const METADATA_MEMBER = 'metadata.json'

function readMember({ name, read }: ZipMember): NpyArray {
  if (!name.endsWith('.npy')) throw new FormatError(`"${name}" is no .npy file; name those to read in "arrays"`)
  return placed(`"${name}"`, () => readNpy(read()))
}

/** The members with the given names. */
function chosen(members: ZipMember[], names: readonly string[]): ZipMember[] {
  return names.map((name) => {
    const found = members.find((member) => member.name === `${name}.npy`)
    if (found !== undefined) return found
    const known = members.map((member) => describe(member.name.replace(/\.npy$/, ''))).join(', ')
    throw new RangeError(`decodeNpz: "arrays" expected names of the file, ${known}, got ${describe(name)}`)
  })
}

/**
 * Decodes the arrays of a `.npz` file by name, each as by {@link decodeNpy}. It is synchronous, like the library's
 * other readers, and verifies checksums. A member `metadata.json` is passed over; {@link readMetadata} reads it.
 *
 * @throws TypeError for an argument other than bytes, RangeError for a name that is not in the file, FormatError for an
 *   invalid or damaged archive, encryption or other compression, and for arrays that {@link decodeNpy} refuses
 * @example
 * ```ts
 * // Written by np.savez_compressed(path, x=features, y=labels)
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
  const wanted =
    arrays === undefined
      ? undefined
      : checkArray(where, 'arrays', arrays).map((name) => checkString(where, 'arrays', name))
  const members = placed(where, () => zipMembers(bytes))
  const all = members.filter(({ name }) => name !== METADATA_MEMBER)
  const read = (wanted === undefined ? all : chosen(all, wanted)).map(
    (member) => [member.name.replace(/\.npy$/, ''), placed(where, () => readMember(member))] as const,
  )
  return Object.fromEntries(read)
}
