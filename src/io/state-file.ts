/** The library's own safetensors files: format name, version and a state. */
import { expectation, FormatError } from '../core/errors.ts'
import { isErrorNamed, ownBytes } from '../core/realm.ts'
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts'
import { type PackOptions, packState, unpackState } from './state.ts'

/** Name and version of a file format; files of another version are refused. */
export interface FileKind {
  format: string
  version: number
}

/** Encodes a state, and further texts, as a file. */
export function encodeStateFile(
  where: string,
  { format, version }: FileKind,
  texts: Record<string, string>,
  state: unknown,
  options: PackOptions,
): Uint8Array {
  const { tensors, skeleton } = packState(where, state, options)
  const metadata = { format, version: String(version), ...texts, state: skeleton }
  return encodeSafetensors(tensors, { metadata })
}

/** Decodes the state and the texts of a file; FormatError for other files and other versions. */
export function decodeStateFile(
  where: string,
  { format, version }: FileKind,
  bytes: Uint8Array | ArrayBuffer,
): { texts: Record<string, string>; state: unknown } {
  if (ownBytes(bytes) === undefined)
    throw new TypeError(expectation(where, 'bytes', 'a Uint8Array or an ArrayBuffer', bytes))
  const { tensors, metadata } = decodeSafetensors(bytes)
  if (metadata.format !== format) {
    const found = metadata.format === undefined ? 'no format of ours' : `the format "${metadata.format}"`
    throw new FormatError(`${where}: the file has ${found}, expected "${format}"`)
  }
  if (metadata.version !== String(version)) {
    throw new FormatError(`${where}: version ${metadata.version} of ${format} is not known here, only ${version}`)
  }
  return { texts: metadata, state: unpackState(where, metadata.state ?? '', tensors) }
}

/** Restores an object from a state; errors about its values become FormatErrors about the file. */
export function restoring<T>(where: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (isErrorNamed(error, 'TypeError', 'RangeError')) {
      throw new FormatError(`${where}: the file does not fit together: ${error.message}`, { cause: error })
    }
    throw error
  }
}
