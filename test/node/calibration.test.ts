import { describe, expect, it } from 'vitest'
import type { CardCalibration } from '../../src/node/calibration.ts'
import { syntheticSource } from '../../src/node/index.ts'
import { trainOnCorpus } from '../../src/node/train.ts'
import { systems } from '../support/recognizer.ts'

const [config] = systems
const source = syntheticSource({ speakers: 4, sentences: 1, emotions: ['sadness', 'anger'] })
/** The same voices as recordings of two corpora. */
const several = {
  ...source,
  utterances: source.utterances.map((one) => ({ ...one, corpus: ['s01', 's02'].includes(one.speaker) ? 'a' : 'b' })),
}
const calibrationOf = ({ recognizer }: Awaited<ReturnType<typeof trainOnCorpus>>): CardCalibration | undefined =>
  recognizer.card.calibration as unknown as CardCalibration | undefined

describe('calibration in a training', () => {
  it('is by corpora left out where there are several, and stands in the card that predict follows', async () => {
    const folds: number[][] = []
    const trained = await trainOnCorpus(several, config, { onFold: (...fold) => folds.push(fold) })
    expect(folds).toEqual([
      [1, 2],
      [2, 2],
    ])
    const calibration = calibrationOf(trained) as CardCalibration
    expect(calibration).toMatchObject({ protocol: 'leave-one-corpus-out', recordings: 8 })
    expect(calibration.temperature).toBeGreaterThanOrEqual(0.05)
    expect(calibration.error.after).toBeLessThanOrEqual(1)
    const [voice] = source.utterances
    const audio = await voice.read()
    const ask = (one: typeof trained.recognizer) =>
      one.predict(audio.channels[0], audio.sampleRate, { timeline: false })
    const cold = ask(trained.recognizer.withCard({}))
    const { temperature, threshold } = calibration
    const powers = Object.values(cold.probabilities).map((p) => Math.max(p, 1e-12) ** (1 / temperature))
    const largest = Math.max(...powers) / powers.reduce((a, b) => a + b)
    expect(Math.max(...Object.values(ask(trained.recognizer).probabilities))).toBeCloseTo(largest, 6)
    expect(ask(trained.recognizer).sure).toBe(largest >= threshold)
  })

  it('is not made of one corpus unless asked for, then by folds of speakers', async () => {
    expect(calibrationOf(await trainOnCorpus(source, config))).toBeUndefined()
    const byHand = await trainOnCorpus(source, config, { card: { calibration: 'by hand' } })
    expect(byHand.recognizer.card.calibration).toBe('by hand')
    const asked = await trainOnCorpus(source, config, { calibrate: 'speakers' })
    expect(calibrationOf(asked)).toMatchObject({ protocol: 'folds of speakers', recordings: 8 })
    expect(calibrationOf(await trainOnCorpus(several, config, { calibrate: 'none' }))).toBeUndefined()
  })

  it('refuses what cannot be left out', async () => {
    await expect(trainOnCorpus(source, config, { calibrate: 'corpora' })).rejects.toThrow(
      'trainOnCorpus: "calibrate" by corpora needs at least two of them, got 0',
    )
    await expect(trainOnCorpus(source, config, { calibrate: 'rooms' as never })).rejects.toThrow(
      '"calibrate" expected one of',
    )
    const apart = {
      ...several,
      utterances: several.utterances.filter(({ corpus, label }) => corpus === 'a' || label === 'anger'),
    }
    await expect(trainOnCorpus(apart, config)).rejects.toThrow(/"calibrate".*no recording of "sadness"/)
    const folds: number[] = []
    const told = trainOnCorpus(apart, config, { onFold: (fold) => folds.push(fold) })
    await expect(told).rejects.toThrow('calibrate by "speakers" or "none", or leave out these classes')
    expect(folds).toEqual([])
  })
})
