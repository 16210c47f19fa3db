/** Adaptation of a recogniser to a speaker, room or corpus by statistics of recordings without labels. */
import { checkArray, checkNumber, checkOptions, checkString } from '../core/check.ts'
import { expectation, StateError } from '../core/errors.ts'
import type { FloatNdArray } from '../core/types.ts'
import { SpeakerStatistics, type SpeakerStatisticsJson } from '../features/speaker-statistics.ts'
import { checkedRecording, type RecordingLike, type ResolvedFrontEnd } from './front-end.ts'
import { recordingFeatures } from './recordings.ts'
import type { Adaptation, Classifier } from './system.ts'

/** Options of `Recognizer.adapt` and `Recognizer.adaptTo`. */
export interface AdaptOptions {
  /** Whose statistics they are, for whoever reads the file: a name, a room, a date. Default none. */
  source?: string
}

/** Adaptation of a recogniser as plain JSON. */
export interface AdaptationState {
  source: string | null
  statistics: SpeakerStatisticsJson
  /** Class means that the recordings show; absent in systems without, and where statistics alone are known. */
  means?: number[]
}

/** Facts about an adaptation. */
export interface AdaptationFacts {
  recordings: number
  source: string | null
  /**
   * Variance of the measures relative to a training speaker's: about 1 and more for speech in several emotions. Null where
   * it is not known: for one recording, and in systems that compare no measures.
   */
  spread: number | null
  /** Why the statistics may make answers worse, as a sentence; null where nothing speaks against them. */
  warning: string | null
  /** A copy of the statistics, to which further recordings can be added. */
  statistics: SpeakerStatistics
}

/** Fewest recordings whose spread is judged, and the spread below which they are one-sided. */
const JUDGED = 5
const ONE_SIDED = 0.75

/** The part of a classifier that adapts; StateError where it has none. */
export function adaptationOf(where: string, classifier: Classifier, system: string): Adaptation {
  if (classifier.adaptation !== undefined) return classifier.adaptation
  throw new StateError(
    `${where}: the system "${system}" does not adapt to speakers; train one that does, such as measures-logistic`,
  )
}

/** Rows of recordings. */
export function rowsOf(
  where: string,
  adaptation: Adaptation,
  recordings: readonly RecordingLike[],
  frontEnd: ResolvedFrontEnd,
): FloatNdArray[] {
  return checkArray<RecordingLike>(where, 'recordings', recordings, 1).map((value, i) => {
    const name = `recordings[${i}]`
    return adaptation.rows(recordingFeatures(where, name, checkedRecording(where, name, value), frontEnd))
  })
}

/** Statistics of the rows of recordings; each counts as one. */
export function statisticsOf(rows: readonly FloatNdArray[]): SpeakerStatistics {
  const statistics = new SpeakerStatistics(rows[0].shape[1])
  for (const x of rows) statistics.add(x)
  return statistics
}

/** The classifier for the voice of an adaptation, which must be of its measures. */
export function adaptedBy(where: string, classifier: Classifier, state: AdaptationState): Classifier {
  const { source, statistics, means } = state
  if (source !== null) checkString(where, 'adaptation.source', source)
  if (classifier.adaptation === undefined) throw new RangeError(`${where}: "adaptation" needs a system that adapts`)
  const voice = { statistics: SpeakerStatistics.fromJSON(statistics) }
  if (means === undefined) return classifier.adaptation.adapted(voice)
  const list = checkArray(where, 'adaptation.means', means).map((value, i) => {
    return checkNumber(where, `adaptation.means[${i}]`, value)
  })
  return classifier.adaptation.adapted({ ...voice, means: Float64Array.from(list) })
}

function sourceOf(where: string, options: AdaptOptions): string | null {
  checkOptions(where, options, ['source'])
  return options.source === undefined ? null : checkString(where, 'source', options.source)
}

/** An adaptation to recordings. */
export function adaptationTo(
  where: string,
  adaptation: Adaptation,
  rows: readonly FloatNdArray[],
  options: AdaptOptions,
): AdaptationState {
  const source = sourceOf(where, options)
  const { statistics, means } = adaptation.learned(rows, statisticsOf(rows))
  return { source, statistics: statistics.toJSON(), ...(means === undefined ? {} : { means: Array.from(means) }) }
}

/** An adaptation to statistics. */
export function adaptationBy(where: string, statistics: unknown, options: AdaptOptions): AdaptationState {
  const source = sourceOf(where, options)
  if (!(statistics instanceof SpeakerStatistics)) {
    throw new TypeError(expectation(where, 'statistics', 'SpeakerStatistics', statistics))
  }
  return { source, statistics: statistics.toJSON() }
}

/** Why statistics of so little spread may make answers worse, or null. */
function warningOf(recordings: number, spread: number | null): string | null {
  if (recordings < JUDGED || spread === null || spread >= ONE_SIDED) return null
  return (
    `the recordings vary ${spread.toFixed(2)} times as much as a speaker does in several emotions, as if all were in one mood; ` +
    'statistics of one mood make answers worse than none: adapt to speech as it comes'
  )
}

/** The facts about an adaptation; null where there is none. */
export function factsOf(state: AdaptationState | null, classifier: Classifier): AdaptationFacts | null {
  if (state === null) return null
  const statistics = SpeakerStatistics.fromJSON(state.statistics)
  const { recordings } = statistics
  const spread = classifier.adaptation?.spread(statistics) ?? null
  return { recordings, source: state.source, spread, warning: warningOf(recordings, spread), statistics }
}
