/** What a classifier says along an utterance: asked of one window of its features after the other. */
import { floatView, toMatrix } from '../core/array.ts'
import { checkInteger, checkOptions } from '../core/check.ts'
import type { FloatNdArray } from '../core/types.ts'
import type { Classifier } from './system.ts'

/** Options of {@link posteriorTimeline}. */
export interface TimelineOptions {
  /** Frames of a window. Default 100, a second. */
  windowFrames?: number
  /** Frames from one window to the next. Default 10, a tenth of a second. */
  stepFrames?: number
}

/** Posteriors along an utterance, one entry a window. */
export interface PosteriorTimeline {
  /** The middle of each window. */
  seconds: number[]
  /** [K] each. */
  posteriors: number[][]
}

const FRAMES_PER_SECOND = 100

/**
 * Posteriors of the classes in windows of an utterance's features [frames, D]; an utterance shorter than a window is one
 * window.
 */
export function posteriorTimeline(
  classifier: Classifier,
  features: FloatNdArray,
  options: TimelineOptions = {},
): PosteriorTimeline {
  const where = 'posteriorTimeline'
  checkOptions(where, options, ['windowFrames', 'stepFrames'])
  const windowFrames = checkInteger(where, 'windowFrames', options.windowFrames ?? 100, { min: 1 })
  const stepFrames = checkInteger(where, 'stepFrames', options.stepFrames ?? 10, { min: 1 })
  const { data, rows, cols } = toMatrix(where, 'features', features, 'float32')
  const length = Math.min(windowFrames, rows)
  const timeline: PosteriorTimeline = { seconds: [], posteriors: [] }
  for (let from = 0; from + length <= rows; from += stepFrames) {
    const window = floatView(data.subarray(from * cols, (from + length) * cols), [length, cols])
    timeline.seconds.push((from + length / 2) / FRAMES_PER_SECOND)
    timeline.posteriors.push(Array.from(classifier.predict(window)))
    if (length < windowFrames) break
  }
  return timeline
}
