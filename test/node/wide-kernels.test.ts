import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { kernelsChoice, kernelsInUse, useKernels } from '../../src/kernels/index.ts'
import { useWideKernels } from '../../src/node/wide-kernels.ts'
import { root, runNode } from '../support/run.ts'

const before = kernelsInUse()
afterAll(() => useKernels(before))
const major = Number.parseInt(process.versions.node, 10)
const isOld = major < 24

describe('useWideKernels', () => {
  it('puts the kernels to use, or says why not and changes nothing', () => {
    const { inUse, reason } = useWideKernels()
    expect(kernelsInUse()).toBe(inUse ? 'wide' : before)
    if (isOld) expect(reason).toBe(`they need Node 24 or later, and this is Node ${process.versions.node}`)
    if (inUse) expect(reason).toBeNull()
    else expect(reason).toMatch(/AVX2|Node 24/)
    if (!inUse)
      expect(() => useKernels('wide')).toThrow('"wide" cannot run here before useWideKernels() of ser-core/node')
  })

  it('lets the kernels be changed and taken again', () => {
    const { inUse } = useWideKernels()
    useKernels('js')
    expect(kernelsInUse()).toBe('js')
    expect(useWideKernels()).toEqual({ inUse, reason: inUse ? null : expect.any(String) })
    expect(kernelsInUse()).toBe(inUse ? 'wide' : 'js')
    expect(kernelsChoice().wide === undefined).toBe(!inUse)
  })

  it('answers the same in the package, in modules and CommonJS, and never with a processor that lacks AVX2', async () => {
    const { inUse } = useWideKernels()
    const told =
      'const { inUse, reason } = useWideKernels(); console.log(JSON.stringify({ inUse, reason, kernels: kernels() }))'
    const module = `import { kernels } from 'ser-core'; import { useWideKernels } from 'ser-core/node'; ${told}`
    const script = `const { kernels } = require('ser-core'); const { useWideKernels } = require('ser-core/node'); ${told}`
    for (const args of [
      ['--input-type=module', '-e', module],
      ['-e', script],
    ]) {
      const { stdout, stderr } = await runNode(args)
      expect(stderr).toBe('')
      expect(JSON.parse(stdout)).toMatchObject({ inUse, kernels: inUse ? 'wide' : 'simd' })
      const without = await runNode(process.arch === 'x64' ? ['--no-enable-avx2', ...args] : args)
      expect(JSON.parse(without.stdout)).toMatchObject({ inUse: false, reason: expect.any(String), kernels: 'simd' })
    }
  })
})

/** A copy of the package as a bundle, beside which the module lies. */
const asBundle = async (folder: string): Promise<string> => {
  const file = join(folder, 'program.mjs')
  await build({
    stdin: {
      contents: "import { useWideKernels } from 'ser-core/node'\nconsole.log(JSON.stringify(useWideKernels()))",
      resolveDir: root,
    },
    ...{ bundle: true, platform: 'node', format: 'esm', outfile: file, logLevel: 'error' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
  })
  return file
}

describe.skipIf(isOld)('useWideKernels says why', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ser-wide-reasons-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const wasm = join(folder, 'wide.wasm')
  const reasonOf = async (...flags: string[]): Promise<string | null> => {
    const { stdout, stderr } = await runNode([...flags, join(folder, 'program.mjs')])
    expect(stderr).toBe('')
    return JSON.parse(stdout).reason
  }

  it('the module is damaged, is none, may not be read, or the flags are frozen', async () => {
    await asBundle(folder)
    writeFileSync(wasm, readFileSync(join(root, 'dist/wide.wasm')).subarray(0, 5000))
    expect(await reasonOf()).toMatch(/wide\.wasm is damaged: it is no module of WebAssembly$/)
    rmSync(wasm)
    mkdirSync(wasm)
    expect(await reasonOf()).toMatch(/^wide\.wasm cannot be read: EISDIR/)
    expect(await reasonOf('--permission', `--allow-fs-read=${join(folder, 'program.mjs')}`)).toMatch(
      /^wide\.wasm cannot be read: /,
    )
    expect(await reasonOf('--freeze-flags-after-init')).toBe('the flags of V8 are frozen (--freeze-flags-after-init)')
  })

  it.runIf(useWideKernels().inUse)('nothing, and leaves the flags that Node was started with', async () => {
    // Code of WebAssembly is compiled for good at once under these flags, and not without them.
    const program = `
      import { useWideKernels } from 'ser-core/node'
      const isFinal = (result) => {
        const bytes = [0,97,115,109,1,0,0,0,1,5,1,96,0,1,127,3,2,1,0,7,5,1,1,102,0,0,10,6,1,4,0,65,result,11]
        const { f } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes))).exports
        f()
        return %IsTurboFanFunction(f)
      }
      const before = isFinal(1)
      console.log(JSON.stringify([before, useWideKernels().inUse, isFinal(2)]))`
    const run = async (...flags: string[]): Promise<unknown> => {
      const { stdout, stderr } = await runNode([
        ...flags,
        '--allow-natives-syntax',
        '--input-type=module',
        '-e',
        program,
      ])
      expect(stderr).toBe('')
      return JSON.parse(stdout)
    }
    expect(await run('--no-liftoff', '--no-wasm-lazy-compilation')).toEqual([true, true, true])
    expect(await run('--noliftoff', '--no_wasm_lazy_compilation')).toEqual([true, true, true])
    expect(await run()).toEqual([false, true, false])
  })
})

it.runIf(useWideKernels().inUse)('threads of fit and of experiments follow', async () => {
  const program = `
    import { Adam, Dense, LSTM, Sequential, checkPlan, matrix, useKernels } from 'ser-core'
    import { createJobRunner, runPlan, useWideKernels } from 'ser-core/node'
    const rows = (n) => matrix(Array.from({ length: 40 }, (_, t) => [Math.sin(t + n), Math.cos(t * n), t / 40]))
    const weights = async () => {
      const net = new Sequential([new LSTM({ inputs: 3, units: 24 }), new Dense({ units: 2, activation: 'softmax' })], { seed: 1 })
      await net.fit([1, 2, 3, 4].map(rows), [0, 1, 0, 1], { optimizer: new Adam(), epochs: 2, workers: 2 })
      return Buffer.from(net.parameters.data.buffer).toString('base64')
    }
    const plan = checkPlan({
      ...{ format: 'ser-core/plan', version: 1, seeds: [1], protocols: ['strict'], combinations: [] },
      corpus: { kind: 'synthetic', synthetic: { speakers: 2, sentences: 1 } },
      systems: [{ system: 'functionals-mlp', options: { epochs: 2 } }],
    })
    const found = []
    for (const use of [() => useKernels('simd'), useWideKernels]) {
      use()
      const { results } = await runPlan(plan, { folder: FOLDER + found.length, fresh: true, createRunner: (data) => createJobRunner(data, { workers: 2 }) })
      found.push([await weights(), results.run.kernels, JSON.stringify(results.systems)])
    }
    console.log(JSON.stringify(found))`
  const folder = mkdtempSync(join(tmpdir(), 'ser-wide-'))
  const text = program.replace('FOLDER', JSON.stringify(`${folder}/run`))
  const { stdout, stderr } = await runNode(['--input-type=module', '-e', text])
  rmSync(folder, { recursive: true })
  expect(stderr).toBe('')
  const [simd, wide] = JSON.parse(stdout)
  expect([simd[1], wide[1]]).toEqual(['simd', 'wide'])
  expect(wide[0]).toBe(simd[0])
})

it('has no vectors among the parameters of its functions, at which Node 26 ends', () => {
  const bytes = readFileSync(`${root}src/kernels/simd/wide.wasm`)
  // Section 1, types: each begins with 0x60, the number of parameters and their types; counts here are below 128.
  expect(bytes[8]).toBe(1)
  let at = bytes[9] < 128 ? 10 : 11
  const count = bytes[at++]
  for (let i = 0; i < count; i++) {
    expect(bytes[at]).toBe(0x60)
    for (let list = 0, n = bytes[++at]; list < 2; list++, n = bytes[at]) {
      expect(bytes.subarray(at + 1, at + 1 + n)).not.toContain(0x7b)
      at += 1 + n
    }
  }
})

it('no bundle of the root or of the worker of fit carries them or looks for them', async () => {
  for (const entry of ['index.js', 'worker.js']) {
    const { outputFiles } = await build({
      entryPoints: [`${root}dist/${entry}`],
      ...{ bundle: true, format: 'esm', platform: 'browser', write: false, logLevel: 'silent' },
    })
    expect(outputFiles[0].text).not.toMatch(/wide\.wasm|revectorize/)
  }
  const { outputFiles } = await build({
    entryPoints: [`${root}dist/node.js`],
    ...{ bundle: true, format: 'esm', platform: 'node', write: false, logLevel: 'silent' },
  })
  expect(outputFiles[0].text).toMatch(/wide\.wasm/)
})

describe('ser --kernels', () => {
  it('refuses what cannot run here and knows no others', async () => {
    const unknown = await runNode([`${root}dist/cli.js`, 'predict', '--kernels', 'fast', 'x.wav'])
    expect(unknown.stderr).toContain('Allowed choices are js, simd, relaxed, wide')
    expect(unknown.code).toBe(2)
    const { inUse, reason } = useWideKernels()
    const wide = await runNode([`${root}dist/cli.js`, 'predict', '--kernels', 'wide', 'no-such.wav'])
    expect(wide.code).toBe(1)
    expect(wide.stderr).toContain(inUse ? 'no-such.wav' : `error: --kernels wide: ${reason}`)
  })

  it('is an option of every command that computes', async () => {
    for (const command of ['predict', 'listen', 'experiment', 'worker', 'train', 'evaluate']) {
      const { stdout } = await runNode([`${root}dist/cli.js`, command, '--help'])
      expect(stdout).toContain('--kernels <name>')
    }
  })
})
