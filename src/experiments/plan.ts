import type { Json } from '../core/types.ts'
import type { Seed } from '../numerics/random.ts'
import type { Average } from '../pipelines/ensemble.ts'
import type { SystemName } from '../pipelines/systems.ts'

/**
 * Whose statistics the features are standardised by: `strict`, the training speakers' alone; `speaker`, every speaker's own,
 * the test speaker's unlabelled recordings included.
 */
export type Protocol = 'strict' | 'speaker'

/** A system of a plan. */
export interface PlannedSystem {
  /** Unlike all others; by default the system's own. */
  name: string
  system: SystemName
  options: { [key: string]: Json }
}

/** Systems that answer together, without a training of their own. */
export interface Combination {
  name: string
  /** Names of planned systems. */
  members: string[]
  /** Default `logPosterior`. */
  average?: Average
  /** `each` (default): seed by seed; `all`: over all seeds at once. */
  seeds?: 'each' | 'all'
}

/** Which recordings. */
export interface CorpusReference {
  kind: string
  path?: string
  classes?: string[]
  speaker?: string
  synthetic?: { [key: string]: Json }
}

/** What an experiment is to do, as plain JSON. */
export interface ExperimentPlan {
  format: 'ser-core/plan'
  version: 1
  corpus: CorpusReference
  systems: PlannedSystem[]
  seeds: Seed[]
  protocols: Protocol[]
  combinations: Combination[]
}
