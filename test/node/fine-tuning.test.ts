import { describe, expect, it } from 'vitest'
import { syntheticSource } from '../../src/node/source.ts'
import { type TrainOnCorpusOptions, trainOnCorpus } from '../../src/node/train.ts'
import { Recognizer } from '../../src/pipelines/recognizer.ts'

const config = { system: 'measures-lda' as const, options: { frontEnd: { set: 'speechAndLevel' as const } } }
const { recognizer: start } = await trainOnCorpus(syntheticSource({ speakers: 3, sentences: 1 }), config)
const mine = syntheticSource({ speakers: 4, sentences: 2, seed: 3 })

describe('trainOnCorpus with tune', () => {
  it('has in the card both trainings, what came of it, and facts of the held-out speakers; its file keeps them', async () => {
    const trained = await trainOnCorpus(mine, config, { start, tune: 'last', heldOut: 2, keepTuned: true })
    const { fineTuning, bytes } = trained
    expect(fineTuning).toMatchObject({ tune: 'last', kept: 'tuned', heldOut: { recordings: 16 } })
    const { card } = Recognizer.from(bytes)
    expect(card.fineTuning).toEqual(fineTuning)
    expect(card.training).toMatchObject({ recordings: 32, start: { recordings: 12, speakers: ['s01', 's02', 's03'] } })
    // 16 held-out recordings are too few to calibrate by, but have rates.
    expect(card.calibration).toBeUndefined()
    expect(card.groups).toMatchObject({ protocol: 'held-out speakers' })
    const [{ groups }] = (card.groups as { rates: { groups: { recordings: number }[] }[] }).rates
    expect(groups.reduce((sum, { recordings }) => sum + recordings, 0)).toBe(16)
  })

  it('calibrates by twenty held-out recordings or more', async () => {
    const { recognizer } = await trainOnCorpus(mine, config, { start, tune: 'last', heldOut: 3, keepTuned: true })
    expect(recognizer.card.calibration).toMatchObject({ protocol: 'held-out speakers', recordings: 24 })
  })

  it('writes the start where tuning made it no better', async () => {
    // Labels of the corpus say nothing, so that class means move to no end; the start's card stays.
    const utterances = mine.utterances.map((one, i) => ({ ...one, label: mine.classes[i % mine.classes.length] }))
    const turned = { ...mine, utterances }
    const { recognizer, fineTuning } = await trainOnCorpus(turned, config, { start, tune: 'last' })
    expect(fineTuning).toMatchObject({ kept: 'start', guard: expect.stringMatching(/the start is kept$/) })
    expect(recognizer.trainedState()).toEqual(start.trainedState())
    expect(recognizer.card.training).toEqual(start.card.training)
  })

  it.each<[string, TrainOnCorpusOptions, RegExp]>([
    ['no start', { tune: 'all' }, /"tune" needs a "start"/],
    ['a calibration', { start, tune: 'all', calibrate: 'speakers' }, /"calibrate" expected none beside "tune"/],
    ['unlabelled recordings', { start, tune: 'all', unlabelled: mine }, /"unlabelled" expected none beside "tune"/],
    ['held-out speakers without tuning', { start, heldOut: 1 }, /"heldOut" needs "tune"/],
    ['another kind of tuning', { start, tune: 'none' as never }, /"tune" expected/],
  ])('refuses %s', async (_, options, message) => {
    await expect(trainOnCorpus(mine, config, options)).rejects.toThrow(message)
  })
})
