import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import type { ExperimentResults } from '../../src/experiments/results.ts'
import { mfcc } from '../../src/features/mfcc.ts'
import { mfccPresets } from '../../src/features/presets.ts'
import { decodeNpy } from '../../src/io/npy.ts'
import { type Finished, root, runNode } from '../support/run.ts'
import { withoutTimes } from '../support/times.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))
const ser = (...args: string[]): Promise<Finished> => runNode([`${root}dist/cli.js`, ...args], folder)
const version: string = JSON.parse(readFileSync(`${root}package.json`, 'utf8')).version

/** Two speakers, two classes, in folders named by class; the speaker is in a manifest. */
function writeCorpus(): string {
  const lines = ['path,label,speaker']
  for (const { id, label, speaker, samples, sampleRate } of syntheticCorpus({
    speakers: 2,
    sentences: 2,
    emotions: ['sadness', 'anger'],
  })) {
    writeFileSync(join(folder, `${id}.wav`), encodeWav({ sampleRate, channels: [samples()] }))
    lines.push(`${id}.wav,${label},${speaker}`)
  }
  writeFileSync(join(folder, 'broken.wav'), 'no sound at all')
  lines.push('broken.wav,anger,s02')
  const manifest = join(folder, 'list.csv')
  writeFileSync(manifest, lines.join('\n'))
  return manifest
}

let files = 0
/** A file with this text. */
function json(text: string): string {
  const path = join(folder, `config-${files++}.json`)
  writeFileSync(path, text)
  return path
}

describe('ser', () => {
  it('--version and --help', async () => {
    expect(await ser('--version')).toMatchObject({ code: 0, stdout: `${version}\n` })
    const { code, stdout } = await ser('--help')
    expect(code).toBe(0)
    expect(stdout).toMatch(/experiment.*merge.*worker.*features/s)
    expect((await ser('experiment', '--help')).stdout).toMatch(/--corpus.*--data.*--seed.*--workers.*--out/s)
  })

  it.each<[string[], number, RegExp]>([
    [['dance'], 2, /unknown command 'dance'/],
    [['experiment', '--corpus', 'iemocap'], 2, /'iemocap' is invalid\. Allowed choices are synthetic, emodb/],
    [['experiment', '--epochs', '0'], 2, /expected an integer >= 1/],
    [['experiment', '--corpus', 'emodb'], 2, /--corpus emodb needs --data/],
    [['experiment', '--systems', 'hmm'], 2, /argument 'hmm' is invalid\. "hmm" is none of crbm-dnn, crbm-lstm, lstm/],
    [
      ['experiment', '--systems', 'ensemble', '--epochs', '2'],
      2,
      /--epochs: ensemble has no such option; its members have/,
    ],
    [
      ['train', '--system', 'svm', '--epochs', '2', '-o', 'x'],
      2,
      /--epochs: svm has no such option; name it in --config/,
    ],
    [['experiment', '--corpus', 'emodb', '--data', 'nowhere'], 1, /cannot read the folder "nowhere"/],
    [['experiment', '--data', 'x'], 2, /--data needs --corpus/],
    [['experiment', '--classes', 'joy,fear'], 2, /"fear" is none of joy, neutral/],
    [['experiment', '--corpus', 'folder', '--data', '.'], 2, /--corpus folder needs --speaker/],
    [['experiment', '--corpus', 'folder', '--data', '.', '--speaker', '..'], 2, /expected an expression with a group/],
    [['experiment', '--config', 'missing.json'], 1, /--config missing\.json: ENOENT/],
    [['experiment', '--seeds', '2', '--seed', '3'], 2, /'--seeds <n>' cannot be used with option '--seed <seed>'/],
    [['experiment', '--secret-file', 'x'], 2, /--secret-file signs the folds of a --queue/],
    [['worker', '--queue', 'redis://127.0.0.1:1', '--data', 'nowhere'], 1, /--data nowhere: ENOENT/],
    [['--\x1b[2J'], 2, /unknown option '--\\x1b\[2J'/],
    [['experiment', '--shard', '3/2'], 2, /expected i\/n, such as 1\/4, with i from 1 to n/],
    [['experiment', '--compare', 'x.csv'], 2, /expected a name and a file, such as study=FILE/],
    [['experiment', '--compare', 'study'], 1, /the numbers of the study are of emodb with the classes joy, neutral/],
    [['experiment', '--combine', 'lstm+blstm'], 1, /"combinations\[0\]\.members" expected one of "lstm", got "blstm"/],
    [['experiment', '--protocol', 'loose'], 2, /Allowed choices are strict, speaker, both/],
    [['experiment', '--config', json('null')], 1, /--config .*: config: "the file" expected an object or a list/],
    [['experiment', '--config', json('[null]')], 1, /--config .*: config: "systems\[0\]" expected an object, got null/],
    [['experiment', '--config', json('{"systems":[],"combinations":5}')], 1, /"combinations" expected a list, got 5/],
    [['experiment', '--config', json('{"lstm":5}')], 1, /config: "lstm" expected an object of options, got 5/],
    [['merge', 'nowhere', '--out', 'x'], 1, /"nowhere" holds no part of an experiment/],
    [['merge', 'nowhere'], 2, /required option '--out <folder>' not specified/],
    [['train', '--corpus', 'synthetic', '-o', folder], 1, /cannot write ".*": it is a folder/],
    [['evaluate', '--corpus', 'synthetic', '--out', folder], 1, /cannot write ".*": it is a folder/],
    [['features', 'missing.wav'], 1, /ENOENT.*missing\.wav/],
    [['features', 'a.wav', '--kind', 'log-mel', '--coefficients', '5'], 2, /--coefficients needs --kind mfcc/],
    [['features', folder], 1, /: a folder; name one recording of it/],
    [['features'], 2, /missing required argument 'file'/],
  ])('%j ends with code %i and a clear message', async (args, code, message) => {
    const result = await ser(...args)
    expect(result.stderr).toMatch(message)
    expect(result.code).toBe(code)
    expect(result.stderr).not.toMatch(/\n\s+at /)
  })

  it('--verbose shows where an error comes from', async () => {
    expect((await ser('--verbose', 'features', 'missing.wav')).stderr).toMatch(/\n\s+at /)
  })
})

describe('ser features', () => {
  const [{ samples, sampleRate }] = syntheticCorpus({ speakers: 1, sentences: 1 })
  const wav = join(folder, 'speech.wav')
  writeFileSync(wav, encodeWav({ sampleRate, channels: [samples()] }, { format: 'float32' }))

  it("writes the library's features as .npy", async () => {
    const npy = join(folder, 'speech.npy')
    const { code, stdout } = await ser('features', wav, '-o', npy, '--deltas', '2', '--preset', 'kaldi')
    expect(code).toBe(0)
    const x = decodeNpy(readFileSync(npy))
    expect(stdout).toBe(`${npy}: ${x.shape[0]} frames, 39 columns\n`)
    const wanted = mfcc(samples(), { ...mfccPresets.kaldi, sampleRate, deltas: 2 })
    expect(x.data).toEqual(wanted.data)
  })

  it('prints means and deviations without -o', async () => {
    const { stdout } = await ser('features', wav, '--kind', 'log-mel', '--pitch')
    const x = mfcc(samples(), { sampleRate })
    expect(stdout).toMatch(new RegExp(`^${x.shape[0]} frames, 28 columns\\ncolumn +mean +sd\\n`))
    expect(stdout.trim().split('\n')).toHaveLength(30)
  })

  it('puts pitch beside the frames of the preset, at rates that make no whole samples of them too', async () => {
    const other = join(folder, 'speech-22050.wav')
    const channels = [new Float32Array(22050 * 2)]
    writeFileSync(other, encodeWav({ sampleRate: 22050, channels }))
    const { stdout, stderr } = await ser('features', other, '--preset', 'kaldi', '--pitch')
    expect(stderr).not.toContain('error')
    expect(stdout).toMatch(/^198 frames, 15 columns\n/)
  })

  it.each(['librosa', 'psf'])('puts pitch beside the frames of %s, which reach over the end', async (preset) => {
    const { code, stdout } = await ser('features', wav, '--preset', preset, '--pitch')
    expect(code).toBe(0)
    const options = { sampleRate, ...mfccPresets[preset as 'librosa' | 'psf'] }
    const [rows, columns] = mfcc(samples(), options).shape
    expect(stdout).toMatch(new RegExp(`^${rows} frames, ${columns + 2} columns\\n`))
  })

  it('warns where a recording is shorter than a frame', async () => {
    const short = join(folder, 'short.wav')
    writeFileSync(short, encodeWav({ sampleRate, channels: [samples().subarray(0, 100)] }))
    const { code, stdout, stderr } = await ser('features', short)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^0 frames, 13 columns\n/)
    expect(stderr).toContain('warning: shorter than one frame: no features')
  })

  it('refuses what is no WAV', async () => {
    const text = join(folder, 'text.wav')
    writeFileSync(text, 'hello')
    const { code, stderr } = await ser('features', text)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: decodeWav: /)
  })
})

describe('ser experiment', () => {
  const manifest = writeCorpus()
  const config = join(folder, 'config.json')
  writeFileSync(config, JSON.stringify({ units: 4, rectifier: 4, batchSize: 2, frontEnd: { filters: 20 } }))
  const args = ['experiment', '--corpus', 'manifest', '--data', manifest, '--config', config, '--epochs', '3']
  const results = (name: string): ExperimentResults =>
    JSON.parse(readFileSync(join(folder, name, 'results.json'), 'utf8'))
  /** Without its folder and when it was. */
  const content = (name: string): unknown => withoutTimes({ ...results(name), run: null })

  it('prints the matrix, writes results.json, lists what it left out, repeats itself by the seed', async () => {
    const first = await ser(...args, '--seed', '3', '--out', 'first')
    expect(first.code).toBe(0)
    expect(first.stdout).toMatch(/true \\ said +anger +sadness.*accuracy \(WAR\).*unweighted recall \(UAR\)/s)
    expect(first.stderr).toMatch(/left out {2}broken\.wav: not a WAV file/)
    expect(first.stderr).toMatch(/^speaker {3}s01: \d+\.\d % of 4$/m)
    expect(first.stderr).not.toContain('\x1b')
    expect(readFileSync(join(folder, 'first', 'report.html'), 'utf8')).toMatch(/^<!doctype html>/i)
    const { corpus, plan, runs, run } = results('first')
    expect(corpus).toMatchObject({
      ...{ name: 'manifest', utterances: 8, speakers: ['s01', 's02'], problems: [{ path: 'broken.wav' }] },
    })
    expect(plan).toMatchObject({ seeds: [3], protocols: ['strict'], corpus: { kind: 'manifest', path: manifest } })
    expect(runs).toMatchObject([
      {
        ...{ name: 'lstm', seed: 3, protocol: 'strict' },
        system: { name: 'lstm', settings: { units: 4, epochs: 3, frontEnd: { filters: 20 } } },
      },
    ])
    expect(runs[0].folds.map(({ epochs }) => epochs.length)).toEqual([3, 3])
    expect(run).toMatchObject({ versions: { 'ser-core': version, node: process.versions.node }, kernels: 'simd' })
    expect(run.command).toContain('--seed 3')

    const again = await ser(...args, '--seed', '3', '--out', 'again', '--no-cache')
    expect(again.stdout.replaceAll('again', 'first')).toBe(first.stdout)
    expect(content('again')).toEqual(content('first'))
    await ser(...args, '--seed', '4', '--out', 'other', '--no-report')
    expect(existsSync(join(folder, 'other', 'report.md'))).toBe(false)
    expect(results('other').runs[0].folds).not.toEqual(runs[0].folds)
  })

  it('does many systems, seeds and protocols over workers, and in parts that merge puts together', async () => {
    const systems = [
      { name: 'small', system: 'lstm', options: JSON.parse(readFileSync(config, 'utf8')) },
      { system: 'functionals-mlp', options: { hidden: [3], weightDecays: [0.1], frontEnd: { filters: 20 } } },
    ]
    writeFileSync(join(folder, 'list.json'), JSON.stringify({ systems }))
    const said = results('first').runs[0].folds.flatMap(({ predictions }) => predictions)
    const rows = said.map(({ path, label }) => `${path},${label},${label}`)
    writeFileSync(join(folder, 'answers.csv'), ['file,label,oracle', ...rows].join('\n'))
    const many = [
      ...['experiment', '--corpus', 'manifest', '--data', manifest, '--config', 'list.json', '--epochs', '2'],
      ...['--seeds', '2', '--protocol', 'both', '--combine', 'small+functionals-mlp,small'],
    ]
    const whole = await ser(...many, '--workers', '2', '--compare', 'known=answers.csv', '--out', 'whole')
    expect(whole.code).toBe(0)
    expect(whole.stdout).toMatch(
      /^system +protocol +seeds +accuracy.*^small +strict +2 .*^small, all seeds +speaker +1 /ms,
    )
    expect(whole.stderr).toMatch(/^fold {6}small, speaker, seed 2, speaker s02: \d+\.\d % of 4$/m)
    expect(whole.stderr).toMatch(/^run {7}functionals-mlp, strict, seed 1: \d+\.\d % \(UAR /m)
    const { runs, summary, comparisons } = results('whole')
    expect([runs.length, summary.length]).toEqual([14, 8])
    expect(comparisons.filter(({ second }) => second === 'known: oracle')).not.toHaveLength(0)

    for (const part of ['1/2', '2/2']) {
      const { code, stdout } = await ser(...many, '--shard', part, '--out', `part-${part[0]}`)
      expect([code, stdout]).toEqual([0, expect.stringMatching(/is done.*\n.*ser merge FOLDER\.\.\. --out FOLDER/)])
    }
    const lacking = await ser('merge', 'part-1', '--out', 'merged')
    expect([lacking.code, lacking.stderr]).toEqual([1, expect.stringContaining('error: 8 of 16 folds are missing:')])
    const merged = await ser('merge', 'part-1', 'part-2', '--out', 'merged', '--compare', 'known=answers.csv')
    expect([merged.code, merged.stdout.replaceAll('merged', 'whole')]).toEqual([0, whole.stdout])
    expect(content('merged')).toEqual(content('whole'))
  })

  it('refuses a folder with another plan, unless it is to start afresh', async () => {
    const other = await ser(...args, '--seed', '5', '--out', 'first')
    expect(other.code).toBe(1)
    expect(other.stderr).toMatch(/error: "first" holds another plan:\n {2}seeds: 3 there, not here\n.*--out.*--fresh/)
    expect((await ser(...args, '--seed', '5', '--out', 'first', '--fresh')).code).toBe(0)
    expect(results('first').runs[0].seed).toBe(5)
  })

  it('takes the speaker from the path where the corpus does not tell', async () => {
    for (const label of ['sadness', 'anger']) mkdirSync(join(folder, 'by-class', label), { recursive: true })
    for (const { id, label, samples, sampleRate } of syntheticCorpus({
      speakers: 2,
      sentences: 1,
      emotions: ['sadness', 'anger'],
    })) {
      writeFileSync(join(folder, 'by-class', label, `${id}.wav`), encodeWav({ sampleRate, channels: [samples()] }))
    }
    const { code, stderr } = await ser(
      ...['experiment', '--corpus', 'folder', '--data', 'by-class', '--speaker', '/(s\\d+)-'],
      ...['--config', config, '--epochs', '1', '--out', 'by-class-out'],
    )
    expect([code, stderr]).toEqual([0, expect.stringContaining('4 utterances of 2 speakers')])
  })

  it('holds training speakers out when asked, and says when there are too few', async () => {
    const { code, stderr } = await ser(...args, '--validation-speakers', '1')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: fold lstm\/strict\/seed-1\/s0\d: holdOutGroups: "count"/m)
  })
})
