/** Data augmentation: random crops, noise, offsets, masks (SpecAugment, Park et al. 2019), vocal tract warping. */
import { floatView, type Matrix, toMatrix } from '../core/array.ts'
import type { FloatArray, FloatNdArray, MatrixLike } from '../core/types.ts'
import type { Random } from '../numerics/random.ts'
import { Workspace } from '../numerics/workspace.ts'
import type { PackingAugmentation } from '../training/augment.ts'
import { FilterPlaces, type MelColumns, mixRow, unmixed, warp } from './frequency-warp.ts'

export type { MelColumns } from './frequency-warp.ts'

/** Most neighbouring filters in one mask. */
const MASK_FILTERS = 6

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

/** Filters or rows first .. end-1, which are set to their means. */
interface Stretch {
  first: number
  end: number
}

function stretch(longest: number, among: number, random: Random): Stretch {
  const length = random.integer(longest + 1)
  const first = random.integer(among - length + 1)
  return { first, end: first + length }
}

/** The random numbers of one sequence. */
interface Draws {
  /** First row of the crop. */
  start: number
  offsets: FloatArray
  noises: FloatArray
  /** Filters that are masked in every row, and rows that are masked altogether. */
  filters: Stretch[]
  silent: Stretch
}

class Augmenter {
  private readonly options: Required<AugmentationOptions>
  private readonly places: FilterPlaces | null
  private readonly workspace = new Workspace('float32')
  private mixture = unmixed(0)

  constructor({ bandMasks = 0, timeMask = 0, vocalTract = 0, mel = null, ...options }: AugmentationOptions) {
    this.options = { ...options, bandMasks, timeMask, vocalTract, mel }
    this.places = mel && new FilterPlaces(mel.bands[0].filters, mel.sampleRate)
  }

  resultRows(rows: number): number {
    const { crop } = this.options
    return crop > 0 ? Math.min(rows, crop) : rows
  }

  /** Writes row t of the result to the rows `rowOf[t] + b` of `out`. */
  writeRows(out: FloatArray, rowOf: Int32Array, b: number, { data, rows, cols }: Matrix, random: Random): void {
    const length = this.resultRows(rows)
    const { start, offsets, noises, filters, silent } = this.draw(rows, length, cols, random)
    const bands = this.options.mel?.bands ?? []
    for (let t = 0; t < length; t++) {
      const at = (rowOf[t] + b) * cols
      if (t >= silent.first && t < silent.end) {
        out.fill(0, at, at + cols)
        continue
      }
      mixRow(out, at, data, (start + t) * cols, this.mixture, offsets, noises, t * cols)
      for (const { first, end } of filters) {
        for (const { start: low } of bands) for (let j = at + low + first; j < at + low + end; j++) out[j] = 0
      }
    }
  }

  /** Draws all that is random for a sequence, and sets the mixture to the drawn warp. */
  private draw(rows: number, length: number, cols: number, random: Random): Draws {
    const { offset, noise, bandMasks, timeMask, vocalTract, mel } = this.options
    const start = random.integer(rows - length + 1)
    // Separate random streams, so that warps and masks do not change the offsets and the noise.
    const warps = random.substream('vocal tract')
    const masks = random.substream('masks')
    if (this.mixture.a.length !== cols) this.mixture = unmixed(cols)
    if (vocalTract > 0 && mel !== null && this.places !== null) {
      warp(this.mixture, 1 + vocalTract * (2 * warps.uniform() - 1), mel, this.places)
    }
    const offsets = this.workspace.take('offsets', cols)
    random.normalBlockInto(offsets, 0, offset)
    const noises = this.workspace.take('noises', length * cols)
    random.normalBlockInto(noises, 0, noise)
    const filters: Stretch[] = []
    for (let i = 0; mel !== null && i < bandMasks; i++) {
      const among = mel.bands[0].filters
      filters.push(stretch(Math.min(MASK_FILTERS, among), among, masks))
    }
    const silent = timeMask > 0 ? stretch(Math.floor(timeMask * length), length, masks) : { first: 0, end: 0 }
    return { start, offsets, noises, filters, silent }
  }
}

/** A function for the option `augment` of `fit`, which also writes to the rows of a batch. */
export function createAugmentation(options: AugmentationOptions): PackingAugmentation {
  const augmenter = new Augmenter(options)
  const augment = (sequence: MatrixLike, random: Random): FloatNdArray => {
    const matrix = toMatrix('augmentation', 'sequence', sequence, 'float32')
    const rows = augmenter.resultRows(matrix.rows)
    const out = new Float32Array(rows * matrix.cols)
    augmenter.writeRows(
      out,
      Int32Array.from({ length: rows }, (_, t) => t),
      0,
      matrix,
      random,
    )
    return floatView(out, [rows, matrix.cols])
  }
  return Object.assign(augment, { augmenter })
}
