/** The frame of a chart: axes, seconds, turns. */
import { rule, type Surface } from './canvas.ts'
import type { History } from './history.ts'
import type { Palette } from './palette.ts'

/** Room for the numbers of the axis, CSS pixels. */
export const GUTTER = 34

/** The part of the source in sight. */
export interface View {
  from: number
  to: number
  /** Where a recording is played, s; null while none is. */
  playhead: number | null
}

/** A chart that is being drawn. */
export interface Frame extends Surface {
  view: View
  palette: Palette
  history: History
  classes: readonly string[]
  /** Height of the drawing, without the seconds. */
  tall: number
  x(seconds: number): number
}

/** The rows in sight that a track still has, given its rows per second. */
export function rowsInSight(
  { view }: Frame,
  track: { first: number; end: number },
  perSecond: number,
): [number, number] {
  const first = Math.max(track.first, Math.floor(view.from * perSecond) - 1)
  return [first, Math.min(track.end, Math.ceil(view.to * perSecond) + 1)]
}

/** The seconds below a chart. */
export function seconds(frame: Frame): void {
  const { context, width, height, view, palette } = frame
  const span = view.to - view.from
  const step = [1, 2, 5, 10, 20].find((each) => (span / each) * 44 <= width - GUTTER) ?? 30
  context.fillStyle = palette.quiet
  context.textAlign = 'center'
  context.textBaseline = 'bottom'
  for (let t = Math.ceil(view.from / step) * step; t <= view.to; t += step) {
    if (t < 0) continue
    const x = frame.x(t)
    if (x > GUTTER + 6 && x < width - 12) context.fillText(`${t} s`, x, height)
  }
}

/** Lines and numbers of the vertical axis. */
export function axis(frame: Frame, marks: readonly (readonly [number, string])[]): void {
  const { context, width, palette } = frame
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  for (const [y, text] of marks) {
    rule(frame, GUTTER, width, y, palette.line)
    context.fillStyle = palette.quiet
    context.fillText(text, GUTTER - 7, y)
  }
}

/** Turns as tinted columns under a drawing, in the colours of their answers. */
export function turns({ context, x, tall, view, history, palette }: Frame): void {
  for (const { start, end, label } of history.turns) {
    if (end < view.from || start > view.to) continue
    context.globalAlpha = 0.1
    context.fillStyle = label === null ? palette.quiet : palette.classes[label].line
    context.fillRect(x(start), 0, x(end) - x(start), tall)
    context.globalAlpha = 1
  }
}

/** Stretches of speech: turns, and after the last of them windows, which are less exact. */
function speechOf({ history }: Frame): { start: number; end: number; exact: boolean }[] {
  const known = history.turns[history.turns.length - 1]?.end ?? 0
  const open = history.windows.filter(({ speech, start, end }) => speech && (start + end) / 2 > known)
  return [
    ...history.turns.filter(({ speech }) => speech).map(({ start, end }) => ({ start, end, exact: true })),
    ...open.map(({ start, end }) => ({
      start: Math.max(known, (start + end) / 2 - 0.125),
      end: (start + end) / 2 + 0.13,
      exact: false,
    })),
  ]
}

/** A bar along the top where there is speech, on a line where there is none, and the answers of turns. */
export function presence(frame: Frame): void {
  const { context, x, view, history, palette } = frame
  context.fillStyle = palette.quiet
  context.fillRect(x(0), 3, x(history.end) - x(0), 1)
  context.fillStyle = palette.speech
  for (const { start, end, exact } of speechOf(frame)) {
    if (end < view.from || start > view.to) continue
    context.globalAlpha = exact ? 1 : 0.45
    context.fillRect(x(start), 1, x(end) - x(start), 5)
  }
  context.globalAlpha = 1
  context.textAlign = 'left'
  context.textBaseline = 'top'
  for (const { start, end, label } of history.turns) {
    if (label === null || end < view.from || start > view.to) continue
    const at = Math.max(x(start), GUTTER) + 5
    if (context.measureText(label).width > x(end) - at) continue
    context.fillStyle = palette.classes[label].text
    context.fillText(label, at, 11)
  }
}
