/** Data augmentation: random crops, noise, offsets, masks (SpecAugment, Park et al. 2019), vocal tract warping. */
import { floatView, toMatrix } from '../core/array.ts'
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import { hzToMel, melToHz } from '../features/mel-scale.ts'
import type { Random } from '../numerics/random.ts'
import { Workspace } from '../numerics/workspace.ts'
import type { Bands } from './front-end-columns.ts'

/** Most neighbouring filters in one mask. */
const MASK_FILTERS = 6

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

/** Options of data augmentation. Inputs are standardised, so that amounts are in standard deviations. */
export interface AugmentationOptions {
  /** Longest random crop of a sequence, in time steps; 0 for whole sequences. */
  crop: number
  /** Standard deviation of noise on every number. */
  noise: number
  /** Standard deviation of a random offset of each column, constant over the sequence. */
  offset: number
  /** Number of masks of up to 6 neighbouring filters, which are set to their means. Default 0. */
  bandMasks?: number
  /** Longest time mask, over all columns, as a share of the sequence. Default 0. */
  timeMask?: number
  /** w: frequencies are multiplied by a factor drawn from [1 - w, 1 + w] for each sequence. Default 0. */
  vocalTract?: number
  /** Needed by `bandMasks` and `vocalTract`. */
  mel?: MelColumns | null
}

/** For each filter, the (fractional) filter index of `factor` times its centre frequency. */
function warpedPlaces(filters: number, factor: number, sampleRate: number): Float64Array {
  const low = hzToMel(LOWEST)
  const step = (hzToMel(Math.min(HIGHEST, sampleRate / 2)) - low) / (filters + 1)
  return Float64Array.from({ length: filters }, (_, m) => {
    const mel = hzToMel(factor * melToHz(low + (m + 1) * step))
    return Math.min(filters - 1, Math.max(0, (mel - low) / step - 1))
  })
}

/**
 * Warps the frequency axis of `x`, a copy of `from` [T, cols]: each log mel energy becomes that at its warped place,
 * e = (1 - w) e_a + w e_b from the two filters around it, e being the energies before they were standardised,
 * x = (e - mean) / scale. Filter by filter: the five numbers of a filter then stay in registers over all rows.
 */
function warp(x: FloatArray, from: FloatArray, cols: number, factor: number, mel: MelColumns): void {
  const { bands, mean, scale, sampleRate } = mel
  const places = warpedPlaces(bands[0].filters, factor, sampleRate)
  for (const { start } of bands) {
    for (let m = 0; m < places.length; m++) {
      const lower = Math.floor(places[m])
      const share = places[m] - lower
      const [to, a, b] = [start + m, start + lower, start + Math.min(lower + 1, places.length - 1)]
      const ofA = ((1 - share) * scale[a]) / scale[to]
      const ofB = (share * scale[b]) / scale[to]
      const shift = (mean[a] + share * (mean[b] - mean[a]) - mean[to]) / scale[to]
      for (let row = 0; row < x.length; row += cols) x[row + to] = ofA * from[row + a] + ofB * from[row + b] + shift
    }
  }
}

function maskBands(x: FloatArray, cols: number, bands: readonly Bands[], random: Random): void {
  const { filters } = bands[0]
  const width = random.integer(Math.min(MASK_FILTERS, filters) + 1)
  const first = random.integer(filters - width + 1)
  for (let row = 0; row < x.length; row += cols) {
    for (const { start } of bands) x.fill(0, row + start + first, row + start + first + width)
  }
}

function maskTime(x: FloatArray, cols: number, share: number, random: Random): void {
  const rows = x.length / cols
  const length = random.integer(Math.floor(share * rows) + 1)
  const first = random.integer(rows - length + 1)
  x.fill(0, first * cols, (first + length) * cols)
}

/** A function for the option `augment` of `fit`. */
export function createAugmentation({
  crop,
  noise,
  offset,
  bandMasks = 0,
  timeMask = 0,
  vocalTract = 0,
  mel = null,
}: AugmentationOptions): (sequence: FloatNdArray, random: Random) => FloatNdArray {
  const workspace = new Workspace('float32')
  return (sequence, random) => {
    const { data, rows, cols } = toMatrix('augmentation', 'sequence', sequence, 'float32')
    const length = crop > 0 ? Math.min(rows, crop) : rows
    const start = random.integer(rows - length + 1) * cols
    const whole = data.subarray(start, start + length * cols)
    const out = whole.slice()
    // Separate random streams, so that warps and masks do not change the offsets and the noise.
    const warps = random.substream('vocal tract')
    const masks = random.substream('masks')
    if (vocalTract > 0 && mel !== null) warp(out, whole, cols, 1 + vocalTract * (2 * warps.uniform() - 1), mel)
    const offsets = workspace.take('offsets', cols)
    random.normalBlockInto(offsets, 0, offset)
    const noises = workspace.take('noises', out.length)
    random.normalBlockInto(noises, 0, noise)
    for (let row = 0; row < out.length; row += cols) {
      for (let j = 0; j < cols; j++) out[row + j] += offsets[j] + noises[row + j]
    }
    if (mel !== null) for (let i = 0; i < bandMasks; i++) maskBands(out, cols, mel.bands, masks)
    if (timeMask > 0) maskTime(out, cols, timeMask, masks)
    return floatView(out, [length, cols])
  }
}
