/** Warping of the frequency axis of log mel energies: each column of a sequence as a mixture of two neighbours. */
import { hzOf, type MelScale, melOf } from '../features/mel-scale.ts'
import type { Mixture } from '../kernels/mixing.ts'

/** Lowest and highest edge of the filters of the systems' front ends, Hz. */
const LOWEST = 20
const HIGHEST = 8000

/** Adjacent columns of log mel energies, from the lowest filter to the highest. */
export interface Bands {
  start: number
  filters: number
}

/** Where the edges of the filters are. */
export interface FilterEdges {
  /** Hz. */
  sampleRate: number
  /** Lower edge of the lowest filter, Hz. Default 20. */
  low?: number
  /** Upper edge of the highest filter, Hz; at most half the sample rate counts. Default 8000. */
  high?: number
  /** Default `study`. */
  scale?: MelScale
}

/** Log mel columns of the features, as masks and warps need them. */
export interface MelColumns {
  /** Positions of the log mel energies and of their deltas, which a mask or warp changes alike. */
  bands: readonly Bands[]
  /** [D] means and scales by which the columns were standardised. */
  mean: ArrayLike<number>
  scale: ArrayLike<number>
  edges: FilterEdges
}

/** Frequencies of the filters of a front end, and where factors of them lie between the filters. */
export class FilterPlaces {
  private readonly low: number
  private readonly step: number
  private readonly scale: MelScale
  private readonly centres: Float64Array

  constructor(filters: number, { sampleRate, low = LOWEST, high = HIGHEST, scale = 'study' }: FilterEdges) {
    this.scale = scale
    this.low = melOf(low, scale)
    this.step = (melOf(Math.min(high, sampleRate / 2), scale) - this.low) / (filters + 1)
    this.centres = Float64Array.from({ length: filters }, (_, m) => hzOf(this.low + (m + 1) * this.step, scale))
  }

  /** The (fractional) index of the filter at `factor` times the centre frequency of filter m. */
  at(m: number, factor: number): number {
    const { centres, low, scale, step } = this
    return Math.min(centres.length - 1, Math.max(0, (melOf(factor * centres[m], scale) - low) / step - 1))
  }
}

/**
 * Warps the frequency axis: each log mel energy becomes that at its warped place, e = (1 - w) e_a + w e_b from the two
 * filters around it, e being the energies before they were standardised, x = (e - mean) / scale.
 */
export function warp(
  { from, shares, shift }: Mixture,
  factor: number,
  { bands, mean, scale }: MelColumns,
  places: FilterPlaces,
): void {
  const { filters } = bands[0]
  for (let m = 0; m < filters; m++) {
    const place = places.at(m, factor)
    const lower = Math.floor(place)
    const share = place - lower
    for (const { start } of bands) {
      const [to, a, b] = [start + m, start + lower, start + Math.min(lower + 1, filters - 1)]
      from[to] = a
      shares[2 * to] = ((1 - share) * scale[a]) / scale[to]
      shares[2 * to + 1] = (share * scale[b]) / scale[to]
      shift[to] = (mean[a] + share * (mean[b] - mean[a]) - mean[to]) / scale[to]
    }
  }
}
