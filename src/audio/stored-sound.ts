/** Reading of stored samples into arrays, for WAV, Wave64 and AIFF. */

import { decodeAlaw, decodeMulaw } from './g711.ts'
import type { SampleFormat } from './wav.ts'

/** A sample format that can be read: those of `encodeWav`, signed bytes and 64 bit integers. */
export type StoredFormat = SampleFormat | 'int8' | 'pcm64'

/** Interleaved samples within a file. */
export interface StoredSound {
  format: StoredFormat
  channelCount: number
  littleEndian: boolean
  /** Position of the first byte. */
  start: number
  frames: number
}

type ReadSample = (file: DataView, at: number, littleEndian: boolean) => number

/** Bytes of a sample. */
export const storedBytes: Readonly<Record<StoredFormat, number>> = {
  int8: 1,
  pcm8: 1,
  pcm16: 2,
  pcm24: 3,
  pcm32: 4,
  pcm64: 8,
  float32: 4,
  float64: 8,
  alaw: 1,
  mulaw: 1,
}

const readers: Readonly<Record<StoredFormat, ReadSample>> = {
  int8: (file, at) => file.getInt8(at) / 2 ** 7,
  pcm8: (file, at) => (file.getUint8(at) - 128) / 2 ** 7,
  pcm16: (file, at, littleEndian) => file.getInt16(at, littleEndian) / 2 ** 15,
  pcm24: (file, at, littleEndian) => readInt24(file, at, littleEndian) / 2 ** 23,
  pcm32: (file, at, littleEndian) => file.getInt32(at, littleEndian) / 2 ** 31,
  pcm64: (file, at, littleEndian) => readInt64(file, at, littleEndian) / 2 ** 63,
  float32: (file, at, littleEndian) => file.getFloat32(at, littleEndian),
  float64: (file, at, littleEndian) => file.getFloat64(at, littleEndian),
  alaw: (file, at) => decodeAlaw(file.getUint8(at)),
  mulaw: (file, at) => decodeMulaw(file.getUint8(at)),
}

/** One array of samples per channel. */
export function readChannels(file: DataView, sound: StoredSound): Float32Array[] {
  return Array.from({ length: sound.channelCount }, (_, channel) => readChannel(file, sound, channel))
}

function readChannel(file: DataView, sound: StoredSound, channel: number): Float32Array {
  const { format, frames, littleEndian } = sound
  const samples = new Float32Array(frames)
  const read = readers[format]
  const step = sound.channelCount * storedBytes[format]
  let at = sound.start + channel * storedBytes[format]
  for (let i = 0; i < frames; i++, at += step) samples[i] = read(file, at, littleEndian)
  return samples
}

function readInt24(file: DataView, at: number, littleEndian: boolean): number {
  const high = file.getInt8(littleEndian ? at + 2 : at)
  const low = file.getUint8(littleEndian ? at : at + 2)
  return high * 65536 + file.getUint8(at + 1) * 256 + low
}

/** A 64 bit integer rounded to 53 bits, of which float32 keeps 24. */
function readInt64(file: DataView, at: number, littleEndian: boolean): number {
  const high = file.getInt32(littleEndian ? at + 4 : at, littleEndian)
  return high * 2 ** 32 + file.getUint32(littleEndian ? at : at + 4, littleEndian)
}

/** Adds a warning with the number of non-finite samples, and how many of these are finite 64 bit floats in the file. */
export function warnOfNonFinite(
  channels: Float32Array[],
  file: DataView,
  sound: StoredSound,
  warnings: string[],
): void {
  if (sound.format !== 'float32' && sound.format !== 'float64') return
  let count = 0
  for (const samples of channels) for (const sample of samples) if (!Number.isFinite(sample)) count++
  if (count === 0) return
  const beyond = sound.format === 'float64' ? countBeyond(file, sound) : 0
  const why =
    beyond === 0 ? '' : `, of which ${beyond} are numbers in the file that 32 bits do not hold (beyond 3.4e38)`
  warnings.push(`${count} sample(s) are not finite${why}`)
}

/** Number of finite 64 bit floats that overflow 32 bits. */
function countBeyond(file: DataView, { start, frames, channelCount, littleEndian }: StoredSound): number {
  let count = 0
  for (let i = 0; i < frames * channelCount; i++) {
    const value = file.getFloat64(start + 8 * i, littleEndian)
    if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) count++
  }
  return count
}
