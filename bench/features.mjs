import { mfcc, pitch, Random, resample } from 'ser-core'
import { line, measure } from './measure.mjs'

const SECONDS = 10

/** Ten seconds of noise: the work does not depend on the sound. */
export function benchFeatures() {
  const samples = new Float32Array(SECONDS * 16000)
  new Random(1).uniformInto(samples, -0.5, 0.5)
  const cepstra = measure(() => mfcc(samples, { sampleRate: 16000, deltas: 2 }))
  line('MFCC with deltas, 39 columns', cepstra, `${((1000 * cepstra.median) / (100 * SECONDS)).toFixed(1)} us a frame`)
  const contour = measure(() => pitch(samples, { sampleRate: 16000 }))
  line('pitch', contour, `${((1000 * contour.median) / (100 * SECONDS)).toFixed(1)} us a frame`)
  const resampled = measure(() => resample(samples, 44100, 16000))
  line('resample 44100 to 16000 Hz, 160,000 samples', resampled)
}
