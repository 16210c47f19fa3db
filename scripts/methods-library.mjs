/** The library as its source is now, with the insides that have vectors of their own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

const ENTRY = `
import * as elementary from './src/core/elementary.ts'
import { atan } from './src/core/arctangent.ts'
import { pow } from './src/core/power.ts'
import { cos, sin } from './src/core/trigonometric.ts'
const { exp, expm1, log, log1p, tanh, sigmoid, softplus } = elementary
const functions = { exp, expm1, log, log1p, tanh, sigmoid, softplus, sin, cos, atan, pow }
export * from './src/index.ts'
export * as node from './src/node/index.ts'
export { createLayer } from './src/layers/registry.ts'
export { ParameterSet } from './src/numerics/parameters.ts'
export { Xoshiro } from './src/numerics/xoshiro.ts'
export { testProblems } from './test/optim/test-problems.ts'
export { functions as elementary }
`

/** Builds and loads it. */
export function buildLibrary() {
  const folder = mkdtempSync(join(tmpdir(), 'ser-methods-'))
  try {
    const outfile = join(folder, 'library.cjs')
    buildSync({
      stdin: { contents: ENTRY, resolveDir: root, loader: 'ts' },
      ...{ bundle: true, platform: 'node', format: 'cjs', outfile, logLevel: 'error' },
    })
    return createRequire(import.meta.url)(outfile)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
