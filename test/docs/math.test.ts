/** The pages on mathematics: their programs print what they say, and what they name exists. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import * as ser from '../../src/index.ts'
import { Learner } from '../../src/models/energy/learner.ts'
import { Machine } from '../../src/models/energy/machine.ts'
import { root, runNode } from '../support/run.ts'

const folder = join(root, 'docs/math')
const pages = readdirSync(folder).filter((name) => name.endsWith('.md'))
const textOf = (page: string): string => readFileSync(join(folder, page), 'utf8')

// A user's project: ser-core and ndarray are installed, nothing else.
const project = mkdtempSync(join(tmpdir(), 'ser-math-'))
mkdirSync(join(project, 'node_modules'))
symlinkSync(root, join(project, 'node_modules', 'ser-core'))
symlinkSync(join(root, 'node_modules', 'ndarray'), join(project, 'node_modules', 'ndarray'))
afterAll(() => rmSync(project, { recursive: true }))

/** Each program of a page with the output that stands below it. */
function programsOf(page: string): { source: string; output: string }[] {
  const blocks = textOf(page).matchAll(/^```js\n(.*?)^```\n+```text\n(.*?)^```$/gms)
  return Array.from(blocks, ([, source, output]) => ({ source, output }))
}

const programs = pages.flatMap((page) =>
  programsOf(page).map((program, i) => ({ name: `${page} ${i + 1}`, ...program })),
)

describe('the programs in docs/math', () => {
  it('stand on each page, each with its output', () => {
    expect(pages).toEqual(expect.arrayContaining(['rbm.md', 'grbm.md', 'crbm.md']))
    for (const page of pages) {
      const count = textOf(page).match(/^```js$/gm)?.length ?? 0
      expect(count, page).toBeGreaterThan(0)
      expect(programsOf(page), page).toHaveLength(count)
    }
  })

  it.each(programs)('$name prints what it says', async ({ name, source, output }) => {
    const file = join(project, `${name.replace(/\W+/g, '-')}.mjs`)
    writeFileSync(file, source)
    const { code, stdout, stderr } = await runNode([file])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toBe(output)
  })
})

/** The heading's anchor on GitHub. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}

describe.each(pages)('what %s names', (page) => {
  const text = textOf(page)

  it('links to files and headings that exist', () => {
    expect.hasAssertions()
    for (const [, target, anchor] of text.matchAll(/\]\(([^)#:]*)(?:#([^)]*))?\)/g)) {
      const file = target === '' ? join(folder, page) : join(folder, target)
      expect(existsSync(file), target).toBe(true)
      if (anchor === undefined) continue
      const headings = Array.from(readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm), ([, heading]) =>
        anchorOf(heading),
      )
      expect(headings).toContain(anchor)
    }
  })

  it('calls methods by their names', () => {
    expect.hasAssertions()
    const classes: Record<string, unknown> = { ...ser, Learner, Machine }
    for (const [call, name, member] of text.matchAll(/`([A-Z]\w*)\.(\w+)/g)) {
      const owner = classes[name]
      if (typeof owner === 'function') expect(member in owner.prototype, call).toBe(true)
    }
  })
})
