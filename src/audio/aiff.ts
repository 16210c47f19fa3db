/**
 * Audio Interchange File Format, and AIFF-C, which adds compression (Apple 1989, 1991): `FORM`, the size of the rest,
 * `AIFF` or `AIFC`, then chunks as in WAV but with the most significant byte first. `COMM` describes the samples,
 * `SSND` holds them behind an offset and a block size. Samples with fewer bits than their bytes are left-aligned.
 */
import { FormatError } from '../core/errors.ts'
import { aiffImaChannels, aiffImaPacketBytes } from './aiff-ima.ts'
import { readChannels, type StoredFormat, storedBytes, warnOfNonFinite } from './stored-sound.ts'
import type { WavAudio } from './wav.ts'
import { identifierAt } from './wav-chunks.ts'
import { conversion } from './wav-format.ts'

interface Common {
  channelCount: number
  frames: number
  bits: number
  sampleRate: number
  /** Four characters; `NONE` in a plain AIFF. */
  compression: string
}

interface Part {
  start: number
  size: number
}

interface SoundData extends Part {
  /** Bytes available in the file from `start` on. */
  there: number
  /** Whether the length is unknown and extends to the end of the file. */
  openEnded: boolean
}

/** Smallest length written as a placeholder to a pipe, by sox. */
const leastStreamSize = 0x7f000000
/** Compression types that mean plain samples, with their formats; some are little-endian. */
const plainFormats: Readonly<Record<string, StoredFormat>> = {
  'raw ': 'pcm8',
  in24: 'pcm24',
  in32: 'pcm32',
  fl32: 'float32',
  FL32: 'float32',
  fl64: 'float64',
  FL64: 'float64',
  alaw: 'alaw',
  ALAW: 'alaw',
  ulaw: 'mulaw',
  ULAW: 'mulaw',
  '42ni': 'pcm24',
  '42n1': 'pcm24',
  '23ni': 'pcm32',
}
/** Bytes of `COMM` without a compression. */
const commonBytes = 18
const littleEndianTypes = ['sowt', '42ni', '42n1', '23ni']
const integerFormats: readonly StoredFormat[] = ['int8', 'pcm16', 'pcm24', 'pcm32']
/** Names of compressions that are recognised but not supported. */
const unreadTypes: Readonly<Record<string, string>> = {
  'GSM ': 'GSM 06.10',
  MAC3: 'MACE 3:1',
  MAC6: 'MACE 6:1',
  QDM2: 'QDesign',
  Qclp: 'Qualcomm PureVoice',
  G722: 'G.722',
  '.mp3': 'MPEG Layer 3',
}

/** Decodes an AIFF or AIFF-C file. */
export function decodeAiff(file: DataView): WavAudio {
  const form = identifierAt(file, 8)
  if (form !== 'AIFF' && form !== 'AIFC') {
    throw new FormatError(
      `decodeWav: not an AIFF file: expected "AIFF" or "AIFC" at byte 8, got ${JSON.stringify(form)}`,
    )
  }
  const parts = collect(file)
  const [description, sound] = [parts.get('COMM'), parts.get('SSND')]
  if (description === undefined) throw new FormatError('decodeWav: the AIFF file has no "COMM" chunk')
  const common = readCommon(file, description, form)
  const warnings: string[] = []
  const sampleRate = wholeRate(common.sampleRate, warnings)
  const data = soundData(file, sound, common)
  return { sampleRate, ...decodeSound(file, data, common, warnings), warnings }
}

/** Rounds the rate to whole Hz, with a warning: early Macintoshes recorded at 22254.5 Hz. */
function wholeRate(rate: number, warnings: string[]): number {
  const whole = Math.round(rate)
  if (whole !== rate) warnings.push(`a sample rate of ${rate} Hz is taken as ${whole}`)
  return whole
}

function decodeSound(
  file: DataView,
  data: SoundData,
  common: Common,
  warnings: string[],
): Pick<WavAudio, 'channels' | 'format'> {
  const { compression, channelCount } = common
  if (compression === 'ima4') {
    // libsndfile states too few packets in `COMM`.
    const packets = presentFrames(data, channelCount * aiffImaPacketBytes, warnings)
    return { channels: aiffImaChannels(file, data.start, packets, channelCount), format: 'ima-adpcm' }
  }
  const format = formatOf(common)
  const frames = countFrames(data, common, storedBytes[format], warnings)
  const littleEndian = littleEndianTypes.includes(compression)
  const stored = { format, channelCount, littleEndian, start: data.start, frames }
  const channels = readChannels(file, stored)
  warnOfNonFinite(channels, file, stored, warnings)
  return { channels, format }
}

function collect(file: DataView): Map<string, Part> {
  const parts = new Map<string, Part>()
  let at = 12
  while (at + 8 <= file.byteLength && !(parts.has('COMM') && parts.has('SSND'))) {
    const part = { start: at + 8, size: file.getUint32(at + 4) }
    const id = identifierAt(file, at)
    if (!parts.has(id)) parts.set(id, part)
    at = part.start + part.size + (part.size % 2)
  }
  return parts
}

function readCommon(file: DataView, description: Part, form: string): Common {
  const { start, size } = description
  if (size < commonBytes || start + commonBytes > file.byteLength) {
    throw new FormatError(`decodeWav: the "COMM" chunk is too short: expected ${commonBytes} bytes or more`)
  }
  const common = {
    channelCount: file.getUint16(start),
    frames: file.getUint32(start + 2),
    bits: file.getUint16(start + 6),
    sampleRate: extendedFloat(file, start + 8),
    compression: compressionOf(file, description, form),
  }
  if (common.channelCount === 0) throw new FormatError('decodeWav: the "COMM" chunk states no channels')
  // A frame cannot be larger than the file, which bounds the number of channels.
  if (common.channelCount > file.byteLength) {
    throw new FormatError(
      `decodeWav: one frame of ${common.channelCount} channels is larger than the file of ${file.byteLength}`,
    )
  }
  if (!(common.sampleRate >= 1)) {
    throw new FormatError('decodeWav: the "COMM" chunk states no sample rate from 1 to 2^32 Hz')
  }
  return common
}

/** The compression type: `NONE` for AIFF-C without one; for plain AIFF one that it states nevertheless, if known. */
function compressionOf(file: DataView, { start, size }: Part, form: string): string {
  if (size < commonBytes + 4 || start + commonBytes + 4 > file.byteLength) return 'NONE'
  const named = identifierAt(file, start + commonBytes)
  return form === 'AIFC' || littleEndianTypes.includes(named) || plainFormats[named] !== undefined ? named : 'NONE'
}

/** An 80 bit float: 16 bits of sign and exponent, 64 of mantissa with leading one; NaN below 1 and above 2^32. */
function extendedFloat(file: DataView, at: number): number {
  const exponent = file.getInt16(at) - 16383
  if (exponent < 0 || exponent > 31) return Number.NaN
  const mantissa = file.getUint32(at + 2) * 2 ** 32 + file.getUint32(at + 6)
  return (mantissa / 2 ** 63) * ((1 << exponent) >>> 0)
}

function formatOf({ compression, bits }: Common): StoredFormat {
  const named = plainFormats[compression]
  if (named !== undefined) return named
  if (!['NONE', 'twos', 'sowt'].includes(compression)) {
    const name = unreadTypes[compression]
    throw new FormatError(
      `decodeWav: unsupported compression ${JSON.stringify(compression)} of AIFF-C${name === undefined ? '' : ` (${name})`}: ` +
        conversion('aiff'),
    )
  }
  const format = integerFormats[Math.ceil(bits / 8) - 1]
  if (format !== undefined) return format
  throw new FormatError(`decodeWav: AIFF samples of ${bits} bits: expected 1 to 32: ${conversion('aiff')}`)
}

/** Position and stated length of the samples; a file without frames may lack `SSND`. */
function soundData(file: DataView, sound: Part | undefined, { frames }: Common): SoundData {
  if (sound === undefined && frames > 0) {
    throw new FormatError('decodeWav: the AIFF file has no "SSND" chunk, which holds its samples')
  }
  if (sound === undefined || sound.start + 8 > file.byteLength) {
    return { start: file.byteLength, size: 0, there: 0, openEnded: false }
  }
  const offset = file.getUint32(sound.start)
  const start = Math.min(sound.start + 8 + offset, file.byteLength)
  const size = sound.size - 8 - offset
  const there = file.byteLength - start
  const openEnded = sound.size === 0 ? there > 0 : size > there && sound.size >= leastStreamSize
  return { start, size: openEnded ? there : Math.max(size, 0), there, openEnded }
}

/** Number of frames, or packets, present in the file. */
function presentFrames(data: SoundData, frameBytes: number, warnings: string[]): number {
  const { size, there, openEnded } = data
  if (openEnded) warnings.push('the "SSND" chunk states no length: read to the end of the file')
  else if (size > there) warnings.push(`the "SSND" chunk is cut off: ${size - there} of ${size} bytes are missing`)
  return Math.floor(Math.min(size, there) / frameBytes)
}

/** Limits the frames to the number in `COMM`, unless that is unknown as in a stream. */
function countFrames(
  data: SoundData,
  { channelCount, frames }: Common,
  sampleBytes: number,
  warnings: string[],
): number {
  const present = presentFrames(data, channelCount * sampleBytes, warnings)
  if (data.openEnded || present === frames) return present
  if (frames === 0) {
    warnings.push(`"COMM" states no frames, "SSND" holds ${present}: all are read`)
    return present
  }
  if (data.size <= data.there) {
    warnings.push(`"COMM" states ${frames} frame(s), "SSND" holds ${present}: the fewer are read`)
  }
  return Math.min(present, frames)
}
