/** Plans of experiments as plain JSON: recordings, systems, seeds and protocols. */
import { checkArray, checkObject, checkOneOf, checkOptions, checkString } from '../core/check.ts'
import { describe, expectation } from '../core/errors.ts'
import type { Json } from '../core/types.ts'
import { checkSeed, type Seed } from '../numerics/random.ts'
import type { Average } from '../pipelines/posteriors.ts'
import { createSystem, type SystemName, systemNames } from '../pipelines/systems.ts'
import { type CorpusReference, checkCorpusReference } from './corpora.ts'
import { checkFolds, type FoldPlan } from './folds.ts'
import { checkPretraining, type Pretraining } from './pretraining.ts'

export type { CorpusReference } from './corpora.ts'

/**
 * Statistics by which features are standardised: `strict`, those of the training speakers alone; `speaker`, every
 * speaker's own, including those of the test speaker's unlabelled recordings; `corpus`, every corpus' own, including those
 * of the unlabelled recordings of a test corpus.
 */
export type Protocol = 'strict' | 'speaker' | 'corpus'

/** All values of {@link Protocol}. */
export const protocols: readonly Protocol[] = ['strict', 'speaker', 'corpus']

/** A system of a plan. */
export interface PlannedSystem {
  /** Unique name. Default: the system's own. */
  name: string
  system: SystemName
  options: { [key: string]: Json }
  /**
   * Options to choose from, each added to `options`: in each fold those with the best mean UAR (of targets CCC) on held-out parts of the
   * training data, corpora in turn or, of one corpus, three folds of speakers. The front end is the same for all.
   */
  choices?: { [key: string]: Json }[]
  /** Training on other corpora, once for each seed and protocol, from whose weights each fold starts. Default: none. */
  pretrain?: Pretraining
}

/** A combination of trained systems by the average of their posteriors. */
export interface Combination {
  name: string
  /** Names of planned systems. */
  members: string[]
  /** Default `logPosterior`. */
  average?: Average
  /** `each` (default): one combination per seed; `all`: one over all seeds. */
  seeds?: 'each' | 'all'
}

/** The plan of an experiment, as plain JSON. */
export interface ExperimentPlan {
  format: 'ser-core/plan'
  version: 1
  corpus: CorpusReference
  systems: PlannedSystem[]
  seeds: Seed[]
  protocols: Protocol[]
  combinations: Combination[]
  /** Folds. Default: each speaker is left out once. */
  folds?: FoldPlan
}

const where = 'plan'
const keys = ['format', 'version', 'corpus', 'systems', 'seeds', 'protocols', 'combinations', 'folds'] as const

function checkDifferent(name: string, values: readonly Seed[]): void {
  const words = values.map(String)
  const twice = words.find((word, i) => words.indexOf(word) < i)
  if (twice !== undefined) throw new RangeError(`${where}: "${name}" names ${describe(twice)} twice`)
}

function checkName(name: string, value: unknown): string {
  if (checkString(where, name, value) === '') throw new RangeError(expectation(where, name, 'a name', value))
  return value as string
}

function checkSystem(value: PlannedSystem, i: number): PlannedSystem {
  checkOptions(`${where}: systems[${i}]`, value, ['name', 'system', 'options', 'choices', 'pretrain'])
  const system = checkOneOf(where, `systems[${i}].system`, value.system, systemNames)
  const { name = system, options = {} } = value
  const made = createSystem<SystemName>(system, options as never)
  const planned = { ...value, name: checkName(`systems[${i}].name`, name), system, options }
  if (value.choices !== undefined) checkChoices(planned, i, JSON.stringify(made.frontEnd))
  if (value.pretrain !== undefined) checkPretraining(where, `systems[${i}].pretrain`, planned, made)
  return planned
}

function checkChoices({ system, options, choices }: PlannedSystem, i: number, frontEnd: string): void {
  const place = `systems[${i}].choices`
  for (const [k, choice] of checkArray(where, place, choices, 1).entries()) {
    const own = checkObject<{ [key: string]: Json }>(where, `${place}[${k}]`, choice)
    const made = createSystem<SystemName>(system, { ...options, ...own } as never)
    if (JSON.stringify(made.frontEnd) === frontEnd) continue
    throw new RangeError(expectation(where, `${place}[${k}]`, 'the front end of "options"', own))
  }
}

function checkCombination(value: Combination, i: number, systems: readonly PlannedSystem[]): Combination {
  const place = `combinations[${i}]`
  checkOptions(`${where}: ${place}`, value, ['name', 'members', 'average', 'seeds'])
  checkName(`${place}.name`, value.name)
  const names = systems.map(({ name }) => name)
  for (const member of checkArray(where, `${place}.members`, value.members, 1)) {
    checkOneOf(where, `${place}.members`, member, names)
  }
  if (value.average !== undefined) {
    checkOneOf(where, `${place}.average`, value.average, ['posterior', 'logPosterior'])
  }
  if (value.seeds !== undefined) checkOneOf(where, `${place}.seeds`, value.seeds, ['each', 'all'])
  return value
}

/** Throws unless some system learns from utterances without labels, and none takes its CRBM from a start instead. */
function checkLearning(systems: readonly PlannedSystem[]): void {
  const uses = ({ system, options }: PlannedSystem): boolean | undefined =>
    createSystem<SystemName>(system, options as never).usesUnlabelled
  const started = systems.find((one) => one.pretrain !== undefined && uses(one))
  if (started !== undefined) {
    const wanted = 'no system whose CRBM is that of "pretrain"'
    throw new RangeError(expectation(where, 'folds.unlabelled', wanted, started.name))
  }
  if (systems.some(uses)) return
  const names = systems.map(({ system }) => system).join(', ')
  throw new RangeError(expectation(where, 'folds.unlabelled', 'a system that learns from it, such as crbm-lstm', names))
}

/** Throws unless all systems learn targets, and nothing is asked for that only classes have. */
function checkTargetSystems(
  targets: readonly string[],
  systems: readonly PlannedSystem[],
  combinations: readonly Combination[],
): void {
  for (const [i, { system, options, pretrain }] of systems.entries()) {
    if (createSystem<SystemName>(system, options as never).learnsTargets !== true) {
      const able = systemNames.filter((name) => createSystem<SystemName>(name).learnsTargets)
      throw new RangeError(
        expectation(where, `systems[${i}].system`, `one that learns ${targets.join(', ')}: ${able.join(', ')}`, system),
      )
    }
    if (pretrain !== undefined) {
      throw new RangeError(expectation(where, `systems[${i}].pretrain`, 'none with targets', pretrain.corpus.kind))
    }
  }
  if (combinations.length === 0) return
  throw new RangeError(expectation(where, 'combinations', 'none with targets', combinations[0].name))
}

/**
 * Checks a plan: known systems with valid options, distinct names, combinations of planned systems. Fills in missing
 * names of systems.
 *
 * @throws TypeError or RangeError that names the place
 */
export function checkPlan(value: unknown): ExperimentPlan {
  checkOptions(where, value as ExperimentPlan, keys)
  const plan = value as ExperimentPlan
  checkOneOf(where, 'format', plan.format, ['ser-core/plan'])
  if (plan.version !== 1) throw new RangeError(expectation(where, 'version', '1', plan.version))
  const systems = checkArray<PlannedSystem>(where, 'systems', plan.systems, 1).map(checkSystem)
  const seeds = checkArray(where, 'seeds', plan.seeds, 1).map((seed) => checkSeed(where, seed))
  const chosen = checkArray(where, 'protocols', plan.protocols, 1).map((name) =>
    checkOneOf(where, 'protocols', name, protocols),
  )
  const combinations = checkArray<Combination>(where, 'combinations', plan.combinations).map((combination, i) =>
    checkCombination(combination, i, systems),
  )
  checkDifferent('seeds', seeds)
  checkDifferent('protocols', chosen)
  checkDifferent(
    'systems and combinations',
    [...systems, ...combinations].map(({ name }) => name),
  )
  const corpus = checkCorpusReference(where, plan.corpus)
  const folds = plan.folds === undefined ? {} : { folds: checkFolds(where, plan.folds) }
  if (folds.folds?.unlabelled !== undefined) checkLearning(systems)
  if (corpus.targets !== undefined) checkTargetSystems(corpus.targets, systems, combinations)
  return { format: 'ser-core/plan', version: 1, corpus, systems, seeds, protocols: chosen, combinations, ...folds }
}
