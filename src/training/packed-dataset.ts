/** A data set as plain memory for other threads: all sequences in one array, all targets in another. */
import type { Matrix } from '../core/array.ts'
import { allocate } from '../core/array.ts'
import type { Dtype, FloatArray } from '../core/types.ts'
import { type Dataset, everyMember, sequencesOf } from './dataset.ts'
import { copyRow } from './targets.ts'

/** Rows of several matrices, one behind the other; matrix i has the rows starts[i] .. starts[i+1]-1. */
interface PackedRows {
  data: FloatArray
  starts: Int32Array
  cols: number
}

/** A {@link Dataset} that can be sent to a thread. */
export interface PackedDataset {
  sequences: PackedRows
  /** Targets of every output row where they are framewise, else one row a sequence. */
  targets: PackedRows
  framewise: boolean
  classes: Int32Array | null
  frameWeights?: readonly Float64Array[]
}

/** Allocates zeros, in shared memory where the threads have it. */
export function allocateFor(threads: { sharesMemory: boolean }, length: number, dtype: Dtype): FloatArray {
  if (!threads.sharesMemory) return allocate(length, dtype)
  const bytes = length * (dtype === 'float64' ? 8 : 4)
  return dtype === 'float64'
    ? new Float64Array(new SharedArrayBuffer(bytes))
    : new Float32Array(new SharedArrayBuffer(bytes))
}

/** Sizes of the packed targets. */
export interface PackShape {
  outputLength: (steps: number) => number
  outputs: number
  dtype: Dtype
  sharesMemory: boolean
}

function emptyRows(rows: readonly number[], cols: number, shape: PackShape): PackedRows {
  const starts = new Int32Array(rows.length + 1)
  rows.forEach((count, i) => {
    starts[i + 1] = starts[i] + count
  })
  return { data: allocateFor(shape, starts[rows.length] * cols, shape.dtype), starts, cols }
}

/** Copies a data set into memory of its own. */
export function packDataset({ inputs, targets, frameWeights }: Dataset, shape: PackShape): PackedDataset {
  const { framewise, classes } = targets
  const sequences = sequencesOf(inputs, everyMember(inputs))
  const x = emptyRows(
    sequences.map(({ rows }) => rows),
    sequences[0].cols,
    shape,
  )
  const wanted = emptyRows(
    sequences.map(({ rows }) => (framewise ? shape.outputLength(rows) : 1)),
    shape.outputs,
    shape,
  )
  sequences.forEach(({ data, rows, cols }, i) => {
    x.data.set(data.subarray(0, rows * cols), x.starts[i] * cols)
    for (let row = wanted.starts[i]; row < wanted.starts[i + 1]; row++) {
      targets.write(wanted.data, row * wanted.cols, i, row - wanted.starts[i])
    }
  })
  return { sequences: x, targets: wanted, framewise, classes, ...(frameWeights && { frameWeights }) }
}

function matrices({ data, starts, cols }: PackedRows): Matrix[] {
  return Array.from({ length: starts.length - 1 }, (_, i) => ({
    data: data.subarray(starts[i] * cols, starts[i + 1] * cols),
    rows: starts[i + 1] - starts[i],
    cols,
  }))
}

/** The data set as views of the packed memory. */
export function unpackDataset({ sequences, targets, framewise, classes, frameWeights }: PackedDataset): Dataset {
  const rows = matrices(targets)
  return {
    inputs: matrices(sequences),
    targets: {
      classes,
      framewise,
      write: (out, at, i, t) => copyRow(out, at, rows[i], framewise ? t : 0),
    },
    ...(frameWeights && { frameWeights }),
  }
}
