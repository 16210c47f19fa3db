import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  checkSpeakerOverlap,
  groupKFold,
  holdOutGroups,
  leaveOneGroupOut,
  type Split,
  stratifiedKFold,
} from '../../src/evaluation/splits.ts'

const run = { seed: 42, numRuns: 100 }
const speakers = fc.array(fc.constantFrom('03', '08', '09', '10', '11', '12'), { minLength: 12, maxLength: 60 })
const classes = fc.array(fc.constantFrom('joy', 'anger', 'fear'), { minLength: 20, maxLength: 80 })

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i)
}

/** Every item is tested once, and trains wherever it is not tested; indices ascend. */
function expectCrossValidation(splits: Split[], n: number): void {
  for (const { train, test } of splits) {
    expect(train.length).toBeGreaterThan(0)
    expect(test.length).toBeGreaterThan(0)
    expect([...train]).toEqual([...train].sort((a, b) => a - b))
    expect([...train, ...test].sort((a, b) => a - b)).toEqual(upTo(n))
  }
  expect(splits.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual(upTo(n))
}

function countOf(labels: string[], label: string, test: Int32Array): number {
  return [...test].filter((i) => labels[i] === label).length
}

function spread(counts: number[]): number {
  return Math.max(...counts) - Math.min(...counts)
}

afterEach(() => vi.restoreAllMocks())

describe('leaveOneGroupOut', () => {
  it('tests each group once, in ascending order', () => {
    expect(leaveOneGroupOut(['08', '03', '08', '16'])).toEqual([
      { group: '03', train: Int32Array.of(0, 2, 3), test: Int32Array.of(1) },
      { group: '08', train: Int32Array.of(1, 3), test: Int32Array.of(0, 2) },
      { group: '16', train: Int32Array.of(0, 1, 2), test: Int32Array.of(3) },
    ])
  })

  it('orders numbers by size and takes typed arrays', () => {
    expect(leaveOneGroupOut([10, 9, 100]).map(({ group }) => group)).toEqual([9, 10, 100])
    expect(leaveOneGroupOut(Int32Array.of(10, 9)).map(({ group }) => group)).toEqual([9, 10])
  })

  it('is a cross-validation that keeps speakers apart', () => {
    fc.assert(
      fc.property(speakers, (groups) => {
        fc.pre(new Set(groups).size > 1)
        const splits = leaveOneGroupOut(groups)
        expectCrossValidation(splits, groups.length)
        for (const split of splits) expect(checkSpeakerOverlap(split, groups)).toEqual([])
      }),
      run,
    )
  })

  it('rejects what cannot be split', () => {
    expect(() => leaveOneGroupOut(['03', '03'])).toThrow(
      'leaveOneGroupOut: "groups" expected at least 2 different groups, got 1',
    )
    expect(() => leaveOneGroupOut([])).toThrow(RangeError)
    expect(() => leaveOneGroupOut(['03', undefined as unknown as string])).toThrow(
      'leaveOneGroupOut: "groups" expected a string, as at index 0, got undefined at index 1',
    )
  })
})

describe('groupKFold', () => {
  it('gives the largest group left to the smallest fold', () => {
    const groups = [...'aaaaabbbbcccdd']
    const folds = groupKFold(groups, { folds: 2 })
    expect(folds.map((fold) => fold.groups)).toEqual([
      ['a', 'd'],
      ['b', 'c'],
    ])
    expect(folds.map(({ test }) => test.length)).toEqual([7, 7])
  })

  it('does not depend on which group comes first', () => {
    const groupsOf = (text: string) => groupKFold([...text], { folds: 2 }).map((fold) => fold.groups)
    expect(groupsOf('abcd')).toEqual([
      ['a', 'c'],
      ['b', 'd'],
    ])
    expect(groupsOf('dcba')).toEqual(groupsOf('abcd'))
  })

  it('is a cross-validation that keeps groups whole and balances the folds', () => {
    fc.assert(
      fc.property(speakers, fc.integer({ min: 2, max: 6 }), (groups, folds) => {
        const names = [...new Set(groups)].sort()
        fc.pre(names.length >= folds)
        const splits = groupKFold(groups, { folds })
        expectCrossValidation(splits, groups.length)
        expect(splits.flatMap((split) => split.groups).sort()).toEqual(names)
        for (const split of splits) {
          expect(checkSpeakerOverlap(split, groups)).toEqual([])
          expect([...new Set([...split.test].map((i) => groups[i]))].sort()).toEqual(split.groups)
        }
        const largest = Math.max(...names.map((name) => countOf(groups, name, Int32Array.from(upTo(groups.length)))))
        expect(spread(splits.map(({ test }) => test.length))).toBeLessThanOrEqual(largest)
      }),
      run,
    )
  })

  it('rejects impossible numbers of folds', () => {
    expect(() => groupKFold(['a', 'b', 'a'], { folds: 3 })).toThrow(
      'groupKFold: "folds" expected at most 2 (the number of groups), got 3',
    )
    expect(() => groupKFold(['a', 'b'], { folds: 1 })).toThrow('groupKFold: "folds" expected an integer >= 2, got 1')
    expect(() => groupKFold(['a', 'b'], { folds: 2, seed: 1 } as { folds: number })).toThrow('unknown option "seed"')
  })
})

describe('stratifiedKFold', () => {
  it('is a cross-validation that keeps class shares and sizes within one', () => {
    fc.assert(
      fc.property(classes, fc.integer({ min: 2, max: 4 }), fc.boolean(), (labels, folds, shuffle) => {
        const all = Int32Array.from(upTo(labels.length))
        const names = [...new Set(labels)]
        fc.pre(names.every((name) => countOf(labels, name, all) >= folds))
        const splits = stratifiedKFold(labels, { folds, shuffle })
        expectCrossValidation(splits, labels.length)
        expect(spread(splits.map(({ test }) => test.length))).toBeLessThanOrEqual(1)
        for (const name of names) {
          expect(spread(splits.map(({ test }) => countOf(labels, name, test)))).toBeLessThanOrEqual(1)
        }
      }),
      run,
    )
  })

  const labels = upTo(40).map((i) => i % 2)

  it('depends on the seed alone', () => {
    const split = (seed: number) => stratifiedKFold(labels, { folds: 4, seed })
    expect(split(1)).toEqual(split(1))
    expect(split(1)).not.toEqual(split(2))
    expect(stratifiedKFold(labels, { folds: 4 })).toEqual(split(0))
  })

  it('shuffles unless told not to', () => {
    const plain = stratifiedKFold(labels, { folds: 4, shuffle: false })
    expect([...plain[0].test]).toEqual([0, 1, 8, 9, 16, 17, 24, 25, 32, 33])
    expect(stratifiedKFold(labels, { folds: 4 })).not.toEqual(plain)
  })

  it('warns once a call of speakers on both sides', () => {
    const onWarning = vi.fn()
    stratifiedKFold(labels, { folds: 4, groups: labels.map((_, i) => `speaker ${i % 3}`), onWarning })
    expect(onWarning.mock.calls).toEqual([
      [expect.stringMatching(/^stratifiedKFold: 3 of the groups \("speaker 0" first\).*leaveOneGroupOut/)],
    ])
  })

  it('warns on the console by default', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    stratifiedKFold(labels, { folds: 2, groups: labels.map(() => 'one') })
    expect(warn).toHaveBeenCalledTimes(1)
  })

  it('is silent where no speaker stands on both sides or none are given', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    stratifiedKFold(labels, { folds: 4, groups: labels.map((_, i) => i) })
    stratifiedKFold(labels, { folds: 4 })
    expect(warn).not.toHaveBeenCalled()
  })

  it('rejects what cannot be kept in shares', () => {
    expect(() => stratifiedKFold(['a', 'a', 'a', 'b', 'b'], { folds: 3 })).toThrow(
      'stratifiedKFold: "folds" expected at most 2 (the size of the smallest class), got 3',
    )
    expect(() => stratifiedKFold([], { folds: 2 })).toThrow(RangeError)
    expect(() => stratifiedKFold(labels, { folds: 2, groups: ['a'] })).toThrow(
      'stratifiedKFold: "labels" and "groups" expected one length, got 40 and 1',
    )
  })
})

describe('checkSpeakerOverlap', () => {
  it('lists the groups on both sides, ascending', () => {
    const split = { train: Int32Array.of(0, 1, 2), test: Int32Array.of(3, 4, 5) }
    expect(checkSpeakerOverlap(split, ['c', 'a', 'b', 'd', 'c', 'a'])).toEqual(['a', 'c'])
  })

  it('rejects an index outside the groups', () => {
    const split = { train: Int32Array.of(0), test: Int32Array.of(2) }
    expect(() => checkSpeakerOverlap(split, ['a', 'b'])).toThrow('"test" expected integers 0..1, got 2 at index 0')
  })
})

describe('holdOutGroups', () => {
  it('needs two groups', () => {
    expect(() => holdOutGroups([], { count: 1 })).toThrow('holdOutGroups: "groups" expected at least 2 groups, got 0')
  })

  const groups = upTo(30).map((i) => `s${i % 6}`)

  it('takes whole groups out', () => {
    const { train, validation, groups: held } = holdOutGroups(groups, { count: 2, seed: 3 })
    expect(held).toHaveLength(2)
    expect([...held].sort()).toEqual(held)
    expect([...validation]).toEqual(upTo(30).filter((i) => held.includes(groups[i])))
    expect([...train]).toEqual(upTo(30).filter((i) => !held.includes(groups[i])))
  })

  it('stays within the training part of a split', () => {
    for (const { train, group } of leaveOneGroupOut(groups)) {
      const held = holdOutGroups(groups, { count: 1, within: train })
      expect(held.groups).not.toContain(group)
      expect([...held.train, ...held.validation].sort((a, b) => a - b)).toEqual([...train])
      expect(held.validation).toHaveLength(5)
    }
  })

  it('draws each group about as often, by the seed', () => {
    const drawn = upTo(600).map((seed) => holdOutGroups(groups, { count: 1, seed }).groups[0])
    const counts = [...new Set(groups)].map((name) => drawn.filter((other) => other === name).length)
    expect(Math.min(...counts)).toBeGreaterThan(60)
    expect(holdOutGroups(groups, { count: 3, seed: 5 })).toEqual(holdOutGroups(groups, { count: 3, seed: 5 }))
  })

  it('gives ascending indices and does not modify what it is given', () => {
    const within = Int32Array.of(9, 3, 1)
    const { train, validation } = holdOutGroups(groups, { count: 1, within })
    expect([...train, ...validation].sort((a, b) => a - b)).toEqual([1, 3, 9])
    for (const part of [train, validation]) expect([...part]).toEqual([...part].sort((a, b) => a - b))
    expect([...within]).toEqual([9, 3, 1])
  })

  it('leaves something to train on', () => {
    expect(() => holdOutGroups(groups, { count: 6 })).toThrow(
      'holdOutGroups: "count" expected at most 5 (all groups but one), got 6',
    )
    expect(() => holdOutGroups(groups, { count: 0 })).toThrow(RangeError)
    expect(() => holdOutGroups(groups, { count: 1, within: [30] })).toThrow('"within" expected integers 0..29')
  })
})
