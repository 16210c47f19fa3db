import { describe, expect, it } from 'vitest'
import { mfcc } from '../../src/features/mfcc.ts'
import { mfccPresets } from '../../src/features/presets.ts'
import { comparisons, reference, sampleRate, samples, worstRelativeDifference } from './reference.ts'

/** Relative; the references are printed with 12 digits. The tools themselves: preset-tools.test.ts. */
const tolerance = 1e-8
/** Half a unit of float32, with room for the reference's own rounding. */
const float32Tolerance = 1e-7

describe('mfccPresets', () => {
  it.each(comparisons())('$preset equals its reference', ({ actual, expected }) => {
    expect(worstRelativeDifference(actual, expected)).toBeLessThan(tolerance)
  })

  it.each(['study', 'htk', 'kaldi', 'librosa', 'psf'] as const)('%s is accurate in float32 too', (name) => {
    const actual = mfcc(samples, { sampleRate, ...mfccPresets[name] })
    expect(actual.data).toBeInstanceOf(Float32Array)
    expect(worstRelativeDifference(actual, reference[name])).toBeLessThan(float32Tolerance)
  })

  it('holds no option with the value undefined, so that spreading a preset overrides nothing by accident', () => {
    for (const preset of Object.values(mfccPresets)) expect(Object.values(preset)).not.toContain(undefined)
  })
})
