/** Posteriors over sliding windows of an utterance. */
import { floatView, toMatrix } from '../core/array.ts'
import { checkInteger, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import { displayedTimeline } from './answer-display.ts'
import { featuresOfSound, frameStep, type ResolvedFrontEnd, resolveFrontEnd, type SoundFrontEnd } from './front-end.ts'
import type { Classifier } from './system.ts'

/** Options of {@link posteriorTimeline}, in frames of the front end: 10 ms, rounded to whole samples. */
export interface TimelineOptions {
  /** Length of a window, frames. Default 100. */
  windowFrames?: number
  /** Frames from one window to the next. Default 10. */
  stepFrames?: number
  /** Sample rate, Hz, of the front end, whose frame step is a whole number of samples. Default 16000. */
  sampleRate?: number
}

/** Default length and step of windows, frames. */
const WINDOW = 100
const STEP = 10

/** Posteriors over sliding windows. */
export interface PosteriorTimeline {
  /** The middle of each window, s. */
  seconds: number[]
  /** Posterior of each window, [windows][K]. */
  posteriors: number[][]
}

/** Frames first .. first + length - 1 of features [frames, D], a copy. */
export function framesFrom(features: FloatNdArray, first: number, length: number): FloatNdArray {
  const [, cols] = features.shape
  return floatView(features.data.slice(first * cols, (first + length) * cols), [length, cols])
}

/** Where windows begin that lie within `all`. */
function windowStarts(all: number, length: number, step: number): number[] {
  return Array.from({ length: Math.floor((all - length) / step) + 1 }, (_, i) => i * step)
}

/** The posteriors of windows of the features [frames, D] (row-major). */
export function windowPosteriors(
  classifier: Classifier,
  features: FloatNdArray,
  firsts: readonly number[],
  length: number,
): FloatArray[] {
  if (classifier.predictWindows !== undefined) return classifier.predictWindows(features, firsts, length)
  return firsts.map((first) => classifier.predict(framesFrom(features, first, length)))
}

/**
 * Posteriors over sliding windows of an utterance's features, each window classified by itself: by default 100 frames
 * (1 s) every 10. Only whole windows count, but an utterance shorter than a window is one window.
 *
 * @param features - [frames, D] of the front end
 * @throws RangeError for features without a frame
 * @example
 * ```ts
 * const [voice] = syntheticCorpus({ speakers: 1, sentences: 1 })
 * const features = extractFeatures({ sampleRate: voice.sampleRate, channels: [voice.samples()] })
 * const classifier = new Sequential([new Dense({ inputs: features.shape[1], units: 4, activation: 'softmax' })])
 * const whole = { predict: (x: FloatNdArray) => classifier.predict(x), state: () => null }
 * const { seconds, posteriors } = posteriorTimeline(whole, features)
 * seconds[0] // 0.5
 * posteriors[0].length // 4
 * ```
 */
export function posteriorTimeline(
  classifier: Classifier,
  features: FloatNdArray,
  options: TimelineOptions = {},
): PosteriorTimeline {
  const where = 'posteriorTimeline'
  if (typeof classifier?.predict !== 'function') {
    throw new TypeError(expectation(where, 'classifier', 'a trained system', classifier))
  }
  checkOptions(where, options, ['windowFrames', 'stepFrames', 'sampleRate'])
  const window = checkInteger(where, 'windowFrames', options.windowFrames ?? WINDOW, { min: 1 })
  const step = checkInteger(where, 'stepFrames', options.stepFrames ?? STEP, { min: 1 })
  const sampleRate = options.sampleRate ?? 16000
  resolveFrontEnd({ sampleRate })
  return rowsTimeline(where, classifier, features, { window, step, hop: frameStep(sampleRate), rate: sampleRate })
}

/** Windows in rows; rows are `hop / rate` seconds apart. */
interface RowWindows {
  window: number
  step: number
  hop: number
  rate: number
}

function rowsTimeline(
  where: string,
  classifier: Classifier,
  features: FloatNdArray,
  { window, step, hop, rate }: RowWindows,
): PosteriorTimeline {
  const { data, rows, cols } = toMatrix(where, 'features', features, 'float32')
  if (rows === 0) throw new RangeError(`${where}: "features" expected at least one frame, got none`)
  const length = Math.min(window, rows)
  const firsts = windowStarts(rows, length, step)
  const posteriors = windowPosteriors(classifier, floatView(data, [rows, cols]), firsts, length)
  return displayedTimeline({
    seconds: firsts.map((first) => ((first + length / 2) * hop) / rate),
    posteriors: posteriors.map((posterior) => Array.from(posterior)),
  })
}

/** {@link posteriorTimeline} with windows of 1 s every 0.1 s, of rows of a front end. */
export function frontEndTimeline(
  classifier: Classifier,
  features: FloatNdArray,
  frontEnd: ResolvedFrontEnd,
): PosteriorTimeline {
  if (frontEnd.given === undefined) {
    return posteriorTimeline(classifier, features, { sampleRate: frontEnd.sampleRate })
  }
  const { stepSeconds: hop = 1 } = frontEnd.given
  const [window, step] = [1, 0.1].map((seconds) => Math.max(1, Math.round(seconds / hop)))
  return rowsTimeline('posteriorTimeline', classifier, features, { window, step, hop, rate: 1 })
}

/**
 * {@link posteriorTimeline} with the default windows of a sound at the front end's rate with these features. Those that
 * are statistics of a whole recording are computed anew of the sound in each window.
 */
export function soundTimeline(
  classifier: Classifier,
  sound: FloatArray,
  features: FloatNdArray,
  frontEnd: SoundFrontEnd,
): PosteriorTimeline {
  const { sampleRate } = frontEnd
  if (!frontEnd.functionals) return posteriorTimeline(classifier, features, { sampleRate })
  const hop = frameStep(sampleRate)
  const length = Math.min(WINDOW * hop, sound.length)
  const firsts = windowStarts(sound.length, length, STEP * hop)
  const windows = firsts.map((first) => sound.subarray(first, first + length))
  return {
    seconds: firsts.map((first) => (first + length / 2) / sampleRate),
    posteriors: windows.map((window) => Array.from(classifier.predict(featuresOfSound(window, frontEnd)))),
  }
}
