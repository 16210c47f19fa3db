/** Speakers whom two sets of recordings share, by the names that corpora have for them. */
import { groupsOf } from '../experiments/assemble.ts'
import { type FoldPlan, foldsOf } from '../experiments/folds.ts'
import type { CorpusUtterance } from './corpus.ts'
import type { SourceCorpus } from './several.ts'
import type { ExperimentSource } from './source.ts'

/** Recordings of one corpus, or of several. */
export interface Voices {
  /** The kind, of one corpus. */
  name: string
  utterances: readonly Pick<CorpusUtterance, 'speaker' | 'corpus'>[]
  corpora?: readonly SourceCorpus[]
}

/** Kinds in which users name the speakers, whose names may be those of others elsewhere. */
const ownNames = ['folder', 'manifest', 'synthetic']

/** The speaker as any corpus of a known kind names it, whatever the corpus is called; undefined for other kinds. */
export function speakerOfKind(kind: string | undefined, own: string): string | undefined {
  return kind === undefined || ownNames.includes(kind) ? undefined : `${kind}/${own}`
}

/** The speakers of known corpora, by kind and the corpus' own name. */
function knownSpeakers({ name, utterances, corpora = [] }: Voices): Map<string, string> {
  const known = new Map<string, string>()
  for (const { speaker, corpus } of utterances) {
    const { kind } = corpora.find((one) => corpus === undefined || one.name === corpus) ?? { kind: name }
    if (speaker === '' || ownNames.includes(kind)) continue
    const own = corpus === undefined ? speaker : speaker.slice(corpus.length + 1)
    known.set(JSON.stringify([kind, own]), `${own} of ${kind}`)
  }
  return known
}

/** A speaker whom both have, as text; undefined for none, or where their names do not tell. */
export function sharedSpeaker(a: Voices, b: Voices): string | undefined {
  const there = knownSpeakers(b)
  return Array.from(knownSpeakers(a)).find(([key]) => there.has(key))?.[1]
}

/** Names of two corpora of a source that share speakers, as far as names tell, with one of these; for each such pair. */
export function speakersTwice(source: Voices): [string, string, string][] {
  const names = (source.corpora ?? []).map(({ name }) => name)
  const of = (name: string): Voices => {
    return { ...source, utterances: source.utterances.filter(({ corpus }) => corpus === name) }
  }
  return names.flatMap((one, i) =>
    names.slice(i + 1).flatMap((other): [string, string, string][] => {
      const shared = sharedSpeaker(of(one), of(other))
      return shared === undefined ? [] : [[one, other, shared]]
    }),
  )
}

/** The recordings that folds test on. */
export function testedOf(source: ExperimentSource, folds: FoldPlan | undefined): ExperimentSource {
  const known = source.utterances.filter(({ speaker }) => speaker !== '')
  const tested = new Set(foldsOf(folds, groupsOf(known)).flatMap(({ test }) => [...test]))
  return { ...source, utterances: known.filter((_, i) => tested.has(i)) }
}

/**
 * Checks that CRBMs learn from no speaker that is tested on, as far as names tell.
 *
 * @throws RangeError that names one
 */
export function checkUnlabelled(where: string, source: ExperimentSource, folds: FoldPlan | undefined): void {
  const { unlabelled = [] } = folds ?? {}
  const plain = source.utterances.filter(({ corpus = '' }) => unlabelled.includes(corpus))
  if (plain.length === 0) return
  const shared = sharedSpeaker(testedOf(source, folds), { ...source, utterances: plain })
  if (shared === undefined) return
  const names = unlabelled.map((name) => `"${name}"`).join(', ')
  throw new RangeError(
    `${where}: ${names}, to be used without labels, has recordings of a speaker that is tested on, ${shared}; take corpora of others`,
  )
}
