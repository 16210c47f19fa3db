/**
 * Normalised autocorrelations of frames in WebAssembly, two frames at a time in float64: the same operations in the same order
 * as in typed arrays, hence the same bits, whatever kernel set is active. The memory keeps the plan of the last call.
 */
import {
  type CorrelationPlan,
  peaksLength,
  referenceFrameCorrelations,
  referenceFrameMoments,
} from '../frame-correlations.ts'
import type { SpectraExports } from './bytes.ts'
import { Layout } from './layout.ts'
import { LONGEST, startSpectra, transformTables } from './spectra.ts'

/** Most frames, and most samples of more than one frame, copied per call. */
const FRAMES = 16
const SAMPLES = 16384

/** A plan copied to the memory of the module. */
interface Resident {
  plan: CorrelationPlan
  address: number
  /** View of the whole memory. */
  floats: Float64Array
  /** Frames in a block. */
  block: number
  /** View of the whole memory. */
  words: Int32Array
  /** Addresses of a block's samples, means, energies, correlations and their peaks. */
  signal: number
  means: number
  energies: number
  out: number
  peaks: number
}

/** Writes the plan in the layout of `CorrelationPlan` in assembly/correlations.ts. */
function place(plan: CorrelationPlan, memory: WebAssembly.Memory): Resident {
  const { spectrum, even, lags, shares, length, step } = plan
  const layout = new Layout()
  const block = Math.max(1, Math.min(FRAMES, Math.floor((SAMPLES - length) / step) + 1))
  const address = layout.room(18, 4)
  const { words: transforms, frame } = transformTables(layout, spectrum, even, lags, [])
  layout.int32([length, step, ...transforms, layout.float64(shares)], address)
  const signal = layout.room((block - 1) * step + length)
  const [means, energies, out] = [block, block, block * lags].map((size) => layout.room(size))
  const peaks = layout.room(block * peaksLength(lags) + 1, 4) // one is written beyond a full row
  layout.write(memory)
  // The samples of a frame are zero-padded.
  new Float64Array(memory.buffer, frame, 2 * spectrum.length).fill(0)
  const [floats, words] = [new Float64Array(memory.buffer), new Int32Array(memory.buffer)]
  return { plan, address, floats, words, block, signal, means, energies, out, peaks }
}

/** Undefined until the first call. */
let module: { wasm: SpectraExports; memory: WebAssembly.Memory } | null | undefined
let resident: Resident | null = null

/** The module with the plan in its memory; null where the reference has to serve. */
function started(plan: CorrelationPlan): { wasm: SpectraExports; resident: Resident } | null {
  if (module === undefined) module = startSpectra()
  if (module === null || plan.spectrum.length > LONGEST) return null
  if (resident?.plan !== plan) resident = place(plan, module.memory)
  return { wasm: module.wasm, resident }
}

/** Copies the samples of frames t.. of a signal, a block of them at most; returns how many. */
function copyBlock({ floats, block, signal: at, plan }: Resident, signal: Float64Array, first: number, left: number) {
  const count = Math.min(block, left)
  floats.set(signal.subarray(first, first + (count - 1) * plan.step + plan.length), at / 8)
  return count
}

/** {@link referenceFrameMoments} in WebAssembly; by the reference where the module cannot run, and of long frames. */
export const frameMoments: typeof referenceFrameMoments = (means, energies, plan, signal, start, frames) => {
  const kernel = started(plan)
  if (kernel === null) {
    referenceFrameMoments(means, energies, plan, signal, start, frames)
    return
  }
  const { wasm, resident: at } = kernel
  for (let t = 0; t < frames; t += at.block) {
    const count = copyBlock(at, signal, start + t * plan.step, frames - t)
    wasm.frameMoments(at.address, at.means, at.energies, at.signal, count)
    means.set(at.floats.subarray(at.means / 8, at.means / 8 + count), t)
    energies.set(at.floats.subarray(at.energies / 8, at.energies / 8 + count), t)
  }
}

/** {@link referenceFrameCorrelations} in WebAssembly; by the reference as for {@link frameMoments}. */
export const frameCorrelations: typeof referenceFrameCorrelations = (
  out,
  plan,
  signal,
  start,
  frames,
  means,
  energies,
  floor,
  peaks,
) => {
  const kernel = started(plan)
  if (kernel === null) {
    referenceFrameCorrelations(out, plan, signal, start, frames, means, energies, floor, peaks)
    return
  }
  const { wasm, resident: at } = kernel
  for (let t = 0; t < frames; t += at.block) {
    const count = copyBlock(at, signal, start + t * plan.step, frames - t)
    at.floats.set(means.subarray(t, t + count), at.means / 8)
    at.floats.set(energies.subarray(t, t + count), at.energies / 8)
    wasm.frameCorrelations(at.address, at.out, at.peaks, at.means, at.energies, at.signal, count, floor)
    out.set(at.floats.subarray(at.out / 8, at.out / 8 + count * plan.lags), t * plan.lags)
    const row = peaksLength(plan.lags)
    peaks.set(at.words.subarray(at.peaks / 4, at.peaks / 4 + count * row), t * row)
  }
}
