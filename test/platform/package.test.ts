import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import vm from 'node:vm'
import { build } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { emodbFolder, hasEmodb } from '../support/emodb.ts'
import { root, runNode } from '../support/run.ts'

// A user's project: ser-core and ndarray are installed, nothing else.
const project = mkdtempSync(join(tmpdir(), 'ser-project-'))
mkdirSync(join(project, 'node_modules'))
symlinkSync(root, join(project, 'node_modules', 'ser-core'))
symlinkSync(join(root, 'node_modules', 'ndarray'), join(project, 'node_modules', 'ndarray'))
afterAll(() => rmSync(project, { recursive: true }))

/** Runs a program of that project and gives what it printed. */
async function runProgram(name: string, source: string, ...flags: string[]): Promise<string> {
  const file = join(project, name)
  writeFileSync(file, source)
  const { code, stdout, stderr } = await runNode([...flags, file])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout
}

const readme = readFileSync(`${root}README.md`, 'utf8')
const block = (language: string): string => new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(readme)?.[1] ?? ''

describe('the README', () => {
  it('has a program that prints what it says', async () => {
    expect(block('js')).toContain('new LSTM')
    expect(await runProgram('readme.mjs', block('js'))).toBe(block('text'))
  })

  it('names the two commands in their exact words', () => {
    expect(readme).toContain('\nnpm ci && npm start\n')
    expect(readme).toContain('\nnpm ci && npm test\n')
  })
})

describe('the examples run', () => {
  it.each([
    ['features.mjs', /stream +\d+ rows of 39/],
    ['stream.mjs', /stopped after epoch 10: AbortError\nwent on to epoch 20/],
    ['evaluate.mjs', /accuracy \(WAR\)/],
  ])('%s', async (name, wanted) => {
    const { code, stdout, stderr } = await runNode([`${root}examples/${name}`])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toMatch(wanted)
  })
})

describe('programs that users write', () => {
  const speech = `
    import { encodeWav, syntheticCorpus } from 'ser-core'
    const [voice] = syntheticCorpus({ speakers: 1, sentences: 1 })
    const wav = encodeWav({ sampleRate: 16000, channels: [voice.samples()] })
    const readFile = async () => wav
    const chunksOf = function* (x) { for (let i = 0; i < x.length; i += 777) yield x.subarray(i, i + 777) }
  `

  it('features: batch and stream, bit for bit', async () => {
    const out = await runProgram(
      'features.mjs',
      `${speech}
      import { decodeWav, toMono, resample, mfcc, mfccPresets, melFilterbank, hzToMel, melToHz, deltas, MfccStream } from 'ser-core'
      const audio = decodeWav(await readFile('03a01Fa.wav'))
      const samples = resample(toMono(audio), audio.sampleRate, 16000)
      const x = mfcc(samples, { sampleRate: 16000, coefficients: 13, deltas: 2 })
      const same = mfcc(samples, { sampleRate: 16000, ...mfccPresets.librosa })
      const stream = new MfccStream({ sampleRate: 16000, coefficients: 13, deltas: 2 })
      const rows = []
      for (const chunk of chunksOf(samples)) for (const frame of stream.push(chunk)) rows.push(frame)
      for (const frame of stream.flush()) rows.push(frame)
      const equal = rows.every((row, t) => row instanceof Float32Array && row.every((v, j) => Object.is(v, x.get(t, j))))
      console.log(rows.length === x.shape[0], x.shape[1], equal, same.shape[1])
      console.log(Math.round(melToHz(hzToMel(440))), melFilterbank({ sampleRate: 16000, fftLength: 512 }).shape.join(), deltas(x).shape[1])`,
    )
    expect(out).toBe('true 39 true 20\n440 26,257 39\n')
  })

  it('recurrent networks: fit, forward, predict, stream, params', async () => {
    const out = await runProgram(
      'recurrent.mjs',
      `
      import ndarray from 'ndarray'
      import { Sequential, Dense, LSTM, RNN, Bidirectional, Dropout, MeanPool, Adam } from 'ser-core'
      import { Random } from 'ser-core'
      const random = new Random(1)
      const make = (n) => Array.from({ length: n }, () => {
        const data = new Float32Array(10 * 39); random.normalInto(data); return ndarray(data, [10, 39])
      })
      const [sequences, vx] = [make(8), make(4)]
      const [labels, vy] = [Int32Array.of(0, 1, 2, 3, 0, 1, 2, 3), [0, 1, 2, 3]]
      const net = new Sequential([
        new Dense({ inputs: 39, units: 64, activation: 'relu' }),
        new LSTM({ units: 128 }),
        new Dense({ units: 4, activation: 'softmax' }),
      ], { seed: 1 })
      const { signal } = new AbortController()
      const epochs = []
      await net.fit(sequences, labels, { optimizer: new Adam({ learningRate: 1e-3 }), epochs: 2, batchSize: 16, clipNorm: 5,
        validation: { sequences: vx, labels: vy }, earlyStopping: { patience: 5 }, signal, onEpoch: (e) => epochs.push(e.epoch) })
      const y = net.forward(sequences[0])
      const p = net.predict(sequences[0])
      console.log(epochs.join(), y.shape.join(), p instanceof Float32Array, p.length)
      const cell = new LSTM({ inputs: 39, units: 128, seed: 1 })
      console.log(cell.forward(sequences[0]).shape.join(), Object.keys(cell.params).sort().join(' '))
      console.log(net.layers[0].params.W.shape.join(), net.layers[0].params.b.shape.join())
      const live = net.stream()
      const last = Array.from({ length: 10 }, (_, t) => live.push(sequences[0].pick(t, null))).at(-1)
      console.log(last.every((v, k) => Object.is(v, y.get(9, k))))`,
    )
    expect(out).toBe(
      '1,2 10,4 true 4\n' +
        '10,128 Wcf Wci Wco Whc Whf Whi Who Wxc Wxf Wxi Wxo bc bf bi bo\n' +
        '39,64 64\n' +
        'true\n',
    )
  })

  it.skipIf(!hasEmodb)('evaluation on EmoDB (skipped where the recordings are missing)', async () => {
    const out = await runProgram(
      'evaluation.mjs',
      `
      import { loadCorpus } from 'ser-core/node'
      import { leaveOneGroupOut, ConfusionMatrix, Standardizer } from 'ser-core'
      const corpus = await loadCorpus('emodb', ${JSON.stringify(emodbFolder)}, { classes: ['joy', 'neutral', 'sadness', 'anger'] })
      const { path, speaker, label } = corpus.utterances[0]
      console.log(path.endsWith('03a01Fa.wav'), speaker, label, (await corpus.utterances[0].read()).sampleRate)
      let folds = 0
      for (const { train, test, group } of leaveOneGroupOut(corpus.utterances.map((u) => u.speaker))) folds += train.length + test.length
      const cm = new ConfusionMatrix(['joy', 'neutral', 'sadness', 'anger'])
      cm.add('joy', 'anger')
      console.log(folds, cm.accuracy, cm.unweightedRecall, cm.counts.get(0, 3), String(cm).length > 0, typeof Standardizer)`,
    )
    expect(out).toBe('true 03 joy 16000\n3390 0 0 1 true function\n')
  })

  it('CommonJS', async () => {
    const out = await runProgram(
      'program.cjs',
      `const { hzToMel } = require('ser-core'); const { loadCorpus } = require('ser-core/node')
       console.log(typeof hzToMel, typeof loadCorpus)`,
    )
    expect(out).toBe('function function\n')
  })
})

describe('the root import without Node', () => {
  const bundled = async (contents: string): Promise<string> => {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: root },
      bundle: true,
      platform: 'browser',
      format: 'esm',
      write: false,
    })
    return outputFiles[0].text
  }

  it('bundles for browsers and runs with nothing but the language and typed arrays', async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `import * as ser from 'ser-core'
          const [voice] = ser.syntheticCorpus({ speakers: 1, sentences: 1 })
          const x = ser.mfcc(voice.samples(), { sampleRate: 16000, deltas: 2 })
          const net = new ser.Sequential([new ser.LSTM({ inputs: 39, units: 4 }), new ser.Dense({ units: 2, activation: 'softmax' })])
          globalThis.result = Array.from(net.predict(x))`,
        resolveDir: root,
      },
      bundle: true,
      platform: 'browser',
      format: 'iife',
      write: false,
    })
    const [{ text }] = outputFiles
    expect(text).not.toMatch(/require\(["']node:|from ["']node:/)
    const page: { result?: number[] } = {}
    vm.runInNewContext(text, page, { contextCodeGeneration: { strings: false, wasm: false } })
    expect(page.result).toHaveLength(2)
    expect(page.result?.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6)
  })

  it('costs a bundle what it takes from it: one function does not bring the networks and the kernels', async () => {
    const statistics = await bundled(`export { wilsonInterval } from 'ser-core'`)
    expect(statistics).not.toMatch(/WebAssembly|class extends Layer/)
    const network = await bundled(`export { Sequential, LSTM, Dense, Adam } from 'ser-core'`)
    expect(network).toMatch(/WebAssembly/)
    expect(network).not.toMatch(/contrastiveDivergenceOf|var CRBM = class|syntheticCorpus|function mfcc\(/)
    // However a build writes them, classes are known by what keeps their names.
    expect(network).toMatch(/return ["']LSTM["']/)
    expect(network).not.toMatch(/return ["'](CRBM|MLP|ConfusionMatrix|Recognizer|MfccStream)["']/)
  })

  // Bytes of a bundle by esbuild that is not minified, 0.1.0's and today's in comments; minified it is some 55 % of that.
  it.each([
    ['wilsonInterval', 6_000], // 63,139, 4,726
    ['decodeWav', 36_000], // 72,895, 35,003 since it reads AIFF, Wave64 and ADPCM, and names what it does not read
    ['mfcc', 110_000], // 230,911, 105,213: features of frames are no part of the record of kernels; FFTs of any length are 7,300
    ['Sequential, LSTM, Dense, Adam', 410_000], // 382,690, 404,931: 6,000 for uniforms in lanes and rooms of kernels, 8,000 for displays in notebooks and dropout's kernel
  ])('costs at most so many bytes: %s, %i', async (names, most) => {
    const { length } = await bundled(`export { ${names} } from 'ser-core'`)
    expect(length).toBeGreaterThan(1000)
    expect(length).toBeLessThan(most)
  })

  it('keeps the promise under --disallow-code-generation-from-strings', async () => {
    const out = await runProgram(
      'strict.mjs',
      `import { LSTM, Sequential, Dense, mfcc, syntheticCorpus } from 'ser-core'
      const x = mfcc(syntheticCorpus()[0].samples(), { sampleRate: 16000 })
      const net = new Sequential([new LSTM({ inputs: 13, units: 2 }), new Dense({ units: 2, activation: 'softmax' })])
      console.log(net.forward(x.step(2, 1)).shape[1])`,
      '--disallow-code-generation-from-strings',
    )
    expect(out).toBe('2\n')
  })
})
