/** Options of a system chosen on the training part of each fold: by corpora left out, or by speakers. */

import type { Json } from '../core/types.ts'
import { unweightedRecall } from '../evaluation/metrics.ts'
import { meanConcordance } from '../evaluation/regression.ts'
import { argmax } from '../networks/decision.ts'
import type { Seed } from '../numerics/random.ts'
import type { LabelledFeatures, System, TrainingOptions } from '../pipelines/system.ts'
import { HELD_OUT_PARTS, heldOutParts, subset } from '../pipelines/training-data.ts'

/** A system with some of the options to choose from. */
export interface Candidate {
  /** The options in which candidates differ. */
  choice: { [option: string]: Json }
  system: System
}

/** Sum of the unweighted recalls of the parts held out, or of the mean CCCs of the targets. */
async function scoreOf(
  system: System,
  data: LabelledFeatures,
  classes: number,
  seed: Seed,
  { signal, start }: TrainingOptions,
): Promise<number> {
  let sum = 0
  for (const { train, test } of heldOutParts(data)) {
    const trained = await system.train(subset(data, train), classes, seed, { signal, start })
    const answers = Array.from(test, (i) => trained.predict(data.sequences[i]))
    const { targets } = subset(data, test)
    if (targets !== undefined) {
      sum += meanConcordance(targets, answers)
      continue
    }
    const said = answers.map((posterior) => argmax(posterior))
    sum += unweightedRecall(
      Array.from(test, (i) => data.labels[i]),
      said,
    )
  }
  return sum
}

/**
 * A system whose options are chosen among candidates by the mean UAR, or the CCC of targets, on held-out parts of its training data: each
 * corpus in turn, or, of one corpus, three folds of speakers; of equal candidates the first. Nothing of the test part is
 * seen. The chosen options are in `chosen`.
 */
export function choosingSystem(candidates: readonly Candidate[]): System {
  const [{ system: first }] = candidates
  return {
    ...first,
    settings: { ...first.settings, choices: candidates.map(({ choice }) => choice) },
    train: async (data, classes, seed, hooks = {}) => {
      const scores: number[] = []
      for (const { system } of candidates) scores.push(await scoreOf(system, data, classes, seed, hooks))
      const { system, choice } = candidates[scores.indexOf(Math.max(...scores))]
      const trained = await system.train(data, classes, seed, hooks)
      return { ...trained, chosen: { ...trained.chosen, ...choice } }
    },
  }
}

/** Number of trainings of each fold, relative to one without a choice. */
export function trainingsOf(choices: readonly unknown[] | undefined): number {
  return choices === undefined ? 1 : 1 + choices.length * HELD_OUT_PARTS
}
