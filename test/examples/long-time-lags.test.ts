import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runNode } from '../support/run.ts'

const example = 'examples/long-time-lags.mjs'
const folder = mkdtempSync(join(tmpdir(), 'ser-lags-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('examples/long-time-lags.mjs', () => {
  it('keeps finished runs, makes those that lack, and draws and writes them', async () => {
    const [results, picture, page] = ['runs.json', 'curves.svg', 'page.md'].map((name) => join(folder, name))
    const run = (...args: string[]) => runNode([example, '--results', results, '--budget', '1000', ...args])
    const first = await run('--task', 'order', '--seeds', '1')
    expect(first.stderr).toBe('')
    expect(first.stdout).toMatch(/^order, seed 1: not solved after 1000 sequences, wrong \d+ of 2560\n$/)
    const kept = readFileSync(results, 'utf8')
    const second = await run('--task', 'order,spikes', '--seeds', '1', '--picture', picture, '--page', page)
    expect(second.stderr).toBe('')
    expect(second.stdout).not.toContain('order')
    const runs = JSON.parse(readFileSync(results, 'utf8'))
    expect(runs[0]).toEqual(JSON.parse(kept)[0])
    expect(runs.map(({ task }: { task: string }) => task)).toEqual(['order', 'spikes'])
    expect(runs[1].curve).toHaveLength(4)
    const svg = readFileSync(picture, 'utf8')
    expect(svg.match(/<path class="run/g)).toHaveLength(2)
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    const text = readFileSync(page, 'utf8')
    expect(text).toContain('| Temporal order, 100 to 110 steps | 0 of 1 | none within 1,000 | 0 of 2,560 |')
    expect(text).not.toMatch(/NaN|undefined/)
  })

  it.each([
    [['--task', 'copying'], /"--task" expected names of adding-100, .*, got "copying"/],
    [['--seeds', 'two'], /"--seeds" expected an integer >= 0, got "two"/],
    [['--length', '3'], /Unknown option '--length'/],
  ])('%j is an error', async (args, message) => {
    const { code, stderr } = await runNode([example, ...args])
    expect(code).toBe(1)
    expect(stderr).toMatch(message)
  })
})
