import type { Json } from '../core/types.ts'
import { placeless } from './corpora.ts'
import { jsonDifferences } from './differences.ts'
import type { ExperimentPlan } from './plan.ts'
import { placelessSystem } from './pretraining.ts'

function corpusOf({ corpus }: Pick<ExperimentPlan, 'corpus'>): Json {
  return placeless(corpus) as unknown as Json
}

/** Differences of two plans, without the path of the corpus and without combinations, for which nothing is trained. */
export function planDifferences(there: ExperimentPlan, here: ExperimentPlan): string[] {
  const essence = ({ combinations: _, ...plan }: ExperimentPlan) => ({
    ...plan,
    corpus: corpusOf(plan),
    systems: plan.systems.map(placelessSystem),
  })
  return jsonDifferences(essence(there) as unknown as Json, essence(here) as unknown as Json)
}

/** Parts of one plan whose folds another plan does not use; the other may add systems, seeds and protocols. */
export function planLosses(there: ExperimentPlan, here: ExperimentPlan): string[] {
  const left = <T>(name: string, some: readonly T[], all: readonly T[]): string[] =>
    some.filter((value) => !all.includes(value)).map((value) => `${name}: ${JSON.stringify(value)} there, not here`)
  const names = ({ systems }: ExperimentPlan) => systems.map(({ name }) => name)
  const others = here.systems.map(placelessSystem)
  const changed = there.systems.map(placelessSystem).flatMap((system) => {
    const other = others.find(({ name }) => name === system.name)
    if (other === undefined) return []
    return jsonDifferences(system as unknown as Json, other as unknown as Json, `system "${system.name}"`)
  })
  return [
    ...jsonDifferences(corpusOf(there), corpusOf(here), 'corpus'),
    ...jsonDifferences((there.folds ?? null) as unknown as Json, (here.folds ?? null) as unknown as Json, 'folds'),
    ...changed,
    ...left('systems', names(there), names(here)),
    ...left('seeds', there.seeds, here.seeds),
    ...left('protocols', there.protocols, here.protocols),
  ]
}
