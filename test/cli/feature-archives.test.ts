/** Files that `ser features` writes for other tools: archives of NumPy and Kaldi, CSV of any kind, HTK. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { egemaps } from '../../src/features/egemaps/egemaps.ts'
import { mfcc } from '../../src/features/mfcc.ts'
import { decodeHtk } from '../../src/io/htk.ts'
import { decodeKaldiArk } from '../../src/io/kaldi-ark.ts'
import { decodeNpy } from '../../src/io/npy.ts'
import { decodeNpz } from '../../src/io/npz.ts'
import { type Finished, root, runNode } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-archives-'))
afterAll(() => rmSync(folder, { recursive: true }))
const ser = (...args: string[]): Promise<Finished> => runNode([`${root}dist/cli.js`, 'features', ...args], folder)
const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)))

const sampleRate = 16000
const [a, b] = syntheticCorpus({ speakers: 2, sentences: 1, emotions: ['anger'] }).map((voice) => voice.samples())
const wanted = [a, b].map((x) => mfcc(x, { sampleRate }))

beforeAll(() => {
  mkdirSync(join(folder, 'data/more'), { recursive: true })
  const write = (name: string, samples: Float32Array): void =>
    writeFileSync(join(folder, name), encodeWav({ sampleRate, channels: [samples] }, { format: 'float32' }))
  write('data/a.wav', a)
  write('data/more/b 1.wav', b)
  writeFileSync(join(folder, 'list.csv'), 'path,label,speaker\ndata/a.wav,anger,03\ndata/more/b 1.wav,anger,1e5\n')
})

describe('ser features', () => {
  it('writes the matrices of a folder into a Kaldi archive with its script file', async () => {
    const { code, stdout } = await ser('data', '-o', 'feats.ark', '--no-cache')
    expect([code, stdout]).toEqual([0, 'feats.ark and feats.scp: 2 recordings, 13 columns\n'])
    const read = decodeKaldiArk(bytes('feats.ark'))
    expect([...read.keys()]).toEqual(['data/a.wav', 'data/more/b_1.wav'])
    for (const [i, x] of [...read.values()].entries()) {
      expect(x.shape).toEqual(wanted[i].shape)
      expect(x.data).toEqual(wanted[i].data)
    }
    const scp = readFileSync(join(folder, 'feats.scp'), 'utf8')
    const second = 11 + 15 + 4 * wanted[0].data.length + 18
    expect(scp).toBe(`data/a.wav feats.ark:11\ndata/more/b_1.wav feats.ark:${second}\n`)
    // The library reads it where the command ran, and elsewhere with the root.
    const program = `import { readKaldiArchive } from 'ser-core/node'
      for (const [key, x] of await readKaldiArchive('feats.scp')) console.log(key, x.shape.join())`
    const { stdout: told } = await runNode(
      ['--input-type=module', '-e', program.replace('ser-core/node', `${root}dist/node.js`)],
      folder,
    )
    expect(told).toBe(`data/a.wav ${wanted[0].shape}\ndata/more/b_1.wav ${wanted[1].shape}\n`)
  })

  it.each(['npy', 'htk', 'npz', 'csv', 'ark'])('leaves out what is shorter than a frame: %s', async (form) => {
    const short = encodeWav({ sampleRate, channels: [a.slice(0, 100)] })
    writeFileSync(join(folder, 'short.wav'), short)
    const { code, stderr } = await ser(
      'short.wav',
      '-o',
      `short.${form}`,
      ...(['npy', 'htk'].includes(form) ? [] : ['--no-cache']),
    )
    expect(code).toBe(1)
    expect(stderr).toContain('error: short.wav: shorter than one frame: no features')
    expect(readdirSync(folder).filter((name) => name.startsWith('short.'))).toEqual(['short.wav'])
  })

  it('tells sample rates that differ', async () => {
    mkdirSync(join(folder, 'rates'))
    for (const [i, rate] of [16000, 8000].entries())
      writeFileSync(join(folder, `rates/${i}.wav`), encodeWav({ sampleRate: rate, channels: [a] }))
    const mixed = await ser('rates', '-o', 'rates.npz', '--no-cache')
    expect(mixed.stderr).toContain(
      'warning: recordings of several sample rates, whose features differ by them: 16000 Hz (rates/0.wav), 8000 Hz (rates/1.wav); --sample-rate',
    )
    const one = await ser('rates', '-o', 'rates.npz', '--no-cache', '--sample-rate', '8000')
    expect(one.stderr).not.toContain('sample rates')
  })

  it('sorts the keys of a Kaldi archive by their bytes', async () => {
    mkdirSync(join(folder, 'keys'))
    const names = ['b.wav', '\u{1f600}.wav', 'B.wav', '\uff5a.wav', 'a 1.wav', 'a-1.wav']
    for (const name of names) writeFileSync(join(folder, 'keys', name), bytes('data/a.wav'))
    const wanted = ['B', 'a-1', 'a_1', 'b', '\uff5a', '\u{1f600}'].map((name) => `keys/${name}.wav`)
    expect((await ser(...names.map((name) => `keys/${name}`), '-o', 'keys.ark', '--no-cache')).code).toBe(0)
    expect([...decodeKaldiArk(bytes('keys.ark')).keys()]).toEqual(wanted)
    const lines = readFileSync(join(folder, 'keys.scp'), 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => line.split(' ')[0])).toEqual(wanted)
    // Two names that blanks make one.
    writeFileSync(join(folder, 'keys/a_1.wav'), bytes('data/a.wav'))
    const { code, stderr } = await ser('keys', '-o', 'twice.ark', '--no-cache')
    expect(code).toBe(1)
    expect(stderr).toContain('two recordings have the key "keys/a_1.wav" in twice.ark: keys/a 1.wav and keys/a_1.wav')
  })

  it('takes the name of the script file for both', async () => {
    const { stdout } = await ser('data/a.wav', '-o', 'out/one.scp', '--deltas', '1')
    expect(stdout).toBe('out/one.ark and out/one.scp: 1 recording, 26 columns\n')
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['one.ark', 'one.scp'])
  })

  it('writes a NumPy archive, of corpora too', async () => {
    const { code, stdout } = await ser('--corpus', 'manifest', '--data', 'list.csv', '-o', 'x.npz', '--no-cache')
    expect([code, stdout]).toEqual([0, 'x.npz: 2 recordings, 13 columns\n'])
    const read = decodeNpz(bytes('x.npz'))
    expect(Object.keys(read)).toEqual(['data/a.wav', 'data/more/b 1.wav'])
    expect(read['data/a.wav'].data).toEqual(wanted[0].data)
    await ser('--kind', 'egemaps', 'data', '-o', 'sets', '--format', 'npz', '--no-cache')
    expect(decodeNpz(bytes('sets'))['data/a.wav'].data).toEqual(egemaps(a, { sampleRate }).data)
  })

  it('writes CSV of cepstra and mel energies, with their times and names', async () => {
    const { stdout } = await ser('data/a.wav', '-o', '-', '--coefficients', '2', '--deltas', '2', '--pitch')
    const [header, first, second] = stdout.split('\n')
    const names = ['', '_delta', '_delta2'].flatMap((order) => [`mfcc_0${order}`, `mfcc_1${order}`])
    expect(header).toBe(['file', 'start', 'end', ...names, 'log_f0', 'voicing'].join())
    expect(first).toMatch(/^data\/a\.wav,0 days 00:00:00\.000000,0 days 00:00:00\.025000,/)
    expect(second).toMatch(/^data\/a\.wav,0 days 00:00:00\.010000,0 days 00:00:00\.035000,/)
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(1 + wanted[0].shape[0])
    const mel = await ser(
      '--corpus',
      'manifest',
      '--data',
      'list.csv',
      '--kind',
      'log-mel',
      '-o',
      'mel.csv',
      '--no-cache',
    )
    expect(mel.code).toBe(0)
    const [named, row] = readFileSync(join(folder, 'mel.csv'), 'utf8').split('\n')
    expect(named).toMatch(/^file,start,end,corpus,speaker,label,log_mel_0,log_mel_1,/)
    expect(row).toMatch(/^data\/a\.wav,0 days [\d:.]+,0 days [\d:.]+,manifest,03,anger,/)
  })

  it('writes one recording for HTK', async () => {
    expect((await ser('data/a.wav', '-o', 'a.htk')).stdout).toBe(`a.htk: ${wanted[0].shape[0]} frames, 13 columns\n`)
    const { features, stepSeconds, kind } = decodeHtk(bytes('a.htk'))
    expect([kind, stepSeconds, features.shape]).toEqual(['USER', 0.01, wanted[0].shape])
    expect(features.data).toEqual(wanted[0].data)
    expect((await ser('--kind', 'egemaps', '--frames', 'data/a.wav', '-o', 'e.mfc', '--format', 'htk')).code).toBe(0)
    expect(decodeHtk(bytes('e.mfc')).features.shape[1]).toBe(25)
    expect((await ser('data/a.wav', '-o', 'a.dat', '--format', 'npy')).code).toBe(0)
    expect(decodeNpy(bytes('a.dat')).data).toEqual(wanted[0].data)
  })

  it('tells in its help the forms, the lists of other tools and the keys of --corpora', async () => {
    const said = (await ser('--help')).stdout.replaceAll(/\s+/g, ' ')
    const listed = (await runNode([`${root}dist/cli.js`, '--help'], folder)).stdout.replaceAll(/\s+/g, ' ')
    for (const text of [said, listed])
      expect(text).toMatch(/as CSV, files of NumPy \(\.npy, \.npz\), Kaldi \(\.ark with \.scp\) and HTK \(\.htk\)/)
    expect(said).toContain('or the list or file of --corpus manifest and of other tools')
    const [, keys] = /a list of corpora, \{ ([^}]+) \}/.exec(said) ?? expect.fail(said)
    expect(keys.split(', ')).toEqual(
      expect.arrayContaining(['labelFrom', 'speakerFrom', 'table', 'root', 'votes', 'votesAs']),
    )
  })

  it('leaves no part of an archive where it is stopped, and goes on from the cache', async () => {
    const place = join(folder, 'stopped')
    mkdirSync(join(place, 'cache'), { recursive: true })
    // Before - in the order of an archive.
    mkdirSync(join(folder, 'start'))
    writeFileSync(join(folder, 'start/+a.wav'), bytes('data/a.wav'))
    const [output, cache] = ['../stopped/out.ark', '../stopped/cache']
    const command = [`${root}dist/cli.js`, 'features', '+a.wav', '-', '-o', output, '--cache', cache]
    const watching = watch(join(place, 'cache'))
    const child = spawn(process.execPath, command, { cwd: join(folder, 'start') })
    await once(watching, 'change') // the first recording; standard input stays open
    watching.close()
    child.kill('SIGINT')
    const [code] = await once(child, 'exit')
    expect(code).toBe(130)
    expect(readdirSync(place)).toEqual(['cache'])
    expect(readdirSync(join(place, 'cache'))).toHaveLength(1)
    expect((await ser('data/a.wav', '-o', 'stopped/out.ark', '--cache', 'stopped/cache')).code).toBe(0)
    expect(readdirSync(join(place, 'cache'))).toHaveLength(1)
  })

  it.each<[string[], number, RegExp]>([
    [
      ['data', '-o', 'x.htk', '--kind', 'egemaps'],
      2,
      /-o FILE\.htk holds one recording; of several, FILE\.ark holds many/,
    ],
    [
      ['data', '-o', 'y.htk'],
      1,
      /data: a folder; name one recording of it: -o FILE\.npz, FILE\.ark or FILE\.csv holds many/,
    ],
    [['data/a.wav', '--format', 'ark'], 2, /--format needs -o/],
    ...['y.txt', 'y.wav', 'y.parquet', 'y', 'y.npy.gz'].flatMap((name): [string[], number, RegExp][] => {
      const message = RegExp(
        `-o expected a name in \\.csv or \\.npy, got ${name}; \\.npz, \\.ark, \\.scp and \\.htk are known too`,
      )
      return [
        [['data/a.wav', '-o', name], 2, message],
        [['data/a.wav', '-o', name, '--kind', 'egemaps'], 2, message],
      ]
    }),
    ...['npy', 'npz', 'ark', 'htk'].map((form): [string[], number, RegExp] => [
      ['data/a.wav', '-o', '-', '--format', form],
      2,
      RegExp(`-o - writes CSV to standard output, got --format ${form}; name a file`),
    ]),
    [['data/a.wav', '-o', 'y', '--format', 'wav'], 2, /Allowed choices are npy, npz, csv, ark, htk/],
    [['data/a.wav', '--cache', 'c', '-o', 'y.npy'], 2, /--cache needs --kind egemaps.*, got mfcc, or a file of them/],
    [
      ['data/more/b 1.wav', 'data/more/b 1.wav', '-o', 'y.ark', '--no-cache'],
      1,
      /two recordings have the key "data\/more\/b_1\.wav" in y\.ark: data\/more\/b 1\.wav and data\/more\/b 1\.wav/,
    ],
  ])('refuses %j', async (args, code, message) => {
    const before = readdirSync(folder)
    const finished = await ser(...args)
    expect(finished.stderr).toMatch(message)
    expect([finished.code, finished.stdout]).toEqual([code, ''])
    expect(readdirSync(folder)).toEqual(before)
  })
})
