// The internal kernels, which the package does not export: root and kernels in one bundle, made anew from src/ for each process.
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import * as library from 'ser-core'

/** Records of kernels that a build may offer, the reference first, each faster than the one before. */
export const recordNames = ['js', 'simd', 'relaxed', 'wide']

let chosen = 'js'
let known = true

/**
 * Makes the library use a record; throws where the build or the machine has none of that name. Of a package whose sources
 * are not here, the functions themselves are not known (`internal` false).
 */
export async function chooseKernels(name, { internal = true } = {}) {
  if (name === 'wide') useWide(await import('ser-core/node'))
  else use(library, name)
  chosen = name
  known = internal
}

/** The record that was chosen, as the functions of `src/kernels`; an empty one where they are not known. */
export async function kernelRecord() {
  if (!known) return {}
  const bundle = await bundled()
  if (chosen !== 'wide') use(bundle, chosen)
  const { kernels } = bundle.internal
  return typeof kernels === 'function' ? kernels() : kernels
}

function use({ useKernels }, name) {
  if (useKernels) useKernels(name)
  else if (name !== 'js') throw new Error(`this build has the kernels "js" only`)
}

function useWide({ useWideKernels }) {
  const { inUse, reason } = useWideKernels()
  if (!inUse) throw new Error(`wide kernels: ${reason}`)
}

let bundle = null

function bundled() {
  bundle ??= bundleSource()
  return bundle
}

async function bundleSource() {
  const folder = await mkdtemp(join(tmpdir(), 'ser-core-bench-'))
  const outfile = join(folder, 'kernels.mjs')
  const contents = `
    export * from './index.ts'
    export * as internal from './kernels/index.ts'
    export { useWideKernels } from './node/wide-kernels.ts'`
  const resolveDir = fileURLToPath(new URL('../src', import.meta.url))
  const options = { bundle: true, platform: 'node', format: 'esm', target: 'es2022', outfile }
  try {
    await build({ stdin: { contents, resolveDir }, ...options })
    await copyFile(new URL('../src/kernels/simd/wide.wasm', import.meta.url), join(folder, 'wide.wasm'))
    const made = await import(pathToFileURL(outfile).href)
    // While its file is there.
    if (chosen === 'wide') useWide(made)
    return made
  } finally {
    await rm(folder, { recursive: true })
  }
}
