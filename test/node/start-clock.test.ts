import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { StateError } from '../../src/core/errors.ts'
import type { FinishedFold, FoldJob } from '../../src/experiments/jobs.ts'
import type { ExperimentPlan } from '../../src/experiments/plan.ts'
import type { ExperimentResults, ExperimentStart } from '../../src/experiments/results.ts'
import type { FoldStore } from '../../src/node/fold-store.ts'
import { mergeFolders } from '../../src/node/merge.ts'
import { describeRun } from '../../src/node/provenance.ts'
import { type RunPlanOptions, runPlan } from '../../src/node/run-plan.ts'
import { syntheticSource } from '../../src/node/source.ts'
import { StartClock } from '../../src/node/start-clock.ts'
import { activeSeconds, spanOf } from '../../src/node/starts.ts'
import { clockText } from '../../src/report/facts.ts'

const root = mkdtempSync(join(tmpdir(), 'ser-starts-'))
afterAll(() => rmSync(root, { recursive: true }))
const frontEnd = { spectral: 'mfcc', deltas: 0, pitch: false }
const synthetic = { speakers: 3, sentences: 1, emotions: ['joy', 'sadness'] }
const plan: ExperimentPlan = {
  format: 'ser-core/plan',
  version: 1,
  corpus: { kind: 'synthetic', synthetic },
  systems: [{ name: 'lstm', system: 'lstm', options: { units: 3, rectifier: 3, epochs: 1, frontEnd } }],
  seeds: [1, 2],
  protocols: ['strict'],
  combinations: [],
}
const source = syntheticSource(synthetic as never)

async function run(folder: string, options: Partial<RunPlanOptions> = {}): Promise<ExperimentResults | null> {
  return (await runPlan(plan, { folder, source, cache: null, ...options })).results
}

/** Stops after so many folds. */
async function stopped(folder: string, folds: number): Promise<void> {
  const stop = new AbortController()
  let done = 0
  const onFold = (): void => {
    if (++done === folds) stop.abort(new Error('enough'))
  }
  await expect(run(folder, { signal: stop.signal, onFold })).rejects.toThrow('enough')
}

describe('the time by the clock', () => {
  it('is that of all starts together, and of the folds that they did', async () => {
    const folder = join(root, 'resumed')
    await stopped(folder, 2)
    await stopped(folder, 1)
    const results = (await run(folder)) ?? expect.fail('no results')
    const { starts = [], seconds, started, finished } = results.run
    expect(starts.map(({ folds }) => folds)).toEqual([2, 1, 3])
    expect(seconds).toBeCloseTo(
      starts.reduce((sum, start) => sum + start.seconds, 0),
      2,
    )
    expect(started).toBe(starts[0].started)
    expect(Date.parse(finished)).toBeCloseTo(Date.parse(starts[2].started) + 1000 * starts[2].seconds, -1)
    expect(clockText(results)).toMatch(/^\d[^;]* by the clock in 3 starts; trainings one after the other: \d[^;]*$/)
  })

  it('counts no fold that could not be written', async () => {
    const written: number[] = []
    let full = true
    const store = {
      write: async (_job: FoldJob, finished: FinishedFold) => {
        if (full) throw new StateError('no space left on device')
        return finished
      },
      writeStart: async (_name: string, { folds }: ExperimentStart) => written.push(folds),
    }
    const clock = new StartClock(store as unknown as FoldStore, new Date(0))
    await expect(clock.keep({} as FoldJob, {} as FinishedFold)).rejects.toThrow('no space')
    await clock.end()
    expect(written).toEqual([])
    full = false
    await clock.keep({} as FoldJob, {} as FinishedFold)
    await clock.end()
    expect(written).toEqual([1, 1])
  })

  it('is never negative, also where the clock is set back', async () => {
    const times: number[] = []
    const store = {
      write: async (_job: FoldJob, finished: FinishedFold) => finished,
      writeStart: async (_name: string, { seconds }: ExperimentStart) => times.push(seconds),
    }
    vi.useFakeTimers({ toFake: ['Date'], now: 1e12 })
    try {
      const clock = new StartClock(store as unknown as FoldStore, new Date())
      vi.setSystemTime(1e12 - 3_600_000)
      await clock.keep({} as FoldJob, {} as FinishedFold)
      const late = new StartClock(store as unknown as FoldStore, new Date(1e12))
      await late.keep({} as FoldJob, {} as FinishedFold)
      const { started, finished, seconds } = describeRun('c', new Date(1e12), null, [])
      expect([Date.parse(finished) >= Date.parse(started), seconds]).toEqual([true, 0])
    } finally {
      vi.useRealTimers()
    }
    expect(times.map((seconds) => seconds >= 0 && seconds < 60)).toEqual([true, true])
    const starts = [{ started: '2026-01-01T00:00:00.000Z', seconds: -3600, folds: 1 }]
    expect([spanOf(starts), activeSeconds(starts)]).toEqual([
      { started: starts[0].started, finished: starts[0].started },
      0,
    ])
  })

  it('is not changed by a start that finds everything done, and begins anew where folds do', async () => {
    const folder = join(root, 'resumed')
    const before = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')).run
    const { starts, seconds, started, finished } = (await run(folder))?.run ?? expect.fail('no results')
    expect({ starts, seconds, started, finished }).toEqual({
      ...{ starts: before.starts, seconds: before.seconds },
      ...{ started: before.started, finished: before.finished },
    })
    const fresh = await run(folder, { fresh: true })
    expect(fresh?.run.starts?.map(({ folds }) => folds)).toEqual([6])
    expect(readdirSync(join(folder, 'starts'))).toHaveLength(1)
  })

  it('of parts is that of all of them, after they are merged', async () => {
    const parts = [1, 2].map((index) => join(root, `part-${index}`))
    for (const [i, folder] of parts.entries()) await run(folder, { shard: { index: i + 1, count: 2 } })
    const results = await mergeFolders(parts, { folder: join(root, 'merged') })
    expect(results.run.starts?.map(({ folds }) => folds)).toEqual([3, 3])
    const sum = results.run.starts?.reduce((all, { seconds }) => all + seconds, 0) ?? 0
    expect(results.run.seconds).toBeCloseTo(sum, 2)
    expect((await mergeFolders(parts, { folder: join(root, 'merged') })).run.starts).toHaveLength(2)
  })

  it('is told as far as it is known where 0.1.0 did folds', async () => {
    const folder = join(root, 'old')
    const fixture = new URL('../fixtures/0.1.0/experiments/stopped', import.meta.url)
    cpSync(fileURLToPath(fixture), folder, { recursive: true })
    const old = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8'))
    const { results } = await runPlan(old, { folder })
    const trained = results?.runs.filter(({ name }) =>
      old.systems.some((system: { name: string }) => system.name === name),
    )
    const all = trained?.flatMap(({ folds }) => folds).length ?? 0
    const { starts } = results?.run ?? expect.fail('no results')
    expect(starts?.map(({ folds }) => folds)).toEqual([all - 5])
    expect(all).toBe(12)
    const without = `without 5 of ${all} folds, done when the clock was not kept; trainings`
    expect(clockText(results as ExperimentResults)).toContain(without)
    const finished = new URL('../fixtures/0.1.0/experiments/finished/results.json', import.meta.url)
    const read = JSON.parse(readFileSync(finished, 'utf8')) as ExperimentResults
    expect(clockText(read)).toMatch(/ by the clock from the last start; trainings/)
  })
})
