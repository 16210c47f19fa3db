// The internal kernels, which the package does not export: root and kernels in one bundle, made anew from src/ for each process.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import * as library from 'ser-core'

/** Records of kernels that a build may offer, the reference first, each faster than the one before. */
export const recordNames = ['js', 'simd', 'relaxed']

let chosen = 'js'
let known = true

/**
 * Makes the library use a record; throws where the build or the machine has none of that name. Of a package whose sources
 * are not here, the functions themselves are not known (`internal` false).
 */
export function chooseKernels(name, { internal = true } = {}) {
  use(library, name)
  chosen = name
  known = internal
}

/** The record that was chosen, as the functions of `src/kernels`; an empty one where they are not known. */
export async function kernelRecord() {
  if (!known) return {}
  const bundle = await bundled()
  use(bundle, chosen)
  const { kernels } = bundle.internal
  return typeof kernels === 'function' ? kernels() : kernels
}

function use({ useKernels }, name) {
  if (useKernels) useKernels(name)
  else if (name !== 'js') throw new Error(`this build has the kernels "js" only`)
}

let bundle = null

function bundled() {
  bundle ??= bundleSource()
  return bundle
}

async function bundleSource() {
  const folder = await mkdtemp(join(tmpdir(), 'ser-core-bench-'))
  const outfile = join(folder, 'kernels.mjs')
  const contents = "export * from './index.ts'\nexport * as internal from './kernels/index.ts'\n"
  const resolveDir = fileURLToPath(new URL('../src', import.meta.url))
  try {
    await build({ stdin: { contents, resolveDir }, bundle: true, format: 'esm', target: 'es2022', outfile })
    return await import(pathToFileURL(outfile).href)
  } finally {
    await rm(folder, { recursive: true })
  }
}
