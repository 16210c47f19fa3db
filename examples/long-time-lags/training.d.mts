import type * as core from '../../src/index.ts'
import type { AdamOptions } from '../../src/optim/adam.ts'
import type { Task } from './tasks.mjs'

/** What is trained on what, see protocol.mjs. */
export interface Experiment<Label> {
  task: Task<Label>
  model: 'lstm' | 'rnn'
  cell: { units: number; peepholes?: boolean; forgetBias?: number; inputBias?: number; chrono?: number }
  headBias?: number[]
  optimizer: AdamOptions
  batchSize?: number
  clipNorm?: number
  /** Training sequences between two looks. Default 1000. */
  chunk?: number
  /** Most training sequences. */
  budget: number
}

/** How a training went. */
export interface Run {
  solved: boolean
  sequences: number
  wrong: number[]
  curve: [loss: number, missed: number][]
}

export function train<Label>(
  library: typeof core,
  experiment: Experiment<Label>,
  seed: number,
  options?: { log?: (line: string) => void },
): Promise<Run>
