/** An experiment that is killed between any two steps of the file system, and goes on to the same bits. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runPlan } from '../../src/node/run-plan.ts'
import { root } from '../support/run.ts'
import { smallPlan, voices } from '../support/small-plan.ts'
import { withoutTimes } from '../support/times.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-killed-'))
afterAll(() => rmSync(folder, { recursive: true }))
const script = join(folder, 'experiment.mjs')
beforeAll(async () => {
  const contents = `
    import { runPlan } from '${root}src/node/run-plan.ts'
    import { smallPlan, voices } from '${root}test/support/small-plan.ts'
    await runPlan(smallPlan, { folder: process.argv[2], source: voices(1) })
  `
  const stdin = { contents, resolveDir: root, loader: 'ts' as const }
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" }
  await build({ stdin, outfile: script, bundle: true, platform: 'node', format: 'esm', logLevel: 'error', banner })
})

/** Runs the experiment in a process of its own; gives its code and signal. */
async function run(out: string, env: Record<string, string>): Promise<unknown[]> {
  const child = spawn(process.execPath, ['--import', `${root}test/support/kill-at.mjs`, script, out], {
    ...{ stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } },
  })
  return await once(child, 'exit')
}

async function resumed(out: string): Promise<unknown> {
  const { results } = await runPlan(smallPlan, { folder: out, source: voices(1) })
  return { ...(withoutTimes(results) as object), run: null }
}

/** All files of JSON below a folder, by their paths; throws where one is not whole. */
function files(out: string): Record<string, unknown> {
  const names = readdirSync(out, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.json'))
  return Object.fromEntries(names.map((name) => [name, JSON.parse(readFileSync(join(out, name), 'utf8'))]))
}

/** The numbers, from 1, of the steps by which a file gets into its place. */
function stepsOf(lines: readonly string[], name: string): number[] {
  const first = lines.findIndex((line) => line.startsWith('open ') && basename(line).startsWith(`${name}.`))
  const renamed = lines.findIndex((line, i) => i > first && line.startsWith('rename '))
  // Behind it the folder is opened and flushed; then come the next steps.
  return Array.from({ length: renamed + 5 - first }, (_, i) => first + 1 + i)
}

it('gives the bits of the undisturbed one, with whole files only', { timeout: 900_000 }, async () => {
  const calm = join(folder, 'calm')
  const log = join(folder, 'steps')
  expect(await run(calm, { KILL_LOG: log })).toEqual([0, null])
  const undisturbed = await resumed(calm)
  const folds = Object.keys(files(calm)).filter((name) => name.startsWith('folds'))
  const lines = readFileSync(log, 'utf8').split('\n')
  const kinds = (name: string): string[] => stepsOf(lines, name).map((at) => lines[at - 1]?.split(' ')[0])
  expect(kinds('data.json').slice(0, 6)).toEqual(['open', 'writeFile', 'sync', 'rename', 'open', 'sync'])
  const names = ['.ser-experiment', 'plan.json', 'data.json', 's01.json', 's02.json', 's03.json', 'results.json']
  const moments = names.flatMap((name) => stepsOf(lines, name)).filter((at) => at < lines.length)
  expect(moments.length).toBeGreaterThanOrEqual(50)
  for (const at of moments) {
    const out = join(folder, `killed-${at}`)
    expect([at, await run(out, { KILL_AT: String(at) })]).toEqual([at, [null, 'SIGKILL']])
    if (existsSync(out)) files(out)
    expect([at, await resumed(out)]).toEqual([at, undisturbed])
    const there = files(out)
    for (const name of folds) {
      const fold = (one: unknown): unknown => ({ ...(withoutTimes(one) as object), seconds: 0, commit: null, sum: '' })
      expect([at, fold(there[name])]).toEqual([at, fold(files(calm)[name])])
    }
    rmSync(out, { recursive: true })
  }
})
