/**
 * IMA ADPCM (Interactive Multimedia Association, Recommended Practices 3.0, 1992). A code of four bits c is a sign and
 * a magnitude m: the sample moves by (m + 1/2) / 4 of the step, each part cut to an integer, and the step moves along a
 * table of about 1.1^i. In WAV files, four bytes (eight codes) of each channel alternate, low nibbles first.
 */
import { checkBlocks, clip16, decodeBlocks } from './adpcm-blocks.ts'
import type { WavChunks } from './wav-chunks.ts'
import type { WavFormat } from './wav-format.ts'

const steps = [
  7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118,
  130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060,
  1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484,
  7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
]
const stepMoves = [-1, -1, -1, -1, 2, 4, 6, 8]

/** A decoder's state: the last sample, as a 16 bit integer, and the index in the table of steps. */
export interface ImaState {
  sample: number
  index: number
}

/** Advances the state by one code and returns the sample as a 16 bit integer. */
export function imaStep(state: ImaState, code: number): number {
  const step = steps[state.index]
  let move = step >> 3
  if (code & 4) move += step
  if (code & 2) move += step >> 1
  if (code & 1) move += step >> 2
  state.sample = clip16(state.sample + (code & 8 ? -move : move))
  state.index = Math.min(Math.max(state.index + stepMoves[code & 7], 0), steps.length - 1)
  return state.sample
}

/** The last index in the table of steps. */
export const lastImaIndex: number = steps.length - 1

/** Decodes the `data` of a WAV file in IMA ADPCM. */
export function decodeImaAdpcm(
  file: DataView,
  chunks: WavChunks,
  format: WavFormat,
  warnings: string[],
): Float32Array[] {
  checkBlocks(format, 4)
  const { channelCount, blockBytes } = format
  const words = Math.floor(blockBytes / (4 * channelCount)) - 1
  return decodeBlocks(file, chunks, format, 1 + 8 * words, warnings, (at, channels, frame) => {
    channels.forEach((samples, c) => {
      const index = Math.min(file.getUint8(at + 4 * c + 2), lastImaIndex)
      const state = { sample: file.getInt16(at + 4 * c, chunks.littleEndian), index }
      samples[frame] = state.sample / 32768
      for (let k = 0; k < 8 * words; k++) {
        const byte = file.getUint8(at + 4 * channelCount * (1 + (k >> 3)) + 4 * c + ((k & 7) >> 1))
        samples[frame + 1 + k] = imaStep(state, k & 1 ? byte >> 4 : byte & 15) / 32768
      }
    })
  })
}
