/** Sounds for the tests of augmentation. */
import type { AugmentedSound, SoundAugmentation } from '../../src/augmentation/sound.ts'
import { AugmentationStream } from '../../src/augmentation/stream.ts'
import { Random } from '../../src/numerics/random.ts'

export const rate = 16000

/** A sine, float64. */
export function tone(hertz: number, seconds = 1, amplitude = 0.3): Float64Array {
  return Float64Array.from({ length: seconds * rate }, (_, n) => amplitude * Math.sin((2 * Math.PI * hertz * n) / rate))
}

/** Normal noise, float64. */
export function hiss(length: number, seed: string): Float64Array {
  const random = new Random(seed)
  return Float64Array.from({ length }, () => 0.1 * random.normal())
}

export function power(x: ArrayLike<number>): number {
  return Array.from(x).reduce((sum, value) => sum + value * value, 0) / x.length
}

/** What an augmentation makes of samples at 16 kHz. */
export function apply(augment: SoundAugmentation, samples: Float64Array, seed = 1): AugmentedSound {
  return augment({ samples, sampleRate: rate }, new Random(seed))
}

/** The same through a stream, in chunks of random sizes. */
export function inChunks(augment: SoundAugmentation, samples: Float64Array, seed: number, sizes: Random): number[] {
  const stream = new AugmentationStream(augment, { sampleRate: rate, seed, dtype: 'float64' })
  const out: number[] = []
  for (let from = 0; from < samples.length; ) {
    const to = from + sizes.integer(3000)
    out.push(...stream.push(samples.subarray(from, to)))
    from = to
  }
  return [...out, ...stream.flush()]
}

/** Frequency of the largest value of the spectrum between two others, Hz, by the sum of products itself. */
export function peakOf(x: ArrayLike<number>, low: number, high: number, step: number): number {
  let [best, most] = [0, -1]
  for (let hertz = low; hertz <= high; hertz += step) {
    let [re, im] = [0, 0]
    for (let n = 0; n < x.length; n++) {
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / x.length)
      re += window * x[n] * Math.cos((2 * Math.PI * hertz * n) / rate)
      im += window * x[n] * Math.sin((2 * Math.PI * hertz * n) / rate)
    }
    if (re * re + im * im > most) [best, most] = [hertz, re * re + im * im]
  }
  return best
}

/** The largest |a - b|; infinite for other lengths. */
export function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  return Array.from(a).reduce((most, value, n) => Math.max(most, Math.abs(value - b[n])), 0)
}
