/** {@link referenceLevels} in WebAssembly, whose float32 arithmetic needs no `Math.fround`: the same bits, faster. */
import { referenceLevels, type TransformPlan } from '../single-levels.ts'
import { single as bytes, type SingleExports } from './bytes.ts'
import { compileModule, instantiate, PAGE, START } from './module.ts'

/** Undefined until the first call. */
let module: { wasm: SingleExports; memory: WebAssembly.Memory } | null | undefined

/** A plan copied to the memory of the module. */
interface Resident {
  plan: TransformPlan
  floats: Float32Array
  /** Addresses. */
  work: number
  levels: number
  count: number
}

let resident: Resident | null = null

const WORDS = 5

/** Copies a plan, the levels and their tables, and reserves room for the samples. */
function place(plan: TransformPlan, memory: WebAssembly.Memory): Resident {
  const used = plan.levels.filter(({ size }) => size > 2)
  let end = START
  const room = (length: number): number => {
    const address = end
    end += (length + 15) & ~15
    return address
  }
  const work = room(4 * plan.length)
  const levels = room(4 * WORDS * used.length)
  const tables = used.map(({ kinds, first, second }) =>
    [kinds, first, second].map(({ byteLength }) => room(byteLength)),
  )
  const missing = end - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
  const { buffer } = memory
  for (const [l, { size, kinds, first, second }] of used.entries()) {
    const [kindsAt, firstAt, secondAt] = tables[l]
    new Uint8Array(buffer, kindsAt, kinds.length).set(kinds)
    new Float32Array(buffer, firstAt, first.length).set(first)
    new Float32Array(buffer, secondAt, second.length).set(second)
    new Int32Array(buffer, levels + 4 * WORDS * l, WORDS).set([size, kinds.length, kindsAt, firstAt, secondAt])
  }
  return { plan, floats: new Float32Array(buffer), work, levels, count: used.length }
}

/** All levels of a transform except the last, in place; by the reference where the module cannot run. */
export const transformLevels: typeof referenceLevels = (x, plan) => {
  if (module === undefined) module = instantiate<SingleExports>(compileModule(bytes))
  if (module === null) {
    referenceLevels(x, plan)
    return
  }
  if (resident?.plan !== plan) resident = place(plan, module.memory)
  const { floats, work, levels, count } = resident
  floats.set(x, work / 4)
  module.wasm.transformLevels(work, levels, count, plan.diagonal)
  x.set(floats.subarray(work / 4, work / 4 + x.length))
}
