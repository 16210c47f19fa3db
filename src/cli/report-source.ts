/** The recordings of which a report shows one: those of results that others may have written. */
import type { Command } from 'commander'
import { StateError } from '../core/errors.ts'
import type { CorpusReference } from '../experiments/corpora.ts'
import type { WriteReportOptions } from '../node/report.ts'
import { openSource } from '../node/source.ts'
import { place } from './arguments.ts'

/** Most speakers times sentences of a synthetic corpus that is generated unasked. */
const MOST_VOICES = 10_000

/** Whether the corpus is generated, and opens no file. */
function isMade({ kind, votes, labels, synthetic = {} }: CorpusReference): boolean {
  const { speakers = 1, sentences = 1 } = synthetic
  return kind === 'synthetic' && !votes && !labels && Number(speakers) * Number(sentences) <= MOST_VOICES
}

/** The corpus without expressions for speakers and tables of them, which a drawing does not need: a stranger's may take exponential time. */
function speakerless({ speaker: _, speakerTable: __, corpora, ...rest }: CorpusReference): CorpusReference {
  return corpora === undefined ? rest : { ...rest, corpora: corpora.map(speakerless) }
}

/** The corpus without features, of which nothing is drawn. */
function featureless({
  features: _,
  featuresStep: __,
  featuresSha256: ___,
  corpora,
  ...rest
}: CorpusReference): CorpusReference {
  return corpora === undefined ? rest : { ...rest, corpora: corpora.map(featureless) }
}

/**
 * Opens the recordings of results. The paths and tables that the results name are used only where the user says so, and
 * their expressions never.
 *
 * @param data - value of `--data`: a path, or true for the places that the results name
 */
export function reportSource(corpus: CorpusReference, data: string | true | undefined): WriteReportOptions {
  if (data === undefined && !isMade(corpus)) {
    const remedy = '--data PATH says where, --data alone trusts the paths in the results'
    return {
      openSource: () =>
        Promise.reject(new StateError(`examples of recordings are left out unless they may be opened: ${remedy}`)),
    }
  }
  const { votes, votesAs, ...made } = speakerless(featureless(corpus))
  const reference = typeof data === 'string' ? { ...made, path: data } : { ...made, votes, votesAs }
  // Only one recording is drawn, so that the others need no inspection.
  return { openSource: () => openSource(reference, { inspect: false }) }
}

/** Adds `--data`. */
export function addReportData(command: Command): Command {
  return command.option(
    '--data [path]',
    'shows an example from the corpus at this path, or, without one, where the results say',
    place,
  )
}
