/** Small experiments for tests of queues. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { ExperimentPlan, PlannedSystem } from '../../src/experiments/plan.ts'
import { type Served, type ServeQueueOptions, serveQueue } from '../../src/node/queue/serve.ts'
import { type RunPlanOptions, runPlan } from '../../src/node/run-plan.ts'
import { withoutTimes } from './times.ts'

const frontEnd = { spectral: 'mfcc', deltas: 0, pitch: false }

/** An LSTM of some epochs. */
export const lstm = (epochs: number): PlannedSystem => ({
  ...{ name: 'lstm', system: 'lstm', options: { units: 3, rectifier: 3, epochs, batchSize: 4, frontEnd } },
})

/** A system that takes no time. */
export const quick: PlannedSystem = {
  name: 'quick',
  system: 'functionals-mlp',
  options: { frontEnd: { filters: 8, coefficients: 8 }, cepstra: 4, hidden: [3], epochs: 2, weightDecays: [0.1] },
}

/** Three voices of two recordings each. */
export const voices = { speakers: 3, sentences: 1, emotions: ['joy', 'sadness'] as ('joy' | 'sadness')[] }

/** Six folds of two systems. */
export const plan: ExperimentPlan = {
  ...{ format: 'ser-core/plan', version: 1, corpus: { kind: 'synthetic', synthetic: voices } },
  ...{ systems: [lstm(2), quick], seeds: [1], protocols: ['strict'], combinations: [] },
}

/** Runs a plan in a folder of its own; gives the results but for times. */
export async function resultsOf(what: ExperimentPlan, options: Partial<RunPlanOptions> = {}): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'ser-queue-'))
  try {
    await runPlan(what, { folder, ...options })
    return withoutTimes(JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A worker in this process that ends by the function. */
export function serveUntilEnd(options: ServeQueueOptions): { served: Promise<Served>; end(): Promise<void> } {
  const stop = new AbortController()
  const served = serveQueue({ signal: stop.signal, ...options })
  served.catch(() => {})
  const end = async (): Promise<void> => {
    stop.abort(new DOMException('enough', 'AbortError'))
    await expect(served).rejects.toThrow('enough')
  }
  return { served, end }
}
