import { describe, expect, it } from 'vitest'
import { checkFolds, type FoldGroups, type FoldPlan, foldsOf, foldsText } from '../../src/experiments/folds.ts'

/** Two corpora of three speakers, each with two texts, and a third of one speaker. */
const rows = ['a', 'b'].flatMap((corpus) =>
  ['1', '2', '3'].flatMap((speaker) => ['x', 'y'].map((text) => ({ corpus, speaker: `${corpus}/${speaker}`, text }))),
)
rows.push({ corpus: 'c', speaker: 'c/1', text: 'x' })
const groups: FoldGroups = {
  speakers: rows.map(({ speaker }) => speaker),
  corpora: rows.map(({ corpus }) => corpus),
  texts: rows.map(({ text }) => text),
}

/** Names of folds, and the distinct values of both parts. */
function told(folds: FoldPlan | undefined, key: 'speaker' | 'corpus' | 'text') {
  return foldsOf(folds, groups).map(({ name, train, test }) => {
    const values = (part: Int32Array) => [...new Set(Array.from(part, (i) => rows[i][key]))].join(' ')
    return `${name}: ${values(train)} | ${values(test)}`
  })
}

describe('folds', () => {
  it('leave each speaker out by default, and each corpus', () => {
    expect(told(undefined, 'speaker')).toHaveLength(7)
    expect(told(undefined, 'speaker')[1]).toBe('a/2: a/1 a/3 b/1 b/2 b/3 c/1 | a/2')
    expect(told({ by: ['corpus'] }, 'corpus')).toEqual(['a: b c | a', 'b: a c | b', 'c: a b | c'])
  })

  it('are of whole speakers, each tested once', () => {
    const folds = foldsOf({ by: ['speaker'], folds: [3] }, groups)
    expect(folds.map(({ name }) => name)).toEqual(['1', '2', '3'])
    const tested = folds.flatMap(({ test }) => Array.from(test))
    expect(tested.sort((a, b) => a - b)).toEqual(rows.map((_, i) => i))
    for (const { train, test } of folds) {
      const trained = new Set(Array.from(train, (i) => rows[i].speaker))
      expect(Array.from(test, (i) => rows[i].speaker).filter((speaker) => trained.has(speaker))).toEqual([])
      expect(train.length + test.length).toBe(rows.length)
    }
  })

  it('by two keys keep both apart', () => {
    const folds = foldsOf({ by: ['speaker', 'text'], folds: [2] }, groups)
    expect(folds.map(({ name }) => name)).toEqual(['1+x', '1+y', '2+x', '2+y'])
    for (const { train, test } of folds) {
      for (const key of ['speaker', 'text'] as const) {
        const trained = new Set(Array.from(train, (i) => rows[i][key]))
        expect(Array.from(test, (i) => rows[i][key]).some((value) => trained.has(value))).toBe(false)
      }
    }
    expect(folds.reduce((sum, { test }) => sum + test.length, 0)).toBe(rows.length)
  })

  it('test on corpora that are never trained on, alone or beside folds of the others', () => {
    expect(told({ test: ['c'] }, 'corpus')).toEqual(['test: a b | c'])
    const both = foldsOf({ by: ['speaker'], folds: [2], test: ['c'] }, groups)
    expect(both.map(({ name }) => name)).toEqual(['1', '2', 'test'])
    for (const { train } of both) expect(Array.from(train).some((i) => rows[i].corpus === 'c')).toBe(false)
  })

  it('train on each corpus alone, and on all others', () => {
    expect(told({ by: ['corpus'], train: 'each' }, 'corpus')).toEqual([
      'a alone: a | b c',
      'b alone: b | a c',
      'c alone: c | a b',
    ])
    expect(told({ by: ['corpus'], train: 'both', test: ['c'] }, 'corpus')).toEqual([
      ...['a: b | a', 'b: a | b', 'a alone: a | b c', 'b alone: b | a c', 'test: a b | c'],
    ])
  })

  it('give every training the recordings of some corpora without labels, which no test asks about', () => {
    const inC = rows.flatMap(({ corpus }, i) => (corpus === 'c' ? [i] : []))
    const plans: FoldPlan[] = [
      { unlabelled: ['c'] },
      { by: ['corpus'], train: 'both', unlabelled: ['c'] },
      { by: ['speaker'], folds: [2], unlabelled: ['c'] },
      { test: ['b'], unlabelled: ['c'] },
    ]
    for (const plan of plans) {
      const folds = foldsOf(plan, groups)
      for (const { train, test, unlabelled } of folds) {
        expect(Array.from(unlabelled ?? [])).toEqual(inC)
        expect([...train, ...test].filter((i) => inC.includes(i))).toEqual([])
      }
      const { unlabelled: _, ...labelled } = plan
      const others = rows.flatMap(({ corpus }, i) => (corpus === 'c' ? [] : [i]))
      const alone = { speakers: others.map((i) => rows[i].speaker), corpora: others.map((i) => rows[i].corpus) }
      const same = ({ unlabelled: __, ...fold }: (typeof folds)[number]) => fold
      expect(folds.map(same)).toEqual(foldsOf(labelled, alone))
    }
    expect(foldsOf({ by: ['corpus'] }, groups).every((fold) => !('unlabelled' in fold))).toBe(true)
  })

  it.each<[FoldPlan, string]>([
    [{ by: ['corpus'], test: ['b', 'c'] }, 'folds by corpus need recordings of at least 2 corpora, got 1'],
    [{ by: ['speaker'], folds: [8] }, 'folds by speaker need recordings of at least 8 speakers, got 7'],
    [{ test: ['d'] }, 'no recording of the corpus "d", which is to be tested on'],
    [{ test: ['a', 'b', 'c'] }, 'no recording to train on'],
    [{ unlabelled: ['d'] }, 'no recording of the corpus "d", which is to be used without labels'],
    [{ test: ['a'], unlabelled: ['b', 'c'] }, 'no recording to train on'],
  ])('%j are refused: %s', (folds, message) => {
    expect(() => foldsOf(folds, groups)).toThrow(message)
  })

  it('need corpora and texts to be by them', () => {
    const { speakers } = groups
    expect(() => foldsOf({ by: ['corpus'] }, { speakers })).toThrow(
      'folds by corpus need recordings of several corpora',
    )
    expect(() => foldsOf({ by: ['text'] }, { speakers })).toThrow('folds by text need recordings of known texts')
    const one = { speakers: ['1', '1'], texts: ['x', 'y'] }
    expect(() => foldsOf({ by: ['text', 'speaker'] }, one)).toThrow('at least 2 speakers, got 1')
  })

  it.each<[object, string]>([
    [{ by: ['speaker', 'speaker'] }, '"folds.by" expected one or two different keys'],
    [{ by: ['age'] }, '"folds.by" expected one of "speaker", "corpus", "text"'],
    [{ folds: [1] }, '"folds.folds" expected an integer >= 2'],
    [{ by: ['text'], folds: [2, 3] }, '"folds.folds" expected at most 1'],
    [{ test: ['a'], folds: [2] }, '"folds.folds" expected at most 0'],
    [{ test: [] }, '"folds.test" expected names of corpora'],
    [{ unlabelled: [] }, '"folds.unlabelled" expected names of corpora'],
    [{ unlabelled: 'c' }, '"folds.unlabelled" expected an array'],
    [{ test: ['c'], unlabelled: ['c'] }, '"folds.unlabelled" expected corpora that are not tested on, got "c"'],
    [{ train: 'each' }, '"folds.train" expected "others" unless folds are by corpus'],
    [{ by: ['corpus'], train: 'both', folds: [2] }, '"folds.folds" expected none beside the training "both"'],
    [{ kind: 'corpus' }, 'kind'],
  ])('of %j are refused in a plan: %s', (folds, message) => {
    expect(() => checkFolds('plan', folds as FoldPlan)).toThrow(message)
  })

  it('are told in words', () => {
    expect(foldsText(undefined)).toBe('leave-one-speaker-out')
    expect(foldsText({ by: ['speaker', 'text'], folds: [6] })).toBe('6 folds by speaker and leave-one-text-out')
    expect(foldsText({ test: ['c', 'd'] })).toBe('tested on c, d')
    expect(foldsText({ unlabelled: ['c', 'd'] })).toBe(
      'leave-one-speaker-out; features learnt from c, d too, without labels',
    )
    expect(foldsText({ by: ['corpus'], train: 'both', test: ['c'] })).toBe(
      'leave-one-corpus-out; trained on each corpus alone; tested on c',
    )
  })
})
