/**
 * A step of the build for packages that cost time at an import: fflate's tables 9 ms of processor time to everybody who imports
 * ser-core, and only `decodeNpz` of compressed files reads them; fft.js, seedrandom and papaparse, which are CommonJS, whose exports Node
 * searches, 5 to 20 ms each; @msgpack/msgpack makes a TextDecoder, which AudioWorklets have not. Their code is put into a function that runs at the first
 * call. There a host without codecs gets the library's own.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { build, type Plugin, transform } from 'esbuild'

/** The export that is used. */
interface Used {
  name: string
  /** How it is used, where it is not called. */
  as?: 'class' | { method: string }
}

/** Packages of modules, by the entry. */
const modules: Readonly<Record<string, Used>> = {
  'fflate/browser': { name: 'inflateSync' },
  '@msgpack/msgpack': { name: 'decode' },
}

/** Files of CommonJS that require nothing. */
const scripts: Readonly<Record<string, Used>> = {
  'fft.js': { name: 'default', as: 'class' },
  'seedrandom/lib/alea.js': { name: 'default' },
  papaparse: { name: 'default', as: { method: 'parse' } },
}

/** Entries of packages that this step takes into the build; for `noExternal`. */
export const takenIn: string[] = Object.keys({ ...modules, ...scripts })

/** Codecs under the host's names, where it has none; what is read needs no encoder. */
const codecs = `const TextEncoder = globalThis.TextEncoder ?? class {}
  const TextDecoder = globalThis.TextDecoder ?? class {
    decode(bytes) {
      const text = decodeUtf8(bytes)
      if (text === null) throw new RangeError('a text is not UTF-8')
      return text
    }
  }`

/** Code of an export, by the function that runs the package's code when it is first used. */
function exportOf({ name, as }: Used, used: string): string {
  if (typeof as === 'object') return `export ${name} { ${as.method}: (...values) => ${used}.${as.method}(...values) }`
  const head = name === 'default' ? 'default function' : `function ${name}`
  return `export ${head}(...values) { return ${as === 'class' ? 'new ' : ''}${used}(...values) }`
}

/** The module that stands for an entry of a package of modules. */
async function fromModules(entry: string, used: Used): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `export { ${used.name} } from '${entry}'`, resolveDir: process.cwd() },
    ...{ bundle: true, minify: true, write: false, target: 'es2022', platform: 'browser' },
    ...{ format: 'iife', globalName: 'library' },
  })
  const [{ text }] = outputFiles
  const isCoding = /\bTextDecoder\b/.test(text)
  return `${isCoding ? "import { decodeUtf8 } from './src/core/utf8.ts'" : ''}
let ready
function load() {
  ${isCoding ? codecs : ''}
  ${text}
  return library
}
${exportOf(used, `(ready ??= load()).${used.name}`)}`
}

/** The module that stands for a file of CommonJS; a loader of the page's (`define`) is none of its business. */
async function fromScript(entry: string, used: Used): Promise<string> {
  const text = await readFile(createRequire(import.meta.url).resolve(entry), 'utf8')
  const { code } = await transform(text, { minify: true, target: 'es2022' })
  return `let ready
function load() {
  const module = { exports: {} }
  let { exports } = module, define
  ${code}
  return module.exports
}
${exportOf(used, '(ready ??= load())')}`
}

/** The step, for esbuild. */
export const packagesAtFirstUse: Plugin = {
  name: 'packages-at-first-use',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path }) => (takenIn.includes(path) ? { path, namespace: 'first-use' } : undefined))
    onLoad({ filter: /./, namespace: 'first-use' }, async ({ path }) => ({
      contents: await (path in modules ? fromModules(path, modules[path]) : fromScript(path, scripts[path])),
      resolveDir: process.cwd(),
    }))
  },
}
