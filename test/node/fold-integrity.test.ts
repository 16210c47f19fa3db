import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExperimentPlan } from '../../src/experiments/plan.ts'
import { kernelsInUse, useKernels } from '../../src/kernels/index.ts'
import { mergeFolders } from '../../src/node/merge.ts'
import { type RunPlanOptions, runPlan } from '../../src/node/run-plan.ts'
import { openSource } from '../../src/node/source.ts'
import { smallPlan, voices } from '../support/small-plan.ts'
import { withoutTimes } from '../support/times.ts'

const root = mkdtempSync(join(tmpdir(), 'ser-integrity-'))
afterAll(() => rmSync(root, { recursive: true }))

const [one, other] = [voices(1), voices(2)]
let folders = 0
const newFolder = (): string => join(root, `out-${folders++}`)

/** Runs the plan; gives the folds that began, those that were done again and why, and the results without times. */
async function run(
  folder: string,
  options: Partial<RunPlanOptions> = {},
  plan: ExperimentPlan = smallPlan,
): Promise<{ began: string[]; redone: string[]; results: unknown }> {
  const [began, redone]: string[][] = [[], []]
  const { results } = await runPlan(plan, {
    ...{ folder, source: one, onStart: ({ id }) => began.push(id) },
    onRedo: ({ id }, reason) => redone.push(`${id} ${reason}`),
    ...options,
  })
  const { run: _, ...rest } = withoutTimes(results ?? {}) as { run: unknown }
  return { began, redone, results: rest }
}

/** A folder with the finished experiment of the first corpus. */
async function finished(): Promise<string> {
  const folder = newFolder()
  cpSync(first, folder, { recursive: true })
  return folder
}

const first = newFolder()
let ofOne: unknown
let ofOther: unknown
beforeAll(async () => {
  ofOne = (await run(first)).results
  ofOther = (await run(newFolder(), { source: other })).results
})

const cut = (path: string): void => writeFileSync(path, readFileSync(path).subarray(0, 100))
const damages: [string, (folder: string) => void][] = [
  ['data.json emptied', (folder) => writeFileSync(join(folder, 'data.json'), '')],
  ['data.json cut', (folder) => cut(join(folder, 'data.json'))],
  ['data.json deleted', (folder) => rmSync(join(folder, 'data.json'))],
  [
    'plan.json and data.json emptied',
    (folder) => {
      writeFileSync(join(folder, 'plan.json'), '')
      writeFileSync(join(folder, 'data.json'), '')
    },
  ],
  [
    'plan.json and data.json deleted',
    (folder) => {
      rmSync(join(folder, 'plan.json'))
      rmSync(join(folder, 'data.json'))
    },
  ],
]

describe('a folder of another corpus', () => {
  it.each(damages)('is refused with %s, named fold by fold; on request all are done again', async (_, damage) => {
    const folder = await finished()
    damage(folder)
    const before = readFileSync(join(folder, 'folds', 'quick', 'strict', 'seed-1', 's01.json'))
    for (const _ of [1, 2]) {
      await expect(run(folder, { source: other })).rejects.toThrow(
        /holds folds that are not known to be of this experiment:\n {2}quick\/strict\/seed-1\/s01: of other recordings or labels\n.*\n.*s03: .*\nGive another folder \(--out\), have these folds done again \(--redo\), or remove/,
      )
    }
    expect(readFileSync(join(folder, 'folds', 'quick', 'strict', 'seed-1', 's01.json'))).toEqual(before)
    const again = await run(folder, { source: other, redo: true })
    expect([again.began.length, again.redone.length, again.results]).toEqual([3, 3, ofOther])
    expect((await run(folder, { source: other })).began).toEqual([])
  })

  it('is refused with its data.json replaced by that of this corpus, and with one fold from there', async () => {
    const there = newFolder()
    await run(there, { source: other })
    const folder = await finished()
    cpSync(join(there, 'data.json'), join(folder, 'data.json'))
    await expect(run(folder, { source: other })).rejects.toThrow(/seed-1\/s03: of other recordings or labels/)
    const fold = join('folds', 'quick', 'strict', 'seed-1', 's02.json')
    const mixed = await finished()
    cpSync(join(there, fold), join(mixed, fold))
    await expect(run(mixed)).rejects.toThrow(/this experiment:\n {2}quick\/strict\/seed-1\/s02: of other.*\nGive/)
    const again = await run(mixed, { redo: true })
    expect([again.began, again.results]).toEqual([['quick/strict/seed-1/s02'], ofOne])
    await expect(mergeFolders([folder], { folder: newFolder() })).rejects.toThrow(/s01: of other recordings or labels/)
  })
})

describe('a folder of the same corpus', () => {
  it.each(damages)('goes on with %s, since each fold tells its own origin', async (_, damage) => {
    const folder = await finished()
    damage(folder)
    expect(await run(folder)).toEqual({ began: [], redone: [], results: ofOne })
  })

  it('names damaged folds, which are done again', async () => {
    const folder = await finished()
    const at = (speaker: string): string => join(folder, 'folds', 'quick', 'strict', 'seed-1', `${speaker}.json`)
    cut(at('s01'))
    const text = readFileSync(at('s02'), 'utf8')
    writeFileSync(
      at('s02'),
      text.replace(/"recordings": \[\s*"./, (start) => `${start.slice(0, -1)}_`),
    )
    writeFileSync(at('s03'), '')
    const { began, redone, results } = await run(folder)
    expect([began.length, results]).toEqual([3, ofOne])
    expect(redone).toEqual(['s01', 's02', 's03'].map((speaker) => `quick/strict/seed-1/${speaker} its file is damaged`))
  })

  it('goes on where the wide kernels, which have the bits of simd, began it', async () => {
    const kernels = kernelsInUse()
    useKernels('simd')
    try {
      const folder = newFolder()
      await run(folder)
      const file = join(folder, 'data.json')
      const text = readFileSync(file, 'utf8')
      writeFileSync(file, text.replace('"kernels": "simd"', '"kernels": "wide"'))
      expect(readFileSync(file, 'utf8')).not.toBe(text)
      expect((await run(folder)).began).toEqual([])
    } finally {
      useKernels(kernels)
    }
  })

  it('is not mixed with folds of other software', async () => {
    const folder = await finished()
    rmSync(join(folder, 'data.json'))
    const kernels = kernelsInUse()
    try {
      useKernels('js')
      await expect(run(folder)).rejects.toThrow(/s01: of other software: kernels: "(simd|relaxed)" there, "js" here/)
    } finally {
      useKernels(kernels)
    }
  })

  it('is made whole where it is deleted while the experiment runs', async () => {
    const folder = newFolder()
    let done = 0
    const onFold = (): void => {
      if (++done === 2) rmSync(folder, { recursive: true })
    }
    expect((await run(folder, { onFold })).results).toEqual(ofOne)
    expect(readdirSync(folder).sort()).toEqual(readdirSync(first).sort())
    await expect(run(folder, { source: other })).rejects.toThrow('of other recordings or other software')
    expect((await run(folder)).began).toHaveLength(2)
  })

  it('is left where another experiment has taken it meanwhile', async () => {
    const folder = newFolder()
    const there = await finished()
    let done = 0
    const onFold = (): void => {
      if (++done !== 1) return
      rmSync(folder, { recursive: true })
      renameSync(there, folder)
    }
    await expect(run(folder, { source: other, onFold })).rejects.toThrow(
      /is another experiment's by now:\n {2}recordings/,
    )
    expect((await run(folder)).began).toEqual([])
  })
})

describe('a folder of 0.1.0', () => {
  const stopped = fileURLToPath(new URL('../fixtures/0.1.0/experiments/stopped', import.meta.url))
  const copy = (): { folder: string; plan: ExperimentPlan } => {
    const folder = newFolder()
    cpSync(stopped, folder, { recursive: true })
    return { folder, plan: JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) }
  }
  const unknown = /s0\d: of unknown recordings: it has no digest, and plan\.json or data\.json is missing or damaged/

  it('is refused without its data.json, whose digests are all that its folds are known by', async () => {
    const { folder, plan } = copy()
    const source = await openSource(plan.corpus)
    writeFileSync(join(folder, 'data.json'), '')
    await expect(run(folder, { source }, plan)).rejects.toThrow(unknown)
    await expect(run(folder, { source }, plan)).rejects.toThrow(unknown)
    const { began, redone } = await run(folder, { source, redo: true }, plan)
    expect([began.length, redone.length]).toEqual([12, 5])
  })

  it('or with a plan that is cut', async () => {
    const { folder, plan } = copy()
    cut(join(folder, 'plan.json'))
    await expect(run(folder, { source: await openSource(plan.corpus) }, plan)).rejects.toThrow(unknown)
  })

  it('or with a data.json of recordings of other names', async () => {
    const { folder, plan } = copy()
    const source = await openSource(plan.corpus)
    const renamed = { ...source, utterances: source.utterances.map((one) => ({ ...one, path: `${one.path}-renamed` })) }
    const there = newFolder()
    await run(there, { source: renamed, shard: { index: 1, count: 100 } }, plan)
    cpSync(join(there, 'data.json'), join(folder, 'data.json'))
    await expect(run(folder, { source: renamed }, plan)).rejects.toThrow(
      /s0\d: not of these recordings: fold\.predictions\[0\]\.path expected ".*-renamed", got "/,
    )
    expect((await run(folder, { source: renamed, redo: true }, plan)).began).toHaveLength(12)
  })
})
