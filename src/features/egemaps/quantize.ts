import type { FloatArray } from '../../core/types.ts'

/** Samples as 16-bit integers hold them, over 32767: trunc(32768 x), clipped. */
export function quantized(samples: FloatArray): Float64Array {
  const out = new Float64Array(samples.length)
  for (let n = 0; n < out.length; n++) {
    out[n] = Math.max(-32768, Math.min(32767, Math.trunc(32768 * samples[n]))) / 32767
  }
  return out
}
