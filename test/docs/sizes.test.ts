/** Pages that tell how large a file of the package is. */
import { readFileSync, statSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)

it.each([
  ['README.md', /recognizer\.safetensors`,\s+(\d+)\s+kB/],
  ['docs/guide/bundlers.md', /recognizer\.safetensors`,\s+(\d+)\s+kB/],
  ['models/README.md', /It is small \((\d+) kB\)/],
])('%s tells the size of the recogniser', (page, expression) => {
  const [, told] = expression.exec(readFileSync(new URL(page, root), 'utf8')) ?? []
  expect(Number(told)).toBe(Math.round(statSync(new URL('models/recognizer.safetensors', root)).size / 1000))
})
