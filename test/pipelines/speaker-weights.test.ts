import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { Random } from '../../src/numerics/random.ts'
import type { LabelledFeatures } from '../../src/pipelines/system.ts'
import { createSystem, type SystemName } from '../../src/pipelines/systems.ts'

const frontEnd = { spectral: 'logMel', filters: 4, coefficients: 4, deltas: 0, pitch: false } as const
const short = { frontEnd, epochs: 2 }

/** Eight recordings by each of the speakers, or all but one class of four of `b` by `a` as well. */
function data(uneven: boolean): LabelledFeatures {
  const random = new Random(1)
  const speakers = Array.from({ length: 16 }, (_, i) => (i < 8 || (uneven && i > 9) ? 'a' : 'b'))
  const sequences = speakers.map(() => {
    const x = new Float32Array(5 * 12)
    random.normalInto(x)
    return view(x, [12, 5])
  })
  return { sequences, labels: Int32Array.from(speakers, (_, i) => i % 2), speakers }
}

describe.each<[SystemName, object]>([
  ['lstm', { ...short, units: 3, rectifier: 3, batchSize: 8 }],
  ['functionals-mlp', { ...short, cepstra: 3, hidden: [4], weightDecays: [0.1] }],
  ['measures-logistic', short],
  ['measures-lda', { frontEnd }],
])('the speakers of %s', (name, options) => {
  const make = (power: number) => createSystem<SystemName>(name, { ...options, speakerWeightPower: power })
  const posterior = async (of: LabelledFeatures, power: number): Promise<unknown> => {
    return (await make(power).train(of, 2, 'seed')).predict(of.sequences[0])
  }

  it('count the same where asked: another training unless they have as many recordings of each class', async () => {
    expect(await posterior(data(false), 1)).toEqual(await posterior(data(false), 0))
    expect(await posterior(data(true), 1)).not.toEqual(await posterior(data(true), 0))
  })

  it('have a power among the settings where it is not 0: those of finished folds had none', () => {
    expect(make(0).settings).toEqual(createSystem<SystemName>(name, options).settings)
    expect(make(0).settings).not.toHaveProperty('speakerWeightPower')
    expect(make(0.5).settings.speakerWeightPower).toBe(0.5)
    expect(() => make(-1)).toThrow(/"speakerWeightPower" expected a finite number >= 0 and <= 10, got -1/)
  })

  it('have a power of at most 10: the weights of greater ones overflow', async () => {
    expect(() => make(10.5)).toThrow(/"speakerWeightPower" expected a finite number >= 0 and <= 10, got 10.5$/)
    expect(Array.from((await posterior(data(true), 10)) as Float64Array, Number.isFinite)).toEqual([true, true])
  })
})
