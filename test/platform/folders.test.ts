/** The installed package in folders whose names mean something in a URL: it finds its model, its workers, the CLI its threads. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installInto } from '../support/installed.ts'
import { runNode } from '../support/run.ts'

const home = mkdtempSync(join(tmpdir(), 'ser-folders-'))
// Windows has no such file.
const noWindows = process.platform === 'win32' ? [] : ['what?']
const names = ['C# proj', 'x%20y', '100%', 'ü', ...noWindows]

const config = {
  systems: [
    { system: 'lstm', options: { frontEnd: { spectral: 'mfcc', deltas: 0, pitch: false }, units: 2, rectifier: 2 } },
  ],
}

beforeAll(() => {
  for (const name of names) mkdirSync(join(home, name))
  installInto(...names.map((name) => join(home, name)))
  for (const name of names) writeFileSync(join(home, name, 'config.json'), JSON.stringify(config))
})
afterAll(() => rmSync(home, { recursive: true }))

const imported = 'Dense, MeanPool, mfcc, Sequential, SGD, syntheticCorpus'
const program = `
  const [voice] = syntheticCorpus({ speakers: 1, sentences: 1 })
  const x = mfcc(voice.samples(), { sampleRate: voice.sampleRate })
  const net = new Sequential([new Dense({ inputs: 13, units: 2, activation: 'softmax' }), new MeanPool()])
  net.fit([x, x], [0, 1], { optimizer: new SGD({ learningRate: 0.1 }), epochs: 1, batchSize: 2, workers: 2 })
    .then(() => loadRecognizer())
    .then((recognizer) => console.log(Object.keys(recognizer.predict(voice.samples(), voice.sampleRate).probabilities).join()))`
const wanted = { code: 0, stdout: 'joy,neutral,sadness,anger\n', stderr: '' }

describe.each(names)('the package in the folder "%s"', (name) => {
  const folder = join(home, name)

  const run = async (file: string, head: string) => {
    writeFileSync(join(folder, file), `${head}\n${program}`)
    return await runNode([join(folder, file)], folder)
  }

  it('works from modules', async () => {
    const head = `import { ${imported} } from 'ser-core'; import { loadRecognizer } from 'ser-core/node'`
    expect(await run('a.mjs', head)).toEqual(wanted)
  })

  it('works from CommonJS', async () => {
    const head = `const { ${imported} } = require('ser-core'); const { loadRecognizer } = require('ser-core/node')`
    expect(await run('a.cjs', head)).toEqual(wanted)
  })

  it('has a command line that finds its threads', async () => {
    const args = ['experiment', '--config', 'config.json', '--epochs', '1', '--workers', '2', '--classes', 'joy,anger']
    const cli = join(folder, 'node_modules', 'ser-core', 'dist', 'cli.js')
    const { code, stdout, stderr } = await runNode([cli, ...args, '--no-report', '--out', 'out'], folder)
    expect([code, stderr]).toEqual([0, expect.not.stringMatching(/error/)])
    expect(stdout).toMatch(/interval/)
  })
})
