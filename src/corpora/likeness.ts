/** Recognition of a corpus by its file names, with the grammars of all that are loaded by name. */
import { corpora, type NamedCorpus } from './grammars.ts'
import type { CorpusGrammar } from './types.ts'

/** A corpus that file names resemble. */
export interface Likeness {
  title: string
  /** Its name for `loadCorpus`. */
  kind: Exclude<NamedCorpus, 'folder'>
}

/** All except `folder`, which matches any names. */
const { folder: _, ...loaded } = corpora

/** Number of paths that match the grammar, plus a fraction below 1 for those that the corpus does not lack. */
function scoreOf({ parse, lacks }: CorpusGrammar, paths: readonly string[]): number {
  const infos = paths.map(parse).filter((info) => info !== null)
  return infos.length + infos.filter((info) => !lacks?.(info)).length / (paths.length + 1)
}

/** The corpus with the highest score; the first of equal ones. */
function bestOf(paths: readonly string[], except?: CorpusGrammar): { likeness: Likeness; score: number } {
  return (Object.keys(loaded) as Likeness['kind'][])
    .filter((kind) => loaded[kind] !== except)
    .map((kind) => ({ likeness: { title: loaded[kind].title, kind }, score: scoreOf(loaded[kind], paths) }))
    .reduce((most, one) => (one.score > most.score ? one : most))
}

/** The corpus whose pattern matches most paths and more than half of them, or null. */
export function likenessOf(paths: readonly string[]): Likeness | null {
  const { likeness, score } = bestOf(paths)
  return 2 * Math.floor(score) > paths.length ? likeness : null
}

/** Another corpus that fits the paths better than the grammar or equally (`even`), or null. */
export function rivalOf(grammar: CorpusGrammar, paths: readonly string[]): (Likeness & { even: boolean }) | null {
  const own = scoreOf(grammar, paths)
  const { likeness, score } = bestOf(paths, grammar)
  return score < own ? null : { ...likeness, even: score === own }
}

/** How many of the pairs share the most frequent second with those of the same first, as a share of all. */
function agreement(pairs: readonly (readonly [string, string])[]): number {
  const counts = new Map<string, Map<string, number>>()
  for (const [key, value] of pairs) {
    const row = counts.get(key) ?? new Map<string, number>()
    counts.set(key, row.set(value, (row.get(value) ?? 0) + 1))
  }
  let most = 0
  for (const row of counts.values()) most += Math.max(...row.values())
  return most / pairs.length
}

/**
 * The corpus that files are named like where their folders are no classes of it, as with a folder for each speaker;
 * null where nothing tells so. A folder that holds several classes of the names, as `negative`, is one where these
 * stand in no other.
 *
 * @param labels - the folder of each path
 */
export function misfoldered(paths: readonly string[], labels: readonly string[]): Likeness | null {
  const likeness = likenessOf(paths)
  if (likeness === null || new Set(labels).size < 2) return null
  const pairs = paths.flatMap((path, i) => {
    const name = loaded[likeness.kind].parse(path)?.label
    return name === undefined ? [] : [[labels[i], name] as const]
  })
  if (pairs.length === 0) return null
  const mixed = agreement(pairs) <= 0.5
  return mixed && agreement(pairs.map(([label, name]) => [name, label] as const)) <= 0.5 ? likeness : null
}
