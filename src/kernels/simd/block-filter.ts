/**
 * A polyphase filter of float32 through the spectra of blocks, with the bits of the sums of taps (assembly/blocks.ts): several
 * times as fast as those where few phases have many taps.
 */
import { createTransform, unitRoots } from '../power-of-two.ts'
import { type BlocksExports, blocks as bytes } from './bytes.ts'
import { firstPointsOf, Layout, reversedDigits } from './layout.ts'
import { compileModule, instantiate } from './module.ts'

/** Points of a transform: the four blocks of 32 kB just fit a first-level cache. */
const POINTS = 1024
/** Blocks of a call. */
export const BLOCKS = 4
/** Most pairs of outputs and inputs of a group: each has a spectrum. */
const MOST_SPECTRA = 12
/** Least taps of a pair that are worth a transform. */
const LEAST_TAPS = 32
/**
 * Bound of the difference to the sums, relative to the roots of energies of samples and spectra: some 120 roundings there and back, 100
 * of the sums, 2^-53 each, and room to spare. Less than one output in a thousand is summed anew.
 */
const ERROR = 4e-14

/** Taps [L, count] of the phases of a filter. */
export interface Taps {
  readonly L: number
  readonly M: number
  readonly count: number
  readonly rows: Float64Array
}

/** A filter with memory of its own. */
export interface BlockFilter {
  /** Outputs of a call, and the samples that it needs. */
  readonly outputs: number
  readonly inputs: number
  /** The first output depends on the samples from one less than so many before its place on. */
  readonly before: number
  /** Memory for the samples, and of the outputs from phase 0 on. */
  readonly input: Float32Array
  readonly output: Float32Array
  /** Fills `output` from `input`; false where a sample is not finite. */
  run(): boolean
}

/** Whether a filter gains from blocks. */
export function suitsBlocks({ L, M, count }: Omit<Taps, 'rows'>): boolean {
  return L * M <= MOST_SPECTRA && count >= LEAST_TAPS * M
}

/** Input samples from the start of a group to the first tap of its p-th output. */
const offsetOf = ({ L, M }: Taps, p: number): number => Math.floor((p * M) / L)

/** Conjugate spectra [L, M, points] of every M-th tap, divided by the points, and the root of their largest energy. */
function spectraOf(taps: Taps, roots: Float64Array): { spectra: Float64Array; gain: number } {
  const { L, M, count, rows } = taps
  const transform = createTransform(POINTS, roots)
  const spectra = new Float64Array(2 * POINTS * L * M)
  let gain = 0
  for (let p = 0; p < L; p++) {
    let energy = 0
    for (let branch = 0; branch < M; branch++) {
      const x = new Float64Array(2 * POINTS)
      const row = ((p * M) % L) * count
      const first = (((branch - offsetOf(taps, p)) % M) + M) % M
      for (let i = first; i < count; i += M) x[2 * Math.floor((i + offsetOf(taps, p)) / M)] = rows[row + i]
      const y = spectra.subarray(2 * POINTS * (p * M + branch), 2 * POINTS * (p * M + branch + 1))
      transform.transform(y, x)
      let largest = 0
      for (let k = 0; k < 2 * POINTS; k += 2) largest = Math.max(largest, y[k] * y[k] + y[k + 1] * y[k + 1])
      energy += largest
      for (let k = 0; k < 2 * POINTS; k += 2) {
        y[k] /= POINTS
        y[k + 1] /= -POINTS
      }
    }
    gain = Math.max(gain, Math.sqrt(energy))
  }
  return { spectra, gain }
}

/** Writes the words of `BlockPlan`; returns the addresses of the plan, the samples and the outputs. */
function place(layout: Layout, taps: Taps, steps: number, spectra: Float64Array, roots: Float64Array): number[] {
  const { L, M, count, rows } = taps
  const plan = layout.room(16, 4)
  const first = firstPointsOf(POINTS)
  const ownRows = Float64Array.from({ length: L * count }, (_, i) => {
    const p = Math.floor(i / count)
    return rows[((p * M) % L) * count + (i % count)]
  })
  const offsets = Array.from({ length: L }, (_, p) => 4 * offsetOf(taps, p))
  const words = [POINTS, steps, L, M, count, first, layout.int32(reversedDigits(POINTS / first))]
  words.push(...[roots, spectra, ownRows].map((table) => layout.float64(table)), layout.int32(offsets))
  const [input, output] = [layout.room(M * (3 * steps + POINTS), 4), layout.room(BLOCKS * steps * L, 4)]
  words.push(input, output, ...[1, 1, L].map((blocks) => layout.room(4 * POINTS * blocks)))
  layout.int32(words, plan)
  return [plan, input, output]
}

/** Undefined until the first call. */
let module: WebAssembly.Module | null | undefined

/** An instance with memory of its own; null where WebAssembly cannot run. */
export function startBlocks(): ReturnType<typeof instantiate<BlocksExports>> {
  if (module === undefined) module = compileModule(bytes)
  return instantiate<BlocksExports>(module)
}

/** The filter of taps that {@link suitsBlocks}; null where WebAssembly cannot run. */
export function blockFilter(taps: Taps): BlockFilter | null {
  const started = startBlocks()
  if (started === null) return null
  const { wasm, memory } = started
  const { L, M, count } = taps
  // The last output of a group begins at `offsetOf` of it: so many steps of a block have all their samples.
  const steps = POINTS - Math.ceil((count + offsetOf(taps, L - 1)) / M) + 1
  const roots = unitRoots(POINTS)
  const { spectra, gain } = spectraOf(taps, roots)
  const layout = new Layout()
  const [plan, input, output] = place(layout, taps, steps, spectra, roots)
  layout.write(memory)
  const view = (at: number, length: number): Float32Array => new Float32Array(memory.buffer, at, length)
  const [outputs, inputs] = [BLOCKS * steps * L, M * (3 * steps + POINTS)]
  return {
    ...{ outputs, inputs, before: count / 2, input: view(input, inputs), output: view(output, outputs) },
    run: () => Boolean(wasm.filterBlocks(plan, ERROR * gain)),
  }
}
