/**
 * Microsoft ADPCM (RFC 2361, tag 0x0002). A sample is predicted from the two before it with one of several coefficient
 * pairs in units of 1/256, selected per block; a signed four bit code times a step d is the prediction residual, and a
 * table over the codes adapts d. High nibbles come first; channels alternate.
 */
import { FormatError } from '../core/errors.ts'
import { checkBlocks, clip16, decodeBlocks } from './adpcm-blocks.ts'
import { formatTag } from './wav.ts'
import type { WavChunks } from './wav-chunks.ts'
import type { WavFormat } from './wav-format.ts'

type Pair = readonly [first: number, second: number]

/** Factors of the step by code, in units of 1/256. */
const adaptation = [230, 230, 230, 230, 307, 409, 512, 614, 768, 614, 512, 409, 307, 230, 230, 230]
const leastStep = 16
const headerBytes = 7
/** The standard coefficient pairs, for files that do not list them. */
const usualPairs: readonly Pair[] = [
  [256, 0],
  [512, -256],
  [0, 0],
  [192, 64],
  [240, 0],
  [460, -208],
  [392, -232],
]

interface ChannelState {
  pair: Pair
  step: number
  /** The last sample and the one before it, as 16 bit integers. */
  last: number
  before: number
}

/** Decodes the `data` of a WAV file in Microsoft ADPCM. */
export function decodeMsAdpcm(
  file: DataView,
  chunks: WavChunks,
  format: WavFormat,
  warnings: string[],
): Float32Array[] {
  checkBlocks(format, headerBytes)
  const { channelCount, blockBytes } = format
  const pairs = readPairs(file, chunks)
  const codes = 2 * (blockBytes - headerBytes * channelCount)
  const blockFrames = 2 + Math.floor(codes / channelCount)
  return decodeBlocks(file, chunks, format, blockFrames, warnings, (at, channels, frame) => {
    const states = channels.map((_, c) => readState(file, chunks.littleEndian, at, c, channelCount, pairs))
    states.forEach(({ before, last }, c) => {
      channels[c][frame] = before / 32768
      channels[c][frame + 1] = last / 32768
    })
    const start = at + headerBytes * channelCount
    for (let k = 0; k < (blockFrames - 2) * channelCount; k++) {
      const byte = file.getUint8(start + (k >> 1))
      const c = k % channelCount
      channels[c][frame + 2 + Math.floor(k / channelCount)] = advance(states[c], k & 1 ? byte & 15 : byte >> 4) / 32768
    }
  })
}

function advance(state: ChannelState, code: number): number {
  const { pair, step, last, before } = state
  const signed = code & 8 ? code - 16 : code
  const sample = clip16(((last * pair[0] + before * pair[1]) >> 8) + signed * step)
  state.before = last
  state.last = sample
  state.step = Math.max((adaptation[code] * step) >> 8, leastStep)
  return sample
}

/**
 * A block's header: for every channel the index of its pair, then all steps, all last samples, and all samples before
 * these.
 */
function readState(
  file: DataView,
  littleEndian: boolean,
  at: number,
  c: number,
  channelCount: number,
  pairs: readonly Pair[],
): ChannelState {
  const number = file.getUint8(at + c)
  const pair = pairs[number]
  if (pair === undefined) {
    throw new FormatError(
      `decodeWav: a block of ADPCM asks for coefficients ${number} of ${pairs.length}: it is damaged`,
    )
  }
  const field = (n: number): number => file.getInt16(at + channelCount * (1 + 2 * n) + 2 * c, littleEndian)
  return { pair, step: field(0), last: field(1), before: field(2) }
}

function readPairs(file: DataView, { format, littleEndian }: WavChunks): readonly Pair[] {
  // After the size of the extension, and in the extensible form after its bits, channels and sub-format, as ffmpeg writes at 96 kHz.
  const isExtensible = file.getUint16(format.start, littleEndian) === formatTag.extensible
  const start = format.start + (isExtensible ? 44 : 22)
  const end = Math.min(format.start + format.size, file.byteLength)
  if (end < start) return usualPairs
  const count = file.getUint16(start - 2, littleEndian)
  if (count === 0 || start + 4 * count > end) return usualPairs
  return Array.from({ length: count }, (_, i) => [
    file.getInt16(start + 4 * i, littleEndian),
    file.getInt16(start + 4 * i + 2, littleEndian),
  ])
}
