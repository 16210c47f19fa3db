import { expect, it } from 'vitest'
import { floatView } from '../../src/core/array.ts'
import { stackedWindows } from '../../src/features/stacked-windows.ts'
import { stackFrames } from '../../src/features/stacking.ts'

const D = 2
const frames = floatView(
  Float32Array.from({ length: 60 * D }, (_, i) => i * i),
  [60, D],
)

it.each([
  [3, 3],
  [3, 1],
  [5, 2],
  [1, 1],
  [2, 4],
  [20, 3],
])('blocks of %d frames every %d are those of stackFrames of each window, shared ones once', (size, step) => {
  for (const length of [1, 9, 10, 13]) {
    const firsts = [0, 2, 5, 12, 60 - length]
    const { rows, windows } = stackedWindows(frames, firsts, length, { size, step })
    for (const [i, first] of firsts.entries()) {
      const alone = floatView(frames.data.slice(first * D, (first + length) * D), [length, D])
      const wanted = stackFrames(alone, { size, step })
      const cols = size * D
      const found = Array.from(windows[i], (row) => Array.from(rows.data.slice(row * cols, (row + 1) * cols))).flat()
      expect(found).toEqual(Array.from(wanted.data))
    }
    const places = new Set(windows.flatMap((window, i) => Array.from(window, (_, b) => firsts[i] + b * step)))
    expect(rows.shape[0]).toBeLessThanOrEqual(places.size + firsts.length)
  }
})
