/** Blocks of ADPCM. Each begins with the decoder's state, so that decoding can start at any block. */

import { FormatError } from '../core/errors.ts'
import { formatTag } from './wav.ts'
import { availableBytes, type WavChunks } from './wav-chunks.ts'
import { conversion, type WavFormat } from './wav-format.ts'

/** Decodes the block that begins at `at` into `channels` from frame `frame`. */
export type DecodeBlock = (at: number, channels: Float32Array[], frame: number) => void

/** Throws unless a block holds the headers, `headerBytes` each, of one or two channels. */
export function checkBlocks({ channelCount, blockBytes, bits }: WavFormat, headerBytes: number): void {
  if (bits === 4 && channelCount <= 2 && blockBytes >= headerBytes * channelCount) return
  throw new FormatError(
    `decodeWav: ADPCM of ${bits} bits and ${channelCount} channel(s) in blocks of ${blockBytes} bytes (read: 4 bits, 1 or 2 ` +
      `channels, blocks of ${headerBytes} bytes or more a channel): ${conversion('wav')}`,
  )
}

/** Decodes whole blocks of `blockFrames` frames, up to the number of frames in the `fact` chunk. */
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
 * Frames by the `fact` chunk; infinity where it is not usable: streams write 0, and libsndfile writes half the frames
 * of the blocks for IMA ADPCM in two channels.
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

/** Clips a value to 16 bits. */
export function clip16(value: number): number {
  return Math.min(Math.max(value, -32768), 32767)
}
