/** The guide has a worked example for each part of the library. */
import { describe, expect, it } from 'vitest'
import * as ser from '../../src/index.ts'
import * as node from '../../src/node/index.ts'
import { blocks, pages, textOf } from '../support/code-blocks.ts'
import { examplesIn, sourceFiles, sourceOf } from '../support/docstring-examples.ts'

const examples = sourceFiles.flatMap((file) => examplesIn(file, sourceOf(file)))

/**
 * Needs no example of its own: errors, what a method returns, what only classes that have one extend, the systems that
 * `createSystem` makes by name, and the parts that `runPlan` is made of.
 */
const elsewhere =
  /(Error|.Stream|System)$|^(EnergyModel|EnergyStack|RestrictedBoltzmann|Recurrent|Layer|GibbsChains|foldJobs|runFoldJob|shardOf)$/

const guide = pages.filter((page) => page.startsWith('docs/guide/'))
const programs = blocks.filter(({ page, language }) => guide.includes(page) && language === 'js')

/** The rows of the README's table of what is in the box: first columns. */
const rows = Array.from(textOf('README.md').matchAll(/^\| (`.*?) \|/gm), ([, cell]) => cell)

/** The public names in a cell, such as `fit` with its option `workers` in `fit({ workers: 2 })`. */
function namesIn(cell: string): string[] {
  return Array.from(cell.matchAll(/`([^`]+)`/g)).flatMap(([, code]) => code.match(/[a-zA-Z]\w*/g) ?? [])
}

/** Whether a program uses a name, as a word of its own and not in a text or a comment. */
function uses(source: string, name: string): boolean {
  const code = source.replace(/\/\/.*$/gm, '').replace(/'[^'\n]*'/g, "''")
  const afterImports = code.replace(/^import .*$/gm, '')
  return new RegExp(`\\b${name}\\b`).test(afterImports)
}

describe('the guide', () => {
  it('has an index that the README names and that links every page', () => {
    expect(textOf('README.md')).toContain('`docs/guide/README.md`')
    const index = textOf('docs/guide/README.md')
    for (const page of guide.filter((one) => !one.endsWith('README.md'))) {
      expect(index).toContain(`](${page.replace('docs/guide/', '')})`)
    }
  })

  it('reads the table', () => {
    expect(rows.length).toBeGreaterThan(20)
    expect(namesIn('`fit({ workers: 2 })` `loadCorpus` (from `x`)')).toEqual(['fit', 'workers', 'loadCorpus', 'x'])
    expect(uses("import { mfcc } from 'x'\n// mfcc\nf('mfcc')", 'mfcc')).toBe(false)
    expect(uses('const x = mfcc(1)', 'mfcc')).toBe(true)
  })

  it.each(rows)('has a program for every name of the row %s', (cell) => {
    for (const name of namesIn(cell.replaceAll('`ser-core/node`', ''))) {
      expect(
        programs.some(({ source }) => uses(source, name)),
        name,
      ).toBe(true)
    }
  })

  it.each([
    ['CRBM', /new CRBM\(/],
    ['MLP with pre-training', /\.pretrain\(/],
    ['minimize', /minimize\(/],
    ['a recogniser without its course in time', /timeline: false/],
    ['other formats than WAV', /readAudioFile\('[^']+\.flac'\)/],
  ])('has a worked example of %s', (_, pattern) => {
    expect(programs.some(({ source }) => pattern.test(source))).toBe(true)
  })

  it('and the other examples use every public function and class', () => {
    const sources = [...blocks.filter(({ language }) => language === 'js'), ...examples].map(({ source }) => source)
    const names = Object.keys({ ...ser, ...node }).filter((name) => !elsewhere.test(name))
    expect(names.length).toBeGreaterThan(100)
    expect(names.filter((name) => !sources.some((source) => uses(source, name)))).toEqual([])
  })

  it('keeps its programs short', () => {
    for (const { page, line, source } of programs) {
      expect(source.trim().split('\n').length, `${page}:${line}`).toBeLessThanOrEqual(36)
    }
  })
})
