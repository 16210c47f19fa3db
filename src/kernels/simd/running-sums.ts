/** {@link referenceRunningSums} in WebAssembly: the same operations in the same order, hence the same bits. */
import { type RunningSums, referenceRunningSums, SUMS_TOGETHER, type SumWeights } from '../running-sums.ts'
import { single as bytes, type SingleExports } from './bytes.ts'
import { compileModule, instantiate, PAGE, START } from './module.ts'

/** Undefined until the first call. */
let module: { wasm: SingleExports; memory: WebAssembly.Memory } | null | undefined

/** Weights copied to the memory of the module. */
interface Resident {
  weights: SumWeights
  floats: Float32Array
  /** Addresses. */
  out: number
  x: number
  data: number
}

let resident: Resident | null = null

/** Copies the weights, after room for terms and sums. */
function place(weights: SumWeights, memory: WebAssembly.Memory): Resident {
  const blocks = Math.ceil(weights.sums / SUMS_TOGETHER)
  const x = START + 4 * blocks * SUMS_TOGETHER
  const data = (x + 4 * weights.terms + 15) & ~15
  const missing = data + weights.data.byteLength - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
  const floats = new Float32Array(memory.buffer)
  floats.set(weights.data, data / 4)
  return { weights, floats, out: START, x, data }
}

/** Running sums, independent of the active kernel set; by the reference where the module cannot run. */
export const runningSums: RunningSums = (out, start, x, weights) => {
  if (module === undefined) module = instantiate<SingleExports>(compileModule(bytes))
  if (module === null) {
    referenceRunningSums(out, start, x, weights)
    return
  }
  if (resident?.weights !== weights) resident = place(weights, module.memory)
  const { floats } = resident
  floats.set(x, resident.x / 4)
  const blocks = Math.ceil(weights.sums / SUMS_TOGETHER)
  module.wasm.runningSums(resident.out, start, resident.x, weights.terms, resident.data, blocks)
  out.set(floats.subarray(resident.out / 4, resident.out / 4 + weights.sums))
}
