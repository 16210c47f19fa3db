/** Lines over an axis as a small SVG drawing, in colours that are readable on light and dark pages. */
import { midTones } from './display.ts'
import { escapeHtml } from './escape-html.ts'

/** A line; points that are not finite leave a gap. */
export interface DrawnLine {
  name: string
  points: readonly (readonly [x: number, y: number])[]
}

/** Titles of the axes, and the range of the upright one where it is not that of the points. */
export interface DrawnAxes {
  x: string
  y: string
  range?: readonly [number, number]
}

const [WIDTH, HEIGHT] = [520, 190]
const [LEFT, RIGHT, TOP] = [58, 12, 8]
/** Where the axis of x stands. */
const FLOOR = HEIGHT - 36
export const FONT: string = 'font:12px system-ui,sans-serif'
/** Most points of a line. */
const MOST_POINTS = 400
/** Most steps from one tick to the next. */
const TICKS = 7
/** Share of a step by which quotients are rounded. */
const ROUNDING = 1e-9

type Range = readonly [low: number, high: number]

function rangeOf(values: readonly number[]): Range {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  const margin = low === high ? Math.abs(low) / 2 || 1 : 0
  return [low - margin, high + margin]
}

/** Round numbers within a range: multiples of 1, 2 or 5 times a power of ten. */
export function ticksOf([low, high]: Range): number[] {
  const [digits, exponent] = ((high - low) / TICKS).toExponential().split('e').map(Number)
  const mantissa = [1, 2, 5].find((one) => one >= digits) ?? 10
  const step = Number(`${mantissa}e${exponent}`)
  const first = Math.ceil(low / step - ROUNDING)
  const count = Math.floor(high / step + ROUNDING) - first + 1
  return Array.from({ length: Math.max(0, count) }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

export function axisText(x: number, y: number, anchor: string, text: string, more = ''): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}"${more}>${escapeHtml(text)}</text>`
}

/** The path through the points, broken where one is not finite. */
function pathOf(points: DrawnLine['points'], at: (x: number, y: number) => string): string {
  const step = Math.ceil(points.length / MOST_POINTS)
  let pen = 'M'
  const parts = points.map(([x, y], i) => {
    if (i % step !== 0 && i !== points.length - 1) return ''
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      pen = 'M'
      return ''
    }
    const part = `${pen}${at(x, y)}`
    pen = 'L'
    return part
  })
  return parts.join('')
}

function legendOf(lines: readonly DrawnLine[]): string {
  const names = lines.map(({ name }, i) => {
    const mark = `<span style="color:${midTones[i % midTones.length]}" aria-hidden="true">&#9644;</span>`
    return `<span style="margin-right:14px">${mark} ${escapeHtml(name)}</span>`
  })
  return `<div style="${FONT};padding-left:${LEFT}px">${names.join('')}</div>`
}

/** Places of a drawing for points of the axes. */
interface Frame {
  xs: Range
  ys: Range
  left(x: number): number
  down(y: number): number
}

function frameOf(xs: Range, ys: Range): Frame {
  const place = (value: number): number => Number(value.toFixed(1))
  return {
    ...{ xs, ys },
    left: (x) => place(LEFT + ((x - xs[0]) / (xs[1] - xs[0])) * (WIDTH - LEFT - RIGHT)),
    down: (y) => place(FLOOR - ((y - ys[0]) / (ys[1] - ys[0])) * (FLOOR - TOP)),
  }
}

/** Grid, ticks and titles. */
function axesOf({ xs, ys, left, down }: Frame, axes: DrawnAxes): string[] {
  const middle = (TOP + FLOOR) / 2
  return [
    ...ticksOf(ys).map((tick) => {
      const text = axisText(LEFT - 6, down(tick) + 4, 'end', String(tick))
      return `<path d="M${LEFT} ${down(tick)}H${WIDTH - RIGHT}" stroke="currentColor" opacity=".2"/>${text}`
    }),
    ...ticksOf(xs).map((tick) => {
      const text = axisText(left(tick), FLOOR + 17, 'middle', String(tick))
      return `<path d="M${left(tick)} ${FLOOR}v4" stroke="currentColor"/>${text}`
    }),
    `<path d="M${LEFT} ${FLOOR}H${WIDTH - RIGHT}" stroke="currentColor"/>`,
    axisText((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, 'middle', axes.x),
    axisText(12, middle, 'middle', axes.y, ` transform="rotate(-90 12 ${middle})"`),
  ]
}

/** The drawing with a legend below, as HTML; empty where no point is finite. */
export function lineDrawing(lines: readonly DrawnLine[], axes: DrawnAxes): string {
  const finite = lines.flatMap(({ points }) => points.filter((point) => point.every(Number.isFinite)))
  if (finite.length === 0) return ''
  const ys = axes.range ?? rangeOf(finite.map(([, y]) => y))
  const frame = frameOf(rangeOf(finite.map(([x]) => x)), ys)
  const label = escapeHtml(`${axes.y} by ${axes.x}: ${lines.map(({ name }) => name).join(', ')}`)
  const size = `viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" style="max-width:100%;color:inherit;${FONT}"`
  const paths = lines.map(({ points }, i) => {
    const color = midTones[i % midTones.length]
    const d = pathOf(points, (x, y) => `${frame.left(x)} ${frame.down(y)}`)
    return `<path d="${d}" fill="none" stroke="${color}" stroke-width="2" stroke-linecap="round"/>`
  })
  return [
    `<svg role="img" aria-label="${label}" ${size}>`,
    `<g fill="currentColor">${axesOf(frame, axes).join('\n')}</g>`,
    ...paths,
    '</svg>',
    ...(lines.length > 1 ? [legendOf(lines)] : []),
  ].join('\n')
}
