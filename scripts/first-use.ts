/**
 * A step of the build for packages that do work at their import: fflate's tables cost 9 ms of processor time to everybody who imports
 * ser-core, and only `decodeNpz` of compressed files reads them; @msgpack/msgpack makes a TextDecoder, which AudioWorklets have not. Their
 * code is put into a function that runs at the first call. There a host without codecs gets the library's own.
 */
import { build, type Plugin } from 'esbuild'

/** The functions that are used, by the package's entry. */
const packages: Readonly<Record<string, string>> = {
  'fflate/browser': 'inflateSync',
  '@msgpack/msgpack': 'decode',
}

/** Entries of packages that this step takes into the build; for `noExternal`. */
export const takenIn: string[] = Object.keys(packages)

/** Codecs under the host's names, where it has none; what is read needs no encoder. */
const codecs = `const TextEncoder = globalThis.TextEncoder ?? class {}
  const TextDecoder = globalThis.TextDecoder ?? class {
    decode(bytes) {
      const text = decodeUtf8(bytes)
      if (text === null) throw new RangeError('a text is not UTF-8')
      return text
    }
  }`

/** The module that stands for an entry of a package: a function of its name, which runs the package's code when it is first called. */
async function firstUseModule(entry: string): Promise<string> {
  const name = packages[entry]
  const { outputFiles } = await build({
    stdin: { contents: `export { ${name} } from '${entry}'`, resolveDir: process.cwd() },
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
export function ${name}(...values) { return (ready ??= load()).${name}(...values) }`
}

/** The step, for esbuild. */
export const packagesAtFirstUse: Plugin = {
  name: 'packages-at-first-use',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path }) => (path in packages ? { path, namespace: 'first-use' } : undefined))
    onLoad({ filter: /./, namespace: 'first-use' }, async ({ path }) => ({
      contents: await firstUseModule(path),
      resolveDir: process.cwd(),
    }))
  },
}
