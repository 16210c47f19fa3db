/**
 * Training cases and frames. A sequence is stored in reversed time: a frame and its history, the latest frame first,
 * are then contiguous, and the histories of all frames are a matrix with overlapping rows, without a copy.
 */
import { allocate, type Matrix } from '../core/array.ts'
import { type FarNumbers, farFrom } from '../core/deferred.ts'
import type { Dtype, FloatArray } from '../core/types.ts'
import { gatherRows } from '../kernels/room.ts'
import type { Room } from '../kernels/types.ts'
import type { Cases } from './machine.ts'

/** Cases to draw mini-batches from: case r is the `length` numbers from index starts[r]. */
export interface CaseSet {
  /** The numbers, or where they are read from. */
  data: FloatArray | FarNumbers
  starts: Int32Array
  length: number
}

function isFar(data: FloatArray | FarNumbers): data is FarNumbers {
  return 'readInto' in data
}

/** Each row of a matrix is a case without a history. */
export function rowCases({ data, rows, cols }: Matrix): CaseSet {
  return { data, starts: Int32Array.from({ length: rows }, (_, r) => r * cols), length: cols }
}

function reversedInto(out: FloatArray, at: number, { data, rows, cols }: Matrix): void {
  for (let t = rows - 1, to = at; t >= 0; t--, to += cols) {
    for (let i = 0, from = t * cols; i < cols; i++, from++) out[to + i] = data[from]
  }
}

/** The sequences in reversed time, one behind the other, outside of memory; null where there is no room for them. */
function reversedFar(sequences: readonly Matrix[], dtype: Dtype): FarNumbers | null {
  const far = farFrom(sequences)
  if (far === null) return null
  for (const sequence of sequences) {
    const data = allocate(sequence.rows * sequence.cols, dtype)
    reversedInto(data, 0, sequence)
    if (far.append(data)) continue
    far.close()
    return null
  }
  return far
}

function reversedAll(sequences: readonly Matrix[], dtype: Dtype): FloatArray {
  const data = allocate(
    sequences.reduce((sum, { rows, cols }) => sum + rows * cols, 0),
    dtype,
  )
  let at = 0
  for (const sequence of sequences) {
    reversedInto(data, at, sequence)
    at += sequence.rows * sequence.cols
  }
  return data
}

/**
 * Each frame that has `order` predecessors is a case. Those of sequences that are read from a file are kept in one too, which
 * {@link closeCases} gives back.
 */
export function frameCases(sequences: readonly Matrix[], order: number, dtype: Dtype): CaseSet {
  const { cols } = sequences[0]
  const starts = new Int32Array(sequences.reduce((sum, { rows }) => sum + rows - order, 0))
  let first = 0
  let r = 0
  for (const { rows } of sequences) {
    for (let t = order; t < rows; t++) starts[r++] = (first + rows - 1 - t) * cols
    first += rows
  }
  const data = reversedFar(sequences, dtype) ?? reversedAll(sequences, dtype)
  return { data, starts, length: (order + 1) * cols }
}

/** Gives back the file of cases, if there is one. */
export function closeCases({ data }: CaseSet): void {
  if (isFar(data)) data.close()
}

/** The indices of all cases, 0..n-1. */
export function everyCase({ starts }: CaseSet): Int32Array {
  return starts.map((_, r) => r)
}

/** Copies the first `length` numbers of case r to out[at ..]. */
export function copyCase(out: FloatArray, at: number, { data, starts }: CaseSet, r: number, length: number): void {
  const from = starts[r]
  if (isFar(data)) data.readInto(out, at, from, length)
  else out.set(data.subarray(from, from + length), at)
}

/** Writes cases to the rows of out [members, length], by the kernel of a room where one is given. */
export function gatherInto(
  out: FloatArray,
  set: CaseSet,
  members: ArrayLike<number>,
  gather: Room['gather'] = gatherRows,
): void {
  const { data, starts, length } = set
  // Asked once: for each case the question would take longer than the copy.
  if (isFar(data)) {
    for (let r = 0; r < members.length; r++) data.readInto(out, r * length, starts[members[r]], length)
    return
  }
  gather(out, data, starts, members, length)
}

/** Some cases of a set, as a copy. */
export function gather(set: CaseSet, members: ArrayLike<number>, dtype: Dtype): Cases {
  const data = allocate(members.length * set.length, dtype)
  gatherInto(data, set, members)
  return { data, offset: 0, stride: set.length, rows: members.length }
}

/** The frames t >= order of a sequence in temporal order, with their histories. */
export function scoredFrames(sequence: Matrix, order: number, dtype: Dtype): Cases {
  const { rows, cols } = sequence
  const data = allocate(rows * cols, dtype)
  reversedInto(data, 0, sequence)
  return { data, offset: (rows - 1 - order) * cols, stride: -cols, rows: rows - order }
}

/** All frames of a sequence in temporal order; the history of the first ones repeats the first frame. */
export function allFrames(sequence: Matrix, order: number, dtype: Dtype): Cases {
  const { rows, cols } = sequence
  const data = allocate((rows + order) * cols, dtype)
  reversedInto(data, 0, sequence)
  for (let at = rows * cols; at < data.length; at += cols) data.copyWithin(at, (rows - 1) * cols, rows * cols)
  return { data, offset: (rows - 1) * cols, stride: -cols, rows }
}
