/** Scale of FLAC: integers of N bits divided by 2^(N-1), as in `decodeWav`; some decoders divide by 2^(N-1) - 1. */

import { textAt } from './sound-kind.ts'

/** STREAMINFO is near the beginning: after `fLaC`, in an Ogg file after the header of its first page. */
const searchedBytes = 64
/** Most bits that float32 holds exactly. */
const exactBits = 24

/** Bits of a sample by STREAMINFO, or undefined where there is none. */
export function flacBits(bytes: Uint8Array): number | undefined {
  const at = textAt(bytes, 0, searchedBytes).indexOf('fLaC')
  if (at < 0 || bytes.length < at + 22) return undefined
  return 1 + (((bytes[at + 20] & 1) << 4) | (bytes[at + 21] >> 4))
}

/** Whether these are integers divided by `scale`, which are below 1. */
function isScaled(samples: Float32Array, scale: number): boolean {
  return samples.every((x) => x < 1 && x >= -1 && Number.isInteger(x * scale))
}

/**
 * Rescales, in place, samples that were divided by 2^(N-1) - 1 to a division by 2^(N-1), so that they equal those of a
 * WAV file of the recording; leaves others unchanged.
 *
 * @param bits - N, 2 to 24, which float32 holds exactly
 */
export function exactFlac(channels: readonly Float32Array[], bits: number): void {
  if (bits < 2 || bits > exactBits) return
  const scale = 1 << (bits - 1)
  if (channels.every((samples) => isScaled(samples, scale))) return
  for (const samples of channels) {
    for (let i = 0; i < samples.length; i++) samples[i] = Math.round(samples[i] * (scale - 1)) / scale
  }
}
