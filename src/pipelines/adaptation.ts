/** Adaptation of a recogniser to a speaker, room or corpus by statistics of recordings without labels. */
import { toMono } from '../audio/mono.ts'
import { checkArray, checkInteger, checkNumber, checkObject, checkOptions, checkString } from '../core/check.ts'
import { expectation, StateError } from '../core/errors.ts'
import type { FloatNdArray } from '../core/types.ts'
import { SpeakerStatistics, type SpeakerStatisticsJson } from '../features/speaker-statistics.ts'
import { checkedRecording, type RecordingLike, type ResolvedFrontEnd } from './front-end.ts'
import { recordingFeatures } from './recordings.ts'
import { speechIn } from './speech-presence.ts'
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
  /** Recordings without speech, which were left out; absent for none. */
  skipped?: number
}

/** Facts about an adaptation. */
export interface AdaptationFacts {
  /** Recordings with speech, which it rests on. */
  recordings: number
  /** Recordings without speech, which were left out. */
  skipped: number
  source: string | null
  /**
   * Variance of the measures relative to a training speaker's: about 1 and more for speech in several emotions. Null where
   * it is not known: for one recording, and in systems that compare no measures.
   */
  spread: number | null
  /** Recordings that were left out, and why the statistics may make answers worse; null where nothing speaks against them. */
  warning: string | null
  /** A copy of the statistics, to which further recordings can be added. */
  statistics: SpeakerStatistics
}

/** Rows of a recording. */
export interface SpokenRows {
  rows: FloatNdArray
  /** Whether there is speech in it; without it a recording tells nothing about a voice. */
  speech: boolean
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

/** Rows of recordings, and whether there is speech in each, as by `speechPresence`. */
export function rowsOf(
  where: string,
  adaptation: Adaptation,
  recordings: readonly RecordingLike[],
  frontEnd: ResolvedFrontEnd,
): SpokenRows[] {
  return checkArray<RecordingLike>(where, 'recordings', recordings, 1).map((value, i) => {
    const name = `recordings[${i}]`
    const recording = checkedRecording(where, name, value)
    const rows = adaptation.rows(recordingFeatures(where, name, recording, frontEnd))
    return { rows, speech: speechIn(toMono(recording), recording.sampleRate) }
  })
}

/** Statistics of the rows of recordings; each counts as one. */
export function statisticsOf(rows: readonly FloatNdArray[]): SpeakerStatistics {
  const statistics = new SpeakerStatistics(rows[0].shape[1])
  for (const x of rows) statistics.add(x)
  return statistics
}

/** Statistics of those recordings in which there is speech, be there none. */
export function spokenStatistics(recordings: readonly SpokenRows[]): SpeakerStatistics {
  const statistics = new SpeakerStatistics(recordings[0].rows.shape[1])
  for (const { rows, speech } of recordings) if (speech) statistics.add(rows)
  return statistics
}

/** The classifier for the voice of an adaptation, which must be of its measures. */
export function adaptedBy(where: string, classifier: Classifier, state: AdaptationState): Classifier {
  const { source, statistics, means, skipped } = checkObject<AdaptationState>(where, 'adaptation', state)
  if (source !== null) checkString(where, 'adaptation.source', source)
  if (skipped !== undefined) checkInteger(where, 'adaptation.skipped', skipped, { min: 1 })
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

/** An adaptation to the recordings in which there is speech; RangeError where there is none in all of them. */
export function adaptationTo(
  where: string,
  adaptation: Adaptation,
  recordings: readonly SpokenRows[],
  options: AdaptOptions,
): AdaptationState {
  const source = sourceOf(where, options)
  const spoken = recordings.filter(({ speech }) => speech).map(({ rows }) => rows)
  if (spoken.length === 0) {
    throw new RangeError(`${where}: "recordings" expected speech, got ${recordings.length} in which none is heard`)
  }
  const skipped = recordings.length - spoken.length
  const { statistics, means } = adaptation.learned(spoken, statisticsOf(spoken))
  return {
    source,
    statistics: statistics.toJSON(),
    ...(means === undefined ? {} : { means: Array.from(means) }),
    ...(skipped === 0 ? {} : { skipped }),
  }
}

/** An adaptation to statistics. */
export function adaptationBy(where: string, statistics: unknown, options: AdaptOptions): AdaptationState {
  const source = sourceOf(where, options)
  if (!(statistics instanceof SpeakerStatistics)) {
    throw new TypeError(expectation(where, 'statistics', 'SpeakerStatistics', statistics))
  }
  return { source, statistics: statistics.toJSON() }
}

/** The recordings left out, and why statistics of so little spread may make answers worse; null for neither. */
function warningOf(recordings: number, skipped: number, spread: number | null): string | null {
  const warnings: string[] = []
  if (skipped > 0)
    warnings.push(`no speech is heard in ${skipped} of ${recordings + skipped} recordings, which are left out`)
  const onesided = recordings >= JUDGED && spread !== null && spread < ONE_SIDED
  if (onesided) warnings.push(onesidedBy(spread))
  return warnings.length === 0 ? null : warnings.join('; ')
}

function onesidedBy(spread: number): string {
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
  const { source, skipped = 0 } = state
  const spread = classifier.adaptation?.spread(statistics) ?? null
  return { recordings, skipped, source, spread, warning: warningOf(recordings, skipped, spread), statistics }
}
