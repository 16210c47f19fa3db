/** Augmentation of feature sequences: random crops, noise, offsets, masks (SpecAugment, Park et al. 2019), vocal tract warping. */
import { floatView, type Matrix, toMatrix } from '../core/array.ts'
import type { FloatNdArray, MatrixLike } from '../core/types.ts'
import { type Mixing, referenceMixing } from '../kernels/mixing.ts'
import { mixingMemory } from '../kernels/simd/mixing.ts'
import type { Random } from '../numerics/random.ts'
import { Workspace } from '../numerics/workspace.ts'
import { noisesInto } from '../numerics/ziggurat.ts'
import type { PackingAugmentation } from '../training/augment.ts'
import { FilterPlaces, type MelColumns, warp } from './frequency-warp.ts'

export type { MelColumns } from './frequency-warp.ts'

/** Most neighbouring filters in one mask. */
const MASK_FILTERS = 6

/** Options of the augmentation of sequences. Inputs are standardised, so that amounts are in standard deviations. */
export interface AugmentationOptions {
  /** Longest random crop of a sequence, in time steps; 0 for whole sequences. Default 0. */
  crop?: number
  /** Standard deviation of noise on every number. Default 0. */
  noise?: number
  /** Standard deviation of a random offset of each column, constant over the sequence. Default 0. */
  offset?: number
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

/** Parts of one sequence that are set to their means: filters in every row, and rows. */
interface Masks {
  filters: Stretch[]
  silent: Stretch
}

/** Changes nothing. */
const still = { crop: 0, noise: 0, offset: 0, bandMasks: 0, timeMask: 0, vocalTract: 0 } as const

class Augmenter {
  private readonly options: Required<AugmentationOptions>
  private readonly places: FilterPlaces | null
  private readonly offsets = new Workspace('float32')
  private mixing: Mixing = referenceMixing(0, 0)

  constructor(options: AugmentationOptions) {
    const { mel = null } = options
    this.options = { ...still, ...options, mel }
    this.places = mel && new FilterPlaces(mel.bands[0].filters, mel.edges)
  }

  resultRows(rows: number): number {
    const { crop } = this.options
    return crop > 0 ? Math.min(rows, crop) : rows
  }

  /** Writes row t of the result to the rows `rowOf[t] + b` of `out`. */
  writeRows(out: Float32Array, rowOf: Int32Array, b: number, sequence: Matrix, random: Random): void {
    const { cols } = sequence
    const { buffer, byteOffset, length: room } = out
    const bits = new Int32Array(buffer, byteOffset, room)
    const length = this.resultRows(sequence.rows)
    const { filters, silent } = this.mix(sequence, length, random)
    const bands = this.options.mel?.bands ?? []
    const mixed = this.mixing.bits
    for (let t = 0; t < length; t++) {
      const at = (rowOf[t] + b) * cols
      if (t >= silent.first && t < silent.end) {
        out.fill(0, at, at + cols)
        continue
      }
      copyRow(bits, at, mixed, t * cols, cols)
      for (const { first, end } of filters) {
        for (const { start: low } of bands) for (let j = at + low + first; j < at + low + end; j++) out[j] = 0
      }
    }
  }

  /** Makes `mixing.out`, a piece of the sequence that is warped, moved and noisy; draws its masks. */
  private mix({ data, rows, cols }: Matrix, length: number, random: Random): Masks {
    const { offset, noise, vocalTract, mel } = this.options
    const mixing = this.roomFor(length, cols)
    const start = random.integer(rows - length + 1)
    mixing.x.set(data.subarray(start * cols, (start + length) * cols))
    // Separate random streams, so that warps and masks do not change the offsets and the noise.
    const warps = random.substream('vocal tract')
    const masks = random.substream('masks')
    if (vocalTract > 0 && mel !== null && this.places !== null) {
      warp(mixing, 1 + vocalTract * (2 * warps.uniform() - 1), mel, this.places)
    }
    const offsets = this.offsets.take('offsets', cols)
    random.normalBlockInto(offsets, 0, offset)
    mixing.offsets.set(offsets)
    noisesInto(mixing, length * cols, random.blockSeed(), 0, noise)
    mixing.run(length)
    return this.drawMasks(length, masks)
  }

  private drawMasks(length: number, random: Random): Masks {
    const { bandMasks, timeMask, mel } = this.options
    const filters: Stretch[] = []
    for (let i = 0; mel !== null && i < bandMasks; i++) {
      const among = mel.bands[0].filters
      filters.push(stretch(Math.min(MASK_FILTERS, among), among, random))
    }
    const silent = timeMask > 0 ? stretch(Math.floor(timeMask * length), length, random) : { first: 0, end: 0 }
    return { filters, silent }
  }

  private checkColumns(cols: number): void {
    const width = Math.max(0, ...(this.options.mel?.bands ?? []).map(({ start, filters }) => start + filters))
    if (cols < width)
      throw new RangeError(`augmentation: "mel.bands" expected columns below ${cols}, got up to ${width - 1}`)
  }

  private roomFor(rows: number, cols: number): Mixing {
    if (this.mixing.cols !== cols) this.checkColumns(cols)
    if (this.mixing.cols !== cols || this.mixing.rows < rows) this.mixing = mixingMemory(rows, cols)
    return this.mixing
  }
}

/** Copies float32 as integers, which V8 does not convert to float64 and back on the way. */
function copyRow(out: Int32Array, at: number, from: Int32Array, fromAt: number, cols: number): void {
  for (let j = 0; j < cols; j++) out[at + j] = from[fromAt + j]
}

/** A function of any matrix. */
type SequenceAugmentation = (sequence: MatrixLike, random: Random) => FloatNdArray

/** A function for the option `augment` of `fit`, which also writes to the rows of a batch. */
export function createAugmentation(options: AugmentationOptions): PackingAugmentation & SequenceAugmentation {
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
