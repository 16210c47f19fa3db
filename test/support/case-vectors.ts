/** What the reference cases in vectors/*.json are read and compared with. */
import { expect } from 'vitest'
import { view } from '../../src/core/array.ts'
import type { FloatArray, FloatNdArray } from '../../src/core/types.ts'
import type { Sequential } from '../../src/networks/sequential.ts'

/** Sequences written as [sequence][frame][column]. */
export function matrices(sequences: number[][][]): FloatNdArray[] {
  return sequences.map((rows) => view(Float64Array.from(rows.flat()), [rows.length, rows[0].length]))
}

/** The part of a flat vector that belongs to a parameter such as "0.forward.Wxi". */
export function parameterIn({ parameters: { slots } }: Sequential, flat: FloatArray, name: string): FloatArray {
  const slot = slots.find((candidate) => candidate.name === `layers.${name}`)
  if (slot === undefined) throw new Error(`no parameter ${name}`)
  return flat.subarray(slot.offset, slot.offset + slot.size)
}

export function expectClose(got: ArrayLike<number>, wanted: number[], bound: number, what: string): void {
  expect(got.length, what).toBe(wanted.length)
  wanted.forEach((value, i) => {
    const error = Math.abs(got[i] - value)
    expect(error <= bound * (1 + Math.abs(value)), `${what}[${i}]: got ${got[i]}, wanted ${value}`).toBe(true)
  })
}
