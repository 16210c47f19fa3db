/**
 * Ensemble of systems: the renormalised geometric mean of the members' posteriors,
 *
 *   p(k | x) ~ exp(1/M sum_m ln p_m(k | x))
 *
 * or their arithmetic mean. Each member may be trained from several seeds. All members use the same features.
 */

import { checkArray, checkInteger, checkObject, checkOneOf, checkOptions } from '../core/check.ts'
import { FormatError } from '../core/errors.ts'
import { limits } from '../core/limits.ts'
import type { FloatNdArray } from '../core/types.ts'
import type { Seed } from '../numerics/random.ts'
import { checkedTraining } from './check-training.ts'
import type { ClassifierStep } from './classifier-steps.ts'
import { type Average, averagePosteriors } from './posteriors.ts'
import {
  type Classifier,
  checkSystem,
  type LabelledFeatures,
  type System,
  type TrainedSystem,
  type TrainingHooks,
} from './system.ts'
import { windowPosteriors } from './timeline.ts'

/** Options of {@link ensembleSystem}. */
export interface EnsembleOptions {
  /** Number of seeds with which each member is trained. Default 1. */
  seeds?: number
  /** Average of the posteriors (`posterior`) or of their logarithms (`logPosterior`). Default `logPosterior`. */
  average?: Average
}

/** States of the members: all seeds of the first system, then all of the next. */
export interface EnsembleState {
  members: unknown[]
}

function stepsOf(members: readonly Classifier[], average: Average): readonly ClassifierStep[] | undefined {
  const steps = members.map((member) => member.steps?.())
  if (steps.includes(undefined)) return undefined
  return [{ kind: 'average posteriors', members: steps as (readonly ClassifierStep[])[], average }]
}

function classifier(members: readonly Classifier[], average: Average): Classifier<EnsembleState> {
  return {
    predict: (features: FloatNdArray) =>
      averagePosteriors(
        members.map((member) => member.predict(features)),
        average,
      ),
    predictWindows: (features, firsts, length) => {
      const answers = members.map((member) => windowPosteriors(member, features, firsts, length))
      return firsts.map((_, w) =>
        averagePosteriors(
          answers.map((posteriors) => posteriors[w]),
          average,
        ),
      )
    },
    steps: () => stepsOf(members, average),
    state: () => ({ members: members.map((member) => member.state()) }),
  }
}

/** Options that the members chose, named `MEMBER.option`; a second member of the same name is `MEMBER#2`. */
function choices(members: readonly System[], trained: readonly TrainedSystem[]): Pick<TrainedSystem, 'chosen'> {
  const all = trained.flatMap(({ chosen = {} }, m) => {
    const { name } = members[m]
    const before = members.slice(0, m).filter((member) => member.name === name).length
    const title = before === 0 ? name : `${name}#${before + 1}`
    return Object.entries(chosen).map(([option, value]) => [`${title}.${option}`, value])
  })
  return all.length === 0 ? {} : { chosen: Object.fromEntries(all) }
}

async function train(
  members: readonly System[],
  average: Average,
  data: LabelledFeatures,
  classes: number,
  seed: Seed,
  { signal, onEpoch }: TrainingHooks,
): Promise<TrainedSystem<EnsembleState>> {
  const epochs = members.reduce((sum, member) => sum + member.epochs, 0)
  const trained: TrainedSystem[] = []
  let before = 0
  for (const [m, member] of members.entries()) {
    const done = before
    trained.push(
      await member.train(data, classes, `${seed}/${m}`, {
        signal,
        onEpoch: ({ epoch, loss }) => onEpoch?.({ epoch: done + epoch, epochs, loss }),
      }),
    )
    before += member.epochs
  }
  const records = trained.flatMap(({ history }) => history.epochs)
  const history = {
    epochs: records,
    stoppedEarly: trained.some((one) => one.history.stoppedEarly),
    bestEpoch: records.length,
  }
  return { history, ...choices(members, trained), ...classifier(trained, average) }
}

/**
 * An ensemble of systems. Its training history is that of all members, one after the other.
 *
 * @throws RangeError without members, or where their front ends differ
 */
export function ensembleSystem(systems: readonly System[], options: EnsembleOptions = {}): System<EnsembleState> {
  const where = 'ensembleSystem'
  for (const [i, system] of checkArray(where, 'systems', systems, 1).entries()) {
    checkSystem(where, `systems[${i}]`, system)
  }
  checkOptions(where, options, ['seeds', 'average'])
  const most = Math.floor(limits.members / systems.length)
  const seeds = checkInteger(where, 'seeds', options.seeds ?? 1, { min: 1, limit: most })
  const average = checkOneOf(where, 'average', options.average ?? 'logPosterior', ['posterior', 'logPosterior'])
  const { frontEnd } = systems[0]
  const odd = systems.find((system) => JSON.stringify(system.frontEnd) !== JSON.stringify(frontEnd))
  if (odd !== undefined) {
    const mixed = odd.frontEnd.functionals !== frontEnd.functionals && odd.frontEnd.set === frontEnd.set
    const remedy = mixed ? '; give those on statistics "functionals" false in "frontEnd"' : ''
    throw new RangeError(
      `${where}: "systems" expected one front end, ${systems[0].name} and ${odd.name} differ${remedy}`,
    )
  }
  const members = systems.flatMap((system) => new Array<System>(seeds).fill(system))
  return {
    name: 'ensemble',
    frontEnd,
    settings: { seeds, average, members: systems.map(({ name, settings }) => ({ system: name, settings })) },
    epochs: members.reduce((sum, member) => sum + member.epochs, 0),
    usesUnlabelled: systems.some(({ usesUnlabelled }) => usesUnlabelled),
    checkSpeakers: (speakers) => {
      for (const member of systems) member.checkSpeakers?.(speakers)
    },
    train: checkedTraining(
      'ensemble',
      (data, classes, seed, hooks = {}) => train(members, average, data, classes, seed, hooks),
      frontEnd,
    ),
    restore: (state) => {
      const saved = checkArray(where, 'members', checkObject<EnsembleState>(where, 'state', state).members)
      if (saved.length !== members.length) {
        throw new FormatError(`${where}: the state has ${saved.length} members, expected ${members.length}`)
      }
      return classifier(
        members.map((member, m) => member.restore(saved[m])),
        average,
      )
    },
  }
}
