/** Flags of corpora and speakers: features of corpora that lists name, and weights of speakers in trainings. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { egemaps } from '../../src/features/egemaps/egemaps.ts'
import { egemapsNames } from '../../src/features/egemaps/names.ts'
import { type Finished, root, runNode } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-many-corpora-'))
afterAll(() => rmSync(folder, { recursive: true }))
const ser = (...args: string[]): Promise<Finished> => runNode([`${root}dist/cli.js`, ...args], folder)
const features = (...args: string[]): Promise<Finished> => ser('features', '--kind', 'egemaps', '--no-cache', ...args)

const sampleRate = 16000
const codes: Record<string, string> = { sadness: 'SAD', anger: 'ANG' }

/** Two speakers with one recording in each class, named as CREMA-D's. */
function writeCorpus(name: string, seed: number): Float32Array[] {
  mkdirSync(join(folder, name))
  const voices = syntheticCorpus({ speakers: 2, sentences: 1, seed, emotions: ['sadness', 'anger'] })
  return voices.map(({ label, speaker, samples }) => {
    const sound = samples()
    const wav = encodeWav({ sampleRate, channels: [sound] }, { format: 'float32' })
    writeFileSync(join(folder, name, `10${speaker.slice(1)}_IEO_${codes[label]}_XX.wav`), wav)
    return sound
  })
}

/** Sounds of `a` in the order of the files: anger before sadness. */
let sounds: Float32Array[]
beforeAll(() => {
  const [sad1, angry1, sad2, angry2] = writeCorpus('a', 1)
  sounds = [angry1, sad1, angry2, sad2]
  writeCorpus('b', 2)
  const [one, other] = ['a', 'b'].map((path) => ({ kind: 'cremad', path }))
  writeFileSync(
    join(folder, 'list.json'),
    JSON.stringify([
      { ...one, name: 'here' },
      { ...other, test: true },
    ]),
  )
  writeFileSync(join(folder, 'labels.json'), JSON.stringify({ anger: 'loud', sadness: null }))
})

const cells = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))

describe('ser features of corpora', () => {
  it('names recordings of a list by corpus, with speaker and label before the measures', async () => {
    const { code, stdout, stderr } = await features('--corpora', 'list.json', '-o', 'all.csv')
    expect([code, stdout]).toEqual([0, 'all.csv: 8 recordings, 88 columns\n'])
    expect(stderr).toMatch(/corpus +here: 4 utterances of 2 speakers/)
    const [header, ...rows] = cells(readFileSync(join(folder, 'all.csv'), 'utf8'))
    expect(header).toEqual(['file', 'start', 'end', 'corpus', 'speaker', 'label', ...egemapsNames])
    expect(rows.map(([file]) => file)).toContain('cremad/1002_IEO_SAD_XX.wav')
    const own = rows.filter(([, , , corpus]) => corpus === 'here')
    expect(own.map((row) => [row[0], ...row.slice(4, 6)])).toEqual([
      ['here/1001_IEO_ANG_XX.wav', 'here/1001', 'anger'],
      ['here/1001_IEO_SAD_XX.wav', 'here/1001', 'sadness'],
      ['here/1002_IEO_ANG_XX.wav', 'here/1002', 'anger'],
      ['here/1002_IEO_SAD_XX.wav', 'here/1002', 'sadness'],
    ])
    for (const [i, row] of own.entries()) {
      expect(row.slice(6)).toEqual(Array.from(egemaps(sounds[i], { sampleRate }).data, String))
    }
  })

  it('maps labels, leaves classes out and tells them', async () => {
    const { code, stdout } = await features('--corpus', 'cremad', '--data', 'a', '--labels', 'labels.json', '-o', '-')
    expect(code).toBe(0)
    expect(cells(stdout).map((row) => [row[0], ...row.slice(3, 6)])).toEqual([
      ['file', 'corpus', 'speaker', 'label'],
      ['1001_IEO_ANG_XX.wav', 'cremad', '1001', 'loud'],
      ['1002_IEO_ANG_XX.wav', 'cremad', '1002', 'loud'],
    ])
    const sad = ['--corpus', 'cremad', '--data', 'a', '--corpus', 'cremad', '--data', 'b', '--classes', 'sadness']
    const pairs = await features(...sad, '--frames', '-o', '-')
    expect(pairs.stderr).toMatch(/not used +cremad-2: anger 2/)
    expect(new Set(cells(pairs.stdout).map(([, , , corpus, , label]) => `${corpus} ${label}`))).toEqual(
      new Set(['corpus label', 'cremad sadness', 'cremad-2 sadness']),
    )
  })

  it('tells their means without a file', async () => {
    const { stdout } = await features('--corpora', 'list.json')
    expect(stdout).toMatch(/^8 recordings, 88 columns\n/)
  })

  it.each<[string[], RegExp]>([
    [['a', '--corpora', 'list.json'], /expected recordings or a corpus, got a beside the corpus/],
    [['a', '--labels', 'labels.json'], /--labels needs --corpus or --corpora/],
    [[], /missing required argument 'file', or a corpus by --corpus or --corpora/],
    [['--corpora', 'list.json', '--kind', 'mfcc'], /--corpora needs --kind egemaps/],
    [['--corpora', 'list.json', '-o', 'x.npy'], /-o FILE\.npy holds one recording/],
    [['--corpus', 'cremad'], /--corpus cremad needs --data/],
  ])('refuses %j', async (args, message) => {
    const before = readdirSync(folder)
    const { code, stdout, stderr } = await features(...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
    expect(readdirSync(folder)).toEqual(before)
  })
})

describe('--speaker-weights', () => {
  const corpus = ['--corpus', 'cremad', '--data', 'a', '--no-cache']

  it('is a setting of each system of an experiment', async () => {
    const systems = ['--systems', 'functionals-mlp,measures-lda', '--speaker-weights', '0.5']
    const { code } = await ser('experiment', ...corpus, ...systems, '--out', 'out', '--no-report')
    expect(code).toBe(0)
    const { runs } = JSON.parse(readFileSync(join(folder, 'out/results.json'), 'utf8'))
    expect(runs.map((run: { system: unknown }) => run.system)).toEqual([
      { name: 'functionals-mlp', settings: expect.objectContaining({ speakerWeightPower: 0.5 }) },
      { name: 'measures-lda', settings: expect.objectContaining({ speakerWeightPower: 0.5 }) },
    ])
  })

  it('is one of a training too, and refused below 0 and above 10', async () => {
    const train = (...more: string[]) => ser('train', ...corpus, '--system', 'functionals-mlp', ...more)
    expect(await train('--speaker-weights', '1', '-o', 'm.safetensors')).toMatchObject({ code: 0 })
    expect(readFileSync(join(folder, 'm.safetensors'), 'latin1')).toMatch(/speakerWeightPower\W+1\b/)
    expect(await train('--speaker-weights', '-1', '-o', 'n.safetensors')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--speaker-weights.*expected a number >= 0/),
    })
    expect(await train('--speaker-weights', '1e4', '-o', 'n.safetensors')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--speaker-weights.*expected a number from 0 to 10/),
    })
  })
})
