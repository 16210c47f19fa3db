import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { root, runNode } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-own-features-example-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('own-features.mjs writes vectors and sequences, and recognises more by both than chance would', async () => {
  const { code, stdout, stderr } = await runNode([`${root}examples/own-features.mjs`, folder])
  expect([code, stderr]).toEqual([0, ''])
  expect(readdirSync(folder).sort()).toEqual(['embeddings', 'vectors.csv'])
  const lines = stdout.trimEnd().split('\n')
  expect(lines.map((line) => line.replace(/ \(.*/, ''))).toEqual([
    'functionals-mlp on vectors of 64 columns in vectors.csv',
    'measures-lda on vectors of 64 columns in vectors.csv',
    'lstm on sequences of 16 columns in embeddings',
  ])
  for (const line of lines) expect(Number(/UAR (\d+) %/.exec(line)?.[1]), line).toBeGreaterThan(45)
})
