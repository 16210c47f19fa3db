/** Pages that tell how large a file of the package is, in its kB of 1000 bytes. */
import { readFileSync, statSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)

it.each([
  ['README.md', 'models/recognizer.safetensors', /recognizer\.safetensors`,\s+(\d+)\s+kB/],
  ['docs/guide/bundlers.md', 'models/recognizer.safetensors', /recognizer\.safetensors`,\s+(\d+)\s+kB/],
  ['docs/guide/bundlers.md', 'src/kernels/simd/wide.wasm', /`wide\.wasm`, (\d+) kB/],
  ['models/README.md', 'models/recognizer.safetensors', /It is small \((\d+) kB\)/],
])('%s tells the size of %s', (page, file, expression) => {
  const [, told] = expression.exec(readFileSync(new URL(page, root), 'utf8')) ?? []
  expect(Number(told)).toBe(Math.round(statSync(new URL(file, root)).size / 1000))
})
