import type { NdArray } from 'ndarray'
import type { Random } from '../../src/numerics/random.ts'

/** Sequences [T, D] and the answer to each: a number, a class, or a class a step. */
export interface Cases<Label> {
  sequences: NdArray<Float32Array>[]
  labels: Label[]
}

/** A task, see tasks.mjs. */
export interface Task<Label> {
  inputs: number
  head: { units: number; activation: 'linear' | 'softmax' }
  pools: boolean
  test: { sequences: number; allowed: number }
  generate: (n: number, random: Random) => Cases<Label>
  generateTest?: (n: number, random: Random) => Cases<Label>
  isRight: (output: { get: (row: number, column: number) => number }, label: Label) => boolean
}

export function adding(options: { length: number }): Task<number>
export function order(options?: { lengths?: number[]; first?: number[]; second?: number[] }): Task<number>
export function spikes(options?: {
  period?: number
  delays?: number
  spikes?: number
  testSpikes?: number
}): Task<Int32Array>
