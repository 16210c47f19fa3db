/** Recordings in files: WAV by the library itself, other formats by the optional package `audio-decode`. */

import { readFile } from 'node:fs/promises'
import { containers } from '../../audio/wav-chunks.ts'
import { decodeWav } from '../../audio/wav-decode.ts'
import { FormatError, messageOf, StateError } from '../../core/errors.ts'
import { importUnbundled } from '../../core/optional.ts'
import { isErrorNamed } from '../../core/realm.ts'

/** A decoded recording. */
export interface AudioFile {
  /** Hz. */
  sampleRate: number
  /** One array of samples a channel. */
  channels: Float32Array[]
  /** What was wrong with the file but did not keep it from being read. */
  warnings: string[]
}

/** Decodes the bytes of a recording in any format but WAV. */
export type AudioDecoder = (bytes: Uint8Array) => Promise<{ channelData: Float32Array[]; sampleRate: number }>

/** The decoder of the package `audio-decode`; a StateError where it is not installed. */
async function decodeByPackage(bytes: Uint8Array): ReturnType<AudioDecoder> {
  let decode: AudioDecoder
  try {
    decode = (await importUnbundled<{ default: AudioDecoder }>('audio-decode')).default
  } catch (cause) {
    throw new StateError(
      `no WAV file; other formats are read by the optional package audio-decode: npm install audio-decode`,
      { cause },
    )
  }
  return await decode(bytes)
}

function isWav(path: string, bytes: Uint8Array): boolean {
  return /\.wave?$/i.test(path) || containers.includes(String.fromCharCode(...bytes.subarray(0, 4)))
}

/**
 * Reads and decodes a recording. What it is, its first bytes tell; a file named `.wav` is read as one.
 *
 * @param decode - what decodes other formats; by default the package `audio-decode`
 * @throws FormatError for what is no recording, StateError where `audio-decode` is needed and not installed
 */
export async function readAudioFile(path: string, decode: AudioDecoder = decodeByPackage): Promise<AudioFile> {
  const bytes = await readFile(path)
  if (bytes.length === 0) throw new FormatError('an empty file')
  if (isWav(path, bytes)) return decodeWav(bytes)
  try {
    const { channelData, sampleRate } = await decode(bytes)
    if (channelData.length === 0) throw new FormatError('no sound in it')
    return { sampleRate, channels: channelData, warnings: [] }
  } catch (error) {
    if (isErrorNamed(error, 'StateError')) throw error
    throw new FormatError(`cannot be decoded: ${messageOf(error)}`, { cause: error })
  }
}
