/** Blocks of ADPCM: each begins with the state of its decoder, so that a file can be entered at any of them. */

import { FormatError } from '../core/errors.ts'
import { formatTag } from './wav.ts'
import { availableBytes, type WavChunks } from './wav-chunks.ts'
import { conversion, type WavFormat } from './wav-format.ts'

/** Decodes the block that begins at `at` into `channels` from frame `frame`. */
export type DecodeBlock = (at: number, channels: Float32Array[], frame: number) => void

/** Throws unless a block holds the headers of one or two channels, of so many bytes each. */
export function checkBlocks({ channelCount, blockBytes, bits }: WavFormat, headerBytes: number): void {
  if (bits === 4 && channelCount <= 2 && blockBytes >= headerBytes * channelCount) return
  throw new FormatError(
    `decodeWav: ADPCM of ${bits} bits and ${channelCount} channel(s) in blocks of ${blockBytes} bytes (read: 4 bits, 1 or 2 ` +
      `channels, blocks of ${headerBytes} bytes or more a channel): ${conversion('wav')}`,
  )
}

/** Decodes whole blocks of `blockFrames` frames: as many frames as the `fact` chunk states and the blocks hold. */
export function decodeBlocks(
  file: DataView,
  chunks: WavChunks,
  format: WavFormat,
  blockFrames: number,
  warnings: string[],
  decode: DecodeBlock,
): Float32Array[] {
  const { channelCount, blockBytes } = format
  const available = availableBytes(file, chunks, blockBytes, warnings)
  const blocks = Math.floor(available / blockBytes)
  const rest = available % blockBytes
  if (rest > 0) warnings.push(`the last ${rest} byte(s) of "data" are no whole block of ${blockBytes}: left out`)
  const channels = Array.from({ length: channelCount }, () => new Float32Array(blocks * blockFrames))
  for (let b = 0; b < blocks; b++) decode(chunks.data.start + b * blockBytes, channels, b * blockFrames)
  const frames = statedFrames(chunks, available, format, (bytes) => Math.floor(bytes / blockBytes) * blockFrames)
  return frames < blocks * blockFrames ? channels.map((samples) => samples.slice(0, frames)) : channels
}

/**
 * Frames by the `fact` chunk; infinity where it tells nothing: a stream writes 0, and libsndfile, of IMA ADPCM in two channels,
 * half of what the blocks hold.
 */
function statedFrames(
  { facts, data }: WavChunks,
  available: number,
  { tag, channelCount }: WavFormat,
  framesOf: (bytes: number) => number,
): number {
  if (!facts) return Number.POSITIVE_INFINITY
  if (tag !== formatTag.imaAdpcm || channelCount === 1) return facts
  const isShare = [available, data.size].some((bytes) => facts === Math.floor(framesOf(bytes) / channelCount))
  return isShare ? Number.POSITIVE_INFINITY : facts
}

/** Within 16 bits. */
export function clip16(value: number): number {
  return Math.min(Math.max(value, -32768), 32767)
}
