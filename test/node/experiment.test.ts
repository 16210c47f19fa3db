import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runExperiment, type SystemResults } from '../../src/node/experiment.ts'
import { FeatureCache } from '../../src/node/feature-cache.ts'
import { type ExperimentSource, syntheticSource } from '../../src/node/source.ts'
import { type ResolvedFrontEnd, resolveFrontEnd } from '../../src/pipelines/front-end.ts'
import { lstmSystem } from '../../src/pipelines/lstm-system.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-experiment-'))
afterAll(() => rmSync(folder, { recursive: true }))

const source = syntheticSource({ speakers: 2, sentences: 1 })
const system = lstmSystem({
  units: 3,
  rectifier: 3,
  epochs: 2,
  batchSize: 4,
  frontEnd: { spectral: 'mfcc', pitch: false },
})

describe('the feature cache', () => {
  it('keeps features by sound and options, and makes damaged ones anew', async () => {
    const cache = new FeatureCache(join(folder, 'cache'))
    const audio = await source.utterances[0].read()
    const other = await source.utterances[1].read()
    const fresh = await cache.features(audio, system.frontEnd)
    expect((await cache.features(audio, system.frontEnd)).data).toEqual(fresh.data)
    const files = (): string[] => readdirSync(join(folder, 'cache'))
    expect(files()).toHaveLength(1)
    writeFileSync(join(folder, 'cache', files()[0]), 'damaged')
    expect((await cache.features(audio, system.frontEnd)).data).toEqual(fresh.data)
    await cache.features(other, system.frontEnd)
    await cache.features({ ...audio, sampleRate: 8000 }, system.frontEnd)
    const wider = { ...system.frontEnd, deltas: 0 } as ResolvedFrontEnd
    expect((await cache.features(audio, wider)).shape[1]).toBe(13)
    expect(files()).toHaveLength(4)
    const descriptors = resolveFrontEnd({ set: 'egemaps' })
    const functionals = { ...descriptors, functionals: true } as ResolvedFrontEnd
    expect((await cache.features(audio, descriptors)).shape[1]).toBe(25)
    const row = await cache.features(audio, functionals)
    expect(row.shape).toEqual([1, 88])
    expect(files()).toHaveLength(6)
    expect((await cache.features(audio, functionals)).data).toEqual(row.data)
  })
})

describe('runExperiment', () => {
  it('repeats itself, from the cache too, and tells its progress', async () => {
    const steps: string[] = []
    const run = async (seed: number, cache: string | null): Promise<Omit<SystemResults, 'seconds'>> => {
      const { seconds, ...results } = await runExperiment(source, system, {
        seed,
        cache,
        onFeatures: (done, all) => steps.push(`features ${done}/${all}`),
        onProgress: ({ fold, folds, epoch, epochs }) => steps.push(`fold ${fold}/${folds} epoch ${epoch}/${epochs}`),
      })
      expect(seconds).toBeGreaterThan(0)
      return results
    }
    const first = await run(1, null)
    expect(steps.slice(-5)).toEqual([
      'features 8/8',
      ...['fold 1/2 epoch 1/2', 'fold 1/2 epoch 2/2', 'fold 2/2 epoch 1/2', 'fold 2/2 epoch 2/2'],
    ])
    const cached = join(folder, 'cached')
    expect(await run(1, cached)).toEqual(first)
    expect(await run(1, cached)).toEqual(first)
    expect(await run(2, cached)).not.toEqual(first)
  })

  it('lists recordings that cannot be used and goes on', async () => {
    const sound = { sampleRate: 16000, format: 'float32' as const, warnings: [] }
    const broken = {
      path: 'broken',
      speaker: 's01',
      label: 'joy',
      read: () => Promise.reject(new Error('no such sound')),
    }
    const short = { ...broken, path: 'short', read: async () => ({ ...sound, channels: [new Float32Array(10)] }) }
    const nobody = { ...broken, path: 'nobody', speaker: '' }
    const [first, ...rest] = source.utterances
    const odd = { ...first, read: async () => ({ ...(await first.read()), warnings: ['truncated'] }) }
    const silent = new Float32Array(8000)
    silent[7] = Number.NaN
    const hurt = { ...broken, path: 'hurt', read: async () => ({ ...sound, channels: [silent] }) }
    const mixed: ExperimentSource = { ...source, utterances: [broken, odd, ...rest, short, nobody, hurt] }
    const told: string[] = []
    const { corpus, folds } = await runExperiment(mixed, system, {
      onProblem: (path, reason, leftOut) => told.push(`${path} ${reason} ${leftOut}`),
    })
    expect(corpus.problems).toEqual([
      { path: 'broken', reason: 'no such sound' },
      { path: 'short', reason: 'shorter than one frame' },
      { path: 'nobody', reason: 'its speaker is not known' },
      { path: 'hurt', reason: expect.stringMatching(/expected finite numbers, got NaN at index 7/) },
    ])
    expect(corpus.warnings).toEqual([{ path: first.path, reason: 'truncated' }])
    expect(told).toHaveLength(5)
    expect(told).toContain(`${first.path} truncated false`)
    expect(folds.flatMap(({ predictions }) => predictions)).toHaveLength(8)
  })

  it('tells what the corpus found odd about recordings that are used, and of no others', async () => {
    const [first, second, ...rest] = source.utterances
    const short = { ...second, read: async () => ({ ...(await second.read()), channels: [new Float32Array(9)] }) }
    const problems = [
      { path: 'silent', reason: 'digital silence' },
      { path: first.path, reason: 'heavily clipped', kept: true },
      { path: second.path, reason: 'heavily clipped', kept: true },
    ]
    const { corpus } = await runExperiment({ ...source, utterances: [first, short, ...rest], problems }, system)
    expect(corpus.problems).toEqual([
      { path: 'silent', reason: 'digital silence' },
      { path: second.path, reason: 'shorter than one frame' },
    ])
    expect(corpus.warnings).toEqual([{ path: first.path, reason: 'heavily clipped' }])
  })

  it('says so where features cannot be kept, and refuses what it does not know', async () => {
    const file = join(folder, 'a file, no folder')
    writeFileSync(file, '')
    await expect(runExperiment(source, system, { cache: join(file, 'cache') })).rejects.toThrow(/ENOTDIR|EEXIST/)
    await expect(runExperiment(source, system, { sede: 1 } as never)).rejects.toThrow(/unknown option "sede"/)
    for (const none of ['lstm', { system: 'lstm' }]) {
      await expect(runExperiment(source, none as never)).rejects.toThrow('runExperiment: "system" expected a system')
    }
    await expect(runExperiment('x' as never, system)).rejects.toThrow('runExperiment: "source" expected a corpus')
    await expect(runExperiment(source, system, { cache: 5 as never })).rejects.toThrow(
      'runExperiment: "cache" expected a string, got 5',
    )
  })

  it('refuses a corpus of one speaker', async () => {
    const alone = { ...source, utterances: source.utterances.filter(({ speaker }) => speaker === 's01') }
    await expect(runExperiment(alone, system)).rejects.toThrow(
      /at least 2 speakers and 2 classes, got 4 recordings of 1/,
    )
  })

  it('stops when told to', async () => {
    await expect(runExperiment(source, system, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
  })
})
