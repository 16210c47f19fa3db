import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { floatView } from '../../src/core/array.ts'
import { type DeferredArray, isDeferred, lookAt } from '../../src/core/deferred.ts'
import type { FloatNdArray } from '../../src/core/types.ts'
import { checkPlan } from '../../src/experiments/plan.ts'
import { Standardizer } from '../../src/features/standardizer.ts'
import { FeatureStore } from '../../src/node/feature-store.ts'
import { runExperiment, runPlan, syntheticSource, trainOnCorpus } from '../../src/node/index.ts'
import { shareData, viewShared } from '../../src/node/shared-data.ts'
import { Random } from '../../src/numerics/random.ts'
import { createSystem, type SystemConfig, type SystemName } from '../../src/pipelines/systems.ts'
import { buildFoldWorker } from '../support/fold-worker.ts'
import { withoutTimes } from '../support/times.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-features-'))
const script = join(folder, 'fold-worker.mjs')
beforeAll(() => buildFoldWorker(script))
afterAll(() => rmSync(folder, { recursive: true }))

/** Features [rows, cols] of numbers drawn by the seed. */
function drawn(seed: number, rows: number, cols: number): FloatNdArray {
  const x = new Float32Array(rows * cols)
  new Random(seed).normalInto(x)
  return floatView(x, [rows, cols])
}

const plainly = ({ shape, data }: FloatNdArray) => ({ shape, data: Array.from(data) })

describe('a store of features', () => {
  const some = [drawn(1, 5, 3), drawn(2, 4, 3), floatView(Float64Array.of(0.1, 0.2), [1, 2]), drawn(3, 6, 3)]

  it('keeps them in memory up to its bound', () => {
    const store = new FeatureStore(1000, folder)
    for (const x of some) store.add(x)
    expect(store.take()).toEqual(some)
    expect(store.take()).toEqual([])
  })

  it('has all of them in a file beyond it, which has no name', () => {
    const store = new FeatureStore(100, folder)
    const counts = some.map((x) => [store.add(x), store.bytes])
    expect(counts).toEqual([
      [0, 60],
      [1, 0],
      [2, 0],
      [3, 0],
    ])
    expect(readdirSync(folder).filter((name) => name.includes('ser-features'))).toEqual([])
    const stored = store.take()
    expect(stored.every(isDeferred)).toBe(true)
    expect(stored.map(plainly)).toEqual(some.map(plainly))
    store.add(some[0])
    expect(store.take().map(plainly)).toEqual([plainly(some[0])])
    store.add(some[1])
    const [unread] = store.take()
    store.close()
    store.close()
    expect(() => unread.data).toThrow(/only while it runs/)
  })

  it('has them in the file from an eighth of its bound on where so many are expected that they will be beyond it', () => {
    const bytes = (expected: number): number[] => {
      const store = new FeatureStore(400, folder)
      store.expect(expected)
      const counts = some.map((x) => {
        store.add(x)
        return store.bytes
      })
      expect(store.take().map(plainly)).toEqual(some.map(plainly))
      store.close()
      return counts
    }
    expect(bytes(6)).toEqual([60, 108, 124, 196])
    expect(bytes(7)).toEqual([0, 0, 0, 0])
  })

  it('lends them without keeping them', () => {
    const store = new FeatureStore(0, folder)
    for (const x of some) store.add(x)
    const stored = store.take()
    const buffers = new Set<ArrayBufferLike>()
    for (const [i, x] of stored.entries()) {
      lookAt(x, (data) => {
        buffers.add(data.buffer)
        expect(data).toEqual(some[i].data)
      })
    }
    expect([buffers.size, new Standardizer().fit([stored[0], stored[1]]).toJSON()]).toEqual([
      2, // the second is longer
      new Standardizer().fit([some[0], some[1]]).toJSON(),
    ])
    expect((stored[0] as unknown as DeferredArray).held.bytes).toBe(0)
    store.close()
  })

  it('leaves them in memory where no file can be made', () => {
    const file = join(folder, 'no-folder')
    writeFileSync(file, '')
    const before = process.env.TMPDIR
    process.env.TMPDIR = file
    try {
      const store = new FeatureStore(0, file)
      for (const x of some) store.add(x)
      expect(store.take()).toEqual(some)
    } finally {
      if (before === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = before
    }
  })

  it('shares the file with other threads, and of features in memory a copy', () => {
    const list = [some[0], some[1]]
    const rest = { labels: Int32Array.of(0, 1), speakers: ['a', 'b'], classes: ['x', 'y'], paths: ['1', '2'] }
    const store = new FeatureStore(0, folder)
    for (const x of list) store.add(x)
    const stored = shareData({ ...rest, sequences: store.take() })
    const inMemory = shareData({ ...rest, sequences: list })
    expect(['places' in stored.features, 'memory' in inMemory.features]).toEqual([true, true])
    for (const shared of [stored, inMemory]) {
      expect(viewShared(structuredClone(shared)).sequences.map(plainly)).toEqual(list.map(plainly))
    }
    store.close()
  })
})

/** Small networks over time, with everything that a training computes of features. */
const network = { epochs: 2, batchSize: 4, validationSpeakers: 1, patience: 2 }
const crbm = { ...network, units: 3, hidden: 4, crbmEpochs: 2, order: 2 }
const configs: SystemConfig[] = [
  { system: 'lstm', options: { ...network, units: 3, rectifier: 3 } },
  { system: 'crbm-lstm', options: crbm },
  { system: 'stacked-crbm-lstm', options: crbm },
  { system: 'functionals-mlp', options: { epochs: 3, hidden: [3], weightDecays: [0.1, 1] } },
  { system: 'measures-lda', options: {} },
  { system: 'ensemble', options: { members: [{ system: 'lstm', options: { ...network, units: 3 } }] } },
] as SystemConfig[]

describe('trainings on features of a file', () => {
  const source = syntheticSource({ speakers: 3, sentences: 1 })

  it.each(configs)('give the same bytes: $system', async (config) => {
    const options = config.system.includes('crbm') ? { unlabelled: source } : {}
    const inMemory = await trainOnCorpus(source, config, { ...options, calibrate: 'speakers' })
    const inFile = await trainOnCorpus(source, config, { ...options, calibrate: 'speakers', featureMemory: 0 })
    expect(Buffer.from(inFile.bytes).equals(Buffer.from(inMemory.bytes))).toBe(true)
  })

  const plan = checkPlan({
    ...{ format: 'ser-core/plan', version: 1, seeds: [1], protocols: ['strict', 'speaker'] },
    corpus: { kind: 'synthetic', synthetic: { speakers: 3, sentences: 1 } },
    systems: [
      ...[configs[0], configs[1], configs[3]],
      {
        ...configs[0],
        name: 'started',
        pretrain: { corpus: { kind: 'synthetic', synthetic: { speakers: 2, sentences: 1, seed: 9 } } },
      },
    ],
    combinations: [],
  })

  it.each([1, 2])('give the same folds, also in threads (workers: %i)', async (workers) => {
    const run = async (name: string, options: object) => {
      const out = join(folder, `${name}-${workers}`)
      const { results } = await runPlan(plan, { folder: out, source, script, ...options })
      return withoutTimes(results as object)
    }
    const inMemory = await run('memory', {})
    const inFile = await run('file', { featureMemory: 0, workers, cache: join(folder, 'cache') })
    expect(inFile).toEqual(inMemory)
    expect(readdirSync(join(folder, 'cache')).every((name) => name.endsWith('.npy'))).toBe(true)
  })

  it('give the same folds of a system of the caller', async () => {
    const system = createSystem('lstm', configs[0].options as object)
    const [a, b] = [{}, { featureMemory: 0 }].map((options) => runExperiment(source, system, options))
    expect(withoutTimes(await b)).toEqual(withoutTimes(await a))
  })

  it('refuse a bound that is no number of bytes', async () => {
    await expect(trainOnCorpus(source, configs[0], { featureMemory: -1 })).rejects.toThrow(
      /^trainOnCorpus: "featureMemory" expected a finite number >= 0, got -1/,
    )
  })
})

describe('the memory of a training', () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const held = (): number => {
    collect()
    collect()
    return process.memoryUsage().arrayBuffers
  }

  it.each(['lstm', 'blstm-rectifier', 'stacked-crbm-lstm'] as const)(
    'holds no more than a few features of a file: %s',
    async (name) => {
      const frontEnd = { spectral: 'logMel', filters: 40, deltas: 1, pitch: true } as const
      const small = { units: 2, epochs: 2, batchSize: 16, patience: 2 }
      const crbm = { hidden: 2, order: 1, crbmEpochs: 1, crbmBatchSize: 1000, cepstra: 0 }
      const own = name === 'stacked-crbm-lstm' ? crbm : { rectifier: 2 }
      const system = createSystem<SystemName>(name, { frontEnd, ...small, ...own } as object)
      // Memory that kernels keep from their first use on is not of the features.
      const few = Array.from({ length: 10 }, (_, i) => drawn(i, 200, 86))
      const labels = Int32Array.from(few, (_, i) => i % 2)
      await system.train({ sequences: few, labels, speakers: Array.from(labels, String) }, 2, 1)
      const store = new FeatureStore(0, folder)
      const before = held()
      const count = 300
      const looks: number[] = []
      for (let i = 0; i < count; i++) {
        store.add(drawn(i, 200, 86))
        if (i % 100 === 99) looks.push(held())
      }
      const speakers = Array.from({ length: count }, (_, i) => `s${i % 5}`)
      const data = { sequences: store.take(), labels: Int32Array.from(speakers, (_, i) => i % 2), speakers }
      const trained = await system.train(data, 2, 1, { onEpoch: () => looks.push(held()) })
      for (const x of data.sequences) trained.predict(x)
      looks.push(held())
      store.close()
      const all = count * 200 * 86 * 4
      expect(looks.length).toBeGreaterThan(5)
      expect((Math.max(...looks) - before) / all).toBeLessThan(0.4)
    },
  )
})
