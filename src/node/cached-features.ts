/**
 * Files of cached features: a `.npy` file, which NumPy reads as it is, and after its numbers the SHA-256 of the cache's key
 * (as text) and the bytes so far, and the 8 bytes `ser-sum1`. The key is the name of the file, so that features of
 * another recording under this name are found out as well. Files of 0.1.0 end after their numbers and are taken as they
 * are, since nothing tells a damaged one.
 */
import { createHash } from 'node:crypto'
import { floatView } from '../core/array.ts'
import { FormatError } from '../core/errors.ts'
import { isFloat32, isFloat64 } from '../core/realm.ts'
import type { FloatNdArray } from '../core/types.ts'
import { encodeNpy, readNpy } from '../io/npy.ts'
import { parseNpyHeader } from '../io/npy-header.ts'

const MARK = Buffer.from('ser-sum1', 'latin1')
const TRAILER_BYTES = 32 + MARK.length

function trailerOf(key: string, content: Uint8Array): Buffer {
  return Buffer.concat([createHash('sha256').update(key).update(content).digest(), MARK])
}

/** The bytes of the file of features. */
export function encodeCached(key: string, features: FloatNdArray): Uint8Array {
  const content = encodeNpy(features)
  return Buffer.concat([content, trailerOf(key, content)])
}

/**
 * The features in the bytes of a file.
 *
 * @throws FormatError unless they are those that were written under this key
 */
export function decodeCached(key: string, file: Uint8Array): FloatNdArray {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  const summed = bytes.subarray(-MARK.length).equals(MARK)
  const content = summed ? bytes.subarray(0, -TRAILER_BYTES) : bytes
  if (summed && !trailerOf(key, content).equals(bytes.subarray(-TRAILER_BYTES))) {
    throw new FormatError('its checksum is that of other features')
  }
  const { data, shape } = readNpy(content)
  if (!(isFloat32(data) || isFloat64(data))) throw new FormatError('it holds no features')
  if (content.length !== parseNpyHeader(content).start + data.byteLength) {
    throw new FormatError('it does not end after its numbers')
  }
  return floatView(data, shape)
}
