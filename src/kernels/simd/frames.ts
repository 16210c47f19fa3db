/**
 * `frameFeatures` in WebAssembly, two frames at a time in float64: the same operations in the same order as in typed
 * arrays, hence the same bits. The module has a memory of its own, which keeps the plan of the last call.
 */
import { referenceFrameFeatures } from '../frame-features.ts'
import type { FramePlan } from '../frame-plan.ts'
import { frames as bytes, type FrameExports } from './bytes.ts'
import { firstPointsOf, Layout, reversedDigits } from './layout.ts'
import { compileModule, instantiate } from './module.ts'

/** Longest transform done here: longer ones would not fit the caches. Those of no power of two go to the reference. */
const LONGEST = 8192
/** Most samples, and most frames, copied per call. */
const SAMPLES = 16384
const FRAMES = 32

const kinds = ['power', 'magnitude', 'periodogram']
const energies = ['none', 'frame', 'spectrum']

/** A plan copied to the memory of the module. */
interface Resident {
  plan: FramePlan
  address: number
  /** View of the whole memory. */
  floats: Float64Array
  /** Address of a block's samples, preceded by one more, and then of its features. */
  signal: number
  out: number
  /** Frames in a block. */
  block: number
}

/** Writes the plan in the layout of `Plan` in assembly/frames.ts; grows the memory as needed. */
function place(plan: FramePlan, memory: WebAssembly.Memory): Resident {
  const { spectrum, filters, window, cepstrum, columns, step } = plan
  const points = spectrum.length
  const n = points / 2
  const firstPoints = firstPointsOf(n)
  const block = Math.max(1, Math.min(FRAMES, Math.floor((SAMPLES - window.length) / step) + 1))
  const counts = Array.from(filters.first, (first, m) => [first, filters.start[m + 1] - filters.start[m]])
  const layout = new Layout()
  const address = layout.float64([plan.preEmphasis, plan.logUnit, plan.floor, points])
  const rest = layout.room(21, 4)
  const words = [window.length, step, Number(plan.removeMean), Number(plan.wholeSignal)]
  words.push(kinds.indexOf(spectrum.kind), energies.indexOf(plan.energy), plan.energyColumn)
  words.push(filters.count, columns, firstPoints)
  words.push(layout.float64(window), layout.int32(reversedDigits(n / firstPoints)))
  words.push(layout.float64(spectrum.roots), layout.float64(spectrum.turns))
  words.push(layout.int32(counts.flat()), layout.float64(filters.weights))
  words.push(cepstrum ? layout.float64(cepstrum) : 0)
  const scratch = [points, points, n + 1, filters.count].map((length) => layout.room(2 * length))
  words.push(...scratch)
  layout.int32(words, rest)
  const signal = layout.room((block - 1) * step + window.length + 1)
  const out = layout.room(block * columns)
  layout.write(memory)
  // The samples of a frame are zero-padded.
  new Float64Array(memory.buffer, scratch[0], 2 * points).fill(0)
  return { plan, address, floats: new Float64Array(memory.buffer), signal, out, block }
}

/** Undefined until the first call. */
let module: { wasm: FrameExports; memory: WebAssembly.Memory } | null | undefined
let resident: Resident | null = null

/**
 * {@link referenceFrameFeatures} in WebAssembly, independent of the active kernel set. Unsupported plans, and all plans
 * where the module cannot run, go to the reference.
 */
export const frameFeatures: typeof referenceFrameFeatures = (out, outOffset, plan, signal, start, frames, end) => {
  if (module === undefined) module = instantiate<FrameExports>(compileModule(bytes))
  if (module === null || plan.spectrum.length > LONGEST || !plan.spectrum.powerOfTwo) {
    referenceFrameFeatures(out, outOffset, plan, signal, start, frames, end)
    return
  }
  if (resident?.plan !== plan) resident = place(plan, module.memory)
  const { wasm } = module
  const { address, floats, block } = resident
  const samplesAt = resident.signal / 8
  for (let t = 0; t < frames; t += block) {
    const count = Math.min(block, frames - t)
    const first = start + t * plan.step
    const last = first + (count - 1) * plan.step + plan.window.length
    if (first > 0) floats.set(signal.subarray(first - 1, last), samplesAt)
    else {
      floats[samplesAt] = 0
      floats.set(signal.subarray(first, last), samplesAt + 1)
    }
    wasm.frameFeatures(address, resident.out, resident.signal + 8, count, Math.min(end - first, 2 ** 30))
    const from = resident.out / 8
    out.set(floats.subarray(from, from + count * plan.columns), outOffset + t * plan.columns)
  }
}
