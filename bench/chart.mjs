// Small log-log charts as SVG, after nothing but the data.

const WIDTH = 200
const HEIGHT = 150
const MARGIN = { left: 52, right: 12, top: 34, bottom: 34 }
const DIGITS = 1e6

/** Rows of panels: points, and the line of their exponent through their centre. */
export function chart(rows) {
  const columns = Math.max(...rows.map(({ panels }) => panels.length))
  const [cellWidth, cellHeight] = [WIDTH + MARGIN.left + MARGIN.right, HEIGHT + MARGIN.top + MARGIN.bottom]
  const panels = rows.flatMap(({ label, panels }, j) =>
    panels.map((panel, i) => draw(panel, label, i * cellWidth + MARGIN.left, j * cellHeight + MARGIN.top)),
  )
  const [width, height] = [columns * cellWidth, rows.length * cellHeight]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">
<title>Time and memory against size, logarithmic scales</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${panels.join('\n')}
</svg>
`
}

function draw({ what, axis, values, ys, exponent }, label, left, top) {
  const x = scale(values, 0, WIDTH)
  const y = scale(ys, HEIGHT, 0)
  const dots = values.map((value, i) => `<circle cx="${x.at(value)}" cy="${y.at(ys[i])}" r="3" fill="#0b6"/>`)
  const ends = [values[0], values.at(-1)]
  const fitted = ends.map((value) => center(ys) * (value / center(values)) ** exponent)
  return `<g transform="translate(${left} ${top})">
<text x="0" y="-20" font-weight="bold">${what}</text>
<text x="0" y="-6">${label} against ${axis}</text>
<text x="8" y="16">exponent ${exponent.toFixed(2)}</text>
<rect width="${WIDTH}" height="${HEIGHT}" fill="none" stroke="#999"/>
${values.map((value) => text(x.at(value), HEIGHT + 14, value, 'middle')).join('')}
${y.ticks.map((value) => `<path d="M0 ${y.at(value)}h${WIDTH}" stroke="#ddd"/>${text(-5, y.at(value) + 4, value, 'end')}`).join('')}
<path d="M${x.at(ends[0])} ${y.at(fitted[0])}L${x.at(ends[1])} ${y.at(fitted[1])}" stroke="#777" stroke-dasharray="4 3"/>
${dots.join('')}
</g>`
}

/** A logarithmic scale that holds the values with some room, and ticks at 1, 2 and 5 times powers of ten. */
function scale(values, from, to) {
  const low = Math.log(Math.min(...values) / 1.3)
  const high = Math.log(Math.max(...values) * 1.3)
  const at = (value) => Math.round((from + ((Math.log(value) - low) / (high - low)) * (to - from)) * 100) / 100
  const decades = Array.from({ length: 12 }, (_, i) => 10 ** (i - 4))
  const marks = decades.flatMap((decade) => [1, 2, 5].map((n) => Math.round(n * decade * DIGITS) / DIGITS))
  const ticks = marks.filter((mark) => Math.log(mark) > low && Math.log(mark) < high)
  return { at, ticks }
}

/** The geometric mean. */
function center(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}

function text(x, y, value, anchor) {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="#555" font-size="10">${value}</text>`
}
