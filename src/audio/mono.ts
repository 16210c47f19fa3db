import { checkOverflow } from '../core/array.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'
import { toChannels } from './channels.ts'

/**
 * The mean of the channels, y[t] = 1/C sum_c x_c[t], in a new array. sox (`-c 1`) gives the same, and so does ffmpeg
 * 5.1 (`-ac 1`) for 16 bit output; its float output of stereo is 3 dB louder, (left + right) / sqrt 2.
 *
 * @param audio - Anything with `channels` of one length, for example a decoded file.
 * @throws TypeError where the argument has no list of channels.
 * @throws RangeError where the list is empty or the lengths differ, and for finite samples that overflow float32.
 */
export function toMono(audio: { channels: readonly VectorLike[] }): Float32Array {
  const channels = toChannels('toMono', audio)
  const mono = new Float32Array(channels[0].length)
  for (let t = 0; t < mono.length; t++) {
    let sum = 0
    for (let c = 0; c < channels.length; c++) sum += channels[c][t]
    mono[t] = sum / channels.length
    if (!Number.isFinite(mono[t])) checkHeld(mono, channels, t)
  }
  return mono
}

/** Throws where the samples of a frame are finite and their mean is not. */
function checkHeld(mono: Float32Array, channels: readonly FloatArray[], t: number): void {
  const frame = Float64Array.from(channels, (samples) => samples[t])
  checkOverflow('toMono', 'channels', mono.subarray(t, t + 1), frame)
}
