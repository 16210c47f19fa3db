/** METHODS.md says how each quantity is computed, and how far it is from other tools. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { methodsPage } from '../../scripts/methods-page.mjs'
import * as ser from '../../src/index.ts'
import * as node from '../../src/node/index.ts'
import { textOf } from '../support/code-blocks.ts'
import { root } from '../support/run.ts'

const page = textOf('METHODS.md')

/** The cells of each row of the tables. */
const rows = page
  .split('\n')
  .filter((line) => /^\| (?!---|quantity)/.test(line))
  .map((line) => line.slice(2, -2).split(' | '))

const quotedIn = (text: string): string[] => Array.from(text.matchAll(/`([^`]+)`/g), ([, word]) => word)

/** Numbers with a dot or an exponent, and what stands around them. */
const measured = /\d+(?:\.\d+)?e-?\d+|\d+\.\d+/g

/** Exports that compute no quantity of their own: errors, containers, charts, runs of experiments, systems made of the parts. */
const withoutMethod =
  /(Error|Spec|System|Panel)$|^(matrix|syntheticCorpus|createSystem|systemNames|study|Pipeline|Recognizer|RecognizerStream|History|createWorkerPool|resultsMarkdown|chooseUtterance|posteriorTimeline|trainRecognizer|(check|combine|display|summarize)\w+|foldJobs|runFoldJob|shardOf)$/

describe('METHODS.md', () => {
  it('has rows of six cells, each of which is full', () => {
    expect(rows.length).toBeGreaterThan(60)
    for (const row of rows) {
      expect(row).toHaveLength(6)
      expect(row.filter((cell) => cell.trim() === '')).toEqual([])
    }
  })

  it('names exports, or files of the source, and tests or scripts that exist', () => {
    const exported = Object.keys({ ...ser, ...node })
    for (const [quantity, names, , , , tests] of rows) {
      expect(quotedIn(names).length, quantity).toBeGreaterThan(0)
      const strange = quotedIn(names).filter((name) => !exported.includes(name) && !existsSync(join(root, name)))
      expect(strange, quantity).toEqual([])
      expect(quotedIn(tests).length, quantity).toBeGreaterThan(0)
      expect(
        quotedIn(tests).filter((file) => !existsSync(join(root, file))),
        quantity,
      ).toEqual([])
    }
  })

  it('names every export that computes something', () => {
    const named = new Set(rows.flatMap(([, names]) => quotedIn(names)))
    const computing = Object.keys(ser).filter((name) => !withoutMethod.test(name))
    expect(computing.length).toBeGreaterThan(100)
    expect(computing.filter((name) => !named.has(name))).toEqual([])
  })

  it('is what `npm run methods` writes, and no difference has grown', async () => {
    const now = await methodsPage()
    expect(page.replaceAll(measured, '#')).toBe(now.replaceAll(measured, '#'))
    const [before, after] = [page, now].map((text) => text.match(measured)?.map(Number) ?? [])
    // Other engines round sines of the test signals elsewhere.
    expect(after.filter((value, i) => value > 1.2 * before[i])).toEqual([])
  })
})
