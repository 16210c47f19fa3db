/**
 * The bundle of the built package where there is little more than ECMAScript: the same bits as in Node, in a context without
 * any host and in an AudioWorklet of Chromium.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import * as lib from '../../src/index.ts'
import { findChromium, resultOfPage } from '../support/chromium.mjs'
import { root } from '../support/run.ts'

type Results = Record<string, string>

const { caseNames, runCase } = createRequire(import.meta.url)('./realm-cases.cjs') as {
  caseNames: string[]
  runCase(name: string, library: typeof lib, realm: unknown, files: { recognizer: Uint8Array }): Promise<string>
}
const recognizer = readFileSync(`${root}models/recognizer.safetensors`)

/** Runs every case; an error of a case is its result. */
const runAll = `
  import * as lib from 'ser-core'
  import { caseNames, runCase } from './test/platform/realm-cases.cjs'
  async function runAll(recognizer) {
    lib.useKernels('simd')
    const results = {}
    for (const name of caseNames) {
      results[name] = await runCase(name, lib, globalThis, { recognizer }).catch((error) => String(error.stack ?? error))
    }
    return results
  }`

async function bundled(contents: string, format: 'iife' | 'esm'): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    ...{
      bundle: true,
      platform: 'browser',
      format,
      write: false,
      logLevel: 'error',
      logOverride: { 'empty-import-meta': 'silent' },
    },
  })
  return outputFiles[0].text
}

const expected: Results = {}
beforeAll(async () => {
  lib.useKernels('simd')
  for (const name of caseNames) expected[name] = await runCase(name, lib, globalThis, { recognizer })
})

/** The cases that give something else, with what they give in short. */
function differences(results: Results): string[] {
  const odd = caseNames.filter((name) => results[name] !== expected[name])
  return odd.map((name) => `${name}: ${results[name]?.slice(0, 300)}`)
}

it('ECMAScript, WebAssembly and a console are enough', async () => {
  const scope = createContext({}) as { run?: (bytes: Uint8Array) => Promise<Results> }
  expect(runInContext('typeof TextDecoder + typeof setTimeout + typeof structuredClone', scope)).toBe(
    'undefined'.repeat(3),
  )
  runInContext(await bundled(`${runAll}; globalThis.run = runAll`, 'iife'), scope)
  expect(differences((await scope.run?.(recognizer)) ?? {})).toEqual([])
})

const page = `<!doctype html><script type="module">
  const tell = (result) => fetch('result', { method: 'POST', body: JSON.stringify(result) })
  try {
    const recognizer = await (await fetch('recognizer.safetensors')).arrayBuffer()
    const context = new OfflineAudioContext(1, 16000, 16000)
    await context.audioWorklet.addModule('worklet.js')
    const node = new AudioWorkletNode(context, 'ser', { processorOptions: { recognizer } })
    node.onprocessorerror = () => tell({ failure: 'the processor failed' })
    node.port.onmessage = ({ data }) => tell(data)
    const tone = new OscillatorNode(context, { frequency: 200 })
    tone.connect(node).connect(context.destination)
    tone.start()
    await context.startRendering()
    node.port.postMessage('end')
  } catch (error) { tell({ failure: String(error.stack ?? error) }) }
</script>`

/** Takes MFCCs as the sound passes, and runs the cases when all of it has. */
const worklet = `${runAll}
  class Processor extends AudioWorkletProcessor {
    constructor({ processorOptions: { recognizer } }) {
      super()
      const { sampleRate } = globalThis
      this.stream = new lib.MfccStream({ sampleRate })
      this.samples = []
      this.rows = []
      this.port.onmessage = async () => {
        const samples = Float32Array.from(this.samples)
        const { data } = lib.mfcc(samples, { sampleRate })
        const rows = [...this.rows, ...this.stream.flush()].flatMap((row) => [...row])
        const streamed = rows.length > 1000 && rows.length === data.length && rows.every((x, i) => Object.is(x, data[i]))
        const results = await runAll(new Uint8Array(recognizer))
        this.port.postMessage({ streamed, results, kernels: lib.kernels() })
      }
    }
    process([[channel]]) {
      if (channel === undefined) return true
      this.samples.push(...channel)
      this.rows.push(...this.stream.push(channel))
      return true
    }
  }
  registerProcessor('ser', Processor)`

/** The page of the example: hears a voice of two seconds, and tells the answers. */
const hearing = `<!doctype html><script type="module">
  const tell = (result) => fetch('result', { method: 'POST', body: JSON.stringify(result) })
  try {
    const load = async (path) => (await fetch(path)).arrayBuffer()
    const context = new OfflineAudioContext(1, 32000, 16000)
    await context.audioWorklet.addModule('worklet.js')
    const bytes = await load('recognizer.safetensors')
    const node = new AudioWorkletNode(context, 'recognizer', { processorOptions: { bytes } })
    const answers = []
    node.onprocessorerror = () => tell('the processor failed')
    node.port.onmessage = ({ data }) => { if (answers.push(data) === 2) tell(answers) }
    const buffer = new AudioBuffer({ length: 32000, sampleRate: 16000 })
    buffer.copyToChannel(new Float32Array(await load('voice.bin')), 0)
    const voice = new AudioBufferSourceNode(context, { buffer })
    voice.connect(node).connect(context.destination)
    voice.start()
    await context.startRendering()
  } catch (error) { tell(String(error.stack ?? error)) }
</script>`

const chromium = findChromium()

describe.skipIf(chromium === undefined)(`an AudioWorklet${chromium ? '' : ' (no Chromium found)'}`, () => {
  it('recognises, streams, loads and trains with the bits of Node', async () => {
    const files = {
      'index.html': page,
      'worklet.js': await bundled(worklet, 'esm'),
      'recognizer.safetensors': new Uint8Array(recognizer),
    }
    const { results, ...more } = (await resultOfPage(chromium as string, files)) as { results: Results }
    expect(more).toEqual({ streamed: true, kernels: 'simd' })
    expect(differences(results)).toEqual([])
  })

  it('answers while it hears, as in examples/recognizer-worklet.mjs', async () => {
    const voice = new Float32Array(32000)
    voice.set(
      lib
        .syntheticCorpus({ speakers: 1, sentences: 1, emotions: ['anger'] })[0]
        .samples()
        .subarray(0, 32000),
    )
    const answers = await resultOfPage(chromium as string, {
      'index.html': hearing,
      'worklet.js': await bundled(readFileSync(`${root}examples/recognizer-worklet.mjs`, 'utf8'), 'esm'),
      'recognizer.safetensors': new Uint8Array(recognizer),
      'voice.bin': new Uint8Array(voice.buffer),
    })
    // `process` is called with 128 samples: an answer comes with the call that completes a second.
    const expectedAnswers = [1, 2].map((seconds) => {
      const heard = new Float32Array(48000)
      heard.set(voice.subarray(0, 16000 * seconds), 48000 - 16000 * seconds)
      const { probabilities, ...answer } = lib.Recognizer.from(recognizer).predict(heard, 16000, { timeline: false })
      // Relaxed kernels round in their own way.
      const near = Object.entries(probabilities).map(([name, p]) => [name, expect.closeTo(p, 4)])
      return { ...answer, probabilities: Object.fromEntries(near), timeline: [] }
    })
    expect(answers).toEqual(expectedAnswers)
  })
})
