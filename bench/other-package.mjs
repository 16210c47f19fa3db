// Resolves `ser-core` to another installed version, in which names that the benchmarks import and it lacks are undefined.
import { register } from 'node:module'
import { pathToFileURL } from 'node:url'

/** What tells the module with the missing names from the package. */
const MARK = '?completed'

let [file, missing] = ['', []]

/** From now on, modules get `ser-core` as a project has it installed. */
export function useOtherPackage(project) {
  const url = new URL('node_modules/ser-core/dist/index.js', `${pathToFileURL(project).href}/`).href
  register(import.meta.url, { data: url })
}

/** Hooks of Node's loader, which are at work from `initialize` on: https://nodejs.org/api/module.html#hooks */
export async function initialize(url) {
  const [own, other] = await Promise.all([import('ser-core'), import(url)])
  file = url
  missing = Object.keys(own).filter((name) => !(name in other))
}

export async function resolve(specifier, context, next) {
  return specifier === 'ser-core' && file !== ''
    ? { url: `${file}${MARK}`, shortCircuit: true }
    : next(specifier, context)
}

export async function load(url, context, next) {
  if (!url.endsWith(MARK)) return next(url, context)
  const undefineds = missing.map((name) => `export const ${name} = undefined`)
  const source = [`export * from ${JSON.stringify(file)}`, ...undefineds].join('\n')
  return { format: 'module', source, shortCircuit: true }
}
