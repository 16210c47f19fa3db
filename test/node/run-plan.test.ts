import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { foldJobs, systemOf } from '../../src/experiments/jobs.ts'
import type { ExperimentPlan } from '../../src/experiments/plan.ts'
import type { ExperimentResults } from '../../src/experiments/results.ts'
import { kernelsInUse, useKernels } from '../../src/kernels/index.ts'
import { runExperiment } from '../../src/node/experiment.ts'
import { mergeFolders } from '../../src/node/merge.ts'
import { type RunPlanOptions, runPlan } from '../../src/node/run-plan.ts'
import { syntheticSource } from '../../src/node/source.ts'
import { buildFoldWorker } from '../support/fold-worker.ts'
import { withoutTimes } from '../support/times.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-plan-'))
const script = join(folder, 'fold-worker.mjs')

// The script of the threads, built from the source that is tested.
beforeAll(async () => {
  process.env.SER_COMMIT = 'a commit'
  undisturbed = run(newFolder())
  await buildFoldWorker(script)
})
afterAll(() => {
  delete process.env.SER_COMMIT
  rmSync(folder, { recursive: true })
})

const frontEnd = { spectral: 'mfcc', deltas: 0, pitch: false }
const plan: ExperimentPlan = {
  format: 'ser-core/plan',
  version: 1,
  corpus: { kind: 'synthetic', synthetic: { speakers: 3, sentences: 1, emotions: ['joy', 'sadness'] } },
  systems: [
    { name: 'lstm', system: 'lstm', options: { units: 3, rectifier: 3, epochs: 2, batchSize: 4, frontEnd } },
    {
      name: 'quick',
      system: 'functionals-mlp',
      options: { frontEnd: { filters: 8, coefficients: 8 }, cepstra: 4, hidden: [3], epochs: 2, weightDecays: [0.1] },
    },
  ],
  seeds: [1, 2],
  protocols: ['strict', 'speaker'],
  combinations: [{ name: 'both', members: ['lstm', 'quick'] }],
}
const source = syntheticSource(plan.corpus.synthetic)
const jobs = foldJobs(plan, ['s01', 's02', 's03'])
const small: ExperimentPlan = {
  ...plan,
  systems: [plan.systems[0]],
  seeds: [1],
  protocols: ['strict'],
  combinations: [],
}

let folders = 0
let undisturbed: ReturnType<typeof run>
const newFolder = (): string => join(folder, `out-${folders++}`)

/** Runs it; gives what was started, and the results but for times, from the file. */
async function run(
  out: string,
  options: Partial<RunPlanOptions> = {},
  what: ExperimentPlan = plan,
): Promise<{ started: string[]; results: ExperimentResults }> {
  const started: string[] = []
  const onStart = ({ id }: { id: string }): unknown => started.push(id)
  await runPlan(what, { folder: out, source, script: pathToFileURL(script), onStart, ...options })
  return { started, results: readResults(out) }
}

function readResults(out: string): ExperimentResults {
  return withoutTimes(JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'))) as ExperimentResults
}

const fold = (out: string, id: string): string => join(out, 'folds', `${id}.json`)

describe('runPlan', () => {
  it('does all folds, the longest first, and writes down plan, runs, summary and comparisons', async () => {
    const { started, results } = await undisturbed
    expect([...started].sort()).toEqual(jobs.map(({ id }) => id).sort())
    expect(started.slice(0, 12)).toEqual(jobs.slice(0, 12).map(({ id }) => id))
    expect(results.plan).toEqual(plan)
    expect(results.corpus).toMatchObject({ name: 'synthetic', utterances: 6, speakers: ['s01', 's02', 's03'] })
    expect(results.runs.map(({ name, protocol, seed }) => `${name} ${protocol} ${seed}`)).toEqual(
      ['lstm', 'quick']
        .flatMap((name) => ['strict 1', 'strict 2', 'speaker 1', 'speaker 2'].map((rest) => `${name} ${rest}`))
        .concat(['both strict 1', 'both strict 2', 'both speaker 1', 'both speaker 2']),
    )
    expect(results.summary).toHaveLength(6)
    expect(results.comparisons).toHaveLength(6)
    expect(results.run).toMatchObject({ command: 'runPlan', commit: 'a commit', kernels: kernelsInUse() })
    for (const { folds } of results.runs) expect(folds.flatMap(({ predictions }) => predictions)).toHaveLength(6)
  })

  it('finds what runExperiment finds', async () => {
    const { results } = await undisturbed
    const system = systemOf(plan.systems[0])
    for (const [i, protocol] of plan.protocols.entries()) {
      // Groups of speakers are in the summary of a plan.
      const { corpus, groups, ...alone } = await runExperiment(source, system, { seed: 2, protocol })
      expect(withoutTimes(alone)).toEqual(results.runs[1 + 2 * i])
      expect(corpus).toEqual(results.corpus)
    }
  })

  it.each([2, 3])('has the same bits on %i threads, and tells the progress of all', async (workers) => {
    const epochs: string[] = []
    const runs: string[] = []
    const { results } = await run(newFolder(), {
      workers,
      onEpoch: ({ id }, { epoch }) => epochs.push(`${id} ${epoch}`),
      onRun: ({ name, protocol, seed }) => runs.push(`${name} ${protocol} ${seed}`),
    })
    expect(results).toEqual((await undisturbed).results)
    expect(epochs.filter((text) => text.startsWith('lstm'))).toHaveLength(24)
    expect(new Set(runs).size).toBe(8)
  })

  it('uses the kernels of this thread in the others', async () => {
    const before = kernelsInUse()
    try {
      useKernels('js')
      const here = await run(newFolder(), {}, small)
      expect((await run(newFolder(), { workers: 2 }, small)).results).toEqual(here.results)
      expect(here.results.run.kernels).toBe('js')
    } finally {
      useKernels(before)
    }
  })

  it('does damaged, foreign and missing folds again, and no others', async () => {
    const out = newFolder()
    await run(out)
    const broken = [1, 4, 9, 14, 20].map((i) => jobs[i].id)
    rmSync(fold(out, broken[0]))
    const text = readFileSync(fold(out, broken[1]), 'utf8')
    writeFileSync(fold(out, broken[1]), text.slice(0, text.length / 2))
    const changed = readFileSync(fold(out, broken[2]), 'utf8').replace(/("accuracy": )\S+/, '$10.25,')
    writeFileSync(fold(out, broken[2]), changed)
    writeFileSync(fold(out, broken[3]), readFileSync(fold(out, jobs[0].id)))
    const otherDefault = readFileSync(fold(out, broken[4]), 'utf8').replace(/("classWeightPower": )\S+/, '$10.25,')
    writeFileSync(fold(out, broken[4]), otherDefault)
    const again = await run(out)
    expect(again.started.sort()).toEqual(broken.sort())
    expect(again.results).toEqual((await undisturbed).results)
    expect((await run(out)).started).toEqual([])
  })

  it('goes on after it was stopped, on threads or not', async () => {
    const out = newFolder()
    for (const workers of [1, 2]) {
      const stop = new AbortController()
      let done = 0
      const onFold = (): void => {
        if (++done === 5) stop.abort(new DOMException('enough', 'AbortError'))
      }
      await expect(run(out, { workers, signal: stop.signal, onFold })).rejects.toThrow('enough')
    }
    const rest = await run(out)
    expect(rest.started.length).toBeLessThanOrEqual(jobs.length - 10)
    expect(rest.results).toEqual((await undisturbed).results)
  })

  it('refuses a folder with another plan or other recordings, and says where they differ', async () => {
    const out = newFolder()
    await run(out, {}, small)
    const other = { ...small, seeds: [2] }
    await expect(run(out, {}, other)).rejects.toThrow(
      /out-\d+" holds another plan:\n {2}seeds: 1 there, not here\nGive another folder \(--out\), or .*\(--fresh\)/,
    )
    const system = { ...small.systems[0], options: { ...small.systems[0].options, epochs: 3 } }
    await expect(run(out, {}, { ...small, systems: [system], protocols: ['speaker'] })).rejects.toThrow(
      /system "lstm"\.options\.epochs: 2 there, 3 here\n {2}protocols: "strict" there, not here\n/,
    )
    await expect(run(out, {}, { ...small, systems: [plan.systems[1]] })).rejects.toThrow(
      /systems: "lstm" there, not here/,
    )
    const [first, ...rest] = source.utterances
    const renamed = { ...source, utterances: [{ ...first, label: 'sadness' }, ...rest] }
    await expect(run(out, { source: renamed }, small)).rejects.toThrow(
      /of other recordings or other software:\n {2}recordings: /,
    )
    expect((await run(out, { source: renamed, fresh: true }, small)).started).toHaveLength(3)
    expect((await run(out, { fresh: true }, other)).started).toHaveLength(3)
  })

  it('adds systems, seeds and protocols to what the folder has, and does no fold twice', async () => {
    const out = newFolder()
    await run(out, {}, small)
    const more = await run(out, {}, { ...small, seeds: [2, 1] })
    expect(more.started).toHaveLength(3)
    expect(more.started.every((id) => id.includes('seed-2'))).toBe(true)
    const all = await run(out, {}, plan)
    expect(all.started).toHaveLength(jobs.length - 6)
    expect(all.results).toEqual((await undisturbed).results)
  })

  it('takes another place of the corpus and other combinations for the same folds', async () => {
    const out = newFolder()
    await run(out, {}, small)
    const combinations = [{ name: 'seeds', members: ['lstm'], seeds: 'all' as const }]
    const again = await run(out, {}, { ...small, corpus: { ...small.corpus, path: 'elsewhere' }, combinations })
    expect(again.started).toEqual([])
    expect(again.results.runs.map(({ name }) => name)).toEqual(['lstm', 'seeds'])
  })

  it.each([1, 2])('stops at a fold that fails and names it (workers: %i)', async (workers) => {
    const options = { ...small.systems[0].options, validationSpeakers: 3 }
    const failing = { ...small, systems: [small.systems[0], { name: 'bad/one', system: 'lstm' as const, options }] }
    const out = newFolder()
    await expect(run(out, { workers }, failing)).rejects.toMatchObject({
      name: 'FoldError',
      message: expect.stringMatching(/^fold bad%2fone\/strict\/seed-1\/s0\d: holdOutGroups: "count" expected/),
      job: { name: 'bad/one', protocol: 'strict', seed: 1 },
    })
  })

  it('says so where a thread dies, or has no script', async () => {
    const dying = join(folder, 'dying.mjs')
    writeFileSync(dying, 'export default () => process.exit(3)')
    const options = { workers: 2, script: pathToFileURL(dying) }
    await expect(run(newFolder(), options, small)).rejects.toMatchObject({ name: 'FoldError' })
    const nowhere = { workers: 2, script: pathToFileURL(join(folder, 'nowhere.mjs')) }
    await expect(run(newFolder(), nowhere, small)).rejects.toThrow(
      /nowhere\.mjs" to start threads on; in a bundle, give "script"/,
    )
  })

  it('refuses the study beside other recordings, before features are taken', async () => {
    const onFeatures = vi.fn()
    await expect(run(newFolder(), { study: true, onFeatures }, small)).rejects.toThrow(
      'runPlan: the numbers of the study are of emodb',
    )
    expect(onFeatures).not.toHaveBeenCalled()
    await expect(run(newFolder(), { study: 'yes' as never }, small)).rejects.toThrow('"study" expected true or false')
  })

  it('refuses options that it does not know or cannot follow', async () => {
    await expect(run(newFolder(), { wrokers: 2 } as never)).rejects.toThrow(/runPlan: unknown option "wrokers"/)
    await expect(run(newFolder(), { shard: { index: 3, count: 2 } })).rejects.toThrow(
      /"shard.index" expected .* <= 2, got 3/,
    )
    await expect(run(newFolder(), { workers: 0 })).rejects.toThrow(/"workers" expected an integer >= 1/)
  })
})

describe('mergeFolders', () => {
  const parts = [newFolder(), newFolder(), newFolder()]

  beforeAll(async () => {
    for (const [i, out] of parts.entries()) {
      const { results, missing } = await runPlan(plan, { folder: out, source, shard: { index: i + 1, count: 3 } })
      expect(results).toBeNull()
      expect(missing).toHaveLength(16)
    }
  })

  it('makes of all parts what an undivided run gives', async () => {
    const out = newFolder()
    const results = await mergeFolders(parts, { folder: out, command: 'runPlan' })
    expect(withoutTimes(results)).toEqual((await undisturbed).results)
    expect(readResults(out)).toEqual((await undisturbed).results)
    expect((await run(out)).started).toEqual([])
  })

  it('lists what is missing', async () => {
    await expect(mergeFolders(parts.slice(1), { folder: newFolder() })).rejects.toThrow(
      /^8 of 24 folds are missing:\n {2}lstm\/strict\/seed-1\/s01\n.*\n {2}and 2 more$/s,
    )
  })

  it('refuses parts of different plans, and folders that are no parts', async () => {
    const out = newFolder()
    await run(out, {}, small)
    await expect(mergeFolders([parts[0], out], { folder: newFolder() })).rejects.toThrow(
      /are of different plans \(there, here\):\n {2}systems\[1\]: /,
    )
    await expect(mergeFolders([parts[0], folder], { folder: newFolder() })).rejects.toThrow(
      /no part of an experiment: no plan.json/,
    )
    await expect(mergeFolders([], { folder: newFolder() })).rejects.toThrow(/"folders" expected at least 1 item/)
  })
})
