/** Models and recognisers as users of the installed package meet them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { installInto } from '../support/installed.ts'
import { root, runNode } from '../support/run.ts'

// A user's project with a copy of what npm would install, but for the optional packages.
const project = mkdtempSync(join(tmpdir(), 'ser project '))
const installed = join(project, 'node_modules', 'ser-core')
installInto(project)
afterAll(() => rmSync(project, { recursive: true }))

async function runProgram(name: string, source: string): Promise<string> {
  writeFileSync(join(project, name), source)
  const { code, stdout, stderr } = await runNode([join(project, name)], project)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout
}

describe('the installed package', () => {
  const say = `const [voice] = syntheticCorpus({ speakers: 1, sentences: 1 })
    loadRecognizer().then((recognizer) => {
      const { label, probabilities, timeline } = recognizer.predict(voice.samples(), voice.sampleRate)
      console.log(JSON.stringify([label, probabilities, timeline]))
    })`

  it('finds its model from modules and from CommonJS, and says the same', async () => {
    const esm = await runProgram(
      'a.mjs',
      `import { syntheticCorpus } from 'ser-core'; import { loadRecognizer } from 'ser-core/node'; ${say}`,
    )
    const cjs = await runProgram(
      'a.cjs',
      `const { syntheticCorpus } = require('ser-core'); const { loadRecognizer } = require('ser-core/node'); ${say}`,
    )
    expect(JSON.parse(esm)[1]).toHaveProperty('anger')
    expect(cjs).toBe(esm)
  })

  it('gives the file by its name, for browsers', async () => {
    const out = await runProgram(
      'b.mjs',
      `import { readFileSync } from 'node:fs'
      import { createRequire } from 'node:module'
      import { Recognizer } from 'ser-core'
      const path = createRequire(import.meta.url).resolve('ser-core/models/recognizer.safetensors')
      console.log(Recognizer.from(readFileSync(path)).classes.join())`,
    )
    expect(out).toBe('joy,neutral,sadness,anger\n')
  })

  it('saves and loads a model', async () => {
    const out = await runProgram(
      'c.mjs',
      `import { readFile, writeFile } from 'node:fs/promises'
      import { Sequential, LSTM, Dense, saveModel, loadModel, mfcc, syntheticCorpus } from 'ser-core'
      const net = new Sequential([new LSTM({ inputs: 13, units: 4 }), new Dense({ units: 2, activation: 'softmax' })])
      await writeFile('net.safetensors', saveModel(net)); const again = loadModel(await readFile('net.safetensors'))
      const x = mfcc(syntheticCorpus()[0].samples(), { sampleRate: 16000 })
      console.log(again.predict(x).every((p, k) => Object.is(p, net.predict(x)[k])))`,
    )
    expect(out).toBe('true\n')
  })

  it('names the package that other formats than WAV need', async () => {
    writeFileSync(join(project, 'speech.mp3'), 'no wave')
    const { code, stderr } = await runNode([join(installed, 'dist/cli.js'), 'predict', 'speech.mp3'], project)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: speech\.mp3: no WAV file; .*audio-decode: npm install audio-decode\n$/)
  })

  it('has a README whose program for recognition prints what it says', async () => {
    const section = /^## Recognise$.*?^```js\n(.*?)^```$.*?^```text\n(.*?)^```$/ms
    const [, source, output] = section.exec(readFileSync(`${root}README.md`, 'utf8')) ?? []
    expect(await runProgram('readme.mjs', source)).toBe(output)
  })
})

describe('a bundle', () => {
  const bundled = async (contents: string): Promise<string> => {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: root },
      ...{ bundle: true, platform: 'browser', format: 'esm', write: false },
    })
    return outputFiles[0].text
  }

  it('that saves one kind of model has no other', async () => {
    const network = await bundled(`export { Sequential, LSTM, Dense, saveModel } from 'ser-core'`)
    expect(network).toContain('encodeSafetensors')
    expect(network).not.toMatch(/contrastiveDivergenceOf|var CRBM = class|var MLP = class|function mfcc\(/)
    const format = await bundled(`export { encodeSafetensors, decodeSafetensors } from 'ser-core'`)
    expect(format).not.toMatch(/WebAssembly|class extends Layer/)
  })

  it('that loads any has all', async () => {
    expect(await bundled(`export { loadModel } from 'ser-core'`)).toMatch(/var CRBM = class/)
  })
})
