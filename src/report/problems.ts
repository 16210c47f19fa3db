/** Problems of recordings, grouped by kind. */
import type { ExperimentResults } from '../experiments/results.ts'
import { plural } from './facts.ts'

type Problem = ExperimentResults['corpus']['problems'][number]

/** Problems of one kind. */
export interface ProblemGroup<P extends Problem = Problem> {
  /** Common part of the reasons, such as `heavily clipped`. */
  kind: string
  problems: P[]
}

/** Groups problems by the kinds of their reasons, in order of first occurrence. */
export function groupProblems<P extends Problem>(problems: readonly P[]): ProblemGroup<P>[] {
  const groups = new Map<string, P[]>()
  for (const problem of problems) {
    const kind = /^(the same \w+ as|[^:]*)/.exec(problem.reason)?.[0] ?? ''
    const group = groups.get(kind)
    if (group) group.push(problem)
    else groups.set(kind, [problem])
  }
  return Array.from(groups, ([kind, list]) => ({ kind: kind.replace(/ as$/, ' as another'), problems: list }))
}

/** Results whose recordings may have labels. */
interface Judged extends Pick<ExperimentResults, 'corpus'> {
  runs: readonly { folds: readonly { predictions: readonly { path: string; label?: string }[] }[] }[]
}

/** Number of recordings, by class if known: `heavily clipped: 12 recordings (anger 11, joy 1)`. */
export function groupText({ kind, problems }: ProblemGroup, { corpus, runs }: Judged): string {
  const labels = new Map(runs[0]?.folds.flatMap(({ predictions }) => predictions.map((one) => [one.path, one.label])))
  const counts = corpus.classes.map((name) => problems.filter(({ path }) => labels.get(path) === name).length)
  const classes = corpus.classes.flatMap((name, k) => (counts[k] > 0 ? [`${name} ${counts[k]}`] : []))
  return `${kind}: ${plural(problems.length, 'recording')}${classes.length > 0 ? ` (${classes.join(', ')})` : ''}`
}

/** Number of distinct recordings, as one may have several problems. */
export function countPaths(problems: readonly Problem[]): number {
  return new Set(problems.map(({ path }) => path)).size
}
