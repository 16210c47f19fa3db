import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { corpusImportance } from '../../src/node/corpus-importance.ts'
import { loadRecognizer } from '../../src/node/load-recognizer.ts'
import { syntheticSource } from '../../src/node/source.ts'
import { trainOnCorpus } from '../../src/node/train.ts'
import { type Finished, root, runNode } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser explain '))
afterAll(() => rmSync(folder, { recursive: true }))
const ser = (...args: string[]): Promise<Finished> => runNode([`${root}dist/cli.js`, 'explain', ...args], folder)
const corpus = { speakers: 2, sentences: 1, emotions: ['sadness', 'anger'] } as const
const frontEnd = { spectral: 'logMel', filters: 8, coefficients: 8, deltas: 0, pitch: true } as const
const { bytes } = await trainOnCorpus(syntheticSource({ ...corpus, emotions: [...corpus.emotions] }), {
  system: 'functionals-mlp',
  options: { frontEnd, cepstra: 4, hidden: [4], weightDecays: [0.01], epochs: 20 },
})
writeFileSync(join(folder, 'own.safetensors'), bytes)
const args = ['--corpus', 'synthetic', '--model', 'own.safetensors', '--no-cache']

it('ser explain tells the rates lost without each group, and writes JSON, a chart and a page', async () => {
  const files = ['why.json', 'why.svg', 'why.html']
  const { code, stdout, stderr } = await ser(
    ...args,
    '--repeats',
    '3',
    '--seed',
    '7',
    ...files.flatMap((file) => ['-o', file]),
  )
  expect(stderr).not.toMatch(/error/)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^accuracy +\d+\.\d %, unweighted recall +\d/)
  expect(stdout).toMatch(/\ngroup +recall lost +sd +95 % interval +accuracy lost/)
  const [json, svg, html] = files.map((file) => readFileSync(join(folder, file), 'utf8'))
  const importance = JSON.parse(json)
  expect(importance).toMatchObject({
    format: 'ser-core/importance',
    version: 1,
    repeats: 3,
    seed: 7,
    classes: ['sadness', 'anger'],
  })
  const own = await corpusImportance(
    await loadRecognizer(join(folder, 'own.safetensors')),
    syntheticSource({ speakers: 8, sentences: 4 }),
    {
      repeats: 3,
      seed: 7,
    },
  )
  expect(importance).toEqual(JSON.parse(JSON.stringify(own)))
  for (const { group } of own.groups) for (const text of [stdout, svg, html]) expect(text).toContain(group)
  expect(own.groups[0].unweightedRecall.mean).toBeGreaterThan(0)
})

it.each<[string[], number, RegExp]>([
  [[...args, '-o', 'why.pdf'], 2, /why\.pdf: expected a name that ends in \.json, \.svg, \.html/],
  [[...args, '-o', 'own.safetensors'], 2, /expected a name that ends in/],
  [['--model', 'own.safetensors', '--data', 'x'], 2, /--data needs --corpus/],
  [[...args, '--repeats', '0'], 2, /expected an integer >= 1/],
])('%j ends with code %i and a clear message', async (wrong, code, message) => {
  const finished = await ser(...wrong)
  expect(finished.stderr).toMatch(message)
  expect([finished.code, finished.stdout]).toEqual([code, ''])
})
