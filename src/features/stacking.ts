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

/** Limits of the context of {@link spliceFrames}, frames to either side. */
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
 * becomes [blocks, size * D]. Three frames with a hop of 10 ms per row give a sequence with a hop of 30 ms.
 *
 * The last block is the first that reaches the last frame, which it repeats beyond the end: no frame is lost except
 * between blocks where `step > size`. With `step = size` there are ceil(T / size) blocks, in general the lesser of
 * ceil(T / step) and 1 + ceil((T - size) / step); none for T = 0. float32 and float64 are kept, other element types
 * give float32.
 *
 * @throws TypeError or RangeError for x other than a matrix, numbers that overflow float32, or sizes other than
 *   integers >= 1
 */
export function stackFrames(x: MatrixLike, options: StackOptions = {}): FloatNdArray {
  checkOptions('stackFrames', options, ['size', 'step'])
  const size = checkInteger('stackFrames', 'size', options.size === undefined ? 3 : options.size, { min: 1 })
  const step = checkInteger('stackFrames', 'step', options.step === undefined ? size : options.step, { min: 1 })
  return gather('stackFrames', x, size, step, 0, (rows) => blocksOf(rows, size, step))
}

/** Blocks of {@link stackFrames}. */
export function blocksOf(rows: number, size: number, step: number): number {
  // The first term applies with step > size, where the next block may begin beyond the end.
  return Math.min(Math.ceil(rows / step), 1 + Math.max(0, Math.ceil((rows - size) / step)))
}

/**
 * Means of blocks of neighbouring frames: row b is the mean of x[b size], ..., x[(b + 1) size - 1], the last row that
 * of the remaining frames; [T, D] becomes [ceil(T / size), D]. float32 and float64 are kept, other element types give
 * float32.
 *
 * @throws TypeError or RangeError for x other than a matrix or a size other than an integer >= 1
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
 * Each frame with its context: row t is x[t - left], ..., x[t], ..., x[t + right], the first and last frame
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
