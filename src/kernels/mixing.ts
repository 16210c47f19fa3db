/** Rows mixed of neighbouring columns, with offsets and noise: the reference for simd/mixing.ts. */

import type { XoshiroSeed } from './uniforms.ts'

/** How each column j is made of two neighbours of a row x: shares[j][0] x[from[j]] + shares[j][1] x[from[j] + 1] + shift[j]. */
export interface Mixture {
  /** [cols] */
  readonly from: Int32Array
  /** [cols, 2] */
  readonly shares: Float64Array
  /** [cols] */
  readonly shift: Float64Array
}

/** Layers of a ziggurat of 128: their widths in steps, and the steps within which each is under the curve. */
export interface NormalTables {
  readonly widths: Float64Array
  readonly inner: Int32Array
}

/** The fast part of numerics/ziggurat.ts on the noises of a mixing. */
export interface NoiseLoop {
  /** Begins a stream of normals. */
  begin(seed: XoshiroSeed, tables: NormalTables, mean: number, standardDeviation: number): void
  /** Writes noises from..to-1, up to the first word at an edge; returns where it stopped. */
  run(from: number, to: number): number
  /** The word at the edge. */
  word(): number
}

/** Rows and what they become, in one memory. */
export interface Mixing extends Mixture {
  /** Most rows that there is room for. */
  readonly rows: number
  readonly cols: number
  /** [rows, cols], and one number more, which stays 0: the neighbour of the last. */
  readonly x: Float32Array
  readonly noises: Float32Array
  /** Fills `noises`; null where typed arrays do it themselves. */
  readonly noise: NoiseLoop | null
  readonly out: Float32Array
  /** The bits of `out`. */
  readonly bits: Int32Array
  /** [cols] */
  readonly offsets: Float64Array
  /** Makes the first `rows` rows of `out`: the mixture of those of x, rounded to float32, plus offsets and noises. */
  run(rows: number): void
}

/** Room in typed arrays. Every column begins as itself. */
export function referenceMixing(rows: number, cols: number): Mixing {
  const out = new Float32Array(rows * cols)
  const own = {
    from: new Int32Array(cols),
    shares: new Float64Array(2 * cols),
    shift: new Float64Array(cols),
    offsets: new Float64Array(cols),
    x: new Float32Array(rows * cols + 1),
    noises: new Float32Array(rows * cols),
    noise: null,
    ...{ out, bits: new Int32Array(out.buffer) },
  }
  return beginUnmixed({ ...own, rows, cols, run: (used) => mixRows(own, used, cols) })
}

/** Sets every column to itself. */
export function beginUnmixed(mixing: Mixing): Mixing {
  const { from, shares, cols } = mixing
  for (let j = 0; j < cols; j++) {
    from[j] = j
    shares[2 * j] = 1
  }
  return mixing
}

type Arrays = Omit<Mixing, 'rows' | 'cols' | 'run' | 'noise'>

function mixRows({ from, shares, shift, offsets, x, noises, out }: Arrays, rows: number, cols: number): void {
  for (let row = 0; row < rows * cols; row += cols) {
    for (let j = 0; j < cols; j++) {
      const at = row + from[j]
      const mixed = Math.fround(shares[2 * j] * x[at] + shares[2 * j + 1] * x[at + 1] + shift[j])
      out[row + j] = mixed + (offsets[j] + noises[row + j])
    }
  }
}
