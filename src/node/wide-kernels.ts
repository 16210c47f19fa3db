/** The kernel set `wide`: lanes of 256 bits, which V8 makes of pairs of 128 where a flag of its own asks for it. */
import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { messageOf } from '../core/errors.ts'
import { registerWide, useKernels } from '../kernels/index.ts'
import { simd } from '../kernels/simd/bytes.ts'
import { PANELS } from '../kernels/simd/gemm.ts'
import { compileModule, createAccelerator } from '../kernels/simd/module.ts'
import { packWeights } from '../kernels/simd/products.ts'
import { findOwnFile } from './own-file.ts'

/** Result of {@link useWideKernels}. */
export interface WideKernels {
  /** Whether the kernel set `wide` is in use now. */
  inUse: boolean
  /** Why it is not; null where it is. */
  reason: string | null
}

/** The first Node whose V8 pairs lanes well. */
const FIRST_NODE = 24
/** Rows, columns and depth of the product of the probe. */
const [ROWS, COLUMNS, DEPTH] = [20, 32, 256]
/** Products after which V8 has compiled narrow tiles for good, and how often both are timed at most. */
const [WARM_UP, ROUNDS] = [300, 3]
/**
 * Flags of V8 while it compiles the module: pairs of lanes, and all of it for good at once, so that no flag need stay. Inlining
 * asks for observations of running code, and Node 26 ends without them.
 */
const FLAGS = ['experimental-wasm-revectorize', 'no-liftoff', 'no-wasm-lazy-compilation', 'no-wasm-inlining']
/** By how much wide tiles have to be faster: 1.7 times and more where lanes are paired, half as fast where they are not. */
const GAIN = 1.2

/** Why this host is not asked at all. */
function hostReason({ versions, arch }: Pick<NodeJS.Process, 'versions' | 'arch'>): string | null {
  for (const host of ['bun', 'deno', 'electron']) {
    if (versions[host] !== undefined)
      return `they need Node ${FIRST_NODE} or later, and this is ${host} ${versions[host]}`
  }
  if (Number.parseInt(versions.node, 10) < FIRST_NODE)
    return `they need Node ${FIRST_NODE} or later, and this is Node ${versions.node}`
  return arch === 'x64' ? null : `they need an x64 processor with AVX2, and this one is ${arch}`
}

/** A product to be repeated, and where its sums are. */
interface Probe {
  run(): void
  result(): Float32Array
}

function probeOf(module: WebAssembly.Module): Probe | null {
  const accelerator = createAccelerator(module)
  if (accelerator === null) return null
  const { wasm, memory } = accelerator
  const b = packWeights(accelerator, ramp(DEPTH * COLUMNS), false, COLUMNS, DEPTH)
  const [a, panels, c] = [ROWS * DEPTH, PANELS, ROWS * COLUMNS].map((length) => memory.take(length))
  memory.floats.set(ramp(ROWS * DEPTH), a / 4)
  return {
    run: () => wasm.multiply(c, 4 * COLUMNS, a, 4 * DEPTH, 4, b, panels, ROWS, COLUMNS, DEPTH, 1, 0),
    result: () => memory.floats.slice(c / 4, c / 4 + ROWS * COLUMNS),
  }
}

function ramp(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => ((i * 7919) % 1009) / 1009 - 0.5)
}

/** The shortest of the times that a product takes; only the time of an undisturbed run tells how it is compiled. */
function bestTime({ run }: Probe, runs: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < runs; i++) {
    const begin = performance.now()
    run()
    best = Math.min(best, performance.now() - begin)
  }
  return best
}

/** Runs products for as long as V8 takes to compile them for good, which it does at once meanwhile. */
function warmUp(probe: Probe): void {
  setFlagsFromString('--wasm-sync-tier-up')
  for (let i = 0; i < WARM_UP; i++) probe.run()
  takeBack('wasm-sync-tier-up')
}

/** The flag that takes another one back. */
function opposite(flag: string): string {
  return flag.startsWith('no-') ? flag.slice(3) : `no-${flag}`
}

/** Flags that this Node was started with, by their names without dashes in front; V8 takes `_` for `-`, and `--noliftoff`. */
function startFlags(): string[] {
  const words = [...(process.env.NODE_OPTIONS ?? '').split(/\s+/), ...process.execArgv]
  return words.map((word) =>
    word
      .replace(/^--?/, '')
      .replaceAll('_', '-')
      .replace(/^no(?=experimental-|liftoff|wasm-)/, 'no-'),
  )
}

/** Takes a flag back, unless Node was started with it. */
function takeBack(flag: string): void {
  const last = startFlags()
    .filter((one) => one === flag || one === opposite(flag))
    .at(-1)
  setFlagsFromString(`--${last ?? opposite(flag)}`)
}

/** Compiles the module with pairs of lanes. */
function compilePaired(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | null {
  for (const flag of FLAGS) setFlagsFromString(`--${flag}`)
  const module = compileModule(bytes)
  for (const flag of FLAGS) takeBack(flag)
  return module
}

/** Whether wide tiles give the bits of narrow ones in clearly less time. */
function isFaster(wide: Probe, narrow: Probe): boolean {
  warmUp(narrow)
  for (let round = 0; round < ROUNDS; round++) {
    if (bestTime(narrow, 20) > GAIN * bestTime(wide, 20)) break
    if (round === ROUNDS - 1) return false
  }
  const [ours, theirs] = [wide.result(), narrow.result()]
  return ours.every((value, i) => Object.is(value, theirs[i]))
}

const unpaired = 'V8 makes no pairs of lanes here: the processor may lack AVX2, or an option of Node keeps V8 from it'

/** The module's bytes, or why there are none. */
function readModule(): Uint8Array<ArrayBuffer> | string {
  try {
    const file = findOwnFile('wide.wasm', '../kernels/simd/wide.wasm')
    if (file === undefined) return 'wide.wasm is not beside the file that runs (docs/guide/bundlers.md of ser-core)'
    const bytes = readFileSync(file)
    return WebAssembly.validate(bytes) ? bytes : `${file.href} is damaged: it is no module of WebAssembly`
  } catch (error) {
    return `wide.wasm cannot be read: ${messageOf(error)}`
  }
}

/** Compiles and registers the kernel set; returns why it could not. */
function prepare(): string | null {
  const reason = hostReason(process)
  if (reason !== null) return reason
  if (startFlags().includes('freeze-flags-after-init')) return 'the flags of V8 are frozen (--freeze-flags-after-init)'
  const bytes = readModule()
  if (typeof bytes === 'string') return bytes
  const ordinary = compileModule(simd)
  const narrow = ordinary && probeOf(ordinary)
  if (narrow === null) return 'WebAssembly SIMD does not run here'
  const module = compilePaired(bytes)
  const wide = module && probeOf(module)
  if (module === null || wide === null || !isFaster(wide, narrow)) return unpaired
  registerWide(module)
  return null
}

/** Undefined before the first attempt. */
let known: string | null | undefined

/**
 * Computes with lanes of 256 bits from now on where this Node and processor have them: the kernel set `wide`, products
 * of matrices up to twice as fast as with `simd`, the same bits. It takes Node 24 or later on an x64 processor with
 * AVX2. Elsewhere nothing changes, and the result says why: Deno, Bun and browsers cannot.
 *
 * WebAssembly has no wider lanes. V8 makes them of neighbouring ones under its experimental flag
 * `--experimental-wasm-revectorize`, which this function sets while it compiles the module, and takes back, unless Node was started
 * with it; what a program itself gave to `v8.setFlagsFromString` before nobody can tell, and is taken back too. A small product, timed beside that of `simd`, tells whether lanes were paired (some 20 ms in all). `useKernels('simd')` returns
 * to the other lanes, `useKernels('wide')` comes back.
 *
 * Threads of experiments and of `fit({ workers })` follow. `ser` calls this by itself (`ser predict` for many recordings); its
 * `--kernels` chooses.
 *
 * @example
 * ```ts
 * const { inUse, reason } = useWideKernels()
 * kernels() === 'wide' // inUse
 * if (!inUse) console.log(`wide kernels: ${reason}`)
 * ```
 */
export function useWideKernels(): WideKernels {
  if (known === undefined) known = prepare()
  if (known === null) useKernels('wide')
  return { inUse: known === null, reason: known }
}
