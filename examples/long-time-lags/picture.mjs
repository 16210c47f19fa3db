// The learning curves of all runs as one picture, legible on light and on dark paper.
import { EXPERIMENTS } from './protocol.mjs'

const STYLE = `
    .paper { fill: #ffffff }
    text { fill: #24292f; font: 13px system-ui, 'Helvetica Neue', Arial, sans-serif }
    .title { font-size: 19px; font-weight: 600 }
    .panel { font-size: 14px; font-weight: 600 }
    .faint { fill: #656d76; font-size: 12px }
    .grid { stroke: #d8dee4; stroke-width: 1 }
    .run { fill: none; stroke: #0969da; stroke-opacity: 0.55; stroke-width: 1.5; stroke-linejoin: round }
    .failed { stroke: #bc4c00 }
    .solved { fill: #0969da }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #0d1117 }
      text { fill: #e6edf3 }
      .faint { fill: #9198a1 }
      .grid { stroke: #2a313c }
      .run { stroke: #58a6ff }
      .failed { stroke: #f0883e }
      .solved { fill: #58a6ff }
    }`

const PANEL = { width: 380, height: 190 }
const CELL = { width: 480, height: 290 }
const ORIGIN = { left: 74, top: 124 }
const COLUMNS = 2

const text = (x, y, content, attributes = '') =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${content}</text>`

const exponents = { '-': '⁻', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹' }
const power = (n) => `10${Array.from(String(n), (c) => exponents[c]).join('')}`

/** Round steps that cut [0, high] into at most `count` parts. */
function ticks(high, count) {
  const size = 10 ** Math.floor(Math.log10(high / count))
  const step = [1, 2, 5, 10].map((factor) => factor * size).find((each) => high / each <= count)
  return Array.from({ length: Math.floor(high / step + 1e-9) + 1 }, (_, i) => i * step)
}

const level = ([loss]) => Math.log10(loss)

function panel(name, runs, { left, top }) {
  const levels = runs.flatMap(({ curve }) => curve.map(level))
  const [low, high] = [Math.floor(Math.min(...levels)), Math.ceil(Math.max(...levels))]
  const longest = Math.max(...runs.map(({ sequences }) => sequences))
  const x = (sequences) => left + (PANEL.width * sequences) / longest
  const y = (value) => top + (PANEL.height * (high - value)) / Math.max(1, high - low)
  const bottom = top + PANEL.height
  const decades = Array.from({ length: high - low + 1 }, (_, i) => low + i)
  const solved = runs.filter((run) => run.solved).length
  return [
    text(left, top - 14, `${EXPERIMENTS[name].title}: ${solved} of ${runs.length} solved`, 'class="panel"'),
    ...decades.map(
      (n) =>
        `<path class="grid" d="M${left} ${y(n).toFixed(1)}h${PANEL.width}"/>` +
        text(left - 8, y(n) + 4, power(n), 'class="faint" text-anchor="end"'),
    ),
    ...ticks(longest / 1000, 5).map((n) =>
      text(x(1000 * n), bottom + 18, Number(n.toPrecision(6)), 'class="faint" text-anchor="middle"'),
    ),
    text(left + PANEL.width / 2, bottom + 36, 'thousand training sequences', 'class="faint" text-anchor="middle"'),
    ...runs.map((run) => line(run, x, y)),
  ]
}

function line({ solved, sequences, curve }, x, y) {
  const points = curve.map((record, i) => [x((sequences * (i + 1)) / curve.length), y(level(record))])
  const path = points.map(([px, py]) => `${px.toFixed(1)} ${py.toFixed(1)}`).join('L')
  const [endX, endY] = points.at(-1)
  const end = solved ? `<circle class="solved" cx="${endX.toFixed(1)}" cy="${endY.toFixed(1)}" r="3.5"/>` : ''
  return `<path class="run${solved ? '' : ' failed'}" d="M${path}"/>${end}`
}

/** One panel for each task that has runs, one line for each seed. */
export function draw(runs) {
  const names = Object.keys(EXPERIMENTS).filter((name) => runs.some(({ task }) => task === name))
  const rows = Math.ceil(names.length / COLUMNS)
  const [width, height] = [COLUMNS * CELL.width, ORIGIN.top - 30 + rows * CELL.height]
  const panels = names.flatMap((name, i) => {
    const left = ORIGIN.left + (i % COLUMNS) * CELL.width
    const top = ORIGIN.top + Math.floor(i / COLUMNS) * CELL.height
    return panel(
      name,
      runs.filter(({ task }) => task === name),
      { left, top },
    )
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
  <title>Training loss of recurrent networks on tasks with long time lags, one line for each seed</title>
  <style>${STYLE}
  </style>
  <rect class="paper" width="${width}" height="${height}"/>
  ${text(24, 38, 'Long time lags', 'class="title"')}
  ${text(24, 62, 'Training loss, one line for each seed; a dot where fresh test sets were solved, orange where none was', 'class="faint"')}
  ${panels.join('\n  ')}
</svg>
`
}
