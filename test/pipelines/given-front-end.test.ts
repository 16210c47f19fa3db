import { describe, expect, it } from 'vitest'
import { floatView } from '../../src/core/array.ts'
import type { FloatNdArray } from '../../src/core/types.ts'
import { leaveOneSpeakerOut } from '../../src/experiments/cross-validation.ts'
import { egemapsNames } from '../../src/features/egemaps/names.ts'
import { Random } from '../../src/numerics/random.ts'
import { columnGroupNames } from '../../src/pipelines/column-groups.ts'
import { extractFeatures, type GivenColumns, resolveFrontEnd } from '../../src/pipelines/front-end.ts'
import { Pipeline } from '../../src/pipelines/pipeline.ts'
import { Recognizer } from '../../src/pipelines/recognizer.ts'
import type { LabelledFeatures } from '../../src/pipelines/system.ts'
import { createSystem, type SystemName, systemNames } from '../../src/pipelines/systems.ts'
import { trainRecognizer } from '../../src/pipelines/train-recognizer.ts'
import { small } from '../support/small-systems.ts'

const COLUMNS = 6
const classes = ['calm', 'tense']

/** Rows whose first columns tell the class, of four speakers; `rows` of 1 for vectors. */
function given(rows: number, columns = COLUMNS): LabelledFeatures {
  const random = new Random('given')
  const labels = Int32Array.from({ length: 24 }, (_, i) => i % 2)
  const sequences = Array.from(labels, (label) => {
    const data = Float32Array.from({ length: rows * columns }, () => random.normal() + (label === 0 ? -2 : 2))
    return floatView(data, [rows, columns])
  })
  return { sequences, labels, speakers: Array.from(labels, (_, i) => `s${i >> 3}`) }
}

/** Options of a small system on given features. */
function optionsOf(name: SystemName, form: GivenColumns['form']): object {
  const frontEnd = { given: { columns: COLUMNS, form } }
  const { frontEnd: _, cepstra: __, ...rest } = small[name] as { [key: string]: unknown }
  if (name !== 'ensemble') return { ...rest, frontEnd }
  const members = ['lstm', 'functionals-mlp'] as const
  return { members: members.map((system) => ({ system, options: optionsOf(system, form) })) }
}

const onVectors = [
  'functionals-mlp',
  'dnn-hf',
  'svm',
  'logistic',
  'ridge',
  'measures-logistic',
  'measures-lda',
] as const
const onSequences = systemNames

describe('a front end of given features', () => {
  it('has its defaults, and comes back from JSON', () => {
    const front = resolveFrontEnd({ given: { columns: 3, form: 'sequence', names: ['a', 'b', 'c'] } })
    expect(front).toEqual({
      given: { columns: 3, form: 'sequence', names: ['a', 'b', 'c'], stepSeconds: 0.01 },
      functionals: false,
    })
    expect(resolveFrontEnd(JSON.parse(JSON.stringify(front)))).toEqual(front)
    expect(resolveFrontEnd({ given: { columns: 3, form: 'vector' } }).functionals).toBe(true)
  })

  it.each([
    [{ given: { columns: 0, form: 'vector' } }, /"given.columns" expected an integer >= 1, got 0/],
    [{ given: { columns: 2 } }, /"given.form" expected one of "vector", "sequence", got undefined/],
    [{ given: { columns: 2, form: 'vector', names: ['a'] } }, /"given.names" expected 2 names, one a column, got 1/],
    [{ given: { columns: 2, form: 'vector', stepSeconds: 1 } }, /"given.stepSeconds" is for sequences/],
    [{ given: { columns: 2, form: 'sequence', stepSeconds: 0 } }, /"given.stepSeconds" expected a finite number > 0/],
    [{ given: { columns: 2, form: 'vector' }, set: 'egemaps' }, /give either "given" or "set", not both/],
    [{ given: { columns: 2, form: 'vector' }, functionals: false }, /"functionals" expected true/],
    [{ given: { column: 2, form: 'vector' } }, /unknown option "column"/],
    [{ given: [2] }, /"given" expected an object/],
  ])('refuses %j', (options, message) => {
    expect(() => resolveFrontEnd(options as never)).toThrow(message)
  })

  it('computes nothing from sound', () => {
    const sound = { samples: new Float32Array(16000), sampleRate: 16000 }
    expect(() => extractFeatures(sound, { given: { columns: 2, form: 'vector' } })).toThrow(
      /extractFeatures: expected the 2 features of each recording, got sound: .*ser predict --features/,
    )
    const parts = { frontEnd: { given: { columns: 2, form: 'sequence' as const } }, model: {} as never }
    expect(() => new Pipeline(parts)).toThrow(RangeError)
  })

  it('has the groups of a known set where its columns are named as those', () => {
    const named = { columns: 88, form: 'vector' as const, names: [...egemapsNames] }
    expect(columnGroupNames(resolveFrontEnd({ given: named }))).toEqual(
      columnGroupNames(resolveFrontEnd({ set: 'egemaps', functionals: true })),
    )
    expect(columnGroupNames(resolveFrontEnd({ given: { columns: 2, form: 'vector', names: ['x', 'y'] } }))).toEqual([
      'given',
      'given',
    ])
  })
})

describe.each(onSequences)('%s on given sequences', (name) => {
  const config = { system: name, options: optionsOf(name, 'sequence') } as never

  it('learns, comes back from its file, and refuses sound', async () => {
    const data = given(12)
    const recognizer = await trainRecognizer(data, config, { classes })
    const back = Recognizer.from(recognizer.save())
    const right = data.sequences.filter((x, i) => {
      const answer = back.predictFeatures(x, { timeline: false })
      expect(answer.probabilities).toEqual(recognizer.predictFeatures(x, { timeline: false }).probabilities)
      return answer.label === classes[data.labels[i]]
    })
    expect(right.length).toBeGreaterThan(20)
    expect(String(back)).toContain('given 6 columns')
    expect(back.predictFeatures(data.sequences[0]).timeline).toHaveLength(1)
    const sound = new Float32Array(16000)
    for (const listen of [
      () => back.predict(sound, 16000),
      () => back.stream({ sampleRate: 16000 }),
      () => back.listen([sound], { sampleRate: 16000 }),
    ]) {
      expect(listen).toThrow(/expected the 6 features of each recording, got sound/)
    }
  })
})

describe.each(onVectors)('%s on given vectors', (name) => {
  const config = { system: name, options: optionsOf(name, 'vector') } as never

  it('learns, and takes one finite row of its columns', async () => {
    const data = given(1)
    const recognizer = await trainRecognizer(data, config, { classes })
    const right = data.sequences.filter((x, i) => recognizer.predictFeatures(x).label === classes[data.labels[i]])
    expect(right.length).toBeGreaterThan(20)
    expect(recognizer.predictFeatures(data.sequences[0])).toMatchObject({ speech: true, timeline: [] })
    const wrong: [FloatNdArray, RegExp][] = [
      [given(3).sequences[0], /"features" expected one row, got an ndarray \[3, 6\]; .*statistics over time/],
      [given(1, 5).sequences[0], /"features" expected 6 columns, got an ndarray \[1, 5\]/],
      [floatView(Float32Array.of(0, 0, Number.NaN, 0, 0, 0), [1, 6]), /"features" expected finite numbers, got NaN/],
    ]
    for (const [x, message] of wrong) expect(() => recognizer.predictFeatures(x)).toThrow(message)
  })

  it('refuses sequences before it trains', async () => {
    const system = createSystem<SystemName>(name, optionsOf(name, 'vector') as never)
    const message = /"data.sequences\[0\]" expected one row, got an ndarray \[4, 6\]/
    await expect(system.train(given(4), 2, 1)).rejects.toThrow(message)
    await expect(trainRecognizer(given(4), config, { classes })).rejects.toThrow(message)
  })

  it.each(['strict', 'speaker', 'corpus'] as const)('is cross-validated under %s', async (protocol) => {
    const system = createSystem<SystemName>(name, optionsOf(name, 'vector') as never)
    expect(system.degradations).toBeUndefined()
    const { confusion, folds } = await leaveOneSpeakerOut(system, given(1), { classes, seed: 1, protocol })
    expect(confusion.accuracy).toBeGreaterThan(0.9)
    expect(folds[0].timeline).toBeUndefined()
  })
})

describe('systems and the form of given features', () => {
  it('are told apart where a network over time gets vectors', () => {
    const options = { frontEnd: { given: { columns: 4, form: 'vector' as const } } }
    expect(() => createSystem('lstm', options)).toThrow(
      /the network takes rows over time; functionals-mlp, .* take vectors/,
    )
    expect(() => createSystem('blstm', { ...options, cepstra: 13 })).toThrow(RangeError)
  })

  it('refuses options of log mel energies', () => {
    const frontEnd = { given: { columns: 4, form: 'sequence' as const } }
    expect(() => createSystem('lstm', { frontEnd, bandMasks: 2 })).toThrow(/needs .*logMel, got "given" features/)
    expect(() => createSystem('functionals-mlp', { frontEnd, cepstra: 5 })).toThrow(/got "given" features/)
  })

  it('crops and times rows by their step', async () => {
    const frontEnd = { given: { columns: COLUMNS, form: 'sequence' as const, stepSeconds: 0.5 } }
    const system = createSystem<SystemName>('lstm', { ...optionsOf('lstm', 'sequence'), frontEnd } as never)
    const { folds } = await leaveOneSpeakerOut(system, given(12), { classes, seed: 1 })
    expect(folds[0].timeline?.seconds[0]).toBe(0.5)
    expect(folds[0].timeline?.seconds).toHaveLength(11)
  })
})
