import { describe, expect, it } from 'vitest'
import { bootstrapIntervals } from '../../src/evaluation/bootstrap.ts'
import type { GroupComparison } from '../../src/evaluation/group-comparison.ts'
import { groupRates } from '../../src/evaluation/group-rates.ts'
import { type AnsweredRecording, ageGroup, peopleRates, ratesByGroup } from '../../src/evaluation/people-rates.ts'
import { Random } from '../../src/numerics/random.ts'

const classes = ['joy', 'anger', 'sadness']

/** Answers of speakers of two groups, right with a share of their own. */
function answers(seed: number, speakers: number, each: number, groupOf: (i: number) => string) {
  const random = new Random(seed)
  return Array.from({ length: speakers }, (_, i) => {
    const share = 0.4 + 0.5 * random.uniform()
    return Array.from({ length: each }, (_, n) => {
      const label = classes[n % 3]
      const said = random.uniform() < share ? label : classes[(n + 1) % 3]
      return { label, said, speaker: `s${i}`, group: groupOf(i) }
    })
  }).flat()
}

type Answers = ReturnType<typeof answers>

function ratesOf(list: Answers, options = {}): GroupComparison {
  const of = (key: keyof Answers[number]): string[] => list.map((one) => one[key])
  return groupRates(of('label'), of('said'), of('group'), of('speaker'), options)
}

describe('groupRates', () => {
  const list = answers(1, 24, 6, (i) => (i % 3 === 0 ? 'a' : 'b'))
  const comparison = ratesOf(list, { by: 'gender' })

  it('are the rates of the recordings of each group, with its bootstrap intervals over speakers', () => {
    expect(comparison.groups.map(({ group, speakers, recordings }) => [group, speakers, recordings])).toEqual([
      ['a', 8, 48],
      ['b', 16, 96],
    ])
    for (const one of comparison.groups) {
      const own = list.filter(({ group }) => group === one.group)
      const right = (some: Answers): number => some.filter(({ label, said }) => label === said).length / some.length
      const recalls = classes.map((name) => right(own.filter(({ label }) => label === name)))
      expect(one.accuracy).toBeCloseTo(right(own), 12)
      expect(one.unweightedRecall).toBeCloseTo(recalls.reduce((a, b) => a + b) / 3, 12)
      expect(classes.map((name) => one.recall[name])).toEqual(recalls)
      const known = bootstrapIntervals(
        ...([own.map(({ label }) => label), own.map(({ said }) => said), own.map(({ speaker }) => speaker)] as const),
        { seed: `gender ${one.group}` },
      )
      expect(one.accuracyInterval).toEqual(known.accuracy)
      expect(one.unweightedRecallInterval).toEqual(known.unweightedRecall)
      for (const name of classes) {
        const { low, high } = one.recallIntervals[name]
        expect(low).toBeLessThanOrEqual(one.recall[name])
        expect(high).toBeGreaterThanOrEqual(one.recall[name])
        expect(high).toBeGreaterThan(low)
      }
    }
  })

  it('have the difference of two groups, whose interval is wider than that of either', () => {
    const [a, b] = comparison.groups
    expect(comparison.differences).toHaveLength(1)
    const [difference] = comparison.differences
    expect([difference.first, difference.second]).toEqual(['a', 'b'])
    expect(difference.accuracy).toBeCloseTo(a.accuracy - b.accuracy, 12)
    expect(difference.unweightedRecall).toBeCloseTo(a.unweightedRecall - b.unweightedRecall, 12)
    const width = ({ low, high }: { low: number; high: number }): number => high - low
    expect(width(difference.accuracyInterval)).toBeGreaterThan(
      Math.max(width(a.accuracyInterval), width(b.accuracyInterval)),
    )
    // Near that of the normal approximation: the root of the sum of squares.
    const both = Math.hypot(width(a.accuracyInterval), width(b.accuracyInterval))
    expect(width(difference.accuracyInterval) / both).toBeGreaterThan(0.8)
    expect(width(difference.accuracyInterval) / both).toBeLessThan(1.2)
  })

  it('draw a speaker of both groups for both, so that what speakers have in common cancels', () => {
    const twice = answers(2, 12, 6, () => 'a').flatMap((one) => [one, { ...one, group: 'b' }])
    const [difference] = ratesOf(twice).differences
    expect(difference.accuracyInterval).toEqual({ low: 0, high: 0 })
    expect(difference.unweightedRecallInterval).toEqual({ low: 0, high: 0 })
  })

  it('compare each of more groups with all others', () => {
    const three = answers(3, 18, 6, (i) => 'abc'[i % 3])
    const { groups, differences } = ratesOf(three)
    expect(differences.map(({ first, second }) => [first, second])).toEqual([
      ['a', 'others'],
      ['b', 'others'],
      ['c', 'others'],
    ])
    const rest = three.filter(({ group }) => group !== 'a')
    const right = rest.filter(({ label, said }) => label === said).length / rest.length
    expect(differences[0].accuracy).toBeCloseTo(groups[0].accuracy - right, 12)
  })

  it('compare the classes that occur in both', () => {
    const one = { label: 'joy', said: 'joy', speaker: 's', group: 'a' }
    const apart = [one, { ...one, group: 'b', speaker: 't' }, { ...one, group: 'b', speaker: 't', label: 'anger' }]
    const { groups, differences } = ratesOf(apart)
    expect(groups[0].recall).toEqual({ joy: 1, anger: Number.NaN })
    expect(groups[1].unweightedRecall).toBe(0.5)
    expect(differences[0].unweightedRecall).toBe(0)
  })

  it('mark groups of few speakers or recordings, and leave out those that are not known', () => {
    const known = answers(4, 20, 6, (i) => (i < 11 ? 'many' : i < 19 ? 'few' : ''))
    const small = (options: object): unknown =>
      ratesOf(known, options).groups.map(({ group, small: is }) => [group, is])
    expect(ratesOf(known).unknown).toBe(6)
    expect(ratesOf(known).smallest).toEqual({ speakers: 10, recordings: 100 })
    expect(small({ smallest: { recordings: 66 } })).toEqual([
      ['few', true],
      ['many', false],
    ])
    expect(small({ smallest: { recordings: 67, speakers: 2 } })).toEqual([
      ['few', true],
      ['many', true],
    ])
    expect(ratesOf(known, { smallest: { speakers: 2, recordings: 2 } }).differences[0].small).toBe(false)
    expect(ratesOf(known, { smallest: { recordings: 66 } }).differences[0].small).toBe(true)
  })

  it('give the same numbers for the same seed, others for another', () => {
    expect(ratesOf(list, { by: 'gender' })).toEqual(comparison)
    const other = ratesOf(list, { by: 'gender', seed: 2 })
    expect(other.groups[0].accuracy).toBe(comparison.groups[0].accuracy)
    expect(other.groups).not.toEqual(comparison.groups)
  })

  it.each([
    [() => groupRates(['a'], ['a'], ['x', 'y'], ['s']), '"truth" and "groups" expected one length, got 1 and 2'],
    [() => groupRates(['a'], ['a'], ['x'], []), '"truth" and "speakers" expected one length, got 1 and 0'],
    [() => groupRates([], [], [], []), '"truth" expected at least 1 label, got 0'],
    [() => groupRates(['a'], ['a'], ['x'], ['s'], { classes: ['b'] }), 'got none of the name "a"'],
    [() => groupRates(['a'], ['a'], ['x'], ['s'], { smallest: { speakers: 0 } }), '"smallest.speakers" expected'],
  ])('refuse %s', (call, message) => {
    expect(call).toThrow(message)
  })
})

describe('ageGroup', () => {
  it('is named by its first and last year', () => {
    expect([0, 17.9, 18, 29, 29.5, 30, 59, 60, 99].map((age) => ageGroup(age))).toEqual([
      ...['under 18', 'under 18', '18 to 29', '18 to 29', '18 to 29', '30 to 44', '45 to 59'],
      ...['60 and over', '60 and over'],
    ])
    expect([20, 40].map((age) => ageGroup(age, [40]))).toEqual(['under 40', '40 and over'])
    expect(() => ageGroup(30, [40, 30])).toThrow('"bounds[1]" expected')
    expect(() => ageGroup(-1)).toThrow('"age" expected')
  })
})

describe('ratesByGroup', () => {
  const people: AnsweredRecording[] = answers(5, 6, 6, () => '').map(({ label, said, speaker }, i) => {
    const gender = Number(speaker.slice(1)) % 2 === 0 ? 'female' : 'male'
    const more = gender === 'female' ? { age: speaker === 's0' ? 12 : 70 } : {}
    return {
      label,
      said,
      speaker,
      gender,
      language: 'de',
      corpus: 'one',
      ...more,
      ...(i === 0 ? { language: 'en' } : {}),
    }
  })

  it('has a comparison for all that is known, corpora where there are several, ages in their order', () => {
    const rates = ratesByGroup(people)
    expect(rates.map(({ by, groups, unknown }) => [by, groups.map(({ group }) => group), unknown])).toEqual([
      ['gender', ['female', 'male'], 0],
      ['age', ['under 18', '60 and over'], 18],
      ['language', ['de', 'en'], 0],
    ])
    expect(ratesByGroup(people, { ageBounds: [80] })[1].groups.map(({ group }) => group)).toEqual(['under 80'])
    expect(ratesByGroup(people.map(({ label, said, speaker }) => ({ label, said, speaker })))).toEqual([])
  })

  it('is the mean over several runs of the same recordings', () => {
    const list = people.map(({ age: _, ...one }) => one)
    const others = list.map((one) => ({ ...one, said: one.label }))
    const [mean] = peopleRates([list, others, list], { classes })
    const [own] = peopleRates([list], { classes })
    expect(mean.groups.map(({ recordings, speakers }) => [recordings, speakers])).toEqual([
      [18, 3],
      [18, 3],
    ])
    for (const [i, group] of mean.groups.entries()) {
      expect(group.accuracy).toBeCloseTo((2 * own.groups[i].accuracy + 1) / 3, 12)
    }
  })

  it('names what is of the wrong form', () => {
    expect(() => ratesByGroup([])).toThrow('"recordings" expected')
    expect(() => ratesByGroup([{ label: 'a', said: 'a' } as never])).toThrow(
      '"recordings[0].speaker" expected a string',
    )
    expect(() => ratesByGroup([{ label: 'a', said: 'a', speaker: 's', age: -3 }])).toThrow('"recordings[0].age"')
    expect(() => ratesByGroup(people, { ageBounds: [] })).toThrow('"ageBounds" expected')
  })
})
