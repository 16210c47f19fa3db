/** The frame of our own safetensors files: what kind of file, which version, and a state. */
import { FormatError } from '../core/errors.ts'
import { isErrorNamed } from '../core/realm.ts'
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts'
import { type PackOptions, packState, unpackState } from './state.ts'

/** The name of a kind of file, and its version; files of another version are refused. */
export interface FileKind {
  format: string
  version: number
}

/** The bytes of a file with a state, and texts beside it. */
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

/** The state and the texts of such a file; a FormatError for other files and other versions. */
export function decodeStateFile(
  where: string,
  { format, version }: FileKind,
  bytes: Uint8Array | ArrayBuffer,
): { texts: Record<string, string>; state: unknown } {
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

/** Runs what makes an object of a state: whatever it finds wrong is the file's fault. */
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
