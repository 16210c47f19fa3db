import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runNode } from '../support/run.ts'

const example = 'examples/pretraining.mjs'
const folder = mkdtempSync(join(tmpdir(), 'ser-pretraining-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Names of the tags that are open at the end, or the first that closes another. */
function unclosed(xml: string): string[] {
  const open: string[] = []
  for (const [, end, name, empty] of xml.matchAll(/<(\/?)(\w+)[^<>]*?(\/?)>/g)) {
    if (end === '' && empty === '') open.push(name)
    if (end !== '' && open.pop() !== name) return [name]
  }
  return open
}

describe('examples/pretraining.mjs', () => {
  it('draws both runs and prints what it measured', async () => {
    const out = join(folder, 'small.svg')
    const sizes = ['--depth', '3', '--units', '6', '--epochs', '2', '--pretraining', '1']
    const { code, stdout, stderr } = await runNode([example, ...sizes, '--out', out])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const [random, pretrained] = stdout.split('pretrained: ')
    for (const part of [random, pretrained]) {
      expect(part).toMatch(/loss \d\.\d{3} -> \d\.\d{3}/)
      const [, start] = /at the start ([^,]*),/.exec(part) ?? []
      const norms = start.split(' ').map(Number)
      expect(norms).toHaveLength(4)
      // The gradient grows thin on its way from the output to the input.
      expect(norms[0]).toBeLessThan(norms[3] / 10)
    }
    const svg = readFileSync(out, 'utf8')
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/)
    expect(unclosed(svg)).toEqual([])
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    // At the start 2 curves; 2 losses and chance; of each run the norms of 4 layers.
    expect(svg.match(/<path class="line/g)).toHaveLength(2 + 3 + 2 * 4)
    expect(svg).toContain('3 hidden layers of 6 sigmoids')
    expect(svg).toContain('prefers-color-scheme: dark')
  })

  it('tells how it is used', async () => {
    const { code, stdout } = await runNode([example, '--help'])
    expect(code).toBe(0)
    for (const option of ['data', 'out', 'depth', 'units', 'epochs', 'pretraining', 'seed']) {
      expect(stdout).toContain(`--${option} `)
    }
  })

  it.each([
    [['--depth', '11'], /"--depth" expected an integer >= 1 and <= 10, got "11"/],
    [['--epochs', 'two'], /"--epochs" expected an integer >= 1, got "two"/],
    [['--layers', '3'], /Unknown option '--layers'/],
    [['--data', '/nowhere'], /nowhere/],
  ])('%j is an error', async (args, message) => {
    const { code, stderr } = await runNode([example, ...args])
    expect(code).toBe(1)
    expect(stderr).toMatch(message)
  })
})
