/** Stacked frames of overlapping windows, those that windows share once. */
import { allocate, dtypeOf, floatView } from '../core/array.ts'
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import { blocksOf } from './stacking.ts'

/** Rows of several windows, and which of them each window has. */
export interface StackedWindows {
  rows: FloatNdArray
  /** Indices of each window's rows. */
  windows: Int32Array[]
}

/**
 * The rows of `stackFrames(window, { size, step })` for windows of `length` frames of x [T, D] from `firsts` on. A row that lies
 * within its window is that of all windows with such frames; a last one repeats its window's last frame.
 */
export function stackedWindows(
  x: FloatNdArray,
  firsts: readonly number[],
  length: number,
  { size, step }: { size: number; step: number },
): StackedWindows {
  const [, cols] = x.shape
  const blocks = blocksOf(length, size, step)
  const known = new Map<number, number>()
  const starts: { from: number; end: number }[] = []
  const windows = firsts.map((first) =>
    Int32Array.from({ length: blocks }, (_, b) => {
      const [from, end] = [first + b * step, first + length]
      const whole = from + size <= end
      const index = whole ? (known.get(from) ?? starts.length) : starts.length
      if (index === starts.length) starts.push({ from, end })
      if (whole) known.set(from, index)
      return index
    }),
  )
  const out = allocate(starts.length * size * cols, dtypeOf(x.data as FloatArray))
  starts.forEach(({ from, end }, row) => {
    for (let i = 0; i < size; i++) {
      const t = Math.min(end - 1, from + i)
      out.set(x.data.subarray(t * cols, (t + 1) * cols), (row * size + i) * cols)
    }
  })
  return { rows: floatView(out, [starts.length, size * cols]), windows }
}
