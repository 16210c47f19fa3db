/**
 * The active kernel set. Four sets have the same functions: `js` in typed arrays, `simd` in WebAssembly SIMD with the
 * same bits on every machine, `relaxed` with relaxed SIMD, which is faster on machines with fused multiply-add and
 * whose last bits depend on the machine, and `wide` with the bits of `simd`, for engines that pair lanes into wider
 * ones. The module of `wide` is handed in by whoever has it: nothing here carries it.
 */
import { checkOneOf } from '../core/check.ts'
import { StateError } from '../core/errors.ts'
import { composeKernels, createBase } from './compose.ts'
import { createSimdKernels } from './simd/index.ts'
import type { Kernels } from './types.ts'

/** Name of a kernel set. */
export type KernelsName = 'js' | 'simd' | 'relaxed' | 'wide'

/** Names of all kernel sets, the slowest first. */
export const kernelsNames: readonly KernelsName[] = ['js', 'simd', 'relaxed', 'wide']

let wideModule: WebAssembly.Module | null = null

/** Creates a kernel set; null where this machine cannot run it, and for `wide` without its module. */
export function createKernels(name?: 'js'): Kernels
export function createKernels(name: KernelsName): Kernels | null
export function createKernels(name: KernelsName = 'js'): Kernels | null {
  return name === 'js' ? composeKernels('js', createBase()) : createSimdKernels(name, createBase(), wideModule)
}

const made = new Map<KernelsName, Kernels | null>()

function recordOf(name: KernelsName): Kernels | null {
  if (!made.has(name)) made.set(name, createKernels(name))
  return made.get(name) ?? null
}

/** Gives `wide` its module, compiled by an engine that pairs lanes. */
export function registerWide(module: WebAssembly.Module): void {
  if (wideModule !== null) return
  wideModule = module
  made.delete('wide')
}

/** A kernel set with what another thread needs to run it; a structured clone of a module is not compiled anew. */
export interface KernelsChoice {
  kernels: KernelsName
  /** The module of `wide`, where that is the set. */
  wide?: WebAssembly.Module
}

/** The active kernel set, for other threads of this process. */
export function kernelsChoice(): KernelsChoice {
  const name = kernelsInUse()
  return name === 'wide' && wideModule !== null ? { kernels: name, wide: wideModule } : { kernels: name }
}

/** Selects the kernel set of another thread. */
export function followKernels({ kernels: name, wide }: KernelsChoice): void {
  if (name === kernelsInUse()) return
  if (wide !== undefined) registerWide(wide)
  useKernels(name)
}

/**
 * An object without functions of its own, for those of its prototype. The first is made, of WebAssembly where it runs, when a function is
 * asked for: an import of the package compiles nothing.
 */
function standardKernels(): Kernels {
  const first = new Proxy({} as Kernels, {
    get: (_, name) => follow(recordOf('simd') ?? createKernels())[name as keyof Kernels],
  })
  return Object.create(first)
}

/** The active kernel set; {@link useKernels} replaces its functions, in place for all who hold it. */
export const kernels: Kernels = /* @__PURE__ */ standardKernels()

function follow(record: Kernels): Kernels {
  return Object.setPrototypeOf(kernels, record)
}

/**
 * Name of the active kernel set: `js` (typed arrays), `simd` (WebAssembly), `relaxed` (with relaxed SIMD) or `wide`
 * (lanes of 256 bits; `useWideKernels` of `ser-core/node`).
 * @example
 * ```ts
 * ['js', 'simd', 'relaxed', 'wide'].includes(kernels()) // true
 * ```
 */
export function kernelsInUse(): KernelsName {
  return kernels.name as KernelsName
}

/**
 * Selects the kernel set of all models from now on. The default is `simd` where WebAssembly SIMD is available, else
 * `js`. With the same kernel set, `relaxed` excepted, the same seed gives the same float32 bits on every machine, and
 * `wide` gives those of `simd`; models in float64 are always computed by `js`. Features of sound have a kernel of their
 * own, which stays the same.
 *
 * @throws StateError where this machine or its security policy cannot run the set, and for `wide` before
 * `useWideKernels` of `ser-core/node`; the active set is then unchanged.
 * @example
 * ```ts
 * useKernels('js')
 * kernels() // 'js'
 * ```
 */
export function useKernels(name: KernelsName): void {
  const record = recordOf(checkOneOf('useKernels', 'name', name, kernelsNames))
  if (record === null) {
    const remedy = name === 'wide' ? ' before useWideKernels() of ser-core/node, which says why where it cannot' : ''
    throw new StateError(`useKernels: "${name}" cannot run here${remedy}; kernels() tells what does`)
  }
  follow(record)
}
