import { describe, expect, it } from 'vitest'
import { logEnergy, zeroCrossings } from '../../src/features/energy.ts'
import { mfcc } from '../../src/features/mfcc.ts'
import { reference, sampleRate, samples, unitSamples } from './reference.ts'

/** The references are printed with 12 digits. */
const tolerance = 1e-10

describe('logEnergy', () => {
  it('equals the reference', () => {
    const energy = logEnergy(samples, { sampleRate, dtype: 'float64' })
    expect(energy.shape).toEqual([reference.logEnergy.length])
    for (const [t, value] of reference.logEnergy.entries()) {
      expect(Math.abs(energy.get(t) - value)).toBeLessThan(tolerance)
    }
  })

  it('is column 0 of mfcc', () => {
    const x = mfcc(unitSamples, { sampleRate })
    const energy = logEnergy(unitSamples, { sampleRate })
    for (let t = 0; t < x.shape[0]; t++) expect(energy.get(t)).toBe(x.get(t, 0))
  })

  it('has a floor', () => {
    const silence = new Float32Array(400)
    expect(logEnergy(silence, { sampleRate, dtype: 'float64' }).get(0)).toBe(Math.log(1e-10))
    expect(logEnergy(silence, { sampleRate, dtype: 'float64', floor: 1 }).get(0)).toBe(0)
    expect(() => logEnergy(silence, { sampleRate, floor: 0 })).toThrow(
      'logEnergy: "floor" expected a finite number > 0',
    )
  })
})

describe('zeroCrossings', () => {
  it('equals the reference', () => {
    expect([...zeroCrossings(samples, { sampleRate }).data]).toEqual(reference.zeroCrossings)
  })

  it('counts 0 as positive and the frame alone', () => {
    const x = Float64Array.of(1, -1, 0, -0, -2, -3, 4, 4)
    const options = { sampleRate, frameLength: 4, frameStep: 2, dtype: 'float64' } as const
    expect([...zeroCrossings(x, options).data]).toEqual([2, 1, 1])
  })

  it('refuses options that it does not know', () => {
    expect(() => zeroCrossings(samples, { sampleRate, floor: 1 } as never)).toThrow('unknown option "floor"')
  })
})
