/** Warping of the frequency axis of log mel energies: each column of a sequence as a mixture of two. */
import type { FloatArray } from '../core/types.ts'
import { hzOf, melOf } from '../features/mel-scale.ts'
import type { Bands } from './front-end-columns.ts'

/** Lowest and highest edge of the front end's filters, Hz. */
const LOWEST = 20
const HIGHEST = 8000

/** Log mel columns of the features, as masks and warps need them. */
export interface MelColumns {
  /** Positions of the log mel energies and of their deltas, which a mask or warp changes alike. */
  bands: readonly Bands[]
  /** [D] means and scales by which the columns were standardised. */
  mean: ArrayLike<number>
  scale: ArrayLike<number>
  /** Hz. */
  sampleRate: number
}

/**
 * How each column of a sequence is made: x[j] = ofA[j] from[a[j]] + ofB[j] from[b[j]] + shift[j]. A column that is not
 * warped is itself.
 */
export interface Mixture {
  a: Int32Array
  b: Int32Array
  ofA: Float64Array
  ofB: Float64Array
  shift: Float64Array
}

/** The mixture that leaves every column as it is. */
export function unmixed(cols: number): Mixture {
  const own = Int32Array.from({ length: cols }, (_, j) => j)
  const zeros = (): Float64Array => new Float64Array(cols)
  return { a: own, b: own.slice(), ofA: zeros().fill(1), ofB: zeros(), shift: zeros() }
}

/** Frequencies of the filters of a front end, and where factors of them lie between the filters. */
export class FilterPlaces {
  private readonly low = melOf(LOWEST, 'study')
  private readonly step: number
  private readonly centres: Float64Array

  constructor(filters: number, sampleRate: number) {
    this.step = (melOf(Math.min(HIGHEST, sampleRate / 2), 'study') - this.low) / (filters + 1)
    this.centres = Float64Array.from({ length: filters }, (_, m) => hzOf(this.low + (m + 1) * this.step, 'study'))
  }

  /** The (fractional) index of the filter at `factor` times the centre frequency of filter m. */
  at(m: number, factor: number): number {
    const { centres, low, step } = this
    return Math.min(centres.length - 1, Math.max(0, (melOf(factor * centres[m], 'study') - low) / step - 1))
  }
}

/**
 * Warps the frequency axis: each log mel energy becomes that at its warped place, e = (1 - w) e_a + w e_b from the two
 * filters around it, e being the energies before they were standardised, x = (e - mean) / scale.
 */
export function warp(
  { a, b, ofA, ofB, shift }: Mixture,
  factor: number,
  { bands, mean, scale }: MelColumns,
  places: FilterPlaces,
): void {
  const { filters } = bands[0]
  for (let m = 0; m < filters; m++) {
    const place = places.at(m, factor)
    const lower = Math.floor(place)
    const upper = Math.min(lower + 1, filters - 1)
    const share = place - lower
    for (const { start } of bands) {
      const [to, from, next] = [start + m, start + lower, start + upper]
      a[to] = from
      b[to] = next
      ofA[to] = ((1 - share) * scale[from]) / scale[to]
      ofB[to] = (share * scale[next]) / scale[to]
      shift[to] = (mean[from] + share * (mean[next] - mean[from]) - mean[to]) / scale[to]
    }
  }
}

/** Writes a row: the mixture of the row of x at `from`, rounded to float32, plus offsets and noises. */
export function mixRow(
  out: FloatArray,
  at: number,
  x: FloatArray,
  from: number,
  { a, b, ofA, ofB, shift }: Mixture,
  offsets: FloatArray,
  noises: FloatArray,
  noise: number,
): void {
  for (let j = 0; j < offsets.length; j++) {
    const mixed = Math.fround(ofA[j] * x[from + a[j]] + ofB[j] * x[from + b[j]] + shift[j])
    out[at + j] = mixed + (offsets[j] + noises[noise + j])
  }
}
