import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { root, runNode } from '../support/run.ts'

// Programs of a user's project: their process ends by itself only if no worker is left behind.
const project = mkdtempSync(join(tmpdir(), 'ser-workers-'))
mkdirSync(join(project, 'node_modules'))
symlinkSync(root, join(project, 'node_modules', 'ser-core'))
symlinkSync(join(root, 'node_modules', 'ndarray'), join(project, 'node_modules', 'ndarray'))
afterAll(() => rmSync(project, { recursive: true }))

const names = 'Adam, createWorkerPool, Dense, LSTM, Random, Sequential'
const program = `
  const random = new Random(1)
  const sequences = [5, 3, 8, 2, 6, 4].map((T) => {
    const data = new Float32Array(2 * T)
    random.normalInto(data)
    return ndarray(data, [T, 2])
  })
  async function digest(more) {
    const net = new Sequential([new LSTM({ inputs: 2, units: 3 }), new Dense({ units: 2, activation: 'softmax' })])
    const optimizer = new Adam({ learningRate: 0.01 })
    await net.fit(sequences, [0, 1, 0, 1, 0, 1], { optimizer, epochs: 2, batchSize: 4, ...more })
    return Array.from(net.parameters.data).join()
  }`
const same = `
  const [one, two] = [await digest({ workers: 1 }), await digest({ workers: 2 })]
  console.log(one === two, one === await digest({}))`

async function run(name: string, source: string): Promise<string> {
  const file = join(project, name)
  writeFileSync(file, source)
  const { code, stdout, stderr } = await runNode([file])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout
}

describe('fit({ workers: 2 }) of the built package', () => {
  const esm = `import ndarray from 'ndarray'\nimport { ${names} } from 'ser-core'\n${program}`

  it('finds its workers, has the same bits on any number and ends', async () => {
    expect(await run('same.mjs', `${esm}${same}`)).toBe('true false\n')
  })

  it('works in CommonJS', async () => {
    const head = `const ndarray = require('ndarray')\nconst { ${names} } = require('ser-core')\n`
    expect(await run('same.cjs', `${head}${program}\n;(async () => {${same}})()`)).toBe('true false\n')
  })

  it('leaves nothing behind when it is aborted or fails, and an idle pool keeps no process', async () => {
    const out = await run(
      'stop.mjs',
      `${esm}
      const stop = new AbortController()
      await digest({ workers: 2, signal: stop.signal, onBatch: () => stop.abort() }).catch(({ name }) => console.log(name))
      const fail = () => { throw new Error('from onBatch') }
      await digest({ workers: 2, onBatch: fail }).catch(({ message }) => console.log(message))
      const pool = createWorkerPool({ workers: 2 })
      await digest({ workers: pool })
      console.log('idle')`,
    )
    expect(out).toBe('AbortError\nfrom onBatch\nidle\n')
  })

  it('says in a bundle what it needs, and works with it', async () => {
    const bundle = join(project, 'bundle.mjs')
    const script = JSON.stringify(`file://${root}dist/worker.js`)
    await build({
      stdin: {
        contents: `${esm}
          await digest({ workers: 1 }).catch(({ message }) => console.log(/worker.js/.test(message)))
          const pool = createWorkerPool({ workers: 2, script: new URL(${script}) })
          console.log((await digest({ workers: pool })).split(',').length > 10)`,
        resolveDir: project,
      },
      outfile: bundle,
      bundle: true,
      platform: 'browser',
      format: 'esm',
    })
    const { stdout, stderr } = await runNode([bundle])
    expect(stderr).toBe('')
    expect(stdout).toBe('true\ntrue\n')
  })
})
