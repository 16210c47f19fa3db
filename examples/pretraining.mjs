// Why deep sigmoid networks were hard to train, and what pre-training does about it, as a picture. See --help.
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import ndarray from 'ndarray'
import { MLP, mfcc, SGD, Standardizer, spliceFrames, toMono } from 'ser-core'
import { loadCorpus, syntheticSource } from 'ser-core/node'

const HELP = `usage: node examples/pretraining.mjs [--data DIR] [--out FILE] [--depth N] [--units N] ...

Trains a deep sigmoid network on spliced MFCC frames twice, by the same gradient descent: from random weights, and from
RBMs trained layer by layer. Draws the norm of the gradient of each layer's weights, and both loss curves.

  --data DIR        folder of EmoDB (minutes); default: a synthetic corpus
  --out FILE        the picture; default pretraining.svg
  --depth N         hidden layers, at most 10; default 5
  --units N         units of each; default 60
  --epochs N        passes of gradient descent; default 30
  --pretraining N   passes over the data for each RBM; default 10
  --seed N          starting weights and draws; default 1
  --help            print this`

const CLASSES = ['joy', 'neutral', 'sadness', 'anger']
/** Every third frame with three frames to either side: neighbours would tell much the same. */
const CONTEXT = { left: 3, right: 3 }
const FRAME_STEP = 3
/** Gradients and losses are measured on every fourth row. */
const PROBE_STEP = 4
const RBM_RATES = { gaussian: 0.005, binary: 0.1 }
const DESCENT = { learningRate: 0.1, momentum: 0.9 }
const BATCH = 64
/** More curves than these have no room for their names. */
const MOST_LAYERS = 10

function readOptions() {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      out: { type: 'string', default: 'pretraining.svg' },
      depth: { type: 'string', default: '5' },
      units: { type: 'string', default: '60' },
      epochs: { type: 'string', default: '30' },
      pretraining: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  })
  const integer = (name) => {
    const value = Number(values[name])
    const max = name === 'depth' ? MOST_LAYERS : Number.MAX_SAFE_INTEGER
    if (values[name].trim() !== '' && Number.isSafeInteger(value) && value >= 1 && value <= max) return value
    const limit = name === 'depth' ? ` and <= ${max}` : ''
    throw new RangeError(`pretraining: "--${name}" expected an integer >= 1${limit}, got "${values[name]}"`)
  }
  const names = ['depth', 'units', 'epochs', 'pretraining', 'seed']
  return { ...values, ...Object.fromEntries(names.map((name) => [name, integer(name)])) }
}

// ---------------------------------------------------------------------------------------------------------- data

/** Standardised rows with their labels, of all speakers but the last, and of the last. */
async function loadRows(folder) {
  const corpus =
    folder === undefined
      ? syntheticSource({ speakers: 4, sentences: 2 })
      : await loadCorpus('emodb', folder, { classes: CLASSES })
  const recordings = []
  for (const { speaker, label, read } of corpus.utterances) {
    const audio = await read()
    const x = mfcc(toMono(audio), { sampleRate: audio.sampleRate, deltas: 1 })
    recordings.push({ speaker, label: CLASSES.indexOf(label), x })
  }
  const last = recordings
    .map(({ speaker }) => speaker)
    .sort()
    .at(-1)
  const training = recordings.filter(({ speaker }) => speaker !== last)
  const scaler = new Standardizer().fit(training.map(({ x }) => x))
  const heldOut = recordings.filter(({ speaker }) => speaker === last)
  return { name: corpus.name ?? 'EmoDB', train: toRows(training, scaler), test: toRows(heldOut, scaler) }
}

function toRows(recordings, scaler) {
  const blocks = recordings.map(({ x }) => spliceFrames(scaler.transform(x), CONTEXT).step(FRAME_STEP))
  const labels = blocks.flatMap(({ shape }, i) => new Array(shape[0]).fill(recordings[i].label))
  const cols = blocks[0].shape[1]
  const x = ndarray(new Float32Array(labels.length * cols), [labels.length, cols])
  let row = 0
  for (const block of blocks) {
    for (let t = 0; t < block.shape[0]; t++, row++) for (let j = 0; j < cols; j++) x.set(row, j, block.get(t, j))
  }
  return { x, labels }
}

// ------------------------------------------------------------------------------------------------------ training

/** Trains a network; gives its norms by layer and its loss before the first epoch and after each. */
async function train(network, { x, labels }, { epochs }) {
  const probe = [x.step(PROBE_STEP), labels.filter((_, i) => i % PROBE_STEP === 0)]
  const trace = []
  const measure = () =>
    trace.push({ norms: Array.from(network.layerGradientNorms(...probe)), loss: network.evaluate(...probe).loss })
  measure()
  await network.fit(x, labels, { optimizer: new SGD(DESCENT), epochs, batchSize: BATCH, onEpoch: measure })
  return trace
}

async function runBoth({ train: rows, test }, options) {
  const { depth, units, seed, pretraining } = options
  const layers = [rows.x.shape[1], ...new Array(depth).fill(units), CLASSES.length]
  const runs = {}
  for (const start of ['random', 'pretrained']) {
    const network = new MLP({ layers, activation: 'sigmoid', seed })
    if (start === 'pretrained') {
      const upper = new Array(depth - 1).fill({ learningRate: RBM_RATES.binary })
      const own = { learningRate: RBM_RATES.gaussian, layers: [{}, ...upper] }
      await network.pretrain(rows.x, { ...own, visibles: 'gaussian', epochs: pretraining })
    }
    const trace = await train(network, rows, options)
    runs[start] = trace
    const [first, final] = [trace[0], trace.at(-1)].map(({ norms }) => norms.map((v) => v.toExponential(1)).join(' '))
    const [seen, unheard] = [rows, test].map(({ x, labels }) => (100 * network.score(x, labels)).toFixed(1))
    console.log(`${start}: loss ${trace[0].loss.toFixed(3)} -> ${trace.at(-1).loss.toFixed(3)}`)
    console.log(`  gradient norms from input to output: at the start ${first}, at the end ${final}`)
    console.log(`  frames right: ${seen} % of those trained on, ${unheard} % of an unheard speaker's`)
  }
  return { layers, runs }
}

// ------------------------------------------------------------------------------------------------------- drawing

const STYLE = `
    .paper { fill: #ffffff }
    text { fill: #24292f; font: 13px system-ui, 'Helvetica Neue', Arial, sans-serif }
    .title { font-size: 19px; font-weight: 600 }
    .panel { font-size: 14px; font-weight: 600 }
    .faint { fill: #656d76; font-size: 12px }
    .grid { stroke: #d8dee4; stroke-width: 1 }
    .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
    .random { stroke: #bc4c00 } .random-text { fill: #bc4c00 }
    .pretrained { stroke: #0969da } .pretrained-text { fill: #0969da }
    .chance { stroke: #656d76; stroke-dasharray: 2 4 }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #0d1117 }
      text { fill: #e6edf3 }
      .faint { fill: #9198a1 }
      .grid { stroke: #2a313c }
      .random { stroke: #f0883e } .random-text { fill: #f0883e }
      .pretrained { stroke: #58a6ff } .pretrained-text { fill: #58a6ff }
      .chance { stroke: #9198a1 }
    }`

const NAMES = { random: 'random', pretrained: 'pre-trained' }
const SIZE = { width: 960, height: 720 }
const PLOT = { width: 340, height: 210 }
const LABEL_HEIGHT = 14

const text = (x, y, content, attributes = '') =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${content}</text>`

const curve = (points, attributes) =>
  `<path class="line ${attributes}" d="M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}"/>`

const exponents = { '-': '⁻', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹' }
const power = (n) => `10${Array.from(String(n), (c) => exponents[c]).join('')}`

/** Maps [low, high] onto pixels. */
const scale =
  ([low, high], from, to) =>
  (value) =>
    from + ((value - low) / (high - low)) * (to - from)

/** The axes of a plot whose left upper corner is at (left, top); gives where values lie. */
function plot({ left, top, title, xAxis, yAxis }) {
  const x = scale(xAxis.range, left, left + PLOT.width)
  const y = scale(yAxis.range, top + PLOT.height, top)
  const bottom = top + PLOT.height
  const parts = [
    text(left, top - 22, title, 'class="panel"'),
    ...yAxis.ticks.map(
      (value) =>
        `<path class="grid" d="M${left} ${y(value).toFixed(1)}h${PLOT.width}"/>` +
        text(left - 8, y(value) + 4, yAxis.name(value), 'class="faint" text-anchor="end"'),
    ),
    ...xAxis.ticks.map((value) => text(x(value), bottom + 18, value, 'class="faint" text-anchor="middle"')),
    text(left + PLOT.width / 2, bottom + 36, xAxis.title, 'class="faint" text-anchor="middle"'),
  ]
  return { x, y, parts, left, right: left + PLOT.width }
}

/** Labels beside the ends of curves, moved apart where they would overlap. */
function endLabels(x, labels) {
  let free = Number.NEGATIVE_INFINITY
  const sorted = [...labels].sort((a, b) => a.y - b.y)
  return sorted.map(({ y, content, attributes }) => {
    const at = Math.max(y, free)
    free = at + LABEL_HEIGHT
    return text(x + 8, at + 4, content, attributes)
  })
}

/** Round steps that cut [0, high] into at most `count` parts. */
function ticks(high, count) {
  const size = 10 ** Math.floor(Math.log10(high / count))
  const step = [1, 2, 5, 10].map((factor) => factor * size).find((each) => high / each <= count) ?? 10 * size
  return Array.from({ length: Math.floor(high / step + 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(6)))
}

const whole = (high, count) => ticks(high, count).filter(Number.isInteger)

/** A gradient of 0, as very deep networks have it in float32, is drawn as this. */
const LEAST_NORM = 1e-30
const MOST_DECADES = 8

const level = (norm) => Math.log10(Math.max(norm, LEAST_NORM))

/** Decades that hold every norm. */
function logAxis(runs) {
  const levels = Object.values(runs).flatMap((trace) => trace.flatMap(({ norms }) => norms.map(level)))
  const [low, high] = [Math.floor(Math.min(...levels)), Math.ceil(Math.max(...levels))]
  const stride = Math.ceil((high - low) / MOST_DECADES)
  const decades = Array.from({ length: high - low + 1 }, (_, i) => low + i)
  return { range: [low, high], ticks: decades.filter((n) => n % stride === 0), name: power }
}

function startPanel(place, runs, yAxis) {
  const L = runs.random[0].norms.length
  const layers = Array.from({ length: L }, (_, i) => i + 1)
  const xAxis = { range: [1, L], ticks: layers, title: 'layer, from input to output' }
  const title = 'Gradient norm of each layer at the start'
  const { x, y, parts, right } = plot({ ...place, title, xAxis, yAxis })
  const labels = []
  for (const [start, [{ norms }]] of Object.entries(runs)) {
    const points = norms.map((norm, i) => [x(i + 1), y(level(norm))])
    parts.push(curve(points, start))
    parts.push(
      ...points.map(
        ([px, py]) => `<circle class="${start}-text" cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="3.5"/>`,
      ),
    )
    labels.push({ y: points.at(-1)[1], content: NAMES[start], attributes: `class="${start}-text"` })
  }
  return [...parts, ...endLabels(right, labels)]
}

function lossPanel(place, runs) {
  const epochs = runs.random.length - 1
  const high = 1.05 * Math.max(...Object.values(runs).flatMap((trace) => trace.map(({ loss }) => loss)))
  const xAxis = { range: [0, epochs], ticks: whole(epochs, 5), title: 'epoch' }
  const yAxis = { range: [0, high], ticks: ticks(high, 5), name: String }
  const { x, y, parts, left, right } = plot({ ...place, title: 'Loss', xAxis, yAxis })
  const chance = y(Math.log(CLASSES.length))
  parts.push(`<path class="line chance" d="M${left} ${chance.toFixed(1)}H${right}"/>`)
  const labels = [{ y: chance, content: 'chance', attributes: 'class="faint"' }]
  for (const [start, trace] of Object.entries(runs)) {
    const points = trace.map(({ loss }, epoch) => [x(epoch), y(loss)])
    parts.push(curve(points, start))
    labels.push({ y: points.at(-1)[1], content: NAMES[start], attributes: `class="${start}-text"` })
  }
  return [...parts, ...endLabels(right, labels)]
}

function tracePanel(place, start, trace, yAxis) {
  const epochs = trace.length - 1
  const L = trace[0].norms.length
  const xAxis = { range: [0, epochs], ticks: whole(epochs, 5), title: 'epoch' }
  const title = `Gradient norms in training, ${NAMES[start]} start`
  const { x, y, parts, right } = plot({ ...place, title, xAxis, yAxis })
  const labels = []
  for (let l = L - 1; l >= 0; l--) {
    const points = trace.map(({ norms }, epoch) => [x(epoch), y(level(norms[l]))])
    const opacity = (1 - (0.65 * l) / Math.max(1, L - 1)).toFixed(2)
    parts.push(curve(points, `${start}" stroke-opacity="${opacity}`))
    const content = l === 0 ? 'layer 1' : l === L - 1 ? `${L}, output` : String(l + 1)
    labels.push({ y: points.at(-1)[1], content, attributes: `class="${start}-text"` })
  }
  return [...parts, ...endLabels(right, labels)]
}

function draw({ layers, runs }, { name, train: { labels } }) {
  const yAxis = logAxis(runs)
  const [left, right] = [70, 520]
  const [upper, lower] = [130, 440]
  const hidden = `${layers.length - 2} hidden layers of ${layers[1]} sigmoids`
  const data = `${layers[0]} spliced MFCCs, ${labels.length} frames (${name})`
  const descent = `SGD of rate ${DESCENT.learningRate}, momentum ${DESCENT.momentum}`
  const parts = [
    text(left - 46, 38, 'Diffusion of gradients in a deep network, and what pre-training does', 'class="title"'),
    text(left - 46, 62, `${hidden} on ${data}; ${descent}`, 'class="faint"'),
    ...startPanel({ left, top: upper }, runs, yAxis),
    ...lossPanel({ left: right, top: upper }, runs),
    ...tracePanel({ left, top: lower }, 'random', runs.random, yAxis),
    ...tracePanel({ left: right, top: lower }, 'pretrained', runs.pretrained, yAxis),
  ]
  const { width, height } = SIZE
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
  <title>Gradient norms and losses of a deep sigmoid network from random and from pre-trained weights</title>
  <style>${STYLE}
  </style>
  <rect class="paper" width="${width}" height="${height}"/>
  ${parts.join('\n  ')}
</svg>
`
}

async function main() {
  const options = readOptions()
  if (options.help) return console.log(HELP)
  const rows = await loadRows(options.data)
  const result = await runBoth(rows, options)
  await writeFile(options.out, draw(result, rows))
  console.log(`drawn to ${options.out}`)
}

await main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
