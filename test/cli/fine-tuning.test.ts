import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Recognizer } from '../../src/pipelines/recognizer.ts'
import { type Finished, root, runNode } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-fine-tuning-'))
afterAll(() => rmSync(folder, { recursive: true }))
const ser = (...args: string[]): Promise<Finished> => runNode([`${root}dist/cli.js`, ...args], folder)
const from = ['train', '--from', 'included', '--no-cache']

describe('ser train --from', () => {
  it('fine-tunes, tells who was held out and what the guard found, and writes the recogniser that it kept', async () => {
    const tuned = await ser(...from, '--tune', 'last', '--validation-speakers', '2', '--force', '-o', 'own.safetensors')
    expect([tuned.code, tuned.stderr]).toEqual([0, expect.stringMatching(/system {4}measures-lda, .*fine-tuned: last/)])
    expect(tuned.stdout).toMatch(/fine-tuned on \d+ recordings of \d+ speakers; held out: \d+ of s\d+, s\d+\n/)
    expect(tuned.stdout).toMatch(/recall of the held-out speakers [\d.]+ % by the start, [\d.]+ % after tuning/)
    const { card } = Recognizer.from(readFileSync(join(folder, 'own.safetensors')))
    expect(card.fineTuning).toMatchObject({ tune: 'last', kept: 'tuned' })
    expect(card.training).toMatchObject({ corpus: 'synthetic', start: { recordings: expect.any(Number) } })
  })

  it.each<[string[], RegExp]>([
    [['train', '--tune', 'last', '-o', 'x'], /--tune is for fine-tuning: it needs --from/],
    [['train', '--force', '-o', 'x'], /--force is for fine-tuning: it needs --from/],
    [[...from, '--start-from', 'own.safetensors', '-o', 'x'], /two ways to start: give one/],
    [[...from, '--system', 'lstm', '-o', 'x'], /--system lstm is another than that of --from, measures-lda/],
    [[...from, '--tune', 'most', '-o', 'x'], /Allowed choices are all, last, statistics/],
    [['train', '--from', 'own.safetensors', '-o', 'own.safetensors'], /own\.safetensors/],
  ])('%j is refused with a clear message', async (args, message) => {
    const { code, stderr } = await ser(...args)
    expect(stderr).toMatch(message)
    expect(code).not.toBe(0)
  })
})
