import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { Random } from '../../src/numerics/random.ts'
import { checkBuilt } from '../support/built.ts'
import { root } from '../support/run.ts'
import { withoutTimes } from '../support/times.ts'

checkBuilt()

const folder = mkdtempSync(join(tmpdir(), 'ser-resume-'))
afterAll(() => rmSync(folder, { recursive: true }))

const frontEnd = { spectral: 'mfcc', deltas: 0, pitch: false }
const systems = [
  { system: 'lstm', options: { frontEnd, units: 3, rectifier: 3, batchSize: 4 } },
  { system: 'blstm', options: { frontEnd, units: 3, rectifier: 3, batchSize: 4, bandMasks: 0, vocalTract: 0 } },
]
const args = [
  ...[
    'experiment',
    '--corpus',
    'manifest',
    '--data',
    '../list.csv',
    '--config',
    '../config.json',
    '--cache',
    '../cache',
  ],
  ...['--epochs', '1', '--seeds', '2', '--out', 'out', '--no-report'],
]

/** Three speakers, two classes. */
function writeCorpus(): void {
  const lines = ['path,label,speaker']
  const voices = syntheticCorpus({ speakers: 3, sentences: 2, emotions: ['sadness', 'anger'] })
  for (const { id, label, speaker, samples, sampleRate } of voices) {
    writeFileSync(join(folder, `${id}.wav`), encodeWav({ sampleRate, channels: [samples()] }))
    lines.push(`${id}.wav,${label},${speaker}`)
  }
  writeFileSync(join(folder, 'list.csv'), lines.join('\n'))
  writeFileSync(join(folder, 'config.json'), JSON.stringify(systems))
}

function start(name: string, workers: number): ChildProcess {
  mkdirSync(join(folder, name), { recursive: true })
  return spawn(process.execPath, [`${root}dist/cli.js`, ...args, '--workers', String(workers)], {
    cwd: join(folder, name),
    stdio: 'ignore',
    env: { ...process.env, SER_COMMIT: 'a commit' },
  })
}

/** How it ended: a code or a signal. */
async function ended(child: ChildProcess): Promise<number | string> {
  const [code, signal] = await once(child, 'exit')
  return code ?? signal
}

function resultsOf(name: string): unknown {
  return withoutTimes(JSON.parse(readFileSync(join(folder, name, 'out', 'results.json'), 'utf8')))
}

/** The undisturbed results and how long they took, ms. */
async function undisturbed(workers: number): Promise<{ results: unknown; milliseconds: number }> {
  const before = performance.now()
  expect(await ended(start(`calm-${workers}`, workers))).toBe(0)
  return { results: resultsOf(`calm-${workers}`), milliseconds: performance.now() - before }
}

/**
 * Kills experiments at so many moments, drawn from the time that an undisturbed one takes, and starts each again until it is
 * done, then the next. Gives the names of those that were finished, the last without a kill.
 */
async function killed(times: number, workers: number, milliseconds: number): Promise<string[]> {
  const random = new Random(`kills with ${workers}`)
  const names = [`killed-${workers}-0`]
  for (let kills = 0; kills < times; ) {
    const child = start(names[names.length - 1], workers)
    const end = ended(child)
    const timer = setTimeout(() => child.kill('SIGKILL'), random.uniform() * milliseconds)
    const how = await end
    clearTimeout(timer)
    if (how === 'SIGKILL') kills++
    else {
      expect(how).toBe(0)
      names.push(`killed-${workers}-${names.length}`)
    }
  }
  expect(await ended(start(names[names.length - 1], workers))).toBe(0)
  return names
}

describe('an experiment that is killed at any moment and started again with the same command', () => {
  beforeAll(() => writeCorpus())

  it.each([
    [1, 20],
    [2, 6],
  ])(
    'ends with the results of an undisturbed one (workers: %i, kills: %i)',
    async (workers, kills) => {
      const { results, milliseconds } = await undisturbed(workers)
      for (const name of await killed(kills, workers, milliseconds)) expect(resultsOf(name)).toEqual(results)
    },
    600_000,
  )

  it('keeps its finished folds when it is interrupted, and says so by its exit code', async () => {
    const child = start('interrupted', 2)
    const end = ended(child)
    const first = join(folder, 'interrupted', 'out', 'folds', 'blstm', 'strict', 'seed-1', 's01.json')
    while (!existsSync(first) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5))
    child.kill('SIGINT')
    // It may have been at its very end already.
    expect([130, 0]).toContain(await end)
    expect(existsSync(first)).toBe(true)
    expect(await ended(start('interrupted', 2))).toBe(0)
    expect(resultsOf('interrupted')).toEqual(resultsOf('calm-2'))
  })
})
