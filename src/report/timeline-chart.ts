import { checkArray, checkNumber, checkObject, checkString } from '../core/check.ts'
import type { Recognition } from '../pipelines/recognition.ts'
import type { PosteriorTimeline } from '../pipelines/timeline.ts'
import { type Chart, chart, rounded } from './chart.ts'
import { checkLooks, type SoundChartOptions, secondsText } from './sound-options.ts'
import { type PosteriorPoint, posteriorLayer, timeAxis } from './sound-parts.ts'

/** Options of {@link timelineSpec}. */
export interface TimelineChartOptions extends SoundChartOptions {
  /** End of the time axis, s, such as the length of the recording. Default: the last point. */
  duration?: number
  /** Names of the K posteriors; only for a timeline without names, which needs them. */
  classes?: readonly string[]
}

interface NamedPoints {
  classes: readonly string[]
  points: PosteriorPoint[]
}

function pointOf(where: string, place: string, seconds: number, label: string, posterior: number): PosteriorPoint {
  checkNumber(where, place, posterior)
  return { seconds, label, posterior: rounded(posterior) }
}

/** Points of a timeline with named classes, which must be the same at all times. */
function fromRecognition(where: string, timeline: Recognition['timeline']): NamedPoints {
  checkArray(where, 'timeline', timeline, 1)
  const classes = Object.keys(checkObject(where, 'timeline[0].probabilities', timeline[0]?.probabilities))
  if (classes.length === 0) throw new RangeError(`${where}: "timeline[0].probabilities" expected at least one class`)
  const points = timeline.flatMap(({ time, probabilities }, i) => {
    const place = `timeline[${i}].probabilities`
    const given = checkObject<Record<string, number>>(where, place, probabilities)
    checkNumber(where, `timeline[${i}].time`, time)
    if (Object.keys(given).length !== classes.length || !classes.every((label) => Object.hasOwn(given, label))) {
      const got = Object.keys(given).join(', ')
      throw new RangeError(`${where}: "${place}" expected ${classes.join(', ')}, as at first, got ${got}`)
    }
    return classes.map((label) => pointOf(where, `${place}.${label}`, time, label, given[label]))
  })
  return { classes, points }
}

/** Checks the length of a list. */
function checkList<T>(where: string, name: string, value: unknown, length: number, what: string): readonly T[] {
  const list = checkArray<T>(where, name, value)
  if (list.length === length) return list
  throw new RangeError(`${where}: "${name}" expected ${length} items, one for each ${what}, got ${list.length}`)
}

function fromPosteriors(where: string, timeline: PosteriorTimeline, named: unknown): NamedPoints {
  const { seconds, posteriors } = checkObject<PosteriorTimeline>(where, 'timeline', timeline)
  const classes = checkArray<string>(where, 'classes', named, 1)
  for (const [k, label] of classes.entries()) checkString(where, `classes[${k}]`, label)
  checkArray(where, 'timeline.seconds', seconds, 1)
  const rows = checkList<number[]>(where, 'timeline.posteriors', posteriors, seconds.length, 'time')
  const points = seconds.flatMap((time, t) => {
    const place = `timeline.posteriors[${t}]`
    checkNumber(where, `timeline.seconds[${t}]`, time)
    return checkList<number>(where, place, rows[t], classes.length, 'class').map((posterior, k) =>
      pointOf(where, `${place}[${k}]`, time, classes[k], posterior),
    )
  })
  return { classes, points }
}

/** A result of `recognizer.predict`, or its timeline, or a timeline of `posteriorTimeline`. */
type Drawable = Pick<Recognition, 'timeline'> | Recognition['timeline'] | PosteriorTimeline

function isAnswer(given: Drawable): given is Pick<Recognition, 'timeline'> {
  return typeof given === 'object' && given !== null && 'timeline' in given
}

/** Points and the names of their classes, from the timeline or the option. */
function namedPoints(where: string, given: Drawable, classes: readonly string[] | undefined): NamedPoints {
  const timeline = isAnswer(given) ? given.timeline : given
  if (!Array.isArray(timeline)) return fromPosteriors(where, timeline, classes)
  if (classes !== undefined)
    throw new RangeError(`${where}: "classes" is for a timeline without names; this one has them`)
  return fromRecognition(where, timeline)
}

/**
 * Posteriors over time, a line for each class. The argument is a result of `recognizer.predict` or its timeline, which
 * name the classes, or a timeline of `posteriorTimeline`, with the names in `classes`.
 *
 * @throws TypeError or RangeError for an empty timeline, for missing or doubly given names of classes, and for times,
 * rows and classes of different numbers
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
  timeline: Pick<Recognition, 'timeline'> | Recognition['timeline'] | PosteriorTimeline,
  options: TimelineChartOptions = {},
): Chart {
  const where = 'timelineSpec'
  const { width, looks } = checkLooks(where, options, ['duration', 'classes'])
  const { classes, points } = namedPoints(where, timeline, options.classes)
  const times = points.map(({ seconds }) => seconds)
  const [first, last] = [times[0], times[times.length - 1]]
  const duration = checkNumber(where, 'duration', options.duration ?? last, { above: 0 })
  return chart(`Posteriors of ${classes.join(', ')} over time, ${secondsText(first)} to ${secondsText(last)}.`, {
    ...looks,
    ...posteriorLayer(points, classes, timeAxis(duration, true), width),
  })
}
