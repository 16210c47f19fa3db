/** All doors of the campaign that take bytes. */
import { arrayTargets } from './arrays.ts'
import { experimentTargets } from './experiments.ts'
import { soundTargets } from './sounds.ts'
import { tableTargets } from './tables.ts'
import type { Target } from './target.ts'
import { weightTargets } from './weights.ts'

/** The targets in the order of the page. */
export const targets: readonly Target[] = [
  ...soundTargets,
  ...arrayTargets,
  ...weightTargets,
  ...tableTargets,
  ...experimentTargets,
]

/** The target of a name. */
export function targetOf(name: string): Target {
  const found = targets.find((target) => target.name === name)
  if (found === undefined)
    throw new RangeError(`campaign: no target "${name}" (there are ${targets.map((one) => one.name).join(', ')})`)
  return found
}

/** Words by which the mutant number `index` of a target is drawn. */
export const streamOf = (seed: number | string, target: string, index: number): string => `${seed}/${target}/${index}`
