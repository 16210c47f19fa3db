/** {@link referenceMixing} in WebAssembly: the same bits in a third of the time, since few arrays of V8 stay in registers. */
import { beginUnmixed, type Mixing, type NoiseLoop, referenceMixing } from '../mixing.ts'
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

/** Words at a time, and layers of the ziggurat, in assembly/normals.ts. */
const WORDS = 1024
const LAYERS = 128

/** Normals at an address, with addresses of words and of the tables. */
function noiseLoop(
  wasm: MixingExports,
  { buffer }: WebAssembly.Memory,
  out: number,
  [words, widths, inner]: readonly [number, number, number],
): NoiseLoop {
  const edge = new Int32Array(buffer, words + 4 * WORDS, 1)
  return {
    begin(seed, tables, mean, standardDeviation) {
      new Float64Array(buffer, widths, LAYERS).set(tables.widths.subarray(0, LAYERS))
      new Int32Array(buffer, inner, LAYERS).set(tables.inner)
      wasm.beginNormals(...([...seed, words, widths, inner, mean, standardDeviation] as const))
    },
    run: (from, to) => (wasm.normals(out + 4 * from, out + 4 * to) - out) >> 2,
    word: () => edge[0],
  }
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
  const ofNormals = [room(WORDS, 4), room(LAYERS, 8), room(LAYERS, 4)] as const
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
    noise: noiseLoop(wasm, memory, noises, ofNormals),
    ...{ out: floats(out, rows * cols), bits: new Int32Array(buffer, out, rows * cols) },
    run(used) {
      for (let j = 0; j < cols; j++) places[j] = 4 * mixture.from[j]
      wasm.mixRows(out, x, noises, used, cols, from, shares, shift, offsets)
    },
  })
}
