import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { Random } from '../../src/numerics/random.ts'
import { ensembleSystem } from '../../src/pipelines/ensemble-system.ts'
import { extractFeatures, resolveFrontEnd } from '../../src/pipelines/front-end.ts'
import { melBands, toCepstra } from '../../src/pipelines/front-end-columns.ts'
import type { LabelledFeatures, System, TrainingProgress } from '../../src/pipelines/system.ts'
import { createSystem, type SystemName, systemNames } from '../../src/pipelines/systems.ts'
import { data, frontEnd, small } from '../support/small-systems.ts'

function make(name: SystemName, more: object = {}): System {
  return createSystem<SystemName>(name, { ...small[name], ...more })
}

/** A state as it comes back from a file: JSON, parameters as lists. */
function throughJson(state: unknown): unknown {
  return JSON.parse(
    JSON.stringify(state, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value as never) : value)),
  )
}

/** Systems without the option `epochs`, and those of which nothing is drawn. */
const withoutEpochs: readonly SystemName[] = ['ensemble', 'measures-lda', 'svm', 'ridge']
const undrawn: readonly SystemName[] = ['svm', 'logistic', 'ridge']

describe.each(systemNames)('the system %s', (name) => {
  it('learns, tells its epochs, and comes back from its state bit for bit', async () => {
    const system = make(name)
    const told: TrainingProgress[] = []
    const trained = await system.train(data(1), 2, 'seed', { onEpoch: (progress) => told.push(progress) })
    const test = data(2)
    const posteriors = test.sequences.map((x) => trained.predict(x))
    const right = posteriors.filter((p, i) => p[test.labels[i]] > 0.5)
    expect(right.length / posteriors.length).toBeGreaterThan(0.9)
    for (const p of posteriors) expect(p[0] + p[1]).toBeCloseTo(1, 5)

    expect(told.every(({ epoch, epochs }, i) => epochs === system.epochs && epoch > (told[i - 1]?.epoch ?? 0))).toBe(
      true,
    )

    const restored = system.restore(throughJson(trained.state()))
    for (const [i, x] of test.sequences.entries()) expect(restored.predict(x)).toEqual(posteriors[i])
  })

  it('gives the same bits for the same seed, others for another', async () => {
    const epochs = withoutEpochs.includes(name) ? {} : { epochs: 3 }
    const run = async (seed: string): Promise<unknown> => {
      return (await make(name, epochs).train(data(1), 2, seed, {})).predict(data(2).sequences[0])
    }
    const first = await run('x')
    expect(await run('x')).toEqual(first)
    if (undrawn.includes(name)) expect(await run('y')).toEqual(first)
    else expect(await run('y')).not.toEqual(first)
  })

  it('tells every setting as JSON that makes the same system', () => {
    const { settings, frontEnd: front } = make(name)
    expect(front).toEqual(resolveFrontEnd(frontEnd))
    expect(JSON.parse(JSON.stringify(settings))).toEqual(settings)
    if (name === 'ensemble') return
    expect(createSystem<SystemName>(name, settings as never).settings).toEqual(settings)
  })

  it('refuses an option it does not know and stops when told to', async () => {
    expect(() => make(name, { untis: 3 })).toThrow(/unknown option "untis"/)
    const stopped = make(name).train(data(1), 2, 'seed', { signal: AbortSignal.abort() })
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('utterances without labels', () => {
  const learners: SystemName[] = ['crbm-dnn', 'crbm-lstm', 'stacked-crbm-lstm']
  /** Utterances of two corpora, each of another level. */
  const unlabelled = (shift = 0, scale = 1): LabelledFeatures['unlabelled'] => {
    const { sequences } = data(3, 4)
    return {
      sequences: sequences.map(({ data: x, shape }, i) =>
        view(
          Float32Array.from(x, (value) => (i % 2 === 0 ? value : scale * value + shift)),
          shape,
        ),
      ),
      corpora: sequences.map((_, i) => `corpus ${i % 2}`),
    }
  }
  const trained = async (name: SystemName, more: Partial<LabelledFeatures>, options: object = { epochs: 2 }) => {
    return await make(name, options).train({ ...data(1), ...more }, 2, 'seed')
  }
  interface Learnt {
    scaler: unknown
    learnt: { features: { layers: { parameters: number[] }[] } }
  }
  const stateOf = async (...given: Parameters<typeof trained>): Promise<Learnt> =>
    throughJson((await trained(...given)).state()) as Learnt

  it.each(learners)('teach the CRBMs of %s, whatever the level of their corpus', async (name) => {
    expect(make(name).usesUnlabelled).toBe(true)
    const [alone, more] = [await stateOf(name, {}), await stateOf(name, { unlabelled: unlabelled() })]
    expect(more.learnt.features.layers).not.toEqual(alone.learnt.features.layers)
    expect(more.scaler).toEqual(alone.scaler)
    const scaled = await stateOf(name, { unlabelled: unlabelled(8, 4) })
    const [a, b] = [more, scaled].map(({ learnt }) => learnt.features.layers[0].parameters)
    for (const [i, value] of a.entries()) expect(b[i]).toBeCloseTo(value, 4)
  })

  it.each(systemNames.filter((name) => !learners.includes(name)))('change nothing in %s', async (name) => {
    expect(make(name).usesUnlabelled ?? false).toBe(false)
    const options = withoutEpochs.includes(name) ? {} : { epochs: 2 }
    expect(await stateOf(name, { unlabelled: unlabelled() }, options)).toEqual(await stateOf(name, {}, options))
  })

  it('reach the members of an ensemble, and trainings that hold out speakers', async () => {
    const member = make('crbm-dnn', { epochs: 2 })
    expect(ensembleSystem([member, make('lstm', { epochs: 2 })]).usesUnlabelled).toBe(true)
    const states = await Promise.all(
      [{}, { unlabelled: unlabelled() }].map(async (more) => {
        const both = await ensembleSystem([member]).train({ ...data(1), ...more }, 2, 'seed')
        return (throughJson(both.state()) as { members: Learnt[] }).members[0].learnt.features.layers
      }),
    )
    expect(states[1]).not.toEqual(states[0])
    const held = { epochs: 2, validationSpeakers: 1 }
    const [alone, more] = [
      await stateOf('crbm-dnn', {}, held),
      await stateOf('crbm-dnn', { unlabelled: unlabelled() }, held),
    ]
    expect(more.learnt.features.layers).not.toEqual(alone.learnt.features.layers)
  })
})

describe('the presets of the study', () => {
  it.each<[SystemName, object]>([
    ['crbm-dnn', { hidden: 200, rectifiers: [3000, 1000, 500, 50], framesPerStep: 9, hop: 4, pooling: [] }],
    ['crbm-lstm', { hidden: 200, units: 300, layers: 2, framesPerStep: 2, pooling: [] }],
    ['lstm', { units: 300, layers: 2, rectifier: 0, framesPerStep: 9, hop: 4, pooling: [] }],
    ['lstm-rectifier', { units: 300, rectifier: 400, framesPerStep: 9, hop: 4, pooling: [] }],
  ])('%s', (name, sizes) => {
    const { settings } = createSystem<SystemName>(name, { preset: 'study', epochs: 3 })
    expect(settings).toMatchObject({ ...sizes, epochs: 3, joining: 'stack', dropout: 0 })
  })

  it('train, with sizes of their own', async () => {
    const shape = {
      preset: 'study' as const,
      frontEnd,
      epochs: 20,
      batchSize: 4,
      learningRate: 0.02,
    }
    const system = createSystem('lstm-rectifier', { ...shape, units: 4, rectifier: 8, warmUp: 2 })
    const trained = await system.train(data(1), 2, 'seed', {})
    const test = data(2)
    const right = test.sequences.filter((x, i) => trained.predict(x)[test.labels[i]] > 0.5)
    expect(right.length / test.sequences.length).toBeGreaterThan(0.9)
  })
})

it('a system trains without hooks, to the same bits', async () => {
  for (const name of ['lstm', 'functionals-mlp', 'ensemble'] as const) {
    const system = make(name)
    const [with_, without] = [await system.train(data(1), 2, 1, {}), await system.train(data(1), 2, 1)]
    expect(without.state()).toEqual(with_.state())
  }
})

describe('a choice by training speakers', () => {
  it('is told, and is none where there is one candidate', async () => {
    const chosen = async (weightDecays: number[]): Promise<unknown> => {
      return (await make('functionals-mlp', { weightDecays }).train(data(1), 2, 'seed', {})).chosen
    }
    // Decay of 1000 learns nothing.
    expect(await chosen([1000, 0.01])).toEqual({ weightDecay: 0.01 })
    expect(await chosen([0.01])).toBeUndefined()
  })

  it('is none where one speaker leaves nobody out to choose by', async () => {
    const alone = { ...data(1), speakers: data(1).speakers.map(() => 'a') }
    expect(await make('functionals-mlp').train(alone, 2, 'seed', {})).not.toHaveProperty('chosen')
  })
})

describe('options that do not go together', () => {
  it.each<[() => unknown, RegExp]>([
    [
      () => createSystem('lstm', { preset: 'paper' as never }),
      /lstmSystem: "preset" expected one of "default", "study"/,
    ],
    [() => createSystem('blstm', { preset: 'study' } as never), /blstmSystem: unknown option "preset"/],
    [
      () => createSystem('blstm', { bandMasks: 1, frontEnd: { spectral: 'mfcc' } }),
      /"bandMasks" needs the front end's "spectral" logMel/,
    ],
    [() => createSystem('blstm', { bandMasks: 1, cepstra: 13 }), /"bandMasks" needs "cepstra" 0/],
    [() => createSystem('lstm', { cepstra: 41 }), /"cepstra" expected at most 40 \(filters\), got 41/],
    [() => createSystem('lstm', { hop: 2, joining: 'mean' }), /lstmSystem: "hop" needs "joining" stack/],
    [
      () => createSystem('crbm-lstm', { bandMasks: 1 }),
      /crbmLstmSystem: "bandMasks" expected an integer >= 0 and <= 0/,
    ],
    [() => createSystem('crbm-dnn', { rectifiers: [0] }), /"rectifiers\[0\]" expected an integer >= 1, got 0/],
    [() => createSystem('functionals-mlp', { weightDecays: [] }), /"weightDecays" expected at least 1 item/],
    [() => createSystem('ensemble', { members: [] }), /ensemble: "members" expected at least 1 item/],
    [() => createSystem('ensemble', { members: [{ system: 'forest' as never }] }), /"name" expected one of "crbm-dnn"/],
    [() => createSystem('ensemble', null as never), /ensemble: options expected an object, got null/],
    [
      () => createSystem('ensemble', { member: [] } as never),
      /unknown option "member" \(known: members, seeds, average\)/,
    ],
    [() => createSystem('ensemble', { members: ['lstm' as never] }), /"members\[0\]" expected an object, got "lstm"/],
    [
      () => ensembleSystem(['lstm' as never]),
      /ensembleSystem: "systems\[0\]" expected a system, such as of .*, got "lstm"/,
    ],
    [() => createSystem('ensemble', { seeds: 0 }), /ensembleSystem: "seeds" expected an integer >= 1/],
    [() => ensembleSystem([make('lstm'), createSystem('blstm')]), /expected one front end, lstm and blstm differ/],
  ])('are refused %#', (act, message) => {
    expect(act).toThrow(message)
  })

  it('as features are that the front end does not give', async () => {
    await expect(createSystem('functionals-mlp').train(data(1), 2, 1, {})).rejects.toThrow(/expected 86 columns/)
  })
})

describe('an ensemble', () => {
  const said = (...posterior: number[]): System => ({
    name: 'fixed',
    frontEnd: resolveFrontEnd(),
    settings: {},
    epochs: 1,
    restore: () => expect.fail('not called'),
    train: async () => ({
      history: { epochs: [], stoppedEarly: false, bestEpoch: 1 },
      predict: () => Float32Array.from(posterior),
      state: () => null,
    }),
  })

  it.each([
    ['logPosterior', Math.sqrt(0.9 * 0.4) / (Math.sqrt(0.9 * 0.4) + Math.sqrt(0.1 * 0.6))],
    ['posterior', 0.65],
  ] as const)('averages by %s', async (average, wanted) => {
    const trained = await ensembleSystem([said(0.9, 0.1), said(0.4, 0.6)], { average }).train(data(1), 2, 1, {})
    const posterior = trained.predict(data(1).sequences[0])
    expect(posterior[0]).toBeCloseTo(wanted, 6)
    expect(posterior[1]).toBeCloseTo(1 - wanted, 6)
  })

  it('trains each member from seeds of its own', async () => {
    const ensemble = ensembleSystem([make('lstm', { epochs: 1 })], { seeds: 3 })
    const { members } = (await ensemble.train(data(1), 2, 1, {})).state()
    expect(new Set(members.map((member) => JSON.stringify(throughJson(member)))).size).toBe(3)
    expect(() => ensemble.restore({ members: [] })).toThrow(/the state has 0 members, expected 3/)
  })

  it('tells what each member chose', async () => {
    const choosing = (name: string, weightDecay: number): System => ({
      ...said(1, 0),
      name,
      train: async (...given) => ({ ...(await said(1, 0).train(...given)), chosen: { weightDecay } }),
    })
    const systems = [choosing('a', 1), said(1, 0), choosing('b', 2), choosing('a', 3)]
    const { chosen } = await ensembleSystem(systems).train(data(1), 2, 1, {})
    expect(chosen).toEqual({ 'a.weightDecay': 1, 'b.weightDecay': 2, 'a#2.weightDecay': 3 })
    expect(await ensembleSystem([said(1, 0)]).train(data(1), 2, 1, {})).not.toHaveProperty('chosen')
  })
})

describe('cepstra', () => {
  it('of log mel features are those of the MFCC', () => {
    const random = new Random(5)
    const samples = new Float32Array(4000)
    random.normalInto(samples, 0, 0.1)
    const recording = { sampleRate: 16000, channels: [samples] }
    const front = resolveFrontEnd({ spectral: 'logMel', filters: 26, deltas: 1, pitch: true })
    const cepstra = toCepstra('test', extractFeatures(recording, front), 13, front)
    const wanted = extractFeatures(recording, {
      spectral: 'mfcc',
      coefficients: 13,
      filters: 26,
      deltas: 1,
      pitch: true,
    })
    expect(cepstra.shape).toEqual(wanted.shape)
    // The log energy stands last instead of first.
    const places = [0, 13].flatMap((base) => [...Array.from({ length: 12 }, (_, k) => base + k + 1), base])
    for (let t = 0; t < wanted.shape[0]; t++) {
      for (let j = 0; j < 30; j++) expect(cepstra.get(t, j)).toBeCloseTo(wanted.get(t, places[j] ?? j), 3)
    }
  })

  it('knows where log mel energies stand', () => {
    const bands = melBands('test', 'x', resolveFrontEnd({ spectral: 'logMel', filters: 40, deltas: 1, pitch: true }))
    expect(bands).toEqual([
      { start: 0, filters: 40 },
      { start: 41, filters: 40 },
    ])
  })
})
