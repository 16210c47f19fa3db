/**
 * Power spectra of frames and their transforms back in WebAssembly, two frames at a time in float64: the same operations in
 * the same order as in typed arrays, hence the same bits. The module has a memory of its own, which keeps the plan of
 * the last call.
 */
import type { EvenTransform } from '../even-transform.ts'
import { referenceFrameSpectra, type SpectraPlan } from '../frame-spectra.ts'
import type { Spectrum } from '../spectrum.ts'
import { spectra as bytes, type SpectraExports } from './bytes.ts'
import { firstPointsOf, Layout, reversedDigits } from './layout.ts'
import { compileModule, instantiate } from './module.ts'

/** Longest transform done here: longer ones would not fit the caches. */
export const LONGEST = 8192
/** Most frames copied per call. */
const FRAMES = 16

/** A plan copied to the memory of the module. */
interface Resident {
  plan: SpectraPlan
  address: number
  /** View of the whole memory. */
  floats: Float64Array
  /** Addresses of a block's samples, powers and correlations. */
  signal: number
  powers: number
  correlations: number
}

/** The words of `TransformPlan` in assembly/even.ts from `points` on, and the address of the samples of a frame. */
export function transformTables(
  layout: Layout,
  spectrum: Spectrum,
  even: EvenTransform | null,
  lags: number,
  window: ArrayLike<number>,
): { words: number[]; frame: number } {
  const n = spectrum.length / 2
  const [first, evenFirst] = [firstPointsOf(n), firstPointsOf(n / 2)]
  const words = [spectrum.length, first, evenFirst, lags]
  words.push(layout.float64(window), layout.int32(reversedDigits(n / first)))
  words.push(layout.float64(spectrum.roots), layout.float64(spectrum.turns))
  words.push(layout.int32(reversedDigits(n / 2 / evenFirst)))
  words.push(layout.float64(even?.roots ?? []), layout.float64(even?.turns ?? []))
  const frame = layout.room(4 * n)
  words.push(frame, ...[2 * n, n + 1, n].map((length) => layout.room(2 * length)))
  return { words, frame }
}

/** Writes the plan in the layout of `SpectraPlan`. */
function place(plan: SpectraPlan, memory: WebAssembly.Memory): Resident {
  const { spectrum, even, lags, window, step, removeMean } = plan
  const layout = new Layout()
  const address = layout.room(18, 4)
  const { words, frame } = transformTables(layout, spectrum, even, lags, window)
  layout.int32([window.length, step, ...words, Number(removeMean)], address)
  const signal = layout.room((FRAMES - 1) * step + window.length)
  const [powers, correlations] = [FRAMES * spectrum.bins, FRAMES * lags].map((length) => layout.room(length))
  layout.write(memory)
  // The samples of a frame are zero-padded.
  new Float64Array(memory.buffer, frame, 2 * spectrum.length).fill(0)
  return { plan, address, floats: new Float64Array(memory.buffer), signal, powers, correlations }
}

let compiled: WebAssembly.Module | null | undefined

/** The module with a memory of its own; null where it cannot run. */
export function startSpectra(): { wasm: SpectraExports; memory: WebAssembly.Memory } | null {
  if (compiled === undefined) compiled = compileModule(bytes)
  return instantiate<SpectraExports>(compiled)
}

/** Undefined until the first call. */
let module: { wasm: SpectraExports; memory: WebAssembly.Memory } | null | undefined
let resident: Resident | null = null

/**
 * {@link referenceFrameSpectra} in WebAssembly, independent of the active kernel set; by the reference where the module cannot
 * run, and of long transforms.
 */
export const frameSpectra: typeof referenceFrameSpectra = (powers, correlations, plan, signal, start, frames) => {
  if (module === undefined) module = startSpectra()
  if (module === null || plan.spectrum.length > LONGEST) {
    referenceFrameSpectra(powers, correlations, plan, signal, start, frames)
    return
  }
  if (resident?.plan !== plan) resident = place(plan, module.memory)
  const { address, floats } = resident
  const { step, window, lags, spectrum } = plan
  for (let t = 0; t < frames; t += FRAMES) {
    const count = Math.min(FRAMES, frames - t)
    const first = start + t * step
    floats.set(signal.subarray(first, first + (count - 1) * step + window.length), resident.signal / 8)
    module.wasm.frameSpectra(address, resident.powers, resident.correlations, resident.signal, count)
    const [from, fromLags] = [resident.powers / 8, resident.correlations / 8]
    powers.set(floats.subarray(from, from + count * spectrum.bins), t * spectrum.bins)
    correlations.set(floats.subarray(fromLags, fromLags + count * lags), t * lags)
  }
}
