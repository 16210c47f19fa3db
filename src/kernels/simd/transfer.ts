/** Copies of matrices to the memory of a module and back. */
import type { FloatArray } from '../../core/types.ts'
import type { Memory } from './module.ts'

/** Address of a matrix and the distance of its rows in bytes. */
export interface Placed {
  at: number
  ld: number
}

/** Up to this many elements are copied one by one, which is faster than creating a view. */
const FEW = 192

function copyElements(to: Float32Array, toOffset: number, from: Float32Array, fromOffset: number, n: number): void {
  for (let i = 0; i < n; i++) to[toOffset + i] = from[fromOffset + i]
}

/** Address of an element of an array that lies in the memory itself; 0 of another. */
export function addressIn({ floats }: Memory, x: FloatArray, offset = 0): number {
  return x.buffer === floats.buffer ? x.byteOffset + 4 * offset : 0
}

/** Copies n elements; returns their address. */
export function copyIn(memory: Memory, x: Float32Array, offset: number, n: number): number {
  const at = memory.take(n)
  if (n < FEW) copyElements(memory.floats, at / 4, x, offset, n)
  else memory.floats.set(x.subarray(offset, offset + n), at / 4)
  return at
}

/** Copies n elements back. */
export function copyOut(x: Float32Array, offset: number, memory: Memory, at: number, n: number): void {
  if (n < FEW) copyElements(x, offset, memory.floats, at / 4, n)
  else x.set(memory.floats.subarray(at / 4, at / 4 + n), offset)
}

/** Copies a matrix to an address, rows contiguous. */
export function copyRowsTo(
  memory: Memory,
  at: number,
  x: Float32Array,
  offset: number,
  ld: number,
  rows: number,
  cols: number,
): void {
  if (ld === cols) memory.floats.set(x.subarray(offset, offset + rows * cols), at / 4)
  else gather(memory.floats, at / 4, cols, x, offset, ld, rows, cols)
}

/** Copies a matrix together with the gaps between its rows, unless the gaps are most of it. */
export function copyRowsIn(
  memory: Memory,
  x: Float32Array,
  offset: number,
  ld: number,
  rows: number,
  cols: number,
): Placed {
  if (rows === 0) return { at: memory.take(0), ld: 0 }
  const gap = Math.abs(ld)
  if (rows === 1 || gap <= 2 * cols + 16) {
    const before = ld < 0 ? (rows - 1) * gap : 0
    const at = copyIn(memory, x, offset - before, (rows - 1) * gap + cols)
    return { at: at + 4 * before, ld: 4 * ld }
  }
  const at = memory.take(rows * cols)
  copyRowsTo(memory, at, x, offset, ld, rows, cols)
  return { at, ld: 4 * cols }
}

/** Copies a matrix with contiguous rows into the rows of x. */
export function copyRowsOut(
  x: Float32Array,
  offset: number,
  ld: number,
  memory: Memory,
  at: number,
  rows: number,
  cols: number,
): void {
  if (ld === cols) copyOut(x, offset, memory, at, rows * cols)
  else gather(x, offset, ld, memory.floats, at / 4, cols, rows, cols)
}

/** to(i, j) = from(i, j) */
function gather(
  to: Float32Array,
  toOffset: number,
  ldTo: number,
  from: Float32Array,
  fromOffset: number,
  ldFrom: number,
  rows: number,
  cols: number,
): void {
  for (let i = 0; i < rows; i++) {
    const at = toOffset + i * ldTo
    const source = fromOffset + i * ldFrom
    for (let j = 0; j < cols; j++) to[at + j] = from[source + j]
  }
}
