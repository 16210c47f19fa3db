/** Classes keep their names in the builds and in the bundles that users make of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import * as ser from '../../src/index.ts'
import * as node from '../../src/node/index.ts'
import { root, runNode } from '../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-names-'))
afterAll(() => rmSync(folder, { recursive: true }))

const isClass = (value: unknown): boolean => typeof value === 'function' && /^class\b/.test(String(value))
const classesOf = (library: object): string[] =>
  Object.entries(library).flatMap(([name, value]) => (isClass(value) ? [name] : []))
const expected = [...classesOf(ser), ...classesOf(node)]

// By the export's name, the class's own; then those of an instance and of a user's own class, and what is listed of a class.
const tell = `
  const isClass = (value) => typeof value === 'function' && /^class\\b/.test(String(value))
  const all = Object.entries({ ...ser, ...node }).filter(([, value]) => isClass(value))
  const { Own } = { Own: class extends ser.LSTM {} }
  const layer = new ser.LSTM({ inputs: 2, units: 2 })
  console.log(JSON.stringify({
    names: all.map(([key, value]) => [key, value.name]),
    instance: [layer.constructor.name, new Own({ inputs: 2, units: 2 }).constructor.name, Object.keys(ser.LSTM)],
  }))`

async function told(file: string): Promise<{ names: [string, string][]; instance: unknown[] }> {
  const { stdout, stderr } = await runNode([file])
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

describe('the names of classes', () => {
  it('are looked at: all public ones', () => {
    expect(expected).toEqual(
      expect.arrayContaining(['LSTM', 'Sequential', 'ConfusionMatrix', 'Recognizer', 'StateError', 'FoldError']),
    )
    expect(expected.length).toBeGreaterThan(40)
  })

  const esm = `import * as ser from '${root}dist/index.js'\nimport * as node from '${root}dist/node.js'\n${tell}`
  const cjs = `const ser = require('${root}dist/index.cjs')\nconst node = require('${root}dist/node.cjs')\n${tell}`
  const bundled = async (options: object): Promise<string> => {
    const outfile = join(folder, `${Object.keys(options).join('-')}.mjs`)
    // Names of their own in the same file, which a bundler tells apart by new names.
    const contents = `${esm}\nclass LSTM {}\nclass Dense {}\nif (new LSTM() === new Dense()) console.log()`
    await build({
      stdin: { contents, resolveDir: root },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      logLevel: 'silent',
      ...options,
      // By another name than its own: fflate, which `decodeNpz` brings, imports that too.
      banner: {
        js: "import { createRequire as requireMaker } from 'node:module'; const require = requireMaker(import.meta.url)",
      },
    })
    return outfile
  }
  const written = (name: string, source: string): string => {
    writeFileSync(join(folder, name), source)
    return join(folder, name)
  }

  it.each([
    ['modules', async () => written('a.mjs', esm)],
    ['CommonJS', async () => written('a.cjs', cjs)],
    ['a bundle by esbuild', async () => await bundled({ minify: false })],
    ['a bundle by esbuild, minified', async () => await bundled({ minify: true })],
  ])('are kept in %s', async (_, make) => {
    const { names, instance } = await told(await make())
    expect(names.filter(([key, name]) => key !== name)).toEqual([])
    expect(names.map(([key]) => key).sort()).toEqual([...expected].sort())
    expect(instance).toEqual(['LSTM', 'Own', []])
  })
})
