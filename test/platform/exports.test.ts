/** The names that the package exports, and their kinds: what comes or goes is meant to. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { changes, type Export, entries, exportsOf, exportsText, list } from '../../scripts/exports.mjs'
import { checkBuilt } from '../support/built.ts'
import { root } from '../support/run.ts'

/** Kind of a value at run time. */
function kindOf(value: unknown): Export['kind'] {
  if (typeof value !== 'function') return 'constant'
  return /^class\b/.test(Function.prototype.toString.call(value)) ? 'class' : 'function'
}

describe('the exports', () => {
  it('are those that were reviewed', () => {
    expect(changes(readFileSync(list, 'utf8'), exportsText())).toBeUndefined()
  })

  it.each([
    ['ser-core', 'index'],
    ['ser-core/node', 'node'],
  ] as const)('of %s are in the build, as a module and as CommonJS', async (name, file) => {
    checkBuilt()
    const expected = exportsOf(entries[name]).filter(({ kind }) => kind !== 'type')
    expect(expected.length).toBeGreaterThan(15)
    const esm = await import(pathToFileURL(`${root}dist/${file}.js`).href)
    for (const built of [esm, createRequire(import.meta.url)(`${root}dist/${file}.cjs`)]) {
      const found = Object.keys(built).map((one) => ({ name: one, kind: kindOf(built[one]) }))
      expect(found.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(expected)
    }
  })

  it('are compared by name and kind, and the command is told', () => {
    const told = changes('a function f\na class C\n', 'a constant f\na class C\na type T\n')
    expect(told?.split('\n').slice(1, -1)).toEqual(['- a function f', '+ a constant f', '+ a type T'])
    expect(told).toContain('npm run exports -- --write')
    expect(changes('a function f\n', 'a function f\n')).toBeUndefined()
  })
})
