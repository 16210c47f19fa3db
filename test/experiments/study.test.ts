import { describe, expect, it } from 'vitest'
import { checkStudyTask, shownStudyOf, showsStudy, study, studySystems } from '../../src/experiments/study.ts'
import { makeResults, makeRun } from '../support/results.ts'

describe('the numbers of the study', () => {
  // Section by section: right answers, recordings, and whether they give the printed rate.
  it.each([
    ['crbm-dnn', 202, 338, 59.76, 60.4],
    ['crbm-lstm', 244, 339, 71.98, 67.5],
    ['lstm', 269, 338, 79.59, 78.2],
    ['lstm-rectifier', 282, 338, 83.43, 82.1],
  ] as const)('%s: %i of %i', (name, right, n, rate, recall) => {
    const { confusion, accuracy, unweightedRecall } = study[name]
    expect(confusion.counts.reduce((sum, row, k) => sum + row[k], 0)).toBe(right)
    expect(confusion.counts.flat().reduce((sum, count) => sum + count, 0)).toBe(n)
    expect((100 * accuracy).toFixed(2)).toBe(rate.toFixed(2))
    // The mean of the printed recalls, each rounded.
    expect(Math.abs(100 * unweightedRecall - recall)).toBeLessThan(0.1)
    if (name === 'lstm') expect(study[name].printed).toBe(0.8159)
    else expect(study[name].printed).toBeCloseTo(accuracy, 4)
  })

  it.each(Object.entries(study))(
    '%s: the counts are those of the printed percentages',
    (name, { confusion, percent }) => {
      confusion.counts.forEach((row, i) => {
        const n = row.reduce((sum, count) => sum + count, 0)
        row.forEach((count, j) => {
          // Its neutral row lacks the one that was called anger.
          const missing = name === 'lstm-rectifier' && i === 1 && j === 3
          expect(Math.abs((100 * count) / n - percent[i][j])).toBeLessThan(missing ? 1.3 : 0.08)
        })
      })
    },
  )

  it('stand beside the same classes of the same recordings only', () => {
    const classes = ['anger', 'joy', 'neutral', 'sadness']
    const results = makeResults([makeRun({ name: 'mine' }, classes, { a: { p: 'joy' } }, { p: [1, 0, 0, 0] })])
    results.plan.systems = [{ name: 'mine', system: 'lstm', options: {} }]
    results.study = true
    expect(shownStudyOf(results, 'mine')).toBeUndefined()
    results.corpus.name = 'emodb'
    expect(shownStudyOf(results, 'mine')).toBe(study.lstm)
    expect(shownStudyOf(results, 'lstm')).toBeUndefined()
    results.corpus.classes = [...classes, 'fear']
    expect(shownStudyOf(results, 'mine')).toBeUndefined()
  })

  it('are shown where it was asked for, or answers of its systems are compared, and nowhere else', () => {
    const classes = ['anger', 'joy', 'neutral', 'sadness']
    const results = makeResults([makeRun({ name: 'lstm' }, classes, { a: { p: 'joy' } }, { p: [1, 0, 0, 0] })])
    const shown = (change: Partial<typeof results>): [boolean, number] => {
      const changed = { ...results, ...change }
      return [showsStudy(changed), studySystems(changed).length]
    }
    const corpus = { ...results.corpus, name: 'emodb' }
    const compared = {
      protocol: 'strict',
      first: 'lstm',
      n: 1,
      onlyFirst: 0,
      onlySecond: 0,
      p: 1,
      seed: 'all',
    } as const
    expect(shown({ corpus })).toEqual([false, 0])
    expect(shown({ corpus, comparisons: [{ ...compared, second: 'mine: lstm' }] })).toEqual([false, 0])
    expect(shown({ study: true })).toEqual([false, 0])
    expect(shown({ corpus, study: true })).toEqual([true, 4])
    expect(shown({ corpus, comparisons: [{ ...compared, second: 'study: lstm' }] })).toEqual([true, 4])
  })

  it('refuse to stand beside anything else', () => {
    expect(() =>
      checkStudyTask('here', { name: 'emodb', classes: ['sadness', 'anger', 'joy', 'neutral'] }),
    ).not.toThrow()
    expect(() => checkStudyTask('here', { name: 'tess', classes: ['joy', 'anger'] })).toThrow(
      'here: the numbers of the study are of emodb with the classes joy, neutral, sadness, anger; this is "tess" with joy, anger',
    )
  })
})
