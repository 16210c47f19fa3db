/** Reads WAV files: everything between a byte stream and arrays of samples. */

import { expectation, FormatError } from '../core/errors.ts'
import { ownBytes } from '../core/realm.ts'
import { decodeAlaw, decodeMulaw } from './g711.ts'
import { formatTag, type SampleFormat, sampleFormats, sampleLayout, subFormatGuid, type WavAudio } from './wav.ts'
import { type Chunk, findChunks, type WavChunks } from './wav-chunks.ts'

/** The contents of a `fmt ` chunk. */
interface Layout {
  sampleFormat: SampleFormat
  sampleRate: number
  channelCount: number
  sampleBytes: number
  /** Bytes of one sample of every channel. */
  frameBytes: number
}

type ReadSample = (file: DataView, at: number, littleEndian: boolean) => number

const formatBytes = 16
const extensibleBytes = 40

/**
 * Decodes a WAV file: integers of N bits are divided by 2^(N-1) (8-bit samples are unsigned, with 128 for zero), G.711
 * codes are expanded to 16 bits and divided by 2^15, floats stay as they are (64-bit ones rounded to 32).
 * Samples with fewer valid bits than their container stand at its upper end, so that the container's scale holds.
 *
 * A cut-off file gives the frames that are there, a `data` chunk without a length those up to the end of the file;
 * `warnings` says so, and whether float samples are not finite.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 *
 * const audio = decodeWav(await readFile('speech.wav'))
 * const samples = resample(toMono(audio), audio.sampleRate, 16000)
 * ```
 *
 * @param bytes - The whole file; a Node `Buffer` is a `Uint8Array`.
 * @throws TypeError where the argument is neither a `Uint8Array` nor an `ArrayBuffer`.
 * @throws FormatError where the bytes are no WAV file, or one of another encoding.
 */
export function decodeWav(bytes: Uint8Array | ArrayBuffer): WavAudio {
  const file = toDataView(bytes)
  const chunks = findChunks(file)
  const warnings: string[] = []
  const layout = readLayout(file, chunks, warnings)
  const frames = countFrames(file, chunks, layout.frameBytes, warnings)
  const channels = Array.from({ length: layout.channelCount }, (_, channel) =>
    readChannel(file, chunks, layout, channel, frames),
  )
  warnOfNonFinite(channels, layout.sampleFormat, warnings)
  return { sampleRate: layout.sampleRate, channels, format: layout.sampleFormat, warnings }
}

function toDataView(bytes: unknown): DataView {
  const file = ownBytes(bytes)
  if (file !== undefined) return new DataView(file.buffer, file.byteOffset, file.byteLength)
  throw new TypeError(expectation('decodeWav', 'bytes', 'a Uint8Array or an ArrayBuffer', bytes))
}

function readLayout(file: DataView, { format, littleEndian }: WavChunks, warnings: string[]): Layout {
  if (format.size < formatBytes || format.start + formatBytes > file.byteLength) {
    throw new FormatError(`decodeWav: the "fmt " chunk is too short: expected ${formatBytes} bytes or more`)
  }
  const channelCount = file.getUint16(format.start + 2, littleEndian)
  const sampleRate = file.getUint32(format.start + 4, littleEndian)
  const frameBytes = file.getUint16(format.start + 12, littleEndian)
  const bits = file.getUint16(format.start + 14, littleEndian)
  if (sampleRate === 0) throw new FormatError('decodeWav: the "fmt " chunk states a sample rate of 0')
  const sampleBytes = checkFrame(channelCount, frameBytes, file.byteLength)
  const sampleFormat = findFormat(readTag(file, format, littleEndian), sampleBytes)
  checkBits(bits, sampleBytes, warnings)
  return { sampleFormat, sampleRate, channelCount, sampleBytes, frameBytes }
}

/** Bytes per sample. No frame is larger than the file, which bounds the channels by what was really sent. */
function checkFrame(channelCount: number, frameBytes: number, fileBytes: number): number {
  if (channelCount === 0) throw new FormatError('decodeWav: the "fmt " chunk states no channels')
  if (frameBytes === 0 || frameBytes % channelCount !== 0) {
    throw new FormatError(`decodeWav: a frame of ${frameBytes} bytes does not divide into ${channelCount} channel(s)`)
  }
  if (frameBytes > fileBytes) {
    throw new FormatError(`decodeWav: one frame of ${frameBytes} bytes is larger than the file of ${fileBytes}`)
  }
  return frameBytes / channelCount
}

function checkBits(bits: number, sampleBytes: number, warnings: string[]): void {
  if (bits === 0 || bits > 8 * sampleBytes) {
    throw new FormatError(`decodeWav: samples of ${bits} bits do not fit into ${sampleBytes} byte(s)`)
  }
  if (bits <= 8 * (sampleBytes - 1)) warnings.push(`samples of ${bits} bits fill ${sampleBytes} bytes each`)
}

function readTag(file: DataView, format: Chunk, littleEndian: boolean): number {
  const tag = file.getUint16(format.start, littleEndian)
  if (tag !== formatTag.extensible) return tag
  if (format.size < extensibleBytes || format.start + extensibleBytes > file.byteLength) {
    throw new FormatError(
      `decodeWav: the "fmt " chunk is too short: expected ${extensibleBytes} bytes for a sub-format`,
    )
  }
  const guid = format.start + 24
  const known =
    file.getUint16(guid + 4, littleEndian) === subFormatGuid.second &&
    file.getUint16(guid + 6, littleEndian) === subFormatGuid.third &&
    subFormatGuid.rest.every((byte, i) => file.getUint8(guid + 8 + i) === byte)
  if (!known) throw new FormatError('decodeWav: the "fmt " chunk names an unknown sub-format')
  return file.getUint32(guid, littleEndian)
}

function findFormat(tag: number, sampleBytes: number): SampleFormat {
  const sameTag = sampleFormats.filter((format) => sampleLayout[format].tag === tag)
  if (sameTag.length === 0) {
    const shown = `0x${tag.toString(16).padStart(4, '0')}`
    throw new FormatError(`decodeWav: unsupported encoding ${shown} (supported: PCM, IEEE float, A-law, mu-law)`)
  }
  const found = sameTag.find((format) => sampleLayout[format].bytes === sampleBytes)
  if (!found) {
    const sizes = sameTag.map((format) => sampleLayout[format].bytes).join(', ')
    throw new FormatError(`decodeWav: samples of ${sampleBytes} bytes in an encoding that has ${sizes}`)
  }
  return found
}

function countFrames(file: DataView, { data, openEnded }: WavChunks, frameBytes: number, warnings: string[]): number {
  const available = Math.min(data.size, file.byteLength - data.start)
  const missing = data.size - available
  const rest = available % frameBytes
  if (openEnded) warnings.push('the "data" chunk states no length: read to the end of the file')
  if (missing > 0) {
    warnings.push(`the "data" chunk is cut off: ${missing} of ${data.size} bytes are missing`)
  }
  if (rest > 0) warnings.push(`the last ${rest} byte(s) of "data" are no whole frame of ${frameBytes}: left out`)
  return (available - rest) / frameBytes
}

function readChannel(file: DataView, chunks: WavChunks, layout: Layout, channel: number, frames: number): Float32Array {
  const samples = new Float32Array(frames)
  const read = readers[layout.sampleFormat]
  let at = chunks.data.start + channel * layout.sampleBytes
  for (let i = 0; i < frames; i++, at += layout.frameBytes) samples[i] = read(file, at, chunks.littleEndian)
  return samples
}

function readInt24(file: DataView, at: number, littleEndian: boolean): number {
  const high = file.getInt8(littleEndian ? at + 2 : at)
  const low = file.getUint8(littleEndian ? at : at + 2)
  return high * 65536 + file.getUint8(at + 1) * 256 + low
}

const readers: Record<SampleFormat, ReadSample> = {
  pcm8: (file, at) => (file.getUint8(at) - 128) / 2 ** 7,
  pcm16: (file, at, littleEndian) => file.getInt16(at, littleEndian) / 2 ** 15,
  pcm24: (file, at, littleEndian) => readInt24(file, at, littleEndian) / 2 ** 23,
  pcm32: (file, at, littleEndian) => file.getInt32(at, littleEndian) / 2 ** 31,
  float32: (file, at, littleEndian) => file.getFloat32(at, littleEndian),
  float64: (file, at, littleEndian) => file.getFloat64(at, littleEndian),
  alaw: (file, at) => decodeAlaw(file.getUint8(at)),
  mulaw: (file, at) => decodeMulaw(file.getUint8(at)),
}

function warnOfNonFinite(channels: Float32Array[], format: SampleFormat, warnings: string[]): void {
  if (sampleLayout[format].tag !== formatTag.float) return
  let count = 0
  for (const samples of channels) for (const sample of samples) if (!Number.isFinite(sample)) count++
  if (count > 0) warnings.push(`${count} sample(s) are not finite`)
}
