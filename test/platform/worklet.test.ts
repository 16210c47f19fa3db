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
import { findChromium, resultOfPage } from '../support/chromium.ts'
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
})
