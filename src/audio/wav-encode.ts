/** Writes WAV files. */
import { checkFinite, checkOverflow } from '../core/array.ts'
import { checkInteger, checkOneOf, checkOptions } from '../core/check.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'
import { toChannels } from './channels.ts'
import { encodeAlaw, encodeMulaw } from './g711.ts'
import { formatTag, maxUint32, type SampleFormat, sampleFormats, sampleLayout, subFormatGuid } from './wav.ts'

/** The sound that {@link encodeWav} writes; a decoded file is one. */
export interface WavSource {
  /** Frames per second, in Hz. */
  sampleRate: number
  /** One array of samples per channel, all of one length. */
  channels: readonly VectorLike[]
}

/** How {@link encodeWav} writes it. */
export interface EncodeWavOptions {
  /** How a sample is stored; `pcm16` by default. */
  format?: SampleFormat
}

type WriteSample = (file: DataView, at: number, sample: number) => void

interface Plan {
  format: SampleFormat
  sampleRate: number
  channels: FloatArray[]
  /** Bytes of one sample of every channel. */
  frameBytes: number
  extensible: boolean
  /** Contents of `fmt `. */
  formatBytes: number
  /** The whole of `fact`, or 0 where there is none. */
  factBytes: number
  dataBytes: number
}

const where = 'encodeWav'
const maxUint16 = 0xffff
/** Upper limit of the header's size. */
const maxHeaderBytes = 128
/** Front centre for one channel, front left and right for two; other numbers get no speaker positions. */
const speakerMasks: readonly number[] = [0, 4, 3]

/**
 * Encodes samples as a WAV file, the inverse of `decodeWav`. Integer formats round x * 2^(N-1) to the nearest integer
 * and clip it, as sox and ffmpeg do (soundfile's `PCM_16` rounds down, so that samples may differ by one step); G.711
 * codes follow the decision values of the recommendation; floats are kept as they are. More than two channels, or
 * integers of more than 16 bits, are declared as WAVE_FORMAT_EXTENSIBLE.
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 *
 * const samples = Float32Array.from({ length: 16000 }, (_, n) => 0.5 * Math.sin((2 * Math.PI * 440 * n) / 16000))
 * await writeFile('tone.wav', encodeWav({ sampleRate: 16000, channels: [samples] }, { format: 'pcm24' }))
 * ```
 *
 * @throws TypeError for arguments of the wrong kind and unknown options.
 * @throws RangeError for an unknown format, channels of different lengths, more than the fields of the file can hold,
 * and, except in the float formats, samples that are not finite; for `float32` also finite ones that overflow.
 */
export function encodeWav(audio: WavSource, options: EncodeWavOptions = {}): Uint8Array {
  const plan = planFile(audio, options)
  const { formatBytes, factBytes, dataBytes } = plan
  const dataStart = 12 + 8 + formatBytes + factBytes + 8
  const bytes = new Uint8Array(dataStart + dataBytes + (dataBytes % 2))
  const file = new DataView(bytes.buffer)
  writeChunkHeader(file, 0, 'RIFF', bytes.length - 8)
  writeIdentifier(file, 8, 'WAVE')
  writeChunkHeader(file, 12, 'fmt ', formatBytes)
  writeFormat(file, 20, plan)
  if (factBytes > 0) {
    writeChunkHeader(file, 20 + formatBytes, 'fact', 4)
    file.setUint32(28 + formatBytes, plan.channels[0].length, true)
  }
  writeChunkHeader(file, dataStart - 8, 'data', dataBytes)
  for (let channel = 0; channel < plan.channels.length; channel++) writeChannel(file, dataStart, channel, plan)
  return bytes
}

function planFile(audio: WavSource, options: EncodeWavOptions): Plan {
  checkOptions(where, options, ['format'])
  const format = checkOneOf(where, 'format', options.format ?? 'pcm16', sampleFormats)
  const { tag, bytes } = sampleLayout[format]
  const channels = toChannels(where, audio)
  const frameBytes = channels.length * bytes
  checkFields(audio.sampleRate, channels, bytes)
  if (tag !== formatTag.float)
    for (const [i, samples] of channels.entries()) checkFinite(where, `channels[${i}]`, samples)
  if (format === 'float32')
    for (const [i, samples] of channels.entries())
      checkOverflow(where, `channels[${i}]`, Float32Array.from(samples), samples)
  const extensible = channels.length > 2 || (tag === formatTag.pcm && bytes > 2)
  return {
    format,
    sampleRate: audio.sampleRate,
    channels,
    frameBytes,
    extensible,
    formatBytes: extensible ? 40 : tag === formatTag.pcm ? 16 : 18,
    factBytes: tag === formatTag.pcm ? 0 : 12,
    dataBytes: channels[0].length * frameBytes,
  }
}

/** Throws where a number does not fit into its field of the file. */
function checkFields(sampleRate: unknown, channels: FloatArray[], sampleBytes: number): void {
  checkInteger(where, 'number of channels', channels.length, { max: Math.floor(maxUint16 / sampleBytes) })
  const frameBytes = channels.length * sampleBytes
  // The field of bytes per second is the tighter limit.
  checkInteger(where, 'sampleRate', sampleRate, { min: 1, max: Math.floor(maxUint32 / frameBytes) })
  const maxFrames = Math.floor((maxUint32 - maxHeaderBytes) / frameBytes)
  checkInteger(where, 'number of frames', channels[0].length, { max: maxFrames })
}

function writeIdentifier(file: DataView, at: number, identifier: string): void {
  for (let i = 0; i < 4; i++) file.setUint8(at + i, identifier.charCodeAt(i))
}

function writeChunkHeader(file: DataView, at: number, identifier: string, size: number): void {
  writeIdentifier(file, at, identifier)
  file.setUint32(at + 4, size, true)
}

function writeFormat(file: DataView, at: number, plan: Plan): void {
  const { format, sampleRate, channels, frameBytes, extensible } = plan
  const { tag, bytes } = sampleLayout[format]
  file.setUint16(at, extensible ? formatTag.extensible : tag, true)
  file.setUint16(at + 2, channels.length, true)
  file.setUint32(at + 4, sampleRate, true)
  file.setUint32(at + 8, sampleRate * frameBytes, true)
  file.setUint16(at + 12, frameBytes, true)
  file.setUint16(at + 14, 8 * bytes, true)
  if (!extensible) return
  file.setUint16(at + 16, 22, true)
  file.setUint16(at + 18, 8 * bytes, true)
  file.setUint32(at + 20, speakerMasks[channels.length] ?? 0, true)
  file.setUint32(at + 24, tag, true)
  file.setUint16(at + 28, subFormatGuid.second, true)
  file.setUint16(at + 30, subFormatGuid.third, true)
  subFormatGuid.rest.forEach((byte, i) => {
    file.setUint8(at + 32 + i, byte)
  })
}

function writeChannel(file: DataView, dataStart: number, channel: number, plan: Plan): void {
  const write = writers[plan.format]
  const samples = plan.channels[channel]
  let at = dataStart + channel * sampleLayout[plan.format].bytes
  for (let i = 0; i < samples.length; i++, at += plan.frameBytes) write(file, at, samples[i])
}

function toInteger(sample: number, bits: number): number {
  const scale = 2 * (1 << (bits - 2))
  return Math.min(Math.max(Math.round(sample * scale), -scale), scale - 1)
}

function writeInt24(file: DataView, at: number, value: number): void {
  file.setUint16(at, value & 0xffff, true)
  file.setInt8(at + 2, value >> 16)
}

const writers: Record<SampleFormat, WriteSample> = {
  pcm8: (file, at, sample) => file.setUint8(at, toInteger(sample, 8) + 128),
  pcm16: (file, at, sample) => file.setInt16(at, toInteger(sample, 16), true),
  pcm24: (file, at, sample) => writeInt24(file, at, toInteger(sample, 24)),
  pcm32: (file, at, sample) => file.setInt32(at, toInteger(sample, 32), true),
  float32: (file, at, sample) => file.setFloat32(at, sample, true),
  float64: (file, at, sample) => file.setFloat64(at, sample, true),
  alaw: (file, at, sample) => file.setUint8(at, encodeAlaw(sample)),
  mulaw: (file, at, sample) => file.setUint8(at, encodeMulaw(sample)),
}
