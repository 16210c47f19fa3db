/** Output of answers and timelines in notebooks: the posterior as a table, and lines over time. */
import { displayedAs, htmlTable, type MimeBundle, midTones } from '../core/display.ts'
import { escapeHtml } from '../core/escape-html.ts'
import { lineDrawing } from '../core/line-drawing.ts'
import { counted } from '../core/printed.ts'
import { signedText } from '../core/text.ts'
import { align } from '../core/text-table.ts'
import type { Explanation, Recognition } from './recognition.ts'

const DIGITS = 3
/** Width of the longest bar, pixels. */
const BAR = 200

type NamedTimeline = Recognition['timeline']

/** The posteriors as lines, at their times; of classes without names, by their numbers. */
function drawingOf(
  seconds: readonly number[],
  rows: readonly (readonly number[])[],
  classes: readonly string[],
): string {
  const lines = classes.map((name, k) => ({ name, points: rows.map((row, i) => [seconds[i], row[k]] as const) }))
  return lineDrawing(lines, { x: 'time, s', y: 'posterior', range: [0, 1] })
}

function spanText(seconds: readonly number[]): string {
  if (seconds.length === 0) return 'no windows'
  const [first, last] = [seconds[0], seconds[seconds.length - 1]].map((time) => `${Number(time.toFixed(DIGITS))} s`)
  return `${counted(seconds.length, 'window')}, ${first} to ${last}`
}

/** Text and drawing of posteriors over time. */
function timelineParts(
  seconds: readonly number[],
  rows: readonly (readonly number[])[],
  classes: readonly string[],
): MimeBundle {
  return {
    'text/plain': `Timeline: ${[spanText(seconds), ...classes].join(', ')}`,
    'text/html': drawingOf(seconds, rows, classes) || `<p>${escapeHtml(spanText(seconds))}</p>`,
  }
}

function namedParts(timeline: NamedTimeline): Parameters<typeof timelineParts> {
  const classes = Object.keys(timeline[0]?.probabilities ?? {})
  const rows = timeline.map(({ probabilities }) => classes.map((name) => probabilities[name]))
  return [timeline.map(({ time }) => time), rows, classes]
}

/** The answer in words, such as `anger`, `anger (not sure)` or `no speech`. */
function answerWords({ label, sure }: Recognition): string {
  if (label === null) return 'no speech'
  return sure ? label : `${label} (not sure)`
}

function recognitionText(answer: Recognition): string {
  const rows = Object.entries(answer.probabilities).map(([name, p]) => [`  ${name}`, p.toFixed(DIGITS)])
  const words = `Recognition: ${answerWords(answer)}`
  const times = answer.timeline.map(({ time }) => time)
  return [words, ...align(rows, 2), ...(times.length > 0 ? [`  timeline of ${spanText(times)}`] : [])].join('\n')
}

/** A bar as long as the probability. */
function bar(probability: number, k: number): { html: string } {
  const style = `height:10px;width:${Math.round(probability * BAR)}px;background:${midTones[k % midTones.length]}`
  return { html: `<div style="width:${BAR}px"><div style="${style}"></div></div>` }
}

/** The posterior with a bar for each class, in the colours of the lines below. */
function recognitionHtml(answer: Recognition): string {
  const classes = Object.entries(answer.probabilities)
  const rows = classes.map(([name, p], k) => [name, p.toFixed(DIGITS), bar(p, k)])
  const table = htmlTable(answerWords(answer), ['class', 'probability', ''], rows)
  return `${table}\n${drawingOf(...namedParts(answer.timeline))}`.trim()
}

/** Makes notebooks show an answer and its timeline; JSON, copies and comparisons are unaffected. */
export function displayedRecognition(answer: Recognition): Recognition {
  displayedAs(answer.timeline, () => timelineParts(...namedParts(answer.timeline)))
  return displayedAs(answer, () => ({ 'text/plain': recognitionText(answer), 'text/html': recognitionHtml(answer) }))
}

function explanationText({ label, probability, groups, moments }: Explanation): string {
  const rows = groups.map(({ group, effect }) => [`  ${group}`, signedText(effect)])
  const times = moments.length > 0 ? [`  ${counted(moments.length, 'moment')}`] : []
  return [`Explanation: ${label}, ${probability.toFixed(DIGITS)}`, ...align(rows, 2), ...times].join('\n')
}

/** Effects as bars, those against the class in another colour, and over time as a line. */
function explanationHtml({ label, probability, groups, moments }: Explanation): string {
  const rows = groups.map(({ group, effect }) => [group, signedText(effect), bar(Math.abs(effect), effect < 0 ? 1 : 0)])
  const table = htmlTable(`${label}, ${probability.toFixed(DIGITS)}`, ['without', 'less probable by', ''], rows)
  const points = moments.map(({ start, end, effect }) => [(start + end) / 2, effect] as const)
  const most = Math.max(...points.map(([, effect]) => Math.abs(effect)), Number.MIN_VALUE)
  const drawing = lineDrawing([{ name: 'without this moment', points }], {
    x: 'time, s',
    y: 'less probable by',
    range: [-most, most],
  })
  return `${table}\n${drawing}`.trim()
}

/** Makes notebooks show an explanation. */
export function displayedExplanation(explanation: Explanation): Explanation {
  return displayedAs(explanation, () => ({
    'text/plain': explanationText(explanation),
    'text/html': explanationHtml(explanation),
  }))
}

/** Makes notebooks show a timeline, whose classes have numbers alone. */
export function displayedTimeline<T extends { seconds: number[]; posteriors: number[][] }>(timeline: T): T {
  return displayedAs(timeline, () => {
    const classes = (timeline.posteriors[0] ?? []).map((_, k) => `class ${k}`)
    return timelineParts(timeline.seconds, timeline.posteriors, classes)
  })
}
