/** The modules that are loaded at the start of a command or of a program: each costs time before any work begins. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { type Loaded, loadedBy } from '../support/loaded.ts'
import { root, runNode } from '../support/run.ts'

const cli = `${root}dist/cli.js`
const folder = mkdtempSync(join(tmpdir(), 'ser-start-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** kB of the package's own modules. */
const kilobytes = ({ own }: Loaded): number =>
  own.reduce((sum, name) => sum + statSync(`${root}dist/${name}`).size, 0) / 1000

/** Modules of Node that are loaded by a program that uses nothing: those of the loader's hooks. */
const always = ['fs', 'module']

describe('the command line', () => {
  it.each([[['--help']], [['--version']], [['help']]])('loads no command for ser %j', async (args) => {
    const loaded = await loadedBy(cli, ...args)
    expect(loaded.packages).toEqual(['commander'])
    expect(loaded.builtins.filter((name) => !always.includes(name))).toEqual([])
    expect(loaded.own.length).toBeLessThanOrEqual(6)
    expect(kilobytes(loaded)).toBeLessThan(25)
  })

  it('loads for ser predict what recognition needs', async () => {
    const [voice] = syntheticCorpus({ speakers: 1, sentences: 1 })
    const file = join(folder, 'one.wav')
    writeFileSync(file, encodeWav({ sampleRate: 16000, channels: [voice.samples()] }))
    const loaded = await loadedBy(cli, 'predict', file)
    // Of what ndarray requires the hooks see nothing: CommonJS loads that itself.
    expect(loaded.packages).toEqual(['commander', 'ndarray'])
    const heavy = ['child_process', 'crypto', 'worker_threads', 'http']
    expect(loaded.builtins.filter((name) => heavy.includes(name))).toEqual([])
    expect(loaded.own.length).toBeLessThanOrEqual(28)
    expect(kilobytes(loaded)).toBeLessThan(1275)
  })

  it('lists each command with its own operands', async () => {
    const { stdout: list } = await runNode([cli, '--help'])
    const names = [...list.matchAll(/^ {2}([a-z]+) \[options\](.*?)(?: {2}|$)/gm)]
    expect(names).toHaveLength(11)
    for (const [, name, operands] of names) {
      const { stdout } = await runNode([cli, name, '--help'])
      expect(stdout.split('\n')[0]).toBe(`Usage: ser ${name} [options]${operands}`)
    }
  })
})

describe('an import', () => {
  it('of the root loads one package and nothing of Node', async () => {
    const loaded = await loadedBy(`${root}dist/index.js`)
    // Others are in the build and run when they are first used: Node needs 5 to 20 ms for each of CommonJS, fflate computes tables.
    expect(loaded.packages).toEqual(['ndarray'])
    expect(loaded.builtins).toEqual([])
    // Each costs a third of a millisecond; readers of others' files are in chunks of their own, which bundles leave out.
    expect(loaded.own.length).toBeLessThanOrEqual(23)
  })

  it('of /node loads no package of the command line, of threads, charts or queues', async () => {
    const loaded = await loadedBy(`${root}dist/node.js`)
    expect(loaded.packages).toEqual(['ndarray'])
    expect(loaded.builtins).not.toContain('child_process')
    // WavStream, which ser listen and the root have too, is one.
    expect(loaded.own.length).toBeLessThanOrEqual(29)
  })

  it.each(['index.cjs', 'node.cjs'])('of %s for CommonJS loads no other packages', async (name) => {
    const program = join(folder, `${name}.cjs`)
    writeFileSync(
      program,
      `require(${JSON.stringify(`${root}dist/${name}`)})
      const packages = Object.keys(require.cache).flatMap((path) => (/.*[\\\\/]node_modules[\\\\/]([^\\\\/]+)/.exec(path) ?? []).slice(1))
      console.log([...new Set(packages)].sort().join())`,
    )
    const { stdout, stderr } = await runNode([program])
    expect(stderr).toBe('')
    expect(stdout.trim().split(',')).toEqual(['iota-array', 'is-buffer', 'ndarray'])
  })

  it.each([
    ['index.js', `import { decodeNpz } from`, ''],
    ['index.cjs', `const { decodeNpz } = require(`, ')'],
  ])(
    'of %s compiles no WebAssembly and allocates no tables; compressed files are read all the same',
    async (name, begin, end) => {
      const program = join(folder, `${name}.first-use.${name === 'index.js' ? 'mjs' : 'cjs'}`)
      const watch = join(folder, 'watch.cjs')
      // Everything that is compiled, and typed arrays of more than 16,000 elements; a table of fflate has 32,768.
      writeFileSync(
        watch,
        `globalThis.seen = []
      const watched = (kind, is) => (globalThis[kind] = new Proxy(globalThis[kind], { construct(target, args, own) {
        if (is(args)) seen.push(kind)
        return Reflect.construct(target, args, own === globalThis[kind] ? target : own)
      } }))
      for (const kind of ['Uint16Array', 'Uint32Array', 'Int32Array', 'Float32Array', 'Float64Array']) watched(kind, ([n]) => n > 16000)
      WebAssembly.Module = new Proxy(WebAssembly.Module, { construct: (target, args) => {
        seen.push('Module')
        return new target(...args)
      } })`,
      )
      const { archives } = JSON.parse(readFileSync(`${root}test/vectors/npy.json`, 'utf8'))
      const { base64 } = archives.deflated
      writeFileSync(
        program,
        `${begin} ${JSON.stringify(`${root}dist/${name}`)}${end}
      console.log(JSON.stringify(seen))
      console.log(Object.keys(decodeNpz(Uint8Array.from(atob('${base64}'), (c) => c.charCodeAt(0)))).join())`,
      )
      const { stdout, stderr } = await runNode(['--require', watch, program])
      expect(stderr).toBe('')
      expect(stdout).toBe(`[]\n${Object.keys(archives.deflated.arrays)}\n`)
    },
  )
})
