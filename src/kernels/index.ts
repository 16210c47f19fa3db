/**
 * The active kernel set. Three sets have the same functions: `js` in typed arrays, `simd` in WebAssembly SIMD with the
 * same bits on every machine, and `relaxed` with relaxed SIMD, which is faster on machines with fused multiply-add and
 * whose last bits depend on the machine.
 */
import { checkOneOf } from '../core/check.ts'
import { StateError } from '../core/errors.ts'
import { composeKernels, createBase } from './compose.ts'
import { createSimdKernels } from './simd/index.ts'
import type { Kernels } from './types.ts'

/** Name of a kernel set. */
export type KernelsName = 'js' | 'simd' | 'relaxed'

/** Names of all kernel sets, the slowest first. */
export const kernelsNames: readonly KernelsName[] = ['js', 'simd', 'relaxed']

/** Creates a kernel set; null where this machine cannot run it. */
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

/** The active kernel set; {@link useKernels} replaces its functions in place. */
export const kernels: Kernels = /* @__PURE__ */ standardKernels()

/**
 * Name of the active kernel set: `js` (typed arrays), `simd` (WebAssembly) or `relaxed` (with relaxed SIMD).
 * @example
 * ```ts
 * ['js', 'simd', 'relaxed'].includes(kernels()) // true
 * ```
 */
export function kernelsInUse(): KernelsName {
  return kernels.name as KernelsName
}

/**
 * Selects the kernel set of all models from now on. The default is `simd` where WebAssembly SIMD is available, else
 * `js`. With the same kernel set, `relaxed` excepted, the same seed gives the same float32 bits on every machine;
 * models in float64 are always computed by `js`. Features of sound have a kernel of their own, which stays the same.
 *
 * @throws StateError where this machine or its security policy cannot run the set; the active set is then unchanged.
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
