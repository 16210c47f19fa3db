import { checkArray, checkNumber, checkObject } from '../core/check.ts'
import type { Recognition } from '../pipelines/recognizer.ts'
import type { PosteriorTimeline } from '../pipelines/timeline.ts'
import { type Chart, chart, rounded } from './chart.ts'
import { checkLooks, type SoundChartOptions, secondsText } from './sound-options.ts'
import { type PosteriorPoint, posteriorLayer, timeAxis } from './sound-parts.ts'

/** Options of {@link timelineSpec}. */
export interface TimelineChartOptions extends SoundChartOptions {
  /** Where the axis of time ends, s, such as the length of the recording. By default at the last point. */
  duration?: number
  /** Names of the K posteriors; needed where the timeline has none. */
  classes?: readonly string[]
}

interface NamedPoints {
  classes: readonly string[]
  points: PosteriorPoint[]
}

function fromRecognition(where: string, timeline: Recognition['timeline']): NamedPoints {
  checkArray(where, 'timeline', timeline, 1)
  const points = timeline.flatMap(({ time, probabilities }, i) =>
    Object.entries(checkObject<Record<string, number>>(where, `timeline[${i}].probabilities`, probabilities)).map(
      ([label, posterior]): PosteriorPoint => ({ seconds: time, label, posterior: rounded(posterior) }),
    ),
  )
  return { classes: Object.keys(timeline[0].probabilities), points }
}

function fromPosteriors(where: string, timeline: PosteriorTimeline, named: unknown): NamedPoints {
  const { seconds, posteriors } = checkObject<PosteriorTimeline>(where, 'timeline', timeline)
  const classes = checkArray<string>(where, 'classes', named, 1)
  checkArray(where, 'timeline.seconds', seconds, 1)
  checkArray(where, 'timeline.posteriors', posteriors, seconds.length)
  const points = seconds.flatMap((time, t) =>
    checkArray<number>(where, `timeline.posteriors[${t}]`, posteriors[t], classes.length).map(
      (posterior, k): PosteriorPoint => ({ seconds: time, label: classes[k], posterior: rounded(posterior) }),
    ),
  )
  return { classes, points }
}

/**
 * What a classifier says along a recording: a line for each class over time. Of `recognizer.predict`, which names the classes, or
 * of `posteriorTimeline` with their names.
 *
 * @throws TypeError or RangeError for a timeline without a point, without names of classes, or of another form
 * @example
 * ```ts
 * const timeline = [
 *   { time: 0.5, probabilities: { joy: 0.3, anger: 0.7 } },
 *   { time: 0.6, probabilities: { joy: 0.1, anger: 0.9 } },
 * ]
 * timelineSpec(timeline, { duration: 1.1 }).description // 'Posteriors of joy, anger over time, 0.5 s to 0.6 s.'
 * ```
 */
export function timelineSpec(
  timeline: Recognition['timeline'] | PosteriorTimeline,
  options: TimelineChartOptions = {},
): Chart {
  const where = 'timelineSpec'
  const { width, looks } = checkLooks(where, options, ['duration', 'classes'])
  const { classes, points } = Array.isArray(timeline)
    ? fromRecognition(where, timeline)
    : fromPosteriors(where, timeline, options.classes)
  const times = points.map(({ seconds }) => seconds)
  const [first, last] = [times[0], times[times.length - 1]]
  const duration = checkNumber(where, 'duration', options.duration ?? last, { above: 0 })
  return chart(`Posteriors of ${classes.join(', ')} over time, ${secondsText(first)} to ${secondsText(last)}.`, {
    ...looks,
    ...posteriorLayer(points, classes, timeAxis(duration, true), width),
  })
}
