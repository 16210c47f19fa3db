/** Checks of the data and settings of a training of a system, before anything is trained. */
import { isArrayView } from '../core/array.ts'
import { checkArray, checkInteger, checkObject, checkStrings } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { FloatNdArray } from '../core/types.ts'
import { checkHooks } from '../numerics/loop.ts'
import { checkSeed } from '../numerics/random.ts'
import type { ResolvedFrontEnd } from './front-end.ts'
import { checkGivenShape } from './front-end-columns.ts'
import type { System } from './system.ts'
import { checkTargets } from './targets.ts'

/** Throws unless the value has the lists of labelled features, of one length, with labels of the classes where they are known. */
export function checkLabelled(where: string, value: unknown, classes?: number, frontEnd?: ResolvedFrontEnd): void {
  const data = checkObject<{ sequences: unknown; labels: ArrayLike<number>; targets?: unknown; speakers: unknown }>(
    where,
    'data',
    value,
  )
  const sequences = checkArray(where, 'data.sequences', data.sequences)
  for (const [i, one] of sequences.entries()) {
    if (!isArrayView(one) || one.shape.length !== 2) {
      throw new TypeError(expectation(where, `data.sequences[${i}]`, 'features [frames, D]', one))
    }
    if (frontEnd?.given !== undefined) checkGivenShape(where, `data.sequences[${i}]`, one as FloatNdArray, frontEnd)
  }
  const speakers = checkStrings(where, 'data.speakers', data.speakers)
  if (speakers.length !== sequences.length || data.labels?.length !== sequences.length) {
    throw new RangeError(`${where}: "data" expected ${sequences.length} labels and speakers, one for each sequence`)
  }
  checkTargets(where, data.targets, sequences.length)
  const bounds = { min: 0, ...(classes === undefined ? {} : { max: classes - 1 }) }
  for (let i = 0; i < sequences.length; i++) checkInteger(where, `data.labels[${i}]`, data.labels[i], bounds)
}

/**
 * The training of a system, which rejects wrong kinds of data and settings by errors that name them.
 *
 * @param frontEnd - of the system, so that given features of other shapes are refused
 */
export function checkedTraining<State>(
  name: string,
  train: System<State>['train'],
  frontEnd?: ResolvedFrontEnd,
  learnsTargets = false,
): System<State>['train'] {
  return async (data, classes, seed, options = {}) => {
    const where = `${name}.train`
    checkInteger(where, 'classes', classes, { min: 1 })
    checkLabelled(where, data, classes, frontEnd)
    if (data.targets !== undefined) checkLearnsTargets(where, { name, learnsTargets }, data.targets.shape[1], classes)
    checkSeed(where, seed)
    checkHooks(where, checkObject(where, 'options', options), ['onEpoch'])
    return await train(data, classes, seed, options)
  }
}

/** Throws unless a system learns targets, and as many as there are. */
function checkLearnsTargets(
  where: string,
  { name, learnsTargets }: Pick<System, 'name' | 'learnsTargets'>,
  targets: number,
  wanted: number,
): void {
  if (!learnsTargets) throw new RangeError(`${where}: "${name}" learns classes only, not targets`)
  if (targets !== wanted) throw new RangeError(`${where}: "data.targets" expected ${wanted} columns, got ${targets}`)
}
