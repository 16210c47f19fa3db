/** {@link referenceMixing} in WebAssembly: the same bits in a third of the time, since few arrays of V8 stay in registers. */
import { beginUnmixed, type Mixing, referenceMixing } from '../mixing.ts'
import { mixing as bytes, type MixingExports } from './bytes.ts'
import { compileModule, instantiate, PAGE, START } from './module.ts'

/** Undefined until the first call. */
let module: WebAssembly.Module | null | undefined

/** Room for rows, all zeros but for the mixture, by which every column is itself; of typed arrays where WebAssembly cannot run. */
export function mixingMemory(rows: number, cols: number): Mixing {
  if (module === undefined) module = compileModule(bytes)
  const started = instantiate<MixingExports>(module)
  return (started && placed(started, rows, cols)) ?? referenceMixing(rows, cols)
}

/** The arrays in the memory of an instance; null where it cannot grow. */
function placed(
  { wasm, memory }: { wasm: MixingExports; memory: WebAssembly.Memory },
  rows: number,
  cols: number,
): Mixing | null {
  let end = START
  const room = (numbers: number, bytes: number): number => {
    const address = end
    end += ((numbers + 1) * bytes + 15) & ~15
    return address
  }
  const [from, shift, offsets, shares] = [room(cols, 4), room(cols, 8), room(cols, 8), room(2 * cols + 1, 8)]
  const [x, noises, out] = [0, 1, 2].map(() => room(rows * cols, 4))
  try {
    memory.grow(Math.max(0, Math.ceil((end - memory.buffer.byteLength) / PAGE)))
  } catch {
    return null
  }
  const { buffer } = memory
  const doubles = (address: number, length: number): Float64Array => new Float64Array(buffer, address, length)
  const floats = (address: number, length: number): Float32Array => new Float32Array(buffer, address, length)
  const places = new Int32Array(buffer, from, cols)
  const mixture = { from: new Int32Array(cols), shares: doubles(shares, 2 * cols), shift: doubles(shift, cols) }
  return beginUnmixed({
    ...mixture,
    rows,
    cols,
    offsets: doubles(offsets, cols),
    x: floats(x, rows * cols + 1),
    noises: floats(noises, rows * cols),
    ...{ out: floats(out, rows * cols), bits: new Int32Array(buffer, out, rows * cols) },
    run(used) {
      for (let j = 0; j < cols; j++) places[j] = 4 * mixture.from[j]
      wasm.mixRows(out, x, noises, used, cols, from, shares, shift, offsets)
    },
  })
}
