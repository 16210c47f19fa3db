/** What a classifier says along an utterance. */
import { floatView, toMatrix } from '../core/array.ts'
import { checkInteger, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { FloatNdArray } from '../core/types.ts'
import type { Classifier } from './system.ts'

/** Frames of the front end in a second. */
const FRAMES_PER_SECOND = 100

/** Options of {@link posteriorTimeline}, in frames of 10 ms. */
export interface TimelineOptions {
  /** Length of a window. Default 100. */
  windowFrames?: number
  /** From one window to the next. Default 10. */
  stepFrames?: number
}

/** Posteriors along an utterance. */
export interface PosteriorTimeline {
  /** The middle of each window, s. */
  seconds: number[]
  /** [windows][K]. */
  posteriors: number[][]
}

/**
 * Asks a classifier of windows of an utterance's features, each by itself: 1 s of them every 0.1 s. The last window that fits
 * is the last one; an utterance that is shorter than a window is one window.
 *
 * @param features - [frames, D] of the front end
 * @throws RangeError for features without a frame
 * @example
 * ```ts
 * const [voice] = syntheticCorpus({ speakers: 1, sentences: 1 })
 * const features = extractFeatures({ sampleRate: voice.sampleRate, channels: [voice.samples()] })
 * const classifier = new Sequential([new Dense({ inputs: features.shape[1], units: 4, activation: 'softmax' })])
 * const { seconds, posteriors } = posteriorTimeline({ predict: (x) => classifier.predict(x), state: () => null }, features)
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
  checkOptions(where, options, ['windowFrames', 'stepFrames'])
  const window = checkInteger(where, 'windowFrames', options.windowFrames ?? 100, { min: 1 })
  const step = checkInteger(where, 'stepFrames', options.stepFrames ?? 10, { min: 1 })
  const { data, rows, cols } = toMatrix(where, 'features', features, 'float32')
  if (rows === 0) throw new RangeError(`${where}: "features" expected at least one frame, got none`)
  const length = Math.min(window, rows)
  const timeline: PosteriorTimeline = { seconds: [], posteriors: [] }
  for (let first = 0; first + length <= rows; first += step) {
    const frames = floatView(data.slice(first * cols, (first + length) * cols), [length, cols])
    timeline.seconds.push((first + length / 2) / FRAMES_PER_SECOND)
    timeline.posteriors.push(Array.from(classifier.predict(frames)))
  }
  return timeline
}
