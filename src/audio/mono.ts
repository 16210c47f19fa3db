import type { VectorLike } from '../core/types.ts'
import { toChannels } from './channels.ts'

/**
 * The mean of the channels, y[t] = 1/C sum_c x_c[t]: always a new array.
 *
 * @param audio - Anything with `channels` of one length, for example a decoded file.
 * @throws TypeError where the argument has no list of channels.
 * @throws RangeError where the list is empty or the lengths differ.
 */
export function toMono(audio: { channels: readonly VectorLike[] }): Float32Array {
  const channels = toChannels('toMono', audio)
  const mono = new Float32Array(channels[0].length)
  for (let t = 0; t < mono.length; t++) {
    let sum = 0
    for (const samples of channels) sum += samples[t]
    mono[t] = sum / channels.length
  }
  return mono
}
