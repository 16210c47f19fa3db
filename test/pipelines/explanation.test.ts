import { describe, expect, it } from 'vitest'
import { floatView } from '../../src/core/array.ts'
import type { FloatNdArray } from '../../src/core/types.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { Random } from '../../src/numerics/random.ts'
import { columnGroupNames, groupsOf, measureGroupNames } from '../../src/pipelines/column-groups.ts'
import { ensembleSystem } from '../../src/pipelines/ensemble-system.ts'
import { explainAnswer } from '../../src/pipelines/explanation.ts'
import { extractFeatures, resolveFrontEnd } from '../../src/pipelines/front-end.ts'
import { columnsOf } from '../../src/pipelines/front-end-columns.ts'
import { importanceOfRows, permutationImportance, type RateLoss } from '../../src/pipelines/importance.ts'
import { Recognizer } from '../../src/pipelines/recognizer.ts'
import type { Occlusion, System } from '../../src/pipelines/system.ts'
import { systemConfig } from '../../src/pipelines/system-config.ts'
import { createSystem } from '../../src/pipelines/systems.ts'

const voices = syntheticCorpus({ speakers: 4, sentences: 1, emotions: ['joy', 'sadness'] })
const classes = ['joy', 'sadness']
const recordings = voices.map((voice) => ({ samples: voice.samples(), sampleRate: voice.sampleRate }))

async function trained(system: System): Promise<{ recognizer: Recognizer; features: FloatNdArray[] }> {
  const features = recordings.map((recording) => extractFeatures(recording, system.frontEnd))
  const labels = Int32Array.from(voices, ({ label }) => classes.indexOf(label))
  const data = { sequences: features, labels, speakers: voices.map(({ speaker }) => speaker) }
  const { state } = await system.train(data, 2, 1)
  return { recognizer: new Recognizer({ system: systemConfig(system), classes, state: state() }), features }
}

const systems: Record<string, System> = {
  lstm: createSystem('lstm', { epochs: 1 }),
  'lstm on cepstra': createSystem('lstm', { epochs: 1, cepstra: 5, bandMasks: 0, vocalTract: 0 }),
  'functionals-mlp': createSystem('functionals-mlp', { epochs: 5 }),
  'functionals-mlp on egemaps': createSystem('functionals-mlp', { epochs: 5, frontEnd: { set: 'egemaps' } }),
  'measures-lda': createSystem('measures-lda'),
  'measures-logistic on log mel energies': createSystem('measures-logistic', {
    epochs: 5,
    frontEnd: { spectral: 'logMel' },
  }),
}

describe.each(Object.entries(systems))('%s', (_, system) => {
  it('decides by rows, all of whose columns are in a group', async () => {
    const { recognizer, features } = await trained(system)
    const { classifier } = recognizer.inside()
    const { rows, predictRows, groups, neutral } = classifier.occlusion as Occlusion
    expect(predictRows(rows(features[0]))).toEqual(classifier.predict(features[0]))
    const [, columns] = rows(features[0]).shape
    const all = groups(columns).flatMap((group) => group.columns)
    expect(all.slice().sort((a, b) => a - b)).toEqual(Array.from({ length: columns }, (_, j) => j))
    expect(neutral.length).toBe(columns)
    expect(groups(columns).length).toBeGreaterThan(1)
  })

  it('is explained: each effect is the probability less that without', async () => {
    const { recognizer, features } = await trained(system)
    const { samples, sampleRate } = recordings[0]
    const { label, probability, groups, moments } = explainAnswer(recognizer, samples, sampleRate)
    const posterior = recognizer.posterior(features[0])
    expect(probability).toBe(Math.max(...posterior))
    expect(label).toBe(classes[posterior.indexOf(probability as never)])
    for (const { effect, without } of [...groups, ...moments]) expect(effect).toBe(probability - without)
    const sizes = groups.map(({ effect }) => Math.abs(effect))
    expect(sizes).toEqual(sizes.slice().sort((a, b) => b - a))
    expect(moments[0].start).toBe(0)
    expect(moments[moments.length - 1].end).toBeLessThanOrEqual(samples.length / sampleRate)
    expect(Math.abs(moments[moments.length - 1].end - samples.length / sampleRate)).toBeLessThan(0.07)
    const other = explainAnswer(recognizer, samples, sampleRate, { label: classes.find((name) => name !== label) })
    expect(other.probability).toBeCloseTo(1 - probability, 6)
    for (const { group, effect } of other.groups) {
      expect(effect).toBeCloseTo(-(groups.find((one) => one.group === group)?.effect ?? Number.NaN), 6)
    }
  })
})

describe('groups of columns', () => {
  it('of every front end have as many names as columns', () => {
    for (const frontEnd of [
      {},
      { spectral: 'logMel', filters: 20, deltas: 2, pitch: true } as const,
      { set: 'egemaps' } as const,
      { set: 'egemaps', functionals: true } as const,
      { set: 'speechAndLevel' } as const,
      { set: ['speech', 'egemaps'], functionals: true } as const,
    ]) {
      const resolved = resolveFrontEnd(frontEnd)
      expect(columnGroupNames(resolved)).toHaveLength(columnsOf(resolved))
    }
    expect(measureGroupNames(168)).toHaveLength(168)
  })

  it('of egemaps are by what a functional measures', () => {
    const frontEnd = resolveFrontEnd({ set: 'egemaps', functionals: true })
    const counts = groupsOf(columnGroupNames(frontEnd)).map(({ name, columns }) => [name, columns.length])
    expect(Object.fromEntries(counts)).toEqual({
      ...{ pitch: 10, loudness: 11, spectralBalance: 17, mfcc: 16, voiceQuality: 10, formants: 18, rhythm: 6 },
    })
  })
})

/** A recogniser whose probability of "a" is a function of rows of log mel energies. */
function fake(predictRows: (rows: FloatNdArray) => number): Recognizer {
  const frontEnd = resolveFrontEnd({ spectral: 'logMel', filters: 8, deltas: 0 })
  const columns = columnsOf(frontEnd)
  const occlusion: Occlusion = {
    rows: (features) => features,
    predictRows: (rows) => Float64Array.of(predictRows(rows), 1 - predictRows(rows)),
    groups: () => groupsOf(columnGroupNames(frontEnd)),
    neutral: new Float64Array(columns),
  }
  const classifier = { occlusion, predict: (x: FloatNdArray) => occlusion.predictRows(x), state: () => null }
  const inside = { frontEnd, classifier, confidence: { temperature: 1, threshold: 0.5 } }
  return { classes: ['a', 'b'], system: { system: 'fake' }, inside: () => inside } as never
}

describe('an explanation', () => {
  const rate = 16000
  const click = new Float32Array(2 * rate)
  for (let n = 0; n < 800; n++) click[1.2 * rate + n] = Math.sin(n)

  it('tells the moment by which it is decided', () => {
    const loud = fake(({ data }) => (data.some((value) => value > 0) ? 0.9 : 0.2))
    const { moments } = explainAnswer(loud, click, rate, { windowSeconds: 0.2, stepSeconds: 0.05 })
    for (const { start, end, effect } of moments) {
      if (start < 1.17 && end > 1.28) expect(effect).toBeCloseTo(0.7, 12)
      if (end < 1.15 || start > 1.28) expect(effect).toBe(0)
    }
    expect(moments.filter(({ effect }) => effect > 0).length).toBeGreaterThan(1)
  })

  it('tells the group by which it is decided', () => {
    const byEnergy = fake(({ data, shape }) => (data[shape[1] - 1] === 0 ? 0.1 : 0.8))
    const { groups } = explainAnswer(byEnergy, click, rate)
    expect(groups).toEqual([
      { group: 'energy', without: 0.1, effect: 0.8 - 0.1 },
      { group: 'spectrum', without: 0.8, effect: 0 },
    ])
  })

  it('tells whether there is speech at all', () => {
    expect(
      explainAnswer(
        fake(() => 0.7),
        click,
        rate,
      ).speech,
    ).toBe(false)
  })

  it('of a recording no longer than a stretch has no moments', () => {
    expect(
      explainAnswer(
        fake(() => 0.7),
        click.subarray(0, 8000),
        rate,
      ).moments,
    ).toEqual([])
  })

  it('refuses other labels, options and recognisers', async () => {
    const any = fake(() => 0.7)
    expect(() => explainAnswer(any, click, rate, { label: 'c' })).toThrow(
      /explainAnswer: "label" expected one of "a", "b"/,
    )
    expect(() => explainAnswer(any, click, rate, { windowSeconds: 0 })).toThrow(/"windowSeconds"/)
    expect(() => explainAnswer(any, click, 100)).toThrow(/"sampleRate"/)
    expect(() => explainAnswer({} as never, click, rate)).toThrow(/explainAnswer: "recognizer" expected a Recognizer/)
    const { recognizer } = await trained(ensembleSystem([systems['functionals-mlp']]))
    expect(() => explainAnswer(recognizer, click, rate)).toThrow(
      /a recogniser of "ensemble" cannot tell by what it decides/,
    )
  })
})

const mean12 = ({ mean }: RateLoss): string => mean.toFixed(12)

describe('permutation importance', () => {
  /** Rows of two groups, of which the first alone tells the class. */
  const random = new Random('rows')
  const labels = Array.from({ length: 60 }, (_, i) => i % 2)
  const rows = labels.map((label) => {
    const numbers = Float64Array.from({ length: 3 * 4 }, (_, j) => (j % 4 < 2 ? label : 0) + 0.1 * random.normal())
    return floatView(numbers, [3, 4])
  })
  const occlusion = {
    predictRows: ({ data }: FloatNdArray) => (data[0] + data[9] > 1 ? Float64Array.of(0, 1) : Float64Array.of(1, 0)),
    groups: () => [
      { name: 'noise', columns: [2, 3] },
      { name: 'telling', columns: [0, 1] },
    ],
  }

  it('is half of all where one group of two classes tells all, and nothing for the other', async () => {
    const given = { labels, classes: 2, repeats: 40, random: new Random(1) }
    const { accuracy, groups } = await importanceOfRows(occlusion, rows, given)
    expect(accuracy).toBe(1)
    expect(groups.map(({ group }) => group)).toEqual(['telling', 'noise'])
    expect(Math.abs(groups[0].accuracy.mean - 0.5)).toBeLessThan(0.05)
    expect(groups[0].accuracy.sd).toBeGreaterThan(0.02)
    expect(groups[1].accuracy).toEqual({ mean: 0, sd: 0, low: 0, high: 0 })
    expect(await importanceOfRows(occlusion, rows, { ...given, random: new Random(1) })).toEqual({
      accuracy,
      unweightedRecall: 1,
      recordings: 60,
      groups,
    })
  })

  it('has intervals over speakers, who are drawn with all their recordings', async () => {
    const given = { labels, classes: 2, repeats: 20 }
    const of = async (speakers?: string[]): Promise<RateLoss> => {
      const { groups } = await importanceOfRows(occlusion, rows, { ...given, random: new Random(1), speakers })
      return groups[0].unweightedRecall
    }
    const [alone, pairs, one] = [
      await of(),
      await of(labels.map((_, i) => `s${i >> 1}`)),
      await of(labels.map(() => 's')),
    ]
    expect([pairs.mean, one.mean, pairs.sd]).toEqual([alone.mean, alone.mean, alone.sd])
    for (const { low, mean, high } of [alone, pairs]) {
      expect(low).toBeGreaterThan(0.4)
      expect(low).toBeLessThan(mean)
      expect(high).toBeGreaterThan(mean)
      expect(high).toBeLessThan(0.6)
    }
    // Of one speaker nothing is known of others: the interval is a point.
    expect([one.low, one.high].map((x) => x.toFixed(12))).toEqual([mean12(one), mean12(one)])
  })

  it('of a recogniser is told in the groups of its system', async () => {
    const { recognizer } = await trained(systems['functionals-mlp on egemaps'])
    const truth = { recordings, labels: voices.map(({ label }) => label) }
    const seen: number[] = []
    const result = await permutationImportance(recognizer, truth, {
      repeats: 3,
      onRecording: (done) => seen.push(done),
    })
    expect(result.recordings).toBe(voices.length)
    expect(seen).toHaveLength(voices.length)
    expect(result.groups.map(({ group }) => group)).toContain('pitch')
    const stop = AbortSignal.abort()
    await expect(permutationImportance(recognizer, truth, { signal: stop })).rejects.toThrow(/abort/i)
    await expect(
      permutationImportance(recognizer, { recordings, labels: truth.labels.map(() => 'fear') }),
    ).rejects.toThrow(/"labels\[0\]" expected one of joy, sadness, got "fear"/)
    await expect(
      permutationImportance(recognizer, { recordings: recordings.slice(0, 1), labels: ['joy'] }),
    ).rejects.toThrow(/at least 2, got 1/)
  })
})
