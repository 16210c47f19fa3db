/** A model as the writer of files takes it. */
import type { Graph } from '../graph.ts'
import type { Sequences } from '../steps.ts'

/** Writes operators behind a value. */
export type Part = (graph: Graph, x: Sequences) => Sequences

/** A model with its outputs by the names of the methods that compute them. */
export interface Exported {
  /** Columns of `x`. */
  inputs: number
  /** Whether `x` is sequences [B, T, inputs]; else rows [B, inputs]. */
  sequences: boolean
  /** Fills gaps of the input, before numbers that are none are looked for. Default: there may be none. */
  filled?: Part
  /** The operators that all outputs have in common. */
  trunk: Part
  /** The operators of each output behind those. */
  outputs: Readonly<Record<string, Part>>
  /** Outputs that are written unless others are asked for. */
  standard: readonly string[]
  /** Texts that are stored with the model. */
  metadata: Record<string, string>
}

/** Nothing. */
export const asItIs: Part = (_, x) => x

/** Parts one after the other, each with names of its own. */
export function chained(parts: readonly Part[], name: string): Part {
  return (graph, x) => parts.reduce((below, part, i) => graph.within(`${name}.${i}`, () => part(graph, below)), x)
}
