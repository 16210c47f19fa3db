/** An experiment of a few milliseconds, and two corpora with the same speakers, texts and classes for it. */
import type { ExperimentPlan } from '../../src/experiments/plan.ts'
import { type ExperimentSource, syntheticSource } from '../../src/node/source.ts'

/** Three folds of functionals. Its corpus is given as a source. */
export const smallPlan: ExperimentPlan = {
  format: 'ser-core/plan',
  version: 1,
  corpus: { kind: 'manifest', path: 'list.csv' },
  systems: [
    {
      name: 'quick',
      system: 'functionals-mlp',
      options: { frontEnd: { filters: 8, coefficients: 8 }, cepstra: 4, hidden: [3], epochs: 2, weightDecays: [0.1] },
    },
  ],
  seeds: [1],
  protocols: ['strict'],
  combinations: [],
}

/** Recordings of three speakers; each seed has its own voices under the same names. */
export function voices(seed: number): ExperimentSource {
  return syntheticSource({ speakers: 3, sentences: 1, emotions: ['joy', 'sadness'], seed })
}
