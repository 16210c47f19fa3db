import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resample } from '../../src/audio/resample.ts'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { timedelta } from '../../src/cli/feature-table.ts'
import { view } from '../../src/core/array.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { egemaps, egemapsFrames } from '../../src/features/egemaps/egemaps.ts'
import { egemapsFrameNames, egemapsNames } from '../../src/features/egemaps/names.ts'
import { decodeNpy, encodeNpy } from '../../src/io/npy.ts'
import { type Finished, root, runNode } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-set-features-'))
afterAll(() => rmSync(folder, { recursive: true }))
const ser = (...args: string[]): Promise<Finished> =>
  runNode([`${root}dist/cli.js`, 'features', '--kind', 'egemaps', ...args], folder)

const sampleRate = 16000
const voices = syntheticCorpus({ speakers: 2, sentences: 1, emotions: ['anger'] }).map((voice) => voice.samples())
const [a, b] = voices
const numbers = (x: ArrayLike<number>): string[] => Array.from(x, String)

/** Rows of a CSV without quotes. */
function rowsOf(text: string): string[][] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))
}

beforeAll(() => {
  mkdirSync(join(folder, 'data'))
  const write = (name: string, channels: Float32Array[]): void =>
    writeFileSync(join(folder, name), encodeWav({ sampleRate, channels }, { format: 'float32' }))
  write('data/a.wav', [a])
  write('data/b.wav', [b])
  write('both.wav', [a, a.map((x) => -x)])
  write('short.wav', [a.subarray(0, 959)])
  writeFileSync(join(folder, 'text.wav'), 'hello')
})

describe('ser features --kind egemaps', () => {
  it('writes a line of functionals for each recording, under the names and index of openSMILE', async () => {
    const { code, stdout } = await ser('data', '-o', 'out.csv', '--no-cache')
    expect([code, stdout]).toEqual([0, 'out.csv: 2 recordings, 88 columns\n'])
    const [header, ...rows] = rowsOf(readFileSync(join(folder, 'out.csv'), 'utf8'))
    expect(header).toEqual(['file', 'start', 'end', ...egemapsNames])
    expect(rows.map(([file]) => file)).toEqual(['data/a.wav', 'data/b.wav'])
    for (const [i, [, start, end, ...values]] of rows.entries()) {
      expect([start, end]).toEqual(['0 days 00:00:00.000000', timedelta(voices[i].length / sampleRate)])
      expect(values).toEqual(numbers(egemaps(voices[i], { sampleRate }).data))
    }
    expect(readdirSync(folder)).not.toContain('.ser-cache')
  })

  it('--frames writes the descriptors with their times, to a pipe too', async () => {
    const { code, stdout } = await ser('data/*.wav', '--frames', '-o', '-', '--no-cache')
    expect(code).toBe(0)
    const [header, ...rows] = rowsOf(stdout)
    expect(header).toEqual(['file', 'start', 'end', ...egemapsFrameNames])
    const first = egemapsFrames(a, { sampleRate })
    const [count] = first.shape
    expect(rows).toHaveLength(count + egemapsFrames(b, { sampleRate }).shape[0])
    expect(rows[1].slice(0, 3)).toEqual(['data/a.wav', '0 days 00:00:00.010000', '0 days 00:00:00.030000'])
    expect(rows[1].slice(3)).toEqual(numbers(first.data.subarray(25, 50)))
    expect(rows[count - 1][2]).toBe(timedelta(a.length / sampleRate))
    expect(rows[count][0]).toBe('data/b.wav')
  })

  it('writes one recording as a matrix, or tells its numbers', async () => {
    expect((await ser('data/a.wav', '-o', 'a.npy')).stdout).toBe('a.npy: 1 recording, 88 columns\n')
    const kept = decodeNpy(readFileSync(join(folder, 'a.npy')))
    expect(kept.shape).toEqual([1, 88])
    expect(kept.data).toEqual(egemaps(a, { sampleRate }).data)
    const lines = (await ser('data/a.wav')).stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(90)
    expect(lines.slice(0, 2)).toEqual(['1 recording, 88 columns', expect.stringMatching(/^column +value$/)])
    expect(lines[2]).toMatch(/^F0semitoneFrom27\.5Hz_sma3nz_amean +\d+\.\d+$/)
    const both = (await ser('data', '--frames', '--no-cache')).stdout.split('\n')
    expect(both[0]).toMatch(/^\d+ frames, 25 columns$/)
    const column = [a, b].flatMap((x) => {
      const { data, shape } = egemapsFrames(x, { sampleRate })
      return Array.from({ length: shape[0] }, (_, t) => data[t * 25])
    })
    const mean = column.reduce((sum, x) => sum + x / column.length, 0)
    const sd = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2 / column.length, 0))
    const [, shownMean, shownSd] = both[2].split(/ +/).map(Number)
    expect(shownMean).toBeCloseTo(mean, 4)
    expect(shownSd).toBeCloseTo(sd, 4)
    expect(readdirSync(folder)).not.toContain('.ser-cache')
  })

  it('takes a channel or the mean of all, and resamples', async () => {
    const valuesOf = async (...args: string[]): Promise<string[]> =>
      rowsOf((await ser('both.wav', '-o', '-', ...args)).stdout)[1].slice(3)
    expect(await valuesOf('--channel', '1')).toEqual(numbers(egemaps(a, { sampleRate }).data))
    expect(await valuesOf()).toEqual(numbers(egemaps(new Float32Array(a.length), { sampleRate }).data))
    const slower = egemaps(resample(a, sampleRate, 8000), { sampleRate: 8000 })
    expect(await valuesOf('--channel', '1', '--sample-rate', '8000')).toEqual(numbers(slower.data))
    const { code, stderr } = await ser('both.wav', '--channel', '3')
    expect([code, stderr]).toEqual([1, 'error: both.wav: --channel 3: the recording has 2\n'])
  })

  it('tells recordings that fail, does the others, and exits with 1', async () => {
    const names = ['text.wav', 'data/a.wav', 'gone.wav', 'short.wav', 'none/*.wav']
    const { code, stdout, stderr } = await ser(...names, '-o', 'some.csv', '--no-cache')
    expect([code, stdout]).toEqual([1, 'some.csv: 1 recording, 88 columns; 4 left out\n'])
    expect(stderr).toMatch(/^error: text\.wav: .*not a WAV file/m)
    expect(stderr).toMatch(/^error: gone\.wav: .*ENOENT/m)
    expect(stderr).toMatch(/^error: short\.wav: expected 60 ms of sound or more, got 959 samples$/m)
    expect(stderr).toMatch(/^error: none\/\*\.wav: no file matches$/m)
    expect(rowsOf(readFileSync(join(folder, 'some.csv'), 'utf8')).map(([file]) => file)).toEqual(['file', 'data/a.wav'])
    const none = await ser('text.wav', '-o', 'none.csv')
    expect([none.code, none.stdout, existsSync(join(folder, 'none.csv'))]).toEqual([1, '', false])
  })

  it('quotes names of files as CSV asks', async () => {
    writeFileSync(join(folder, 'one, "two".wav'), readFileSync(join(folder, 'data/a.wav')))
    const { stdout } = await ser('one, "two".wav', '-o', '-')
    expect(stdout.split('\n')[1]).toMatch(/^"one, ""two""\.wav",0 days/)
  })

  it('takes what the cache keeps, by sound and level', async () => {
    const cache = join(folder, 'kept')
    const run = async (...args: string[]): Promise<string[][]> =>
      rowsOf((await ser('data', '-o', '-', '--cache', 'kept', ...args)).stdout)
    const first = await run()
    expect(readdirSync(cache)).toHaveLength(2)
    for (const name of readdirSync(cache)) {
      writeFileSync(join(cache, name), encodeNpy(view(new Float64Array(88).fill(7), [1, 88])))
    }
    expect((await run())[1]).toEqual([...first[1].slice(0, 3), ...new Array(88).fill('7')])
    expect((await run('--frames'))[0]).toHaveLength(28)
    expect(readdirSync(cache)).toHaveLength(4)
    // The default, where there are several recordings.
    await ser('data')
    expect(readdirSync(join(folder, '.ser-cache'))).toHaveLength(2)
    rmSync(join(folder, '.ser-cache'), { recursive: true })
  })

  it('leaves no part of a file where it is stopped, and goes on from the cache', async () => {
    const place = join(folder, 'stopped')
    mkdirSync(join(place, 'cache'), { recursive: true })
    const command = [`${root}dist/cli.js`, 'features', '--kind', 'egemaps', '../data/a.wav', '-', '-o', 'out.csv']
    const watching = watch(join(place, 'cache'))
    const child = spawn(process.execPath, [...command, '--cache', 'cache'], { cwd: place })
    await once(watching, 'change') // the first recording; standard input stays open
    watching.close()
    child.kill('SIGINT')
    const [code] = await once(child, 'exit')
    expect(code).toBe(130)
    expect(readdirSync(place)).toEqual(['cache'])
    const all = await ser('data', '-o', 'stopped/out.csv', '--cache', 'stopped/cache')
    expect(all.code).toBe(0)
  })

  it.each<[string[], number, RegExp]>([
    [['data/a.wav', '--pitch'], 2, /--pitch needs --kind mfcc or log-mel, got egemaps/],
    [['data/a.wav', '--preset', 'htk'], 2, /--preset needs --kind mfcc or log-mel/],
    [['data/a.wav', '--frames', '--kind', 'mfcc'], 2, /--frames needs --kind egemaps.*, got mfcc/],
    [['data/a.wav', 'data/b.wav', '--kind', 'mfcc'], 2, /--kind mfcc takes one recording, got 2/],
    [['data', '-o', 'x.npy'], 2, /-o FILE\.npy holds one recording; of several, FILE\.csv says which is which/],
    [['data', '-o', 'x.json'], 2, /-o expected a name in \.csv or \.npy, got x\.json/],
    [['data', '--channel', '0'], 2, /expected an integer >= 1/],
    [['data', '--cache', 'text.wav/below'], 1, /cannot keep features in "text\.wav\/below"/],
  ])('refuses %j', async (args, code, message) => {
    const before = readdirSync(folder)
    const finished = await ser(...args)
    expect([finished.code, finished.stdout]).toEqual([code, ''])
    expect(finished.stderr).toMatch(message)
    expect(readdirSync(folder)).toEqual(before)
  })
})

describe('timedelta', () => {
  it.each([
    [0, '0 days 00:00:00.000000'],
    [1.89825, '0 days 00:00:01.898250'],
    [1 / 3, '0 days 00:00:00.333333333'],
    // pandas.to_timedelta(24078 / 16000, unit='s')
    [24078 / 16000, '0 days 00:00:01.504874999'],
    [3 * 86400 + 3723.5, '3 days 01:02:03.500000'],
  ])('%d', (seconds, text) => {
    expect(timedelta(seconds)).toBe(text)
  })
})
