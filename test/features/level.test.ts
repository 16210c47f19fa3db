import { describe, expect, it } from 'vitest'
import type { FloatNdArray, VectorLike } from '../../src/core/types.ts'
import { pitchTrack } from '../../src/features/pitch.ts'
import * as descriptors from '../../src/features/spectrum/descriptors.ts'
import { formants } from '../../src/features/voice/formants.ts'
import { harmonicDifferences } from '../../src/features/voice/harmonic-differences.ts'
import { harmonicsToNoise } from '../../src/features/voice/harmonics-to-noise.ts'
import { jitter, shimmer } from '../../src/features/voice/perturbation.ts'
import { pitchMarks } from '../../src/features/voice/pitch-marks.ts'
import { subharmonicPitchTrack } from '../../src/features/voice/subharmonic-pitch.ts'

const sampleRate = 16000
const options = { sampleRate, dtype: 'float64' } as const

/** A voice of 150 Hz with some noise. */
const voice = Float64Array.from({ length: 4800 }, (_, n) => {
  const phase = (2 * Math.PI * 150 * n) / sampleRate
  return 0.6 * Math.sin(phase) + 0.3 * Math.sin(2 * phase) + 0.1 * Math.sin(n * n * 0.001)
})

function times(samples: Float64Array, ...factors: number[]): Float64Array {
  return samples.map((x) => factors.reduce((product, factor) => product * factor, x))
}

type Measured = Record<string, ArrayLike<number>>
const rows = (x: FloatNdArray): Measured => ({ rows: Array.from(x.data) })

/** Measures in which the level plays no part. */
const measures: Record<string, (samples: VectorLike) => Measured> = {
  spectralCentroid: (x) => rows(descriptors.spectralCentroid(x, options)),
  spectralSpread: (x) => rows(descriptors.spectralSpread(x, options)),
  spectralRolloff: (x) => rows(descriptors.spectralRolloff(x, options)),
  'spectralFlux, normalized': (x) => rows(descriptors.spectralFlux(x, { ...options, normalized: true })),
  alphaRatio: (x) => rows(descriptors.alphaRatio(x, options)),
  hammarbergIndex: (x) => rows(descriptors.hammarbergIndex(x, options)),
  formants: (x) => rows(formants(x, options)),
  harmonicsToNoise: (x) => rows(harmonicsToNoise(x, options)),
  harmonicDifferences: (x) => rows(harmonicDifferences(x, options)),
  pitchTrack: (x) => ({ ...pitchTrack(x, { sampleRate }) }),
  subharmonicPitchTrack: (x) => ({ ...subharmonicPitchTrack(x, { sampleRate }) }),
  pitchMarks: (x) => ({ rows: pitchMarks(x, { sampleRate }) }),
  jitter: (x) => ({ rows: Object.values(jitter(x, { sampleRate })) }),
  shimmer: (x) => ({ rows: Object.values(shimmer(x, { sampleRate })) }),
}

function expectClose(got: Measured, wanted: Measured): void {
  expect(Object.keys(got)).toEqual(Object.keys(wanted))
  for (const [name, values] of Object.entries(wanted)) {
    expect(got[name]).toHaveLength(values.length)
    for (let i = 0; i < values.length; i++) {
      expect(Math.abs(got[name][i] - values[i])).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(values[i])))
    }
  }
}

describe.each(Object.entries(measures))('%s', (_, measure) => {
  const wanted = measure(voice)

  it.each([1e60, 1e-60, 1e-100, 1e-150, 1e-200, 1e-300])('of sound times %d is that of the sound', (factor) => {
    expectClose(measure(times(voice, factor)), wanted)
  })

  it('of denormals is that of the same whole numbers', () => {
    const whole = voice.map((x) => Math.round(1000 * x))
    expectClose(measure(times(whole, 2 ** -1000, 2 ** -74)), measure(whole))
  })

  it('of samples of 1e200 is refused', () => {
    expect(() => measure(times(voice, 1e200))).toThrow(/"samples" expected samples within \+-1e\+70, got/)
  })
})

it('the flux of loud sound is right in float64, and refused in float32, which cannot hold it', () => {
  const loud = times(voice, 1e60)
  const plain = descriptors.spectralFlux(voice, options)
  const flux = descriptors.spectralFlux(loud, options)
  for (let t = 0; t < plain.data.length; t++) expect(flux.get(t) / 1e60).toBeCloseTo(plain.get(t), 9)
  expect(() => descriptors.spectralFlux(loud, { sampleRate })).toThrow(
    /^spectralFlux: "samples" expected numbers whose result fits, got up to [\d.]+e\+6\d$/,
  )
})
