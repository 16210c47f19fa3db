/**
 * The sums of a polyphase filter in WebAssembly, two numbers to a vector: the same operations in the same order as in
 * typed arrays, hence the same bits, whatever kernel set is active.
 */
import { type PolyphaseFilter, referencePolyphase, SUMS } from '../polyphase.ts'
import { polyphase as bytes, type PolyphaseExports } from './bytes.ts'
import { compileModule, instantiate, PAGE, START } from './module.ts'

/** Memory of a filter, and the function that filters in it. */
export interface PolyphaseMemory {
  /** From index `start` on, this memory is the filter's. */
  floats: Float64Array
  start: number
  run: typeof referencePolyphase
}

/** Undefined until the first call. */
let module: WebAssembly.Module | null | undefined

/** Memory for `length` numbers, zeros; of typed arrays where WebAssembly cannot run. */
export function polyphaseMemory(length: number): PolyphaseMemory {
  module ??= compileModule(bytes)
  const started = instantiate<PolyphaseExports>(module)
  const start = START / 8 + SUMS
  const total = start + length
  if (started === null || !grown(started.memory, 8 * total)) {
    return { floats: new Float64Array(total), start, run: referencePolyphase }
  }
  const { wasm, memory } = started
  const run = (
    _: Float64Array,
    { L, M, count, taps, input, output }: PolyphaseFilter,
    n: number,
    phase: number,
  ): void => wasm.polyphase(8 * output, 8 * input, 8 * taps, START, n, phase, L, M, count)
  return { floats: new Float64Array(memory.buffer), start, run }
}

function grown(memory: WebAssembly.Memory, bytes: number): boolean {
  try {
    memory.grow(Math.max(0, Math.ceil((bytes - memory.buffer.byteLength) / PAGE)))
    return true
  } catch {
    return false
  }
}
