import type { Json } from '../core/types.ts'
import type { CorpusReference } from './corpora.ts'
import { jsonDifferences } from './differences.ts'
import type { ExperimentPlan } from './plan.ts'

/** The corpus without its path, and those of its parts: equal recordings may be in different places. */
function corpusOf({ corpus }: Pick<ExperimentPlan, 'corpus'>): Json {
  const placeless = ({ path: _, votes: __, corpora, ...rest }: CorpusReference): CorpusReference => {
    return corpora === undefined ? rest : { ...rest, corpora: corpora.map(placeless) }
  }
  return placeless(corpus) as unknown as Json
}

/** Differences of two plans, without the path of the corpus and without combinations, for which nothing is trained. */
export function planDifferences(there: ExperimentPlan, here: ExperimentPlan): string[] {
  const essence = ({ combinations: _, ...plan }: ExperimentPlan) => ({
    ...plan,
    corpus: corpusOf(plan),
  })
  return jsonDifferences(essence(there) as unknown as Json, essence(here) as unknown as Json)
}

/** Parts of one plan whose folds another plan does not use; the other may add systems, seeds and protocols. */
export function planLosses(there: ExperimentPlan, here: ExperimentPlan): string[] {
  const left = <T>(name: string, some: readonly T[], all: readonly T[]): string[] =>
    some.filter((value) => !all.includes(value)).map((value) => `${name}: ${JSON.stringify(value)} there, not here`)
  const names = ({ systems }: ExperimentPlan) => systems.map(({ name }) => name)
  const changed = there.systems.flatMap((system) => {
    const other = here.systems.find(({ name }) => name === system.name)
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
