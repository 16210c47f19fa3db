import { allocate, checkOverflow, floatView, toHeldMatrix } from '../core/array.ts'
import { checkInteger, checkOptions } from '../core/check.ts'
import type { FloatNdArray, MatrixLike } from '../core/types.ts'
import { commonDtype } from './columns.ts'

/** Options of {@link stackFrames}. */
export interface StackOptions {
  /** Frames in a block; default 3. */
  size?: number
  /** Frames from one block to the next; default `size`. */
  step?: number
}

/** Frames of context to either side that {@link spliceFrames} takes. */
const context = { min: 0, max: 1000 } as const

/** Options of {@link averageFrames}. */
export interface AverageOptions {
  /** Frames in a block; default 3. */
  size?: number
}

/** Options of {@link spliceFrames}. */
export interface SpliceOptions {
  /** Frames of context before; default 5. */
  left?: number
  /** Frames of context after; default 5. */
  right?: number
}

/**
 * Blocks of neighbouring frames as rows: block b is x[b step], ..., x[b step + size - 1], one after another; [T, D]
 * becomes [blocks, size * D]. Three 10 ms frames a row make a sequence of 30 ms steps.
 *
 * Blocks follow until one reaches the last frame, and that block repeats the last frame where it runs over the end: no
 * frame is lost unless `step > size` leaves it out between blocks. With `step = size` that is ceil(T / size) blocks, in
 * general the lesser of ceil(T / step) and 1 + ceil((T - size) / step); none for T = 0. float32 and float64 are kept, other
 * element types give float32.
 *
 * @throws TypeError or RangeError for what is no matrix, finite numbers that float32 cannot hold, or no integers >= 1
 */
export function stackFrames(x: MatrixLike, options: StackOptions = {}): FloatNdArray {
  checkOptions('stackFrames', options, ['size', 'step'])
  const size = checkInteger('stackFrames', 'size', options.size === undefined ? 3 : options.size, { min: 1 })
  const step = checkInteger('stackFrames', 'step', options.step === undefined ? size : options.step, { min: 1 })
  return gather('stackFrames', x, size, step, 0, (rows) =>
    // The first term: with step > size the frame that the next block would begin with may not exist.
    Math.min(Math.ceil(rows / step), 1 + Math.max(0, Math.ceil((rows - size) / step))),
  )
}

/**
 * Means of blocks of neighbouring frames: row b is the mean of x[b size], ..., x[(b + 1) size - 1], in the last block of
 * the frames that are left; [T, D] becomes [ceil(T / size), D]. float32 and float64 are kept, other element types give
 * float32.
 *
 * @throws TypeError or RangeError for what is no matrix or no integer >= 1
 */
export function averageFrames(x: MatrixLike, options: AverageOptions = {}): FloatNdArray {
  checkOptions('averageFrames', options, ['size'])
  const size = checkInteger('averageFrames', 'size', options.size === undefined ? 3 : options.size, { min: 1 })
  const dtype = commonDtype(x)
  const { data, rows, cols } = toHeldMatrix('averageFrames', 'x', x, dtype)
  const blocks = Math.ceil(rows / size)
  const out = allocate(blocks * cols, dtype)
  for (let b = 0; b < blocks; b++) {
    const end = Math.min(rows, (b + 1) * size)
    for (let j = 0; j < cols; j++) {
      let sum = 0
      for (let t = b * size; t < end; t++) sum += data[t * cols + j]
      out[b * cols + j] = sum / (end - b * size)
    }
  }
  checkOverflow('averageFrames', 'x', out, data)
  return floatView(out, [blocks, cols])
}

/**
 * Each frame between its neighbours: row t is x[t - left], ..., x[t], ..., x[t + right], the first and last frame
 * repeated beyond the ends; [T, D] becomes [T, (left + 1 + right) * D]. float32 and float64 are kept, other element
 * types give float32.
 *
 * @throws TypeError or RangeError as {@link stackFrames}, the integers being >= 0
 */
export function spliceFrames(x: MatrixLike, options: SpliceOptions = {}): FloatNdArray {
  checkOptions('spliceFrames', options, ['left', 'right'])
  const left = checkInteger('spliceFrames', 'left', options.left === undefined ? 5 : options.left, context)
  const right = checkInteger('spliceFrames', 'right', options.right === undefined ? 5 : options.right, context)
  return gather('spliceFrames', x, left + 1 + right, 1, -left, (rows) => rows)
}

/** Row b holds `size` frames from b * step + first on, indices clamped to the sequence. */
function gather(
  where: string,
  x: MatrixLike,
  size: number,
  step: number,
  first: number,
  count: (rows: number) => number,
): FloatNdArray {
  const dtype = commonDtype(x)
  const { data, rows, cols } = toHeldMatrix(where, 'x', x, dtype)
  const blocks = count(rows)
  const out = allocate(blocks * size * cols, dtype)
  for (let b = 0; b < blocks; b++) {
    for (let i = 0; i < size; i++) {
      const t = Math.min(rows - 1, Math.max(0, b * step + first + i))
      out.set(data.subarray(t * cols, (t + 1) * cols), (b * size + i) * cols)
    }
  }
  return floatView(out, [blocks, size * cols])
}
