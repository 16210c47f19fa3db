import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { resample } from '../../src/audio/resample.ts'
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { explainAnswer } from '../../src/pipelines/explanation.ts'
import { Recognizer } from '../../src/pipelines/recognizer.ts'
import { aiffBytes } from '../support/aiff.ts'
import { type Finished, root, runNode } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser recognizer cli '))
afterAll(() => rmSync(folder, { recursive: true }))
const ser = (...args: string[]): Promise<Finished> => runNode([`${root}dist/cli.js`, ...args], folder)
const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content)
const read = (name: string): Buffer => readFileSync(join(folder, name))

const voices = syntheticCorpus({ speakers: 2, sentences: 1, emotions: ['sadness', 'anger'] })
for (const { id, samples, sampleRate } of voices) {
  write(`${id}.wav`, encodeWav({ sampleRate, channels: [samples()] }, { format: 'float32' }))
}
const rows = voices.map(({ id, label, speaker }) => `${id}.wav,${label},${speaker}`)
write('list.csv', ['path,label,speaker', ...rows].join('\n'))
write('one-class.csv', ['path,label,speaker', ...rows.filter((row) => row.includes('anger'))].join('\n'))
write('config.json', JSON.stringify({ 'functionals-mlp': { hidden: [4], weightDecays: [0.01], epochs: 30 } }))
write('card.json', JSON.stringify({ name: 'a test' }))
const [{ id, samples, sampleRate }] = voices
const corpus = ['--corpus', 'manifest', '--data', 'list.csv']
const trained = await ser(
  ...['train', ...corpus, '--system', 'functionals-mlp', '--config', 'config.json', '--seed', '2', '--no-cache'],
  ...['--dtype', 'float16', '--card', 'card.json', '-o', 'own.safetensors'],
)

describe('ser train', () => {
  it('writes a recogniser, tells what it did and what that is worth', () => {
    expect([trained.code, trained.stderr]).toEqual([0, expect.stringContaining('4 utterances of 2 speakers')])
    expect(trained.stderr).toMatch(/system {4}functionals-mlp, seed 2/)
    expect(trained.stdout).toMatch(
      /recognises 4 of the 4 recordings that it was trained on; how good it is on speakers/,
    )
    expect(trained.stdout).toMatch(/rounded weights change 0 classes and no probability by more than 0\.00/)
    expect(trained.stdout).toMatch(/written to own\.safetensors, \d+ bytes/)
    const { card, classes, system } = Recognizer.from(read('own.safetensors'))
    expect(classes).toEqual(['anger', 'sadness'])
    expect(card).toMatchObject({ name: 'a test', training: { corpus: 'manifest', speakers: ['s01', 's02'], seed: 2 } })
    expect(system).toMatchObject({ system: 'functionals-mlp', options: { hidden: [4], epochs: 30 } })
  })

  it.each<[string[], number, RegExp]>([
    [[...corpus], 2, /required option '-o, --output <file>' not specified/],
    [['--corpus', 'emodb', '-o', 'x'], 2, /--corpus emodb needs --data/],
    [['--data', 'x', '-o', 'x'], 2, /--data needs --corpus/],
    [['--system', 'forest', '-o', 'x'], 2, /'forest' is invalid\. Allowed choices are crbm-dnn/],
    [['--dtype', 'float8', '-o', 'x'], 2, /Allowed choices are float32, float16/],
    [[...corpus, '--config', 'missing.json', '-o', 'x'], 1, /--config missing\.json: ENOENT/],
    [[...corpus, '--card', 'list.csv', '-o', 'x'], 1, /--card list\.csv: .*JSON/],
    [['--corpus', 'manifest', '--data', 'one-class.csv', '-o', 'x', '--no-cache'], 1, /"classes" expected at least 2/],
  ])('%j ends with code %i and a clear message', async (args, code, message) => {
    const result = await ser('train', ...args)
    expect(result.stderr).toMatch(message)
    expect(result.code).toBe(code)
  })
})

describe('ser predict', () => {
  const own = ['--model', 'own.safetensors']
  const wanted = Recognizer.from(read('own.safetensors')).predict(samples(), sampleRate)

  it('prints a line a file, as the library says it', async () => {
    const { code, stdout, stderr } = await ser('predict', ...own, ...voices.map((voice) => `${voice.id}.wav`))
    expect([code, stderr]).toEqual([0, ''])
    const lines = stdout.trimEnd().split('\n')
    expect(lines[0]).toBe(`${id}.wav\t${wanted.label}\t${wanted.probabilities[wanted.label as string].toFixed(3)}`)
    expect(lines.map((line) => line.split('\t')[1])).toEqual(voices.map(({ label }) => label))
  })

  it('takes any rate, any number of channels, and formats that audio-decode reads', async () => {
    const fast = resample(samples(), sampleRate, 44100)
    write('stereo.wav', encodeWav({ sampleRate: 44100, channels: [fast, fast] }))
    write('sound.aiff', aiffBytes(44100, [fast, fast]))
    write('renamed.xyz', encodeWav({ sampleRate: 44100, channels: [fast] }))
    const { code, stdout } = await ser('predict', ...own, '--json', 'stereo.wav', 'sound.aiff', 'renamed.xyz')
    expect(code).toBe(0)
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(answers.map(({ path }) => path)).toEqual(['stereo.wav', 'sound.aiff', 'renamed.xyz'])
    for (const { label, probabilities, timeline } of answers) {
      expect([label, timeline]).toEqual([wanted.label, undefined])
      expect(Math.abs(probabilities[label] - wanted.probabilities[label])).toBeLessThan(0.02)
    }
  })

  it('--explain tells the reasons, in text and as JSON; there are none without speech', async () => {
    const why = explainAnswer(Recognizer.from(read('own.safetensors')), samples(), sampleRate)
    write('silence.wav', encodeWav({ sampleRate: 16000, channels: [new Float32Array(16000)] }))
    const { stdout } = await ser('predict', ...own, '--explain', `${id}.wav`, 'silence.wav')
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(2 + why.groups.length + why.moments.length)
    const sign = why.groups[0].effect < 0 ? '-' : '+'
    expect(lines[1]).toBe(`\tby ${why.groups[0].group}\t${sign}${Math.abs(why.groups[0].effect).toFixed(3)}`)
    expect(lines[lines.length - 1]).toMatch(/^silence\.wav\tno speech/)
    const json = (await ser('predict', ...own, '--explain', '--json', `${id}.wav`, 'silence.wav')).stdout
    const answers = json
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).explanation)
    expect(answers).toEqual([JSON.parse(JSON.stringify(why)), null])
  })

  it('--timeline tells the course, in text and as JSON', async () => {
    const { stdout } = await ser('predict', ...own, '--timeline', `${id}.wav`)
    const [first, ...windows] = stdout.trimEnd().split('\n')
    expect(first).toMatch(/\.wav\t/)
    expect(windows).toHaveLength(wanted.timeline.length)
    expect(windows[0]).toMatch(/^\t0\.50 s\tanger \d\.\d{3} {2}sadness \d\.\d{3}$/)
    const json = JSON.parse((await ser('predict', ...own, '--timeline', '--json', `${id}.wav`)).stdout)
    expect(json).toEqual({ path: `${id}.wav`, ...wanted })
  })

  it('goes through folders and patterns, and reads standard input', async () => {
    for (const name of ['many/b', 'many/.hidden']) mkdirSync(join(folder, name), { recursive: true })
    const sound = read(`${id}.wav`)
    for (const name of ['many/2.wav', 'many/b/1.wav', 'many/.hidden/3.wav', 'many/notes.txt']) write(name, sound)
    write('many/10.flac.wav', readFileSync(`${root}test/vectors/audio/tone.flac`))
    const told = async (input: Uint8Array | undefined, ...names: string[]): Promise<string[]> => {
      const args = ['predict', ...own, ...names]
      const { stdout, stderr } = await runNode([`${root}dist/cli.js`, ...args], folder, {}, input)
      return [stderr, ...stdout.trimEnd().split('\n')].map((line) => line.split('\t').slice(0, 2).join(' ').trimEnd())
    }
    expect((await told(undefined, 'many')).map((line) => line.split(' ')[0])).toEqual([
      ...['', 'many/10.flac.wav', 'many/2.wav', 'many/b/1.wav'],
    ])
    expect(await told(undefined, 'many/[0-9].wav', 'many/**/1.wav')).toEqual([
      ...['', `many/2.wav ${wanted.label}`, `many/b/1.wav ${wanted.label}`],
    ])
    expect(await told(sound, '-')).toEqual(['', `- ${wanted.label}`])
    expect(await told(undefined, '*.opus')).toEqual(['error: *.opus: no file matches', ''])
    expect(await told(new Uint8Array(0), '-')).toEqual(['error: -: nothing came in by standard input', ''])
  })

  it('does the other files where one fails, and exits with 1', async () => {
    write('short.wav', encodeWav({ sampleRate: 16000, channels: [new Float32Array(100)] }))
    write('text.txt', 'hello, this is no sound')
    const bad = ['nowhere.wav', 'text.txt', 'short.wav']
    const { code, stdout, stderr } = await ser('predict', ...own, ...bad, `${id}.wav`)
    expect(code).toBe(1)
    expect(stdout).toMatch(new RegExp(`^${id}\\.wav\\t${wanted.label}\\t[\\d.]+\\n$`))
    expect(stderr).toMatch(/^error: nowhere\.wav: ENOENT/)
    expect(stderr).toMatch(/error: text\.txt: cannot be decoded: /)
    expect(stderr).toMatch(/error: short\.wav: .*expected 25 ms of sound or more, got 100 samples/)
    const json = (await ser('predict', ...own, '--json', 'nowhere.wav', `${id}.wav`)).stdout.trimEnd().split('\n')
    expect(json.map((line) => Object.keys(JSON.parse(line)))).toEqual([
      ['path', 'error'],
      ['path', 'label', 'probabilities', 'speech', 'sure'],
    ])
  })

  it('uses the model of the package unless told otherwise, and says what is no model', async () => {
    const { stdout } = await ser('predict', '--json', `${id}.wav`)
    expect(Object.keys(JSON.parse(stdout).probabilities)).toEqual(['joy', 'neutral', 'sadness', 'anger'])
    const { code, stderr } = await ser('predict', '--model', 'list.csv', `${id}.wav`)
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: loadRecognizer: "list\.csv": decodeSafetensors/)])
    expect((await ser('predict')).code).toBe(2)
    expect((await ser('predict', '--help')).stdout).toMatch(/--timeline.*must not be used for/s)
  })
})

describe('ser features', () => {
  it('reads what ser predict reads', async () => {
    const flac = readFileSync(`${root}test/vectors/audio/tone.flac`)
    write('features.flac', flac)
    write('features-of-flac.wav', flac)
    const named = await ser('features', 'features.flac')
    expect([named.code, named.stdout]).toEqual([0, expect.stringContaining('28 frames, 13 columns')])
    expect((await ser('features', 'features-of-flac.wav')).stdout).toBe(named.stdout)
    const piped = await runNode([`${root}dist/cli.js`, 'features', '-'], folder, {}, flac)
    expect(piped.stdout).toBe(named.stdout)
  })
})

describe('adaptation on the command line', async () => {
  write(
    'measures.json',
    JSON.stringify({ 'measures-lda': { frontEnd: { spectral: 'mfcc', coefficients: 5, deltas: 0 } } }),
  )
  await ser(
    ...['train', ...corpus, '--system', 'measures-lda', '--config', 'measures.json', '--no-cache', '-o', 'lda.st'],
  )
  const voice = (speaker: string): string[] =>
    voices.filter((one) => one.speaker === speaker).map(({ id: name }) => `${name}.wav`)

  it('predicts for a speaker whose other recordings are given, and tells those it cannot read', async () => {
    const [first, second] = voice('s01')
    const adapt = ['--adapt', second, '--adapt', 'list.csv']
    const { code, stdout, stderr } = await ser('predict', '--model', 'lda.st', ...adapt, '--json', first)
    expect([code, stderr]).toEqual([0, expect.stringContaining('warning: not adapted to list.csv: ')])
    const { probabilities } = JSON.parse(stdout)
    const [asked, other] = [first, second].map((name) => decodeWav(read(name)))
    const mine = Recognizer.from(read('lda.st')).adapt([other])
    expect(probabilities).toEqual(mine.predict(asked.channels[0], asked.sampleRate, { timeline: false }).probabilities)
    const none = await ser('predict', '--model', 'lda.st', '--adapt', 'list.csv', first)
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringContaining('--adapt: no recording in list.csv can be used'),
    ])
  })

  it('judges a recording by others than itself, whatever its folder is called, and leaves those without speech out', async () => {
    const [first, second] = voice('s01')
    write('hum.wav', encodeWav({ sampleRate: 16000, channels: [new Float32Array(16000)] }))
    const adapt = ['--adapt', second, '--adapt', `./${first}`, '--adapt', 'hum.wav']
    const { code, stdout, stderr } = await ser('predict', '--model', 'lda.st', ...adapt, '--json', first)
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('warning: not adapted to hum.wav: no speech is heard in it'),
    ])
    const other = await ser('predict', '--model', 'lda.st', '--adapt', second, '--json', first)
    expect(stdout).toBe(other.stdout)
    const alone = await ser('predict', '--model', 'lda.st', '--adapt', first, '--json', first)
    expect(alone.stderr).toContain(`${first} is all that --adapt names: it is judged without adaptation`)
    expect(alone.stdout).toBe((await ser('predict', '--model', 'lda.st', '--json', first)).stdout)
    write('copy.wav', read(first))
    const copied = await ser('predict', '--model', 'lda.st', '--adapt', 'copy.wav', '--adapt', second, '--json', first)
    expect(copied.stdout).toBe(other.stdout)
  })

  it('evaluates with adaptation to speakers and the corpus, and says by whose recordings', async () => {
    const run = ['evaluate', '--model', 'lda.st', ...corpus, '--adapt', 'speaker', '--recordings', '1', '--seed', '3']
    const { code, stdout } = await ser(...run, '--json')
    expect(code).toBe(0)
    const sources = { none: 0, corpus: 0, speaker: 4 }
    expect(JSON.parse(stdout).adaptation).toMatchObject({ adapt: 'speaker', recordings: 1, seed: 3, sources })
    const idle = await ser('evaluate', '--model', 'lda.st', ...corpus, '--recordings', '3')
    expect([idle.code, idle.stderr]).toEqual([
      2,
      expect.stringContaining('--recordings chooses what to adapt to: it needs --adapt'),
    ])
    const told = await ser('evaluate', '--model', 'lda.st', ...corpus, '--adapt', 'corpus')
    expect(told.stdout).toMatch(/Adapted without labels to all other recordings of the corpus,\s.*4 by the corpus'/s)
    const other = await ser('evaluate', '--model', 'own.safetensors', ...corpus, '--adapt', 'corpus')
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('does not adapt to speakers')])
  })
})

describe('ser evaluate', () => {
  it('takes a list of FLAC files, also under the name of WAV', async () => {
    const flac = readFileSync(`${root}test/vectors/audio/tone.flac`)
    for (const name of ['a.flac', 'b.wav']) write(name, flac)
    write('flac.csv', 'path,label,speaker\na.flac,anger,x\nb.wav,sadness,y\n')
    const args = ['--model', 'own.safetensors', '--corpus', 'manifest', '--data', 'flac.csv', '--json']
    const { code, stdout } = await ser('evaluate', ...args)
    expect([code, JSON.parse(stdout).predictions.length]).toEqual([0, 2])
  })

  it('prints the matrix and the rates, and warns of speakers that the model has heard', async () => {
    const { code, stdout } = await ser('evaluate', '--model', 'own.safetensors', ...corpus, '--out', 'out/result.json')
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /true \\ said +anger +sadness.*accuracy \(WAR\) +100\.0 %, 95 % interval.*UAR, 95 % interval/s,
    )
    expect(stdout).toMatch(/trained on recordings of 2 of these 2 speakers of manifest: these rates say nothing about/)
    const json = JSON.parse(read('out/result.json').toString())
    expect(json).toMatchObject({ format: 'ser-core/evaluation', accuracy: 1, heard: ['s01', 's02'] })
    expect(json.predictions).toHaveLength(4)
    const printed = await ser('evaluate', '--model', 'own.safetensors', ...corpus, '--json')
    expect(JSON.parse(printed.stdout)).toEqual(json)
  })

  it('asks of the classes that the model knows, and says which it left out', async () => {
    const { stdout } = await ser('evaluate', '--model', 'own.safetensors', '--corpus', 'synthetic')
    // The model knows a manifest, which could be of the same recordings.
    expect(stdout).toMatch(/Whom the model was trained on cannot be told from its file/)
    expect(stdout).toMatch(/Not asked of classes that the model does not know: .*joy \d+/)
  })
})
