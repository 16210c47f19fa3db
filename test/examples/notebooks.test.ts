/** The notebooks in docs/notebooks, and the scripts in examples/ that they are made of. */
import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cellsOf, names, notebookOf, notebookPath } from '../../scripts/notebooks-cells.mjs'
import { missingForNotebooks, runNotebooks } from '../../scripts/notebooks-run.mjs'
import { root, runNode } from '../support/run.ts'

interface Output {
  output_type: string
  text?: string[]
  data?: Record<string, string[]>
}

interface Cell {
  cell_type: string
  source: string[]
  outputs?: Output[]
}

const programs = ['features-and-pitch', 'dreaming-mfcc', 'unheard-speakers']
const textOf = (name: string): string => readFileSync(notebookPath(name), 'utf8')
const read = (name: string): { cells: Cell[] } => JSON.parse(textOf(name))
const outputsOf = (name: string): Output[] => read(name).cells.flatMap(({ outputs = [] }) => outputs)

/** The text of all outputs, as the script prints it. */
function printed(name: string): string {
  return outputsOf(name)
    .map(({ text, data }) => text?.join('') ?? `${data?.['text/plain'].join('')}\n`)
    .join('')
}

const environment: NodeJS.ProcessEnv = { ...process.env, SER_EMODB: '' }

describe('the notebooks', () => {
  it('are those of the scripts', () => expect(names).toEqual(programs))

  describe.each(programs)('%s', (name) => {
    it('has the cells of its script', () => {
      const cells = read(name).cells.map(({ cell_type, source }) => ({ kind: cell_type, text: source.join('') }))
      expect(cells).toEqual(cellsOf(name))
      const imports = cells.filter(({ text }) => text.startsWith('import '))
      expect(imports).toHaveLength(1)
      expect(imports[0].text).toMatch(/from 'npm:ser-core'/)
      expect(cells.filter(({ text }) => /\bshow\(|writePage/.test(text))).toEqual([])
    })

    it('is small, with pictures that load nothing and name no machine', () => {
      expect(statSync(notebookPath(name)).size).toBeLessThan(150_000)
      const shown = outputsOf(name).flatMap(({ data }) => data?.['text/html']?.join('') ?? [])
      expect(shown.length).toBeGreaterThanOrEqual(3)
      for (const html of shown) {
        expect(html).not.toMatch(/<script|(src|href)="(?!data:)/)
        expect(html).not.toMatch(/(^|[^-])color:(?!inherit)(?!#)/)
      }
      expect(shown.some((html) => html.includes('<audio controls'))).toBe(true)
      expect(textOf(name).replace(/base64,[^"\\]*/g, '')).not.toMatch(/file:\/\/|\/(home|root|tmp|work)\//)
    })

    it('says what its script prints in Node', async () => {
      const { code, stdout, stderr } = await runNode([`examples/${name}.mjs`], root, environment)
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toBe(printed(name))
    })

    it('and in Bun, where it is in PATH', () => {
      if (spawnSync('bun', ['--version']).error !== undefined) return
      const { stdout } = spawnSync('bun', [`examples/${name}.mjs`], { cwd: root, encoding: 'utf8', env: environment })
      expect(stdout).toBe(printed(name))
    })
  })

  const python = process.env.SER_PYTHON ?? 'python3'
  const missing = missingForNotebooks(python)
  const title = `give the same outputs in Deno's kernel${missing === null ? '' : ` (skipped: ${missing})`}`
  it.skipIf(missing !== null)(title, { timeout: 600_000 }, () => {
    for (const [i, text] of runNotebooks(names.map(notebookOf), python).entries()) expect(text).toBe(textOf(names[i]))
  })
})
