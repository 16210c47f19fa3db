import { allocate, floatView, toMatrix } from '../core/array.ts'
import type { FloatNdArray } from '../core/types.ts'
import type { Random } from '../numerics/random.ts'

/** How training sequences are varied. Inputs are standardised, so that sizes are in standard deviations. */
export interface AugmentationOptions {
  /** Longest piece of a sequence that is used, at a random place, in steps; 0 for all of it. */
  crop: number
  /** Standard deviation of noise on every number. */
  noise: number
  /** Standard deviation of an offset of each column, one for the whole sequence. */
  offset: number
}

/** A function for `augment` of `fit`. */
export function createAugmentation({
  crop,
  noise,
  offset,
}: AugmentationOptions): (sequence: FloatNdArray, random: Random) => FloatNdArray {
  return (sequence, random) => {
    const { data, rows, cols } = toMatrix('augmentation', 'sequence', sequence, 'float32')
    const length = crop > 0 ? Math.min(rows, crop) : rows
    const start = random.integer(rows - length + 1) * cols
    const offsets = allocate(cols, 'float32')
    random.normalInto(offsets, 0, offset)
    const out = allocate(length * cols, 'float32')
    random.normalInto(out, 0, noise)
    for (let i = 0; i < out.length; i++) out[i] += data[start + i] + offsets[i % cols]
    return floatView(out, [length, cols])
  }
}
