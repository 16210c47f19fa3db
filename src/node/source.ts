/** Sources of the recordings of an experiment. */

import { checkOptions, checkString } from '../core/check.ts'
import { expectation, FormatError } from '../core/errors.ts'
import { isErrorNamed } from '../core/realm.ts'
import { type SyntheticCorpusOptions, syntheticCorpus } from '../corpora/synthetic.ts'
import type { CorpusReference } from '../experiments/plan.ts'
import { type Corpus, type CorpusKind, type CorpusOptions, loadCorpus } from './corpus.ts'

/** A corpus of recordings or the synthetic one. */
export interface ExperimentSource extends Omit<Corpus, 'name'> {
  name: CorpusKind | 'synthetic'
}

/** The synthetic corpus in the form of a recorded one. */
export function syntheticSource(options: SyntheticCorpusOptions = {}): ExperimentSource {
  const utterances = syntheticCorpus(options).map(({ id, speaker, label, text, sampleRate, samples }) => ({
    path: id,
    speaker,
    label,
    text,
    read: async () => ({ sampleRate, channels: [samples()], format: 'float32' as const, warnings: [] }),
  }))
  return { name: 'synthetic', classes: [...new Set(utterances.map(({ label }) => label))], utterances, problems: [] }
}

/** Whether a regular expression has a group. */
export function hasGroup({ source }: RegExp): boolean {
  return (new RegExp(`${source}|`).exec('') ?? []).length > 1
}

function patternOf(where: string, name: string, expression: string): RegExp {
  try {
    const pattern = new RegExp(checkString(where, name, expression))
    if (hasGroup(pattern)) return pattern
  } catch (cause) {
    if (!isErrorNamed(cause, 'SyntaxError')) throw cause
    throw new RangeError(expectation(where, name, 'a regular expression', expression), { cause })
  }
  throw new RangeError(expectation(where, name, 'an expression with a group, such as ^(..)', expression))
}

/** A function that returns the first group of the expression in a path, '' where it does not match. */
function speakerBy(expression: string | undefined): ((path: string) => string) | undefined {
  if (expression === undefined) return undefined
  const pattern = patternOf('openSource', 'speaker', expression)
  return (path) => pattern.exec(path)?.[1] ?? ''
}

/** Options of `loadCorpus` for {@link openSource}. */
export type OpeningOptions = Pick<CorpusOptions, 'inspect' | 'onRecording' | 'signal'>

/**
 * Opens the recordings of a plan.
 *
 * @throws FormatError where they cannot be found, RangeError unless `speaker` is a regular expression with a group
 * @example
 * ```ts
 * const { utterances } = await openSource({ kind: 'synthetic', synthetic: { speakers: 2, sentences: 1 } })
 * utterances.length // 8
 * ```
 */
export async function openSource(
  { kind, path, classes, speaker, include, synthetic }: CorpusReference,
  options: OpeningOptions = {},
): Promise<ExperimentSource> {
  checkOptions('openSource', options, ['inspect', 'onRecording', 'signal'])
  if (kind === 'synthetic') return syntheticSource(synthetic as SyntheticCorpusOptions)
  if (path === undefined) throw new FormatError(`plan: the corpus "${kind}" needs a path`)
  return await loadCorpus(kind as CorpusKind, path, {
    ...options,
    classes,
    speaker: speakerBy(speaker),
    include: include as CorpusOptions['include'],
  })
}
