/**
 * The record in use. Three records have the same functions: `js` in typed arrays, `simd` in WebAssembly SIMD with the same
 * bits on every machine, and `relaxed`, which is faster where the machine fuses multiplication and addition and whose last
 * bits are the machine's.
 */
import { checkOneOf } from '../core/check.ts'
import { StateError } from '../core/errors.ts'
import { composeKernels, createBase } from './compose.ts'
import { createSimdKernels } from './simd/index.ts'
import type { Kernels } from './types.ts'

/** The records of kernels. */
export type KernelsName = 'js' | 'simd' | 'relaxed'

/** All of them, the slowest first. */
export const kernelsNames: readonly KernelsName[] = ['js', 'simd', 'relaxed']

/** Makes a record; null where this machine cannot run it. */
export function createKernels(name?: 'js'): Kernels
export function createKernels(name: KernelsName): Kernels | null
export function createKernels(name: KernelsName = 'js'): Kernels | null {
  return name === 'js' ? composeKernels('js', createBase()) : createSimdKernels(name, createBase())
}

const made = new Map<KernelsName, Kernels | null>()

function recordOf(name: KernelsName): Kernels | null {
  if (!made.has(name)) made.set(name, createKernels(name))
  return made.get(name) ?? null
}

function standardKernels(): Kernels {
  return { ...(recordOf('simd') ?? createKernels()) }
}

/** The record in use: its functions change when another is chosen. */
export const kernels: Kernels = /* @__PURE__ */ standardKernels()

/**
 * Which kernels all models work with: `js` (typed arrays), `simd` (WebAssembly) or `relaxed` (with relaxed SIMD).
 * @example
 * ```ts
 * ['js', 'simd', 'relaxed'].includes(kernels()) // true
 * ```
 */
export function kernelsInUse(): KernelsName {
  return kernels.name as KernelsName
}

/**
 * Chooses the kernels that all models work with from now on. Without a choice they are `simd` where WebAssembly SIMD can be
 * had, else `js`. The same seed gives the same float32 bits on every machine as long as the record is the same and not
 * `relaxed`; models in float64 are always computed by `js`. Features of sound have a kernel of their own, whatever is chosen here.
 *
 * @throws StateError where this machine or its security policy does not run them; the choice stays what it was.
 * @example
 * ```ts
 * useKernels('js')
 * kernels() // 'js'
 * ```
 */
export function useKernels(name: KernelsName): void {
  const record = recordOf(checkOneOf('useKernels', 'name', name, kernelsNames))
  if (record === null) throw new StateError(`useKernels: "${name}" cannot run here; kernels() tells what does`)
  Object.assign(kernels, record)
}
