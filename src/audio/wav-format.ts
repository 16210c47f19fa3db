/** The `fmt ` chunk of a WAV or Wave64 file: how its samples are stored. */

import { FormatError } from '../core/errors.ts'
import { type StoredFormat, storedBytes } from './stored-sound.ts'
import { ambisonicGuid, formatTag, sampleFormats, sampleLayout, subFormatGuid } from './wav.ts'
import type { Chunk, WavChunks } from './wav-chunks.ts'

/** The contents of a `fmt ` chunk. */
export interface WavFormat {
  /** The format tag, that of the sub-format where there is one. */
  tag: number
  channelCount: number
  sampleRate: number
  /** nBlockAlign: bytes of a frame, or of a block of ADPCM. */
  blockBytes: number
  /** wBitsPerSample. */
  bits: number
}

const formatBytes = 16
const extensibleBytes = 40

/** Names of encodings that are recognised but not supported. */
const unreadTags: Readonly<Record<number, string>> = {
  16: 'OKI ADPCM',
  34: 'TrueSpeech',
  49: 'GSM 06.10',
  64: 'G.721 ADPCM',
  69: 'G.726 ADPCM',
  80: 'MPEG Layer 1 or 2',
  85: 'MPEG Layer 3',
  255: 'AAC',
  352: 'Windows Media Audio',
  353: 'Windows Media Audio',
  8192: 'AC-3',
  22127: 'Vorbis',
  61868: 'FLAC',
}

/** Format tags of MPEG audio, which MP3 decoders read. */
export const mpegTags: readonly number[] = [80, 85]
const mpegRemedy = 'readAudioFile of ser-core/node reads it by the package audio-decode; or '

/** The remedy that the error for an unread encoding names. */
export function conversion(extension: string): string {
  return `convert it, as by: ffmpeg -i FILE.${extension} -c:a pcm_s16le OUT.wav`
}

/** Reads the chunk and checks the fields common to all encodings. */
export function readFormat(file: DataView, { format, littleEndian }: WavChunks): WavFormat {
  if (format.size < formatBytes || format.start + formatBytes > file.byteLength) {
    throw new FormatError(`decodeWav: the "fmt " chunk is too short: expected ${formatBytes} bytes or more`)
  }
  const channelCount = file.getUint16(format.start + 2, littleEndian)
  const sampleRate = file.getUint32(format.start + 4, littleEndian)
  if (sampleRate === 0) throw new FormatError('decodeWav: the "fmt " chunk states a sample rate of 0')
  if (channelCount === 0) throw new FormatError('decodeWav: the "fmt " chunk states no channels')
  return {
    tag: readTag(file, format, littleEndian),
    channelCount,
    sampleRate,
    blockBytes: file.getUint16(format.start + 12, littleEndian),
    bits: file.getUint16(format.start + 14, littleEndian),
  }
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
  const known = [subFormatGuid, ambisonicGuid].some(
    ({ second, third, rest }) =>
      file.getUint16(guid + 4, littleEndian) === second &&
      file.getUint16(guid + 6, littleEndian) === third &&
      rest.every((byte, i) => file.getUint8(guid + 8 + i) === byte),
  )
  if (!known) throw new FormatError(`decodeWav: the "fmt " chunk names an unknown sub-format: ${conversion('wav')}`)
  return file.getUint32(guid, littleEndian)
}

/**
 * Storage format of the samples. Where bits per sample and bytes per frame are inconsistent, the bits decide, as in
 * sox, ffmpeg and libsndfile; only 24 bits in 4 bytes, on which those three disagree, are taken as stated.
 */
export function storedFormat(format: WavFormat, fileBytes: number, warnings: string[]): StoredFormat {
  const known = formatsOf(format.tag)
  const bytes = sampleBytes(format, warnings)
  const found = known.find((name) => storedBytes[name] === bytes)
  if (found === undefined) {
    const sizes = known.map((name) => storedBytes[name]).join(', ')
    throw new FormatError(`decodeWav: samples of ${bytes} bytes in an encoding that has ${sizes}: ${conversion('wav')}`)
  }
  checkFrame(format, bytes, fileBytes, warnings)
  return found
}

function formatsOf(tag: number): StoredFormat[] {
  const known: StoredFormat[] = sampleFormats.filter((name) => sampleLayout[name].tag === tag)
  if (tag === formatTag.pcm) known.push('pcm64')
  if (known.length > 0) return known
  const name = unreadTags[tag]
  throw new FormatError(
    `decodeWav: unsupported encoding 0x${tag.toString(16).padStart(4, '0')}${name === undefined ? '' : ` (${name})`}: ` +
      `${mpegTags.includes(tag) ? mpegRemedy : ''}${conversion('wav')} (supported: PCM, IEEE float, A-law, mu-law, IMA and Microsoft ADPCM)`,
  )
}

function sampleBytes({ tag, channelCount, blockBytes, bits }: WavFormat, warnings: string[]): number {
  if (tag === formatTag.alaw || tag === formatTag.mulaw) {
    if (bits !== 8) warnings.push(`samples of ${bits} bits in an encoding that has 8: read as 8`)
    return 1
  }
  if (bits === 0) throw new FormatError('decodeWav: the "fmt " chunk states samples of 0 bits')
  const wide = tag === formatTag.pcm && bits === 24 && blockBytes === 4 * channelCount
  if (wide) warnings.push('samples of 24 bits fill 4 bytes each')
  return wide ? 4 : Math.ceil(bits / 8)
}

/** Warns where the frame size disagrees with the bits; throws where a frame would be larger than the file. */
function checkFrame(format: WavFormat, bytes: number, fileBytes: number, warnings: string[]): void {
  const { channelCount, blockBytes, bits } = format
  const frameBytes = channelCount * bytes
  if (frameBytes > fileBytes) {
    throw new FormatError(`decodeWav: one frame of ${frameBytes} bytes is larger than the file of ${fileBytes}`)
  }
  if (blockBytes === frameBytes) return
  warnings.push(
    `the "fmt " chunk contradicts itself: frames of ${blockBytes} byte(s), but ${channelCount} channel(s) of ${bits} bits: ` +
      `read as ${frameBytes} bytes a frame`,
  )
}
