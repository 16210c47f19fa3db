// A conditional RBM dreams speech frames: real and generated MFCCs drawn as an SVG. See --help.
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import ndarray from 'ndarray'
import { CRBM, mfcc, Standardizer, toMono } from 'ser-core'
import { loadCorpus, syntheticSource } from 'ser-core/node'

const HELP = `usage: node examples/crbm-generate.mjs [--data DIR] [--speaker ID] [--out FILE] [--seed N] [--hidden N] [--epochs N]

Trains a CRBM of order 5 on 13 MFCCs of one speaker, lets it continue a recording that it has not seen, and draws what it
makes of it beside what was said.

  --data DIR     folder of EmoDB; default: built-in synthetic voices
  --speaker ID   whose recordings; default the first of the corpus
  --out FILE     default crbm-generate.svg
  --seed N       starting weights and draws; default 1
  --hidden N     hidden units; default 100
  --epochs N     passes over the training frames; default 40
  --help         print this`

const ORDER = 5
const COEFFICIENTS = 13
const FRAMES_PER_SECOND = 100
const CONTEXT = 40
/** At most; a shorter recording ends earlier. */
const CONTINUATION = 160
/** Root mean square to which steps from frame to frame are scaled: enough to be seen through the model's noise of 1. */
const STEP = 1.6
/** Five Gibbs steps: with one the model hardly ever leaves the data, and its dreams fade to almost a constant. */
const TRAINING = { batchSize: 25, k: 5, learningRate: 2e-3, momentum: 0.9 }
const LAST_RATE = 2e-5
const CLASSES = ['joy', 'neutral', 'sadness', 'anger']

function readOptions() {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      speaker: { type: 'string' },
      out: { type: 'string', default: 'crbm-generate.svg' },
      seed: { type: 'string', default: '1' },
      hidden: { type: 'string', default: '100' },
      epochs: { type: 'string', default: '40' },
      help: { type: 'boolean', default: false },
    },
  })
  for (const name of ['seed', 'hidden', 'epochs']) {
    if (!/^[1-9]\d{0,8}$/.test(values[name])) {
      throw new RangeError(`crbm-generate: "--${name}" expected an integer >= 1, got "${values[name]}"`)
    }
  }
  return { ...values, seed: Number(values.seed), hidden: Number(values.hidden), epochs: Number(values.epochs) }
}

/** The MFCCs of one speaker's recordings. */
async function loadRecordings({ data, speaker }) {
  const { utterances } = data === undefined ? syntheticSource() : await loadCorpus('emodb', data, { classes: CLASSES })
  const speakers = [...new Set(utterances.map((utterance) => utterance.speaker))]
  const chosen = speaker ?? speakers[0]
  if (!speakers.includes(chosen)) {
    throw new RangeError(`crbm-generate: "--speaker" expected one of ${speakers.join(', ')}, got "${chosen}"`)
  }
  const recordings = []
  for (const utterance of utterances.filter((each) => each.speaker === chosen)) {
    const audio = await utterance.read()
    const x = mfcc(toMono(audio), { sampleRate: audio.sampleRate, coefficients: COEFFICIENTS })
    recordings.push({ name: utterance.path, x })
  }
  return { speaker: chosen, recordings }
}

/** Root mean square of the steps from frame to frame, for each coefficient. */
function stepSizes(sequences) {
  const squares = new Float64Array(COEFFICIENTS)
  let steps = 0
  for (const { data, shape } of sequences) {
    for (let at = COEFFICIENTS; at < data.length; at++) {
      squares[at % COEFFICIENTS] += (data[at] - data[at - COEFFICIENTS]) ** 2
    }
    steps += shape[0] - 1
  }
  return squares.map((sum) => Math.sqrt(sum / steps))
}

/** A sequence, each number times a factor that depends on its place in the data. */
function scaled({ data, shape }, factor) {
  const products = data.map((value, at) => value * factor(at))
  return ndarray(products, [...shape])
}

/** What a CRBM, trained on standardised sequences, makes of a context: as many frames as wanted. */
async function dream(sequences, context, frames, { seed, hidden, epochs }) {
  const steps = stepSizes(sequences)
  const factor = (at) => STEP / steps[at % COEFFICIENTS]
  const onEpoch = ({ epoch, reconstructionError }) => {
    if (epoch % 10 > 0) return
    console.log(`epoch ${epoch} of ${epochs}, reconstruction error ${reconstructionError.toFixed(3)}`)
  }
  const training = sequences.map((x) => scaled(x, factor))
  const learningRateDecay = (LAST_RATE / TRAINING.learningRate) ** (1 / epochs)
  const crbm = new CRBM({ visible: COEFFICIENTS, hidden, order: ORDER, seed })
  await crbm.fit(training, { ...TRAINING, epochs, learningRateDecay, onEpoch })
  // A model of a few epochs may drift; the picture is to show it.
  return scaled(crbm.generate(scaled(context, factor), frames, { limit: 1e6 }), (at) => 1 / factor(at))
}

/** Frames from..to-1 of a sequence. */
function excerpt({ data }, from, to) {
  return ndarray(data.slice(from * COEFFICIENTS, to * COEFFICIENTS), [to - from, COEFFICIENTS])
}

const column = (x, j) => Array.from({ length: x.shape[0] }, (_, t) => x.get(t, j))

// The picture, in pixels; time in frames with 0 where the continuation begins.

const WIDTH = 960
const PANEL = { width: 404, height: 120, left: 56, gap: 68, top: 96, pitch: 168 }
const MAP = { top: 454, height: 17 * COEFFICIENTS }
/** Standard deviations that the scales reach up and down. */
const SPAN = 3
/** Colours of a heat map on either side of the middle. */
const LEVELS = 6
const LIGHT = {
  paper: '#fcfcfb',
  ink: '#1b1b1a',
  soft: '#6b6a65',
  grid: '#e1e0d9',
  real: '#2a78d6',
  generated: '#e2571c',
}
const DARK = {
  paper: '#1a1a19',
  ink: '#f5f5f3',
  soft: '#a3a29b',
  grid: '#333331',
  real: '#5598e7',
  generated: '#f07a45',
}
const LIGHT_MAP = { low: [28, 92, 171], middle: [240, 239, 236], high: [194, 47, 46] }
const DARK_MAP = { low: [109, 167, 236], middle: [46, 46, 44], high: [240, 122, 121] }

const escaped = (content) => content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const text = (x, y, content, more = '') => `<text x="${x}" y="${y}" ${more}>${escaped(content)}</text>`
const minus = (number) => String(number).replace('-', '\u2212')
const round = (value) => Number(value.toFixed(1))

/** Colours of the levels -LEVELS..LEVELS of a heat map. */
function levelColours({ low, middle, high }) {
  return Array.from({ length: 2 * LEVELS + 1 }, (_, i) => {
    const weight = Math.abs(i - LEVELS) / LEVELS
    const end = i < LEVELS ? low : high
    return `rgb(${middle.map((value, c) => Math.round(value + weight * (end[c] - value))).join()})`
  })
}

function theme({ paper, ink, soft, grid, real, generated }, map) {
  const levels = levelColours(map).map((colour, i) => `.l${i}{fill:${colour}}`)
  return `text{fill:${soft}}.paper{fill:${paper}}.ink{fill:${ink}}.grid{stroke:${grid}}.context{stroke:${soft}}.mark{stroke:${ink}}
.real{stroke:${real}}.generated{stroke:${generated}}${levels.join('')}`
}

const STYLE = `<style>text{font:12px system-ui,sans-serif}.title{font-size:17px;font-weight:600}.head{font-size:13px;font-weight:600}
path,line{fill:none}.grid{stroke-width:1}.curve{stroke-width:2;stroke-linejoin:round}.mark{stroke-dasharray:3 3}.cells{shape-rendering:crispEdges}
${theme(LIGHT, LIGHT_MAP)}
@media (prefers-color-scheme: dark){${theme(DARK, DARK_MAP)}}</style>`

/** Pixels from the left of a panel by frame. */
function timeAxis({ left, frames }) {
  const xOf = (frame) => round(left + ((frame + CONTEXT) / (frames + CONTEXT)) * PANEL.width)
  const ticks = []
  for (let tenths = -4; tenths * 10 <= frames; tenths += 4)
    ticks.push({ x: xOf(tenths * 10), label: (tenths / 10).toFixed(1) })
  return { xOf, ticks }
}

const timeLabels = ({ ticks }, bottom) =>
  ticks.map(({ x, label }) => text(x, bottom + 16, `${minus(label)} s`, 'text-anchor="middle"'))
const curve = (name, points) => `<path class="curve ${name}" d="M${points.map((point) => point.join(' ')).join('L')}"/>`

/** One coefficient over time: the context, then both continuations. */
function trajectoryPanel(j, { context, real, generated }) {
  const left = PANEL.left + (j % 2) * (PANEL.width + PANEL.gap)
  const top = PANEL.top + Math.floor(j / 2) * PANEL.pitch
  const bottom = top + PANEL.height
  const axis = timeAxis({ left, frames: real.length })
  const limit = Math.max(SPAN, ...[...context, ...real, ...generated].map(Math.abs))
  const yOf = (value) => round(top + ((limit - value) / (2 * limit)) * PANEL.height)
  const pointsFrom = (start, values) => values.map((value, t) => [axis.xOf(start + t), yOf(value)])
  const continued = (values) => pointsFrom(-1, [context.at(-1), ...values])
  return [
    text(left, top - 8, `c${j}`, 'class="head ink"'),
    ...[-2, 0, 2].flatMap((value) => [
      `<line class="grid" x1="${left}" x2="${left + PANEL.width}" y1="${yOf(value)}" y2="${yOf(value)}"/>`,
      text(left - 8, yOf(value) + 4, minus(value), 'text-anchor="end"'),
    ]),
    `<line class="mark" x1="${axis.xOf(0)}" x2="${axis.xOf(0)}" y1="${top}" y2="${bottom}"/>`,
    curve('context', pointsFrom(-CONTEXT, context)),
    curve('real', continued(real)),
    curve('generated', continued(generated)),
    ...timeLabels(axis, bottom),
  ]
}

const levelOf = (value) => LEVELS + Math.round(Math.max(-1, Math.min(1, value / SPAN)) * LEVELS)

/** Cells of equal level as one path a level, runs of a row as one rectangle, so that the file stays small. */
function heatCells(x) {
  const paths = Array.from({ length: 2 * LEVELS + 1 }, () => [])
  const [frames, cols] = x.shape
  for (let j = 0; j < cols; j++) {
    for (let t = 0, end = 0; t < frames; t = end) {
      const level = levelOf(x.get(t, j))
      for (end = t + 1; end < frames && levelOf(x.get(end, j)) === level; ) end++
      paths[level].push(`M${t} ${j}h${end - t}v1H${t}z`)
    }
  }
  return paths.flatMap((parts, level) => (parts.length > 0 ? [`<path class="l${level}" d="${parts.join('')}"/>`] : []))
}

/** All coefficients over time as colours; c0 on top. */
function heatMap(side, name, x) {
  const left = PANEL.left + side * (PANEL.width + PANEL.gap)
  const bottom = MAP.top + MAP.height
  const axis = timeAxis({ left, frames: x.shape[0] - CONTEXT })
  const cell = { width: PANEL.width / x.shape[0], height: MAP.height / COEFFICIENTS }
  const scale = `translate(${left} ${MAP.top}) scale(${cell.width.toFixed(5)} ${cell.height})`
  return [
    text(left, MAP.top - 8, `${name}, all ${COEFFICIENTS} coefficients`, 'class="head ink"'),
    `<g class="cells ${name}-map" transform="${scale}">`,
    ...heatCells(x),
    '</g>',
    `<line class="mark" x1="${axis.xOf(0)}" x2="${axis.xOf(0)}" y1="${MAP.top}" y2="${bottom}"/>`,
    ...[0, 4, 8, 12].map((j) => text(left - 8, MAP.top + (j + 0.5) * cell.height + 4, `c${j}`, 'text-anchor="end"')),
    ...timeLabels(axis, bottom),
  ]
}

function colourBar(top) {
  const width = 12
  const start = PANEL.left
  const blocks = Array.from({ length: 2 * LEVELS + 1 }, (_, i) => {
    return `<rect class="l${i}" x="${start + 28 + i * width}" y="${top}" width="${width}" height="12"/>`
  })
  const end = start + 28 + blocks.length * width
  return [
    text(start, top + 10, `\u2212${SPAN}`),
    ...blocks,
    text(end + 6, top + 10, `${SPAN} standard deviations or more`),
  ]
}

function legend() {
  return ['context', 'real', 'generated'].flatMap((name, i) => [
    `<path class="curve ${name}" d="M${PANEL.left + i * 96} 60h24"/>`,
    text(PANEL.left + 32 + i * 96, 64, name, 'class="ink"'),
  ])
}

/** Context [40, 13] and both continuations [T, 13], standardised. */
function draw(title, context, real, generated) {
  const height = MAP.top + MAP.height + 66
  const panels = [0, 1, 2, 3].flatMap((j) => {
    return trajectoryPanel(j, { context: column(context, j), real: column(real, j), generated: column(generated, j) })
  })
  const joined = (x) => ndarray(Float32Array.of(...context.data, ...x.data), [CONTEXT + x.shape[0], COEFFICIENTS])
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    STYLE,
    `<rect class="paper" width="${WIDTH}" height="${height}"/>`,
    text(PANEL.left, 34, title, 'class="title ink"'),
    ...legend(),
    text(WIDTH - 28, 64, 'values in standard deviations', 'text-anchor="end"'),
    ...panels,
    ...heatMap(0, 'real', joined(real)),
    ...heatMap(1, 'generated', joined(generated)),
    ...colourBar(MAP.top + MAP.height + 38),
    '</svg>\n',
  ].join('\n')
}

async function main() {
  const options = readOptions()
  if (options.help) return console.log(HELP)
  const { speaker, recordings } = await loadRecordings(options)
  const unseen = recordings.reduce((longest, each) => (each.x.shape[0] > longest.x.shape[0] ? each : longest))
  const scaler = new Standardizer()
  const training = scaler.fitTransform(recordings.filter((each) => each !== unseen).map(({ x }) => x))
  const frames = training.reduce((sum, x) => sum + x.shape[0], 0)
  console.log(
    `speaker ${speaker}: ${training.length} recordings, ${frames} frames to learn from; ${unseen.name} to continue`,
  )
  const x = scaler.transform(unseen.x)
  const end = Math.min(x.shape[0], CONTEXT + CONTINUATION)
  const context = excerpt(x, 0, CONTEXT)
  const generated = await dream(training, context, end - CONTEXT, options)
  const title = `MFCCs of speaker ${speaker}: what was said, and what a CRBM dreams after the same context`
  await writeFile(options.out, draw(title, context, excerpt(x, CONTEXT, end), generated))
  console.log(`${options.out}: ${((end - CONTEXT) / FRAMES_PER_SECOND).toFixed(2)} s, real and generated`)
}

await main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
