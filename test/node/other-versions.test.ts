import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it, vi } from 'vitest'
import { runPlan } from '../../src/node/run-plan.ts'

vi.mock('../../src/core/version.ts', () => ({ version: '7.0.0' }))

const folder = mkdtempSync(join(tmpdir(), 'ser-versions-'))
afterAll(() => rmSync(folder, { recursive: true }))
const stopped = fileURLToPath(new URL('../fixtures/0.1.0/experiments/stopped', import.meta.url))

/** A copy of the experiment that 0.1.0 was stopped in, and its plan. */
function copyOf(name: string): { out: string; plan: never } {
  const out = join(folder, name)
  cpSync(stopped, out, { recursive: true })
  return { out, plan: JSON.parse(readFileSync(join(out, 'plan.json'), 'utf8')) as never }
}

it('a later version goes on with an experiment of a version whose folds have the same bits', async () => {
  const { out, plan } = copyOf('same')
  const before: number[] = []
  const { results } = await runPlan(plan, { folder: out, onJobs: (_, done) => before.push(done.length) })
  expect(before).toEqual([5])
  expect(results?.run.versions['ser-core']).toBe('7.0.0')
})

it('and with none of any other version', async () => {
  const { out, plan } = copyOf('other')
  const path = join(out, 'data.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace('"ser-core": "0.1.0"', '"ser-core": "0.0.9"'))
  await expect(runPlan(plan, { folder: out })).rejects.toThrow(
    /other software:\n {2}software\.ser-core: "0\.0\.9" there, "7\.0\.0" here/,
  )
})
