// Compiles assembly/*.ts to WebAssembly and writes the modules as text to bytes.ts, with the types of what they export: the float32
// kernels with and without relaxed SIMD, the features and spectra of frames, the resampler's sums and blocks, and those in single precision. The
// float32 kernels for lanes of 256 bits are a file of their own, wide.wasm, which only `ser-core/node` reads. Does nothing where the
// files were made from the same sources by the same compiler.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const { version } = createRequire(import.meta.url)('assemblyscript/package.json')
const folder = fileURLToPath(new URL('.', import.meta.url))
const output = `${folder}bytes.ts`
const wideOutput = `${folder}wide.wasm`
const modules = {
  simd: { entry: 'index', features: ['simd'], exports: 'KernelExports' },
  relaxed: { entry: 'index', features: ['simd', 'relaxed-simd'] },
  wide: { entry: 'index', features: ['simd'], wide: true },
  frames: { entry: 'frames', features: ['simd'], exports: 'FrameExports' },
  spectra: { entry: 'spectra', features: ['simd'], exports: 'SpectraExports' },
  polyphase: { entry: 'polyphase', features: ['simd'], exports: 'PolyphaseExports' },
  blocks: { entry: 'blocks', features: ['simd'], exports: 'BlocksExports' },
  mixing: { entry: 'mixing', features: ['simd'], exports: 'MixingExports' },
  single: { entry: 'single', features: ['simd'], exports: 'SingleExports' },
}

function fingerprint() {
  const hash = createHash('sha256')
    .update(version)
    .update(readFileSync(fileURLToPath(import.meta.url)))
  const names = readdirSync(`${folder}assembly`).filter((name) => name.endsWith('.ts'))
  for (const name of names.sort()) hash.update(name).update(readFileSync(`${folder}assembly/${name}`))
  return hash.digest('hex')
}

async function compile({ entry, features, wide = false }) {
  const options = [`assembly/${entry}.ts`, '--baseDir', folder, '--outFile', 'kernels.wasm', '-O3', '--noAssert']
  options.push(
    '--bindings',
    'raw',
    '--runtime',
    'stub',
    '--importMemory',
    '--initialMemory',
    '1',
    '--memoryBase',
    '512',
    '--use',
    `WIDE=${wide ? 1 : 0}`,
  )
  const { default: asc } = await import('assemblyscript/asc')
  const files = {}
  const { error, stderr } = await asc.main([...options, ...features.flatMap((name) => ['--enable', name])], {
    writeFile: (name, contents) => {
      files[name] = contents
    },
  })
  if (error !== null) throw new Error(`${stderr}\n${error.message}`)
  return { bytes: Buffer.from(files['kernels.wasm']), types: files['kernels.d.ts'] }
}

/** The functions of a declaration file as lines of an interface. */
function interfaceOf(name, types) {
  const functions = [...types.matchAll(/export function (\w+\(.*\): \w+);/g)].map(([, signature]) => `  ${signature}`)
  return [`export interface ${name} {`, ...functions, '}']
}

/** Makes bytes.ts and wide.wasm what the sources say. */
export async function compileKernels() {
  const mark = `// ${fingerprint()}`
  if (existsSync(wideOutput) && existsSync(output) && readFileSync(output, 'utf8').startsWith(mark)) return
  const lines = [mark, '// Made by compile.mjs from assembly/*.ts: not to be edited.']
  for (const [name, module] of Object.entries(modules)) {
    const { bytes, types } = await compile(module)
    // One constant each: a bundle takes those alone that it uses.
    if (module.wide) writeFileSync(wideOutput, bytes)
    else lines.push(`export const ${name} = '${bytes.toString('base64')}'`)
    if (module.exports !== undefined) lines.push(...interfaceOf(module.exports, types))
    console.log(`kernels: ${name} ${bytes.length} bytes`)
  }
  writeFileSync(output, `${lines.join('\n')}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compileKernels()
