/** Corpora whose recordings are FLAC files: all commands read them, and what comes of it is what comes of the same WAV files. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { readAudioFile } from '../../src/node/audio-file.ts'
import { flacBytes } from '../support/flac.ts'
import { type Finished, root, runNode } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-flac-'))
afterAll(() => rmSync(folder, { recursive: true }))
const ser = (...args: string[]): Promise<Finished> => runNode([`${root}dist/cli.js`, ...args], folder)

const voices = syntheticCorpus({ speakers: 2, sentences: 2, emotions: ['sadness', 'anger'] })
const codes = { sadness: 'SAD', anger: 'ANG' } as Record<string, string>

/** The voices as a corpus that is named as CREMA-D's, in one format and under one ending. */
function writeCorpus(name: string, ending: string, encode: (samples: Float32Array, rate: number) => Uint8Array): void {
  mkdirSync(join(folder, name))
  for (const [i, { label, speaker, samples, sampleRate }] of voices.entries()) {
    const file = `10${speaker.slice(1)}_${['IEO', 'TIE'][Math.floor(i / 2) % 2]}_${codes[label]}_XX.${ending}`
    writeFileSync(join(folder, name, file), encode(samples(), sampleRate))
  }
}

beforeAll(() => {
  writeCorpus('wav', 'wav', (samples, sampleRate) => encodeWav({ sampleRate, channels: [samples] }))
  writeCorpus('flac', 'flac', (samples, sampleRate) => flacBytes(sampleRate, samples))
  writeCorpus('misnamed', 'wav', (samples, sampleRate) => flacBytes(sampleRate, samples))
})

it('the files hold the same samples', async () => {
  const [wav, flac] = await Promise.all(
    ['wav', 'flac'].map((kind) => readAudioFile(join(folder, kind, `1001_IEO_SAD_XX.${kind}`))),
  )
  expect(flac).toMatchObject({ format: 'flac', sampleRate: 16000, warnings: [] })
  expect(flac.channels).toEqual(wav.channels)
})

describe.each(['flac', 'misnamed'])('a corpus in FLAC (%s)', (name) => {
  const corpus = (data: string): string[] => ['--corpus', 'cremad', '--data', data, '--no-cache']
  const system = ['--epochs', '2']

  it('ser train makes the same network of it as of WAV', async () => {
    const train = (data: string) =>
      ser('train', ...corpus(data), '--system', 'functionals-mlp', ...system, '-o', `${data}.safetensors`)
    for (const data of ['wav', name]) {
      expect(await train(data)).toMatchObject({ code: 0, stdout: expect.stringMatching(/of the 8 recordings/) })
    }
    const [model, wanted] = [name, 'wav'].map((data) => readFileSync(join(folder, `${data}.safetensors`)))
    expect(model.equals(wanted)).toBe(true)
    const asked = await ser('evaluate', ...corpus(name).slice(0, -1), '--model', 'wav.safetensors')
    expect(asked).toMatchObject({ code: 0, stdout: expect.stringMatching(/n = 8/) })
  })

  it('ser experiment has the same folds', async () => {
    const experiment = (data: string) =>
      ser(
        'experiment',
        ...corpus(data),
        '--systems',
        'functionals-mlp',
        ...system,
        '--no-report',
        '--out',
        `out-${data}`,
      )
    for (const data of ['wav', name]) {
      const { code, stderr } = await experiment(data)
      expect([code, stderr]).toEqual([
        0,
        expect.stringMatching(/cremad: 8 utterances of 2 speakers \(anger 4, sadness 4\)/),
      ])
    }
    const [folds, wanted] = [name, 'wav'].map((data) => {
      const { runs } = JSON.parse(readFileSync(join(folder, `out-${data}`, 'results.json'), 'utf8'))
      return runs[0].folds.flatMap((fold: { predictions: { path: string; posterior: number[] }[] }) =>
        fold.predictions.map(({ path, posterior }) => [path.replace(/\.\w+$/, ''), posterior]),
      )
    })
    expect(folds).toEqual(wanted)
    expect(folds).toHaveLength(8)
  })

  it('ser features and predict read its files', async () => {
    const file = join(name, `1001_IEO_SAD_XX.${name === 'flac' ? 'flac' : 'wav'}`)
    expect((await ser('features', file)).stdout).toBe((await ser('features', 'wav/1001_IEO_SAD_XX.wav')).stdout)
    expect(await ser('predict', file)).toMatchObject({ code: 0, stderr: '' })
  })
})
