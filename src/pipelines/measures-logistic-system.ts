/**
 * Measures of whole utterances relative to the voice, and one linear model of them: small, trained in seconds, and the system
 * that adapts best to speakers, rooms and corpora that it never heard.
 */
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import { functionals } from '../features/functionals.ts'
import type { FrontEndOptions } from './front-end.ts'
import {
  type LogisticSystemOptions,
  type LogisticSystemState,
  logisticSystem,
  logisticTable,
} from './logistic-system.ts'
import type { System } from './system.ts'
import { resolveSettings } from './system-settings.ts'

const measured: FrontEndOptions = { set: 'egemaps', functionals: true }

/** Whether the options name another kind of front end than a set. */
function isSpectral(frontEnd: FrontEndOptions | undefined): boolean {
  return frontEnd !== undefined && frontEnd !== null && frontEnd.set === undefined && Object.keys(frontEnd).length > 0
}

/**
 * The system of measures and logistic regression. A set with `functionals` gives the measures itself; of any other front end
 * they are the statistics over time of its columns, as by `functionals`.
 *
 * @example
 * ```ts
 * const voices = syntheticCorpus({ speakers: 3, sentences: 2 })
 * const recordings = voices.map((voice) => ({ samples: voice.samples(), sampleRate: voice.sampleRate }))
 * const frontEnd = { spectral: 'mfcc', deltas: 1, pitch: true } as const
 * const system = measuresLogisticSystem({ frontEnd })
 * const data = {
 *   sequences: recordings.map((recording) => extractFeatures(recording, system.frontEnd)),
 *   labels: new LabelEncoder().fit(voices.map(({ label }) => label)).transform(voices.map(({ label }) => label)),
 *   speakers: voices.map(({ speaker }) => speaker),
 * }
 * const classes = ['anger', 'joy', 'neutral', 'sadness']
 * const recognizer = await trainRecognizer(data, { system: 'measures-logistic', options: { frontEnd } }, { classes })
 * const mine = recognizer.adapt(recordings.slice(0, 8), { source: 'the first voice' })
 * mine.adaptation?.recordings // 8
 * const running = mine.adaptation?.statistics.merge(mine.statistics(recordings.slice(8, 10)))
 * recognizer.adaptTo(running as SpeakerStatistics).adaptation?.recordings // 10
 * ```
 */
export function measuresLogisticSystem(options: LogisticSystemOptions = {}): System<LogisticSystemState> {
  const frontEnd = isSpectral(options?.frontEnd) ? {} : measured
  const settings = resolveSettings('measuresLogisticSystem', options, logisticTable(frontEnd))
  const whole = settings.frontEnd.functionals === true
  const measures = (features: FloatNdArray): FloatArray => (whole ? features : functionals(features)).data as FloatArray
  return logisticSystem({ name: 'measures-logistic', settings, measures })
}
