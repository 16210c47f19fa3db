import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Before the first test: the WebAssembly kernels are what their sources say. */
export function setup(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../src/kernels/simd/compile.mjs', import.meta.url))])
}
