import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { wilsonInterval } from '../../src/evaluation/intervals.ts'
import { parseBaselines } from '../../src/experiments/baselines.ts'
import { combineRuns } from '../../src/experiments/combinations.ts'
import { checkBaseline, compareRuns } from '../../src/experiments/comparisons.ts'
import { summarizeRuns } from '../../src/experiments/rate-summary.ts'
import { ensembleSystem } from '../../src/pipelines/ensemble-system.ts'
import { resolveFrontEnd } from '../../src/pipelines/front-end.ts'
import type { System } from '../../src/pipelines/system.ts'
import { makeResults, makeRun, type Truth } from '../support/results.ts'

const classes = ['joy', 'anger']
const truth: Truth = { a: { 'x/a1.wav': 'joy', 'x/a2.wav': 'anger' }, b: { 'x/b1.wav': 'joy', 'x/b2.wav': 'joy' } }
const paths = Object.values(truth).flatMap((labels) => Object.keys(labels))

/** Posteriors of joy by recording, a1 a2 b1 b2. */
const run = (name: string, seed: number, joy: number[], protocol: 'strict' | 'speaker' = 'strict') =>
  makeRun(
    { name, seed, protocol },
    classes,
    truth,
    Object.fromEntries(paths.map((path, i) => [path, [joy[i], 1 - joy[i]]])),
  )

// Right: all four; a1, b1, b2 (seed 2 says joy of a2).
const lstm = [run('lstm', 1, [0.9, 0.2, 0.8, 0.6]), run('lstm', 2, [0.9, 0.6, 0.8, 0.6])]
// Right: a2 and b1; a2 alone.
const mlp = [run('mlp', 1, [0.3, 0.3, 0.7, 0.1]), run('mlp', 2, [0.2, 0.3, 0.4, 0.2])]

describe('summarizeRuns', () => {
  const [first, second] = summarizeRuns([lstm[0], mlp[0], lstm[1], mlp[1]], classes)

  it('takes means and ranges over the seeds', () => {
    expect(first).toMatchObject({ name: 'lstm', protocol: 'strict', seeds: 2 })
    expect(first.accuracy).toEqual({ mean: 0.875, low: 0.75, high: 1 })
    // Recalls of joy 1, 1 and of anger 1, 0.
    expect(first.unweightedRecall).toEqual({ mean: 0.75, low: 0.5, high: 1 })
    expect(first.recall).toEqual({ joy: 1, anger: 0.5 })
    expect(first.speakers).toEqual([
      { speaker: 'a', n: 2, accuracy: 0.75 },
      { speaker: 'b', n: 2, accuracy: 1 },
    ])
    expect(first.confusion).toEqual({
      classes,
      counts: [
        [3, 0],
        [0.5, 0.5],
      ],
    })
    expect(second.accuracy).toEqual({ mean: 0.375, low: 0.25, high: 0.5 })
  })

  it("has Wilson's interval of the mean share of the corpus' recordings", () => {
    // 3.5 of 4: between the intervals of 3 and of 4.
    expect(first.accuracyInterval.low).toBeGreaterThan(wilsonInterval(3, 4).low)
    expect(first.accuracyInterval.low).toBeLessThan(wilsonInterval(4, 4).low)
    expect(summarizeRuns([lstm[1]], classes)[0].accuracyInterval).toEqual(wilsonInterval(3, 4))
  })

  it('keeps protocols apart', () => {
    const both = summarizeRuns([lstm[0], run('lstm', 1, [0.1, 0.9, 0.1, 0.1], 'speaker')], classes)
    expect(both.map(({ protocol, accuracy }) => [protocol, accuracy.mean])).toEqual([
      ['strict', 1],
      ['speaker', 0],
    ])
  })
})

describe('compareRuns', () => {
  it('compares every two systems of a protocol by log posteriors averaged over the seeds', () => {
    // lstm: a2 joy by sqrt(.2 .6) against sqrt(.8 .4): anger, so all right. mlp: b1 joy by sqrt(.7 .4), b2 anger.
    const other = run('lstm', 1, [0.1, 0.1, 0.1, 0.1], 'speaker')
    expect(compareRuns([...lstm, ...mlp, other])).toEqual([
      { protocol: 'strict', first: 'lstm', second: 'mlp', seed: 'all', n: 4, onlyFirst: 2, onlySecond: 0, p: 0.5 },
    ])
  })

  it('compares each with each baseline, averaged and seed by seed, where both answered', () => {
    const [study] = parseBaselines('study', 'file,label,dnn\na1.wav,joy,anger\na2.wav,anger,anger\nb1.wav,joy,\n')
    expect(compareRuns(lstm, [study])).toEqual([
      { protocol: 'strict', first: 'lstm', second: 'study: dnn', seed: 'all', n: 2, onlyFirst: 1, onlySecond: 0, p: 1 },
      { protocol: 'strict', first: 'lstm', second: 'study: dnn', seed: 1, n: 2, onlyFirst: 1, onlySecond: 0, p: 1 },
      { protocol: 'strict', first: 'lstm', second: 'study: dnn', seed: 2, n: 2, onlyFirst: 1, onlySecond: 1, p: 1 },
    ])
    expect(compareRuns([lstm[0]], [study]).map(({ seed }) => seed)).toEqual(['all'])
  })
})

describe('checkBaseline', () => {
  const recordings = [
    { path: 'w/a.wav', label: 'joy' },
    { path: 'w/b.wav', label: 'anger' },
  ]
  const check = (csv: string): void => {
    checkBaseline(parseBaselines('study', csv)[0], recordings, ['joy', 'anger'])
  }

  it('takes answers of some recordings, in words that the corpus has', () => {
    expect(() => check('file,label,dnn\na.wav,joy,anger\nc.wav,fear,fear\n')).not.toThrow()
    expect(() => check('file,label,dnn\na.wav,,fear\nb.wav,anger,joy\n')).not.toThrow()
  })

  it.each([
    ['c.wav,joy,joy', 'no answer is of a recording of the corpus'],
    ['a.wav,happiness,happiness', '"a.wav" is "happiness" there and "joy" in the corpus'],
    ['a.wav,,Joy\nb.wav,,Anger', 'no answer is one of joy, anger, but Joy, Anger'],
  ])('refuses %j', (rows, message) => {
    expect(() => check(`file,label,dnn\n${rows}\n`)).toThrow(`baseline "study: dnn": ${message}`)
  })
})

describe('parseBaselines', () => {
  it('names systems by their columns, leaves unknown answers out, and takes quotes and folders', () => {
    expect(
      parseBaselines('study', 'file,label,lstm,"crbm, dnn"\r\nw/a.wav,joy,joy,\r\n"b.wav",joy, anger ,joy\r\n'),
    ).toEqual([
      { name: 'study: lstm', said: { 'a.wav': 'joy', 'b.wav': 'anger' }, labels: { 'a.wav': 'joy', 'b.wav': 'joy' } },
      { name: 'study: crbm, dnn', said: { 'b.wav': 'joy' }, labels: { 'a.wav': 'joy', 'b.wav': 'joy' } },
    ])
    expect(parseBaselines('study', 'file,label,lstm')).toEqual([{ name: 'study: lstm', said: {}, labels: {} }])
  })

  it('takes names that every object has as those of systems and files', () => {
    const [first, second] = parseBaselines('study', 'file,label,__proto__,constructor\ntoString,joy,anger,joy\n')
    expect([first.name, first.said.toString]).toEqual(['study: __proto__', 'anger'])
    expect([second.name, second.said.toString]).toEqual(['study: constructor', 'joy'])
    const recordings = [{ path: 'valueOf', label: 'joy' }]
    const [other] = parseBaselines('study', 'file,label,lstm\nvalueOf,,joy\n')
    expect(() => checkBaseline(other, recordings, ['joy'])).not.toThrow()
  })

  it.each([
    ['file,lstm\na.wav,joy', 'parseBaselines: row 1: no column "label" in the header'],
    ['', 'parseBaselines: row 1: no column "file" in the header'],
    ['file,label,lstm\na.wav,joy', /parseBaselines: row 2: Too few fields/],
    ['file,label,lstm\na.wav,joy,joy,joy', 'parseBaselines: row 2: Too many fields: expected 3, got 4'],
    ['file,label,lstm,lstm\na.wav,joy,joy,joy', 'parseBaselines: row 1: the column "lstm" is there twice'],
    ['file,label,lstm\na.wav,joy,joy\nw/a.wav,joy,joy', 'parseBaselines: row 3: "a.wav" was there already'],
  ])('refuses %j', (csv, message) => {
    expect(() => parseBaselines('study', csv)).toThrow(expect.objectContaining({ name: 'FormatError' }))
    expect(() => parseBaselines('study', csv)).toThrow(message)
  })
})

describe('combineRuns', () => {
  const planOf = (combination: object) =>
    makeResults([...lstm, ...mlp], { combinations: [{ name: 'both', members: ['lstm', 'mlp'], ...combination }] }).plan
  const joyOf = (posteriors: number[][]): number[] => posteriors.map(([joy]) => Math.round(1e6 * joy) / 1e6)

  it('averages posteriors seed by seed', () => {
    const runs = combineRuns(planOf({ average: 'posterior' }), [...mlp, ...lstm])
    expect(runs.map(({ seed, accuracy }) => [seed, accuracy])).toEqual([
      [1, 0.75], // joy .6 .25 .75 .35
      [2, 0.75], // joy .55 .45 .6 .4
    ])
    const predictions = runs[0].folds.flatMap((fold) => fold.predictions)
    expect(joyOf(predictions.map(({ posterior }) => posterior))).toEqual([0.6, 0.25, 0.75, 0.35])
    expect(runs[0]).toMatchObject({
      name: 'both',
      protocol: 'strict',
      seconds: 0,
      system: { name: 'combination', settings: { members: ['lstm', 'mlp'], average: 'posterior', seeds: 'each' } },
      folds: [
        { speaker: 'a', accuracy: 1, epochs: [], bestEpoch: 0 },
        { speaker: 'b', accuracy: 0.5 },
      ],
    })
  })

  it('averages all seeds at once', () => {
    const runs = combineRuns(planOf({ average: 'posterior', seeds: 'all' }), [...lstm, ...mlp])
    expect(runs.map(({ seed }) => seed)).toEqual(['all'])
    const predictions = runs[0].folds.flatMap((fold) => fold.predictions)
    expect(joyOf(predictions.map(({ posterior }) => posterior))).toEqual([0.575, 0.35, 0.675, 0.375])
  })

  it('says what an ensemble of the same members says', async () => {
    const member = (joy: number): System => ({
      name: 'member',
      frontEnd: resolveFrontEnd(),
      settings: {},
      epochs: 1,
      restore: () => expect.fail('not called'),
      train: async () => ({
        history: { epochs: [], stoppedEarly: false, bestEpoch: 0 },
        predict: () => Float32Array.of(joy, 1 - joy),
        state: () => ({}),
      }),
    })
    const data = { sequences: [], labels: new Int32Array(0), speakers: [] }
    const trained = await ensembleSystem([member(0.9), member(0.3)]).train(data, 2, 1, {})
    const [{ folds }] = combineRuns(planOf({}), [...lstm, ...mlp])
    const wanted = trained.predict(view(new Float32Array(1), [1, 1]))
    folds[0].predictions[0].posterior.forEach((p, k) => expect(p).toBeCloseTo(wanted[k], 6))
  })

  it('averages timelines where all members have one', () => {
    const withTimeline = (joy: number, seconds: number[]) => {
      const made = run(joy === 0.4 ? 'lstm' : 'mlp', 1, [0.9, 0.2, 0.8, 0.6])
      made.folds[0].timeline = { path: 'x/a1.wav', seconds, posteriors: seconds.map(() => [joy, 1 - joy]) }
      return made
    }
    const plan = { ...planOf({ average: 'posterior' }), seeds: [1] }
    const [{ folds }] = combineRuns(plan, [withTimeline(0.4, [0.5, 0.6]), withTimeline(0.8, [0.5, 0.6])])
    expect(joyOf(folds[0].timeline?.posteriors ?? [])).toEqual([0.6, 0.6])
    expect(folds[0].timeline?.seconds).toEqual([0.5, 0.6])
    expect(folds[1]).not.toHaveProperty('timeline')
    const [odd] = combineRuns(plan, [withTimeline(0.4, [0.5, 0.6]), withTimeline(0.8, [0.5])])
    expect(odd.folds[0]).not.toHaveProperty('timeline')
  })

  it('names what is missing', () => {
    expect(() => combineRuns(planOf({}), lstm)).toThrow(
      'combineRuns: "runs" lacks "mlp" of seed 1 under the protocol strict',
    )
    const short = { ...mlp[0], folds: [mlp[0].folds[0]] }
    expect(() => combineRuns(planOf({}), [...lstm, short, mlp[1]])).toThrow('a member of "both" lacks b')
    const [fold, rest] = mlp[0].folds
    const fewer = { ...mlp[0], folds: [{ ...fold, predictions: fold.predictions.slice(1) }, rest] }
    expect(() => combineRuns(planOf({}), [...lstm, fewer, mlp[1]])).toThrow('a member lacks "x/a1.wav" of a')
  })
})
