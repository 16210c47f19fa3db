/** The files of test/vectors/keras-models.json. */
import { gunzipSync } from 'node:zlib'
import { expect } from 'vitest'
import vectors from '../../vectors/keras-models.json' with { type: 'json' }

/** A model's files, and what Keras gives on sequences. */
export interface KerasCase {
  /** Whether the input is rows, not sequences. */
  rows: boolean
  sequences: number[][]
  outputs: { shape: number[]; data: number[] }[]
  /** Outputs of the sequences in one batch, filled up with zeros. */
  padded?: number[][]
  files: Record<string, string>
}

/** Models by name. */
export const cases = vectors.cases as unknown as Record<string, KerasCase>

/** Files of models that are refused. */
export const refused: Record<string, string> = vectors.refused

/** Weights without a model, and what their model gives. */
export const weightsAlone = vectors.weights as unknown as KerasCase

export function unpacked(text: string): Uint8Array {
  return new Uint8Array(gunzipSync(Buffer.from(text, 'base64')))
}

/** The bytes of a model's file. */
export function fileOf(name: string, ending = 'keras'): Uint8Array {
  return unpacked(cases[name].files[ending])
}

/** A sequence as rows, in the numbers of 32 bits that Keras had. */
export function rowsOf(data: readonly number[]): number[][] {
  const { inputs } = vectors
  return Array.from({ length: data.length / inputs }, (_, t) =>
    data.slice(t * inputs, (t + 1) * inputs).map(Math.fround),
  )
}

/** The largest difference of two lists. */
export function distance(a: ArrayLike<number>, b: readonly number[]): number {
  expect(a.length).toBe(b.length)
  return b.reduce((most, value, i) => Math.max(most, Math.abs(value - a[i])), 0)
}
