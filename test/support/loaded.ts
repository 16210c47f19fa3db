/** The modules that a process of Node loads, by hooks of its loader. */
import { posix } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { root, runNode } from './run.ts'

/** Modules that a process has loaded. */
export interface Loaded {
  /** Files of the package's own, relative to `dist/`. */
  own: string[]
  /** Names of packages that were imported, in the order of the alphabet. */
  packages: string[]
  /** Names of Node's own modules that were imported, without `node:`. */
  builtins: string[]
}

const MARK = 'loaded: '
const hooks = `import { writeSync } from 'node:fs'
export async function load(url, context, next) {
  writeSync(2, '${MARK}' + url + '\\n')
  return next(url, context)
}`
const asUrl = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`
const register = asUrl(`import { register } from 'node:module'\nregister(${JSON.stringify(asUrl(hooks))})`)

/** Runs Node with the arguments, a file of `dist/` first, and gives what it has imported; it must end well. */
export async function loadedBy(...args: string[]): Promise<Loaded> {
  const { code, stderr } = await runNode(['--import', register, ...args])
  if (code !== 0) throw new Error(stderr)
  const dist = new URL('dist/', pathToFileURL(root)).href
  const urls = stderr
    .split('\n')
    .filter((line) => line.startsWith(MARK))
    .map((line) => line.slice(MARK.length))
  const packages = urls.flatMap((url) => (/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? []).slice(1))
  return {
    own: urls
      .filter((url) => url.startsWith(dist))
      .map((url) => posix.relative(fileURLToPath(dist), fileURLToPath(url))),
    packages: [...new Set(packages)].sort(),
    builtins: urls.filter((url) => url.startsWith('node:')).map((url) => url.slice('node:'.length)),
  }
}
