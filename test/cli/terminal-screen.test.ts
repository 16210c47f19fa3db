/** The screen that commands leave on a real terminal, in several widths, finished and interrupted. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { ConfusionMatrix } from '../../src/evaluation/confusion-matrix.ts'
import { percent } from '../../src/evaluation/confusion-table.ts'
import { checkBuilt } from '../support/built.ts'
import { noTerminal, runOnTerminal, type TerminalRun } from '../support/pty.ts'
import { type Finished, root, runNode } from '../support/run.ts'

checkBuilt()

const cli = `${root}dist/cli.js`
const folder = mkdtempSync(join(tmpdir(), 'ser-screen-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Four classes with the names that people have: their matrix is wider than 60 columns. */
const voices = syntheticCorpus({ speakers: 3, sentences: 1 })

/** Writes the recordings, each of them so many times over in its file, and the list of them. */
function writeCorpus(list: string, prefix: string, times: (speaker: string) => number): void {
  const rows = voices.map(({ id, label, speaker, samples, sampleRate }) => {
    const once = samples()
    const channel = Float32Array.from({ length: once.length * times(speaker) }, (_, i) => once[i % once.length])
    writeFileSync(join(folder, `${prefix}${id}.wav`), encodeWav({ sampleRate, channels: [channel] }))
    return `${prefix}${id}.wav,${label},${speaker}`
  })
  writeFileSync(join(folder, list), ['path,label,speaker', ...rows, 'broken.wav,anger,s02'].join('\n'))
}
writeFileSync(join(folder, 'broken.wav'), 'no sound at all')
writeCorpus('list.csv', '', () => 1)
// The fold of s01, which trains without these, is short, the next one some thirty times as long, on any machine.
writeCorpus('uneven.csv', 'uneven-', (speaker) => (speaker === 's01' ? 60 : 1))
const options = { units: 3, rectifier: 3, batchSize: 4, frontEnd: { spectral: 'mfcc', deltas: 0, pitch: false } }
writeFileSync(join(folder, 'config.json'), JSON.stringify(options))

const corpus = ['--corpus', 'manifest', '--data', 'list.csv', '--no-cache']
const experiment = ['experiment', ...corpus, '--config', 'config.json', '--no-report']
const widths = [60, 80, 100, 120]

const isLive = (row: string): boolean => /^(\[[#-]+\] )? *\d+ % {2}/.test(row)
const spaces = (lines: readonly string[]): string => lines.join(' ').replace(/\s+/g, ' ').trim()

let most = 0
/** One line of progress at the most, whatever is printed around it. */
function watch(all: string[]): void {
  const live = all.filter(isLive)
  most = Math.max(most, live.length)
  expect(live.length, all.join('\n')).toBeLessThanOrEqual(1)
}

const onTerminal = (args: string[], run: Omit<TerminalRun, 'cwd' | 'watch'>) =>
  runOnTerminal([cli, ...args], { cwd: folder, watch, ...run })
const piped = (...args: string[]): Promise<Finished> => runNode([cli, ...args], folder)
/** Lines that a pipe gets, those of progress left out. */
const lasting = ({ stderr }: Finished): string[] =>
  stderr
    .trimEnd()
    .split('\n')
    .filter((line) => !isLive(line))

describe.skipIf(noTerminal !== null)(`on a terminal${noTerminal === null ? '' : ` (${noTerminal})`}`, () => {
  it.each(widths)('an experiment that ends leaves its log and its results, in %i columns', async (columns) => {
    const out = `finished-${columns}`
    const given = [...experiment, '--epochs', '3', '--out']
    const { code, screen, bytes } = await onTerminal([...given, out], { columns })
    expect(code).toBe(0)
    const log = lasting(await piped(...given, `piped-${columns}`))
    const { runs } = JSON.parse(readFileSync(join(folder, out, 'results.json'), 'utf8'))
    const matrix = ConfusionMatrix.fromJSON(runs[0].confusion).toString({ width: columns }).split('\n')

    const shown = screen.lines()
    expect(shown.filter(isLive)).toEqual([])
    const from = shown.indexOf(matrix[0])
    expect(shown.slice(from, from + matrix.length)).toEqual(matrix)
    expect(shown.slice(from + matrix.length)).toEqual(['', `written to ${out}/results.json`])
    // Above it everything that a pipe is told, broken between words and nowhere else.
    expect(spaces(shown.slice(0, from))).toBe(spaces(log))
    expect(screen.rows()).toEqual(shown)
    for (const speaker of ['s01', 's02', 's03']) {
      expect(shown).toContainEqual(expect.stringMatching(new RegExp(`^speaker {3}${speaker}: \\d+\\.\\d % of 4$`)))
    }
    expect(most).toBe(1)
    // No setting of the terminal is changed: none can be left behind.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are looked for
    expect([...new Set(bytes.match(/\x1b(\[[?\d;]*[a-zA-Z]|.)/g))]).toEqual(['\x1b[J'])
  })

  it.each(widths)('Ctrl-C leaves its log and says so, in %i columns', async (columns) => {
    const out = `interrupted-${columns}`
    const uneven = experiment.map((word) => (word === 'list.csv' ? 'uneven.csv' : word))
    const { code, screen } = await onTerminal([...uneven, '--epochs', '150', '--out', out], {
      ...{ columns, interruptAt: /^speaker {3}s01: .*fold 2\/3/ms },
    })
    expect(code).toBe(130)
    const shown = screen.lines()
    expect(screen.rows()).toEqual(shown)
    expect(spaces(shown)).toMatch(
      new RegExp(
        '^(reading manifest in uneven\\.csv )?corpus manifest: 12 utterances of 3 speakers \\(.*\\) ' +
          'left out broken\\.wav: not a WAV file .* system lstm, seed 1 protocol leave-one-speaker-out, .* ' +
          'speaker s01: \\d+\\.\\d % of 4 ' +
          `finished folds stay in ${out}: the same command goes on with the others interrupted$`,
      ),
    )
  })

  it.each([60, 80, 120])('a training that ends, and one that is interrupted, in %i columns', async (columns) => {
    const train = ['train', ...corpus, '--config', 'config.json', '-o', 'own.safetensors', '--epochs']
    const whole = await onTerminal([...train, '3'], { columns })
    expect(whole.code).toBe(0)
    const plain = await piped(...train, '3')
    expect(spaces(whole.screen.lines())).toBe(spaces([...lasting(plain), plain.stdout]))
    expect(whole.screen.rows()).toEqual(whole.screen.lines())

    const stopped = await onTerminal([...train, '1000000'], { columns, interruptAt: /epoch \d+/ })
    expect([stopped.code, spaces(stopped.screen.lines())]).toEqual([130, spaces([...lasting(plain), 'interrupted'])])
  })

  it.each([60, 80, 120])('an evaluation and what a recording is, in %i columns', async (columns) => {
    const evaluated = await onTerminal(['evaluate', ...corpus.slice(0, -1)], { columns })
    const plain = await piped('evaluate', ...corpus.slice(0, -1), '--json')
    const {
      confusion,
      unweightedRecallInterval: { low, high },
    } = JSON.parse(plain.stdout)
    const shown = evaluated.screen.lines()
    const matrix = ConfusionMatrix.fromJSON(confusion).toString({ width: columns }).split('\n')
    const from = shown.indexOf(matrix[0])
    expect(spaces(shown.slice(0, from))).toBe(spaces(lasting(plain)))
    expect(shown.slice(from, from + matrix.length)).toEqual(matrix)
    // Between the two: calibration, and rates by corpus.
    const rest = spaces(shown.slice(from + matrix.length))
    expect(rest.startsWith(`UAR, 95 % interval ${percent(low)} to ${percent(high)} `)).toBe(true)
    expect(rest).toContain(
      'Whom the model was trained on cannot be told from its file: these may be the same speakers.',
    )
    expect(evaluated.screen.rows()).toEqual(shown)

    const paths = ['s01-t01-joy.wav', 'nowhere.wav', 's01-t01-anger.wav']
    const { code, screen } = await onTerminal(['predict', ...paths], { columns })
    expect(code).toBe(1)
    expect(spaces(screen.lines())).toMatch(
      /^\S+joy\.wav [a-z]+ 0\.\d+( not sure)? error: nowhere\.wav: ENOENT.* \S+anger\.wav [a-z]+ 0\.\d+( not sure)?$/,
    )
    expect(screen.rows()).toEqual(screen.lines())
  })

  it.each([
    ['experiment', [...experiment, '--epochs', '1', '--out', 'looked-at']],
    ['train', ['train', ...corpus, '--config', 'config.json', '-o', 'own.safetensors', '--epochs', '1']],
    ['evaluate', ['evaluate', ...corpus.slice(0, -1)]],
  ])('ser %s shows how far it has looked at the recordings', async (_, args) => {
    const { code, bytes } = await onTerminal(args, { columns: 80 })
    expect(code).toBe(0)
    const drawn = bytes.slice(bytes.indexOf('reading   manifest'), bytes.indexOf('corpus    manifest'))
    expect(drawn).toMatch(/ {2}8 % {2}looking at recordings 1\/12\r/)
    expect(drawn).toMatch(/100 % {2}looking at recordings 12\/12\r/)
    expect(bytes).not.toMatch(/\/13/)
  })

  it('an experiment of several systems fits 60 columns', async () => {
    writeFileSync(
      join(folder, 'many.json'),
      JSON.stringify([
        { system: 'lstm', options },
        { name: 'other', system: 'lstm', options },
      ]),
    )
    const many = ['experiment', ...corpus, '--config', 'many.json', '--epochs', '2', '--seeds', '2', '--workers', '2']
    const { code, screen } = await onTerminal([...many, '--no-report', '--combine', 'lstm', '--out', 'many'], {
      columns: 60,
    })
    expect(code).toBe(0)
    const shown = screen.lines()
    expect(screen.rows()).toEqual(shown)
    expect(shown.filter((line) => /^(fold|run) {2,}/.test(line))).toHaveLength(12 + 4)
    expect(spaces(shown)).toMatch(/system protocol seeds accuracy .* lstm strict 2 .* other strict 2 .*/)
  })
})
