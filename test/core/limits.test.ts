import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { limits } from '../../src/core/limits.ts'
import { checkNesting } from '../../src/core/saved.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { createSystem } from '../../src/pipelines/systems.ts'

it('the page of limits lists each with its value', () => {
  const page = readFileSync(new URL('../../docs/guide/limits.md', import.meta.url), 'utf8')
  const rows = Array.from(page.matchAll(/^\| `(\w+)` \| (\d+) \|/gm), ([, name, value]) => [name, Number(value)])
  expect(Object.fromEntries(rows)).toEqual(limits)
})

it.each([
  ['seeds', () => createSystem('ensemble', { seeds: 1e9 }), /"seeds" expected an integer up to the limit of 500/],
  [
    'filters',
    () => createSystem('lstm', { frontEnd: { filters: 1e6 } }),
    /"filters" expected .* limit of 4096, got 1000000/,
  ],
  ['frames', () => createSystem('lstm', { framesPerStep: 1e9 }), /"framesPerStep" expected .* limit of 1000/],
  ['units', () => new MLP({ layers: [1e9, 1e9] }), /"layers\[0\]" expected .* limit of 1048576/],
  ['parameters', () => new MLP({ layers: [1e6, 1e6] }), /1000001000000 parameters is beyond the limit/],
])('%s beyond the limit are refused before anything is made', (_, make, message) => {
  expect(make).toThrow(message)
})

it('nesting is measured without recursion, once for what is in many places', () => {
  let [list, shared]: [unknown, unknown] = [1, 1]
  for (let i = 0; i < 100_000; i++) list = [list]
  for (let i = 0; i < 60; i++) shared = [shared, shared]
  expect(() => checkNesting('here', 'x', list)).toThrow('here: "x" expected at most 100 levels of nesting, got more')
  checkNesting('here', 'x', shared)
})
