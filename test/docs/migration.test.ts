/** Values that the pages for users of other tools quote: of the tools from the vectors, and ours computed anew. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as ser from '../../src/index.ts'
import { textOf } from '../support/code-blocks.ts'
import { sourceFiles, sourceOf } from '../support/docstring-examples.ts'
import { cases, featuresOf, signalsOf } from '../support/preset-cases.mjs'

// biome-ignore lint/suspicious/noExplicitAny: vectors of many shapes.
const read = (name: string): any => JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8'))
const bufferOf = (text: string): ArrayBuffer => Uint8Array.from(Buffer.from(text, 'base64')).buffer

type Quoted = [first: string, tool: string, here: string]

/** The rows of a page whose first cell is one of these: first, and the last two. */
function quotedIn(page: string, firsts: string[]): Quoted[] {
  const rows = textOf(`docs/guide/${page}.md`)
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
  return firsts.map((first) => {
    const row = rows.find((cells) => cells[1] === first)
    return [first, row?.at(-3) ?? '', row?.at(-2) ?? '']
  })
}

function expectQuoted(page: string, rows: Quoted[]): void {
  expect(
    quotedIn(
      page,
      rows.map(([first]) => first),
    ),
  ).toEqual(rows)
}

function sound(): { samples: Int16Array; sampleRate: number; functionals: Float32Array } {
  const { samples, sampleRate, functionals } = read('egemaps.json')
  return {
    samples: new Int16Array(bufferOf(samples)),
    sampleRate,
    functionals: new Float32Array(bufferOf(functionals)),
  }
}

describe('the values of other tools and ours', () => {
  it('MFCC of librosa, kaldi-native-fbank and python_speech_features', () => {
    const { features } = read('presets.json')
    const page = textOf('docs/guide/from-librosa.md')
    for (const name of [
      'librosa, defaults',
      'kaldi-native-fbank, mfcc',
      'python_speech_features, mfcc, defaults (nfft=512)',
    ]) {
      const one = cases.find((each) => each.name === name) as (typeof cases)[number]
      const ours = featuresOf(one, 16000, signalsOf(one, 16000, null, ser).chirp, ser)
      const { frames, rows } = features.find(
        (v: { case: string; rate: number; signal: string }) =>
          v.case === name && v.rate === 16000 && v.signal === 'chirp',
      )
      const shown = (values: number[]): string => values.map((value) => value.toFixed(4)).join(' ')
      const own = shown([0, 1, 2].map((j) => ours.get(0, j)))
      expect(ours.shape[0]).toBe(frames)
      expect(page).toContain(`| \`${one.preset}\` | ${name} | ${frames} | ${shown(rows[0].slice(1, 4))} | ${own} |`)
    }
  })

  it('functionals of openSMILE', () => {
    const { samples, sampleRate, functionals } = sound()
    const ours = ser.egemaps(samples, { sampleRate }).data
    const names = [
      'F0semitoneFrom27.5Hz_sma3nz_amean',
      'loudness_sma3_amean',
      'mfcc1_sma3_amean',
      'jitterLocal_sma3nz_amean',
      'HNRdBACF_sma3nz_amean',
      'F1frequency_sma3nz_amean',
      'equivalentSoundLevel_dBp',
    ]
    const rows = names.map((name): Quoted => {
      const i = ser.egemapsNames.indexOf(name)
      return [`\`${name}\``, functionals[i].toPrecision(6), ours[i].toPrecision(6)]
    })
    expectQuoted('from-opensmile', rows)
  })

  it('jitter and shimmer of Praat', () => {
    const { samples, sampleRate } = sound()
    const praat = read('egemaps-praat.json')
    const x = Float64Array.from(samples, (v) => v / 32768)
    expectQuoted('from-praat', [
      ['jitter, local', String(praat.jitter), ser.jitter(x, { sampleRate }).local.toPrecision(6)],
      ['shimmer, local, dB', String(praat.shimmer), ser.shimmer(x, { sampleRate }).decibels.toPrecision(6)],
    ])
  })

  it('losses and outputs of PyTorch', () => {
    const { section8 } = read('lstm.json')
    const cell = new ser.LSTM({ inputs: 2, units: 2 })
    const network = new ser.Sequential([cell], { dtype: 'float64' })
    let n = 0
    for (const [name, shape] of Object.entries<number[]>(section8.shapes)) {
      const size = shape.reduce((a, b) => a * b)
      const { data } = network.parameters.block(`layers.0.${name}`, size)
      for (let i = 0; i < size; i++) data[i] = 0.5 * Math.sin(1 + n++)
    }
    const steps = [0, 1, 2, 3]
    const x = steps.map((t) => [Math.cos(1.4 * t), Math.cos(0.7 * (2 * t + 1))])
    const targets = steps.map((t) => [0.1 * (t + 1), 0.1 * (t + 1)])
    const { loss } = network.lossAndGradient([x], [targets])
    const mlp = read('mlp.json')
    const wanted = mlp.cases.find(
      (each: { activation: string; output: string; loss: string }) =>
        each.activation === 'tanh' && each.output === 'softmax' && each.loss === 'crossEntropy',
    )
    const perceptron = new ser.MLP({
      ...{ layers: mlp.sizes, activation: 'tanh', output: 'softmax', loss: 'crossEntropy' },
      ...{ weightDecay: mlp.weightDecay, dtype: 'float64' },
    })
    perceptron.parameters.data.forEach((_, i, data) => {
      data[i] = mlp.scale * Math.sin(1 + i)
    })
    const rows = Array.from({ length: mlp.rows }, (_, r) => [0, 1, 2].map((d) => Math.cos(0.7 * r + 1.3 * d)))
    const digits = (value: number): string => value.toPrecision(10)
    expectQuoted('from-pytorch-keras', [
      ['loss of the LSTM', digits(section8.loss), digits(4 * loss)],
      ['last output, first unit', digits(section8.h[3][0]), digits(network.forward([x])[0].get(3, 0))],
      [
        'loss of the perceptron with weight decay',
        digits(wanted.value),
        digits(perceptron.lossAndGradient(rows, mlp.labels).loss),
      ],
    ])
  })

  it('coefficients and losses of scikit-learn', () => {
    const { 'three classes': iris } = read('sklearn-logistic.json')
    const x = iris.y.map((_: number, i: number) => iris.x.slice(i * iris.columns, (i + 1) * iris.columns))
    const model = new ser.LogisticRegression({ C: iris.C }).fit(x, iris.y)
    const rows: Quoted[] = [
      ['first coefficient', iris.coefficients[0].toFixed(4), model.coefficients.data[0].toFixed(4)],
      ['first intercept', iris.intercepts[0].toFixed(4), model.intercepts[0].toFixed(4)],
    ]
    expectQuoted('from-scikit-learn', rows)
  })

  it('are of the versions that the pages name', () => {
    const named = (page: string, words: string[]): void => {
      const text = textOf(`docs/guide/${page}.md`).replaceAll('\n', ' ')
      for (const word of words) expect(text).toContain(word)
    }
    const presets = read('presets.json').versions
    const tools = ['librosa', 'torchaudio', 'kaldi-native-fbank', 'python_speech_features']
    named(
      'from-librosa',
      tools.map((tool) => `${tool} ${presets[tool]}`),
    )
    named('from-opensmile', [`opensmile ${read('egemaps.json').versions.opensmile}`])
    const praat = read('egemaps-praat.json').versions
    named('from-praat', [`Praat ${praat.Praat}`, `parselmouth ${praat['praat-parselmouth']}`])
    named('from-pytorch-keras', [`PyTorch ${read('mlp.json').versions.torch}`])
    const scipy = read('minimize.json').versions.scipy
    named('from-scikit-learn', [
      `scikit-learn ${read('sklearn-logistic.json').versions['scikit-learn']}`,
      `SciPy ${scipy}`,
    ])
  })
})

describe('names in their tables', () => {
  const source = new Set(sourceFiles.flatMap((file) => sourceOf(file).match(/\w+/g) ?? []))
  const pages = ['from-librosa', 'from-opensmile', 'from-praat', 'from-pytorch-keras', 'from-scikit-learn']

  it.each(pages)('of %s, in the columns "here", are those of the source', (page) => {
    const lines = textOf(`docs/guide/${page}.md`).split('\n')
    const cellsOf = (line: string): string[] => line.split('|').map((cell) => cell.trim())
    let column = -1
    const words = lines.flatMap((line, i) => {
      if (lines[i + 1]?.startsWith('| ---')) column = cellsOf(line).indexOf('here')
      if (!line.startsWith('| ') || column < 0) return []
      const code = Array.from((cellsOf(line)[column] ?? '').matchAll(/`([^`]+)`/g), ([, text]) => text)
      return code.filter((text) => !text.startsWith('ser ')).flatMap((text) => text.match(/[a-zA-Z]\w*/g) ?? [])
    })
    expect(words.length).toBeGreaterThan(10)
    expect(words.filter((word) => !source.has(word))).toEqual([])
  })
})
