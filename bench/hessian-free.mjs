// HessianFree beside SGD with momentum on a deep autoencoder, in equal time:
// `npm run build && node bench/hessian-free.mjs [glorot|sparse] [seconds,...]`
import ndarray from 'ndarray'
import {
  Dense,
  HessianFree,
  LBFGS,
  logMel,
  Random,
  Sequential,
  SGD,
  Standardizer,
  spliceFrames,
  syntheticCorpus,
} from 'ser-core'
import { showHelp } from '../scripts/show-help.mjs'

showHelp(import.meta.url)

const START = process.argv[2] ?? 'glorot'
const BUDGETS = (process.argv[3] ?? '20,40,80').split(',').map(Number)
const GRID = [
  ...[0.003, 0.006, 0.01, 0.018, 0.03, 0.1, 0.3].map((learningRate) => ({ learningRate, momentum: 0.9 })),
  ...[0.001, 0.003, 0.01].map((learningRate) => ({ learningRate, momentum: 0.99 })),
]
const FINALISTS = 3
const BATCH = 100
const WIDTHS = [100, 50, 25, 6, 25, 50, 100]

/** Standardised frames of 12 log mel energies, spliced with two to either side, one sequence of length 1 each. */
function frames() {
  const spoken = syntheticCorpus({ speakers: 1, sentences: 3, emotions: ['neutral'] }).map((utterance) =>
    logMel(utterance.samples(), { sampleRate: utterance.sampleRate, filters: 12 }),
  )
  const standardizer = new Standardizer()
  standardizer.fit(spoken)
  return spoken.flatMap((x) => rowsOf(spliceFrames(standardizer.transform(x), { left: 2, right: 2 })))
}

function rowsOf({ data, shape: [rows, cols] }) {
  return Array.from({ length: rows }, (_, t) => ndarray(data.slice(t * cols, (t + 1) * cols), [1, cols]))
}

function targetsOf(x) {
  const cols = x[0].shape[1]
  const data = new Float32Array(x.length * cols)
  for (const [i, row] of x.entries()) data.set(row.data, i * cols)
  return ndarray(data, [x.length, cols])
}

function autoencoder(inputs) {
  const hidden = WIDTHS.map((units, i) => new Dense({ units, activation: 'sigmoid', ...(i === 0 ? { inputs } : {}) }))
  const network = new Sequential([...hidden, new Dense({ units: inputs })], { seed: 1 })
  if (START !== 'sparse') return network
  for (const [i, { params }] of network.layers.entries()) sparseInto(params.W, new Random(`start/${i}`))
  return network
}

/** The start of Martens (2010): each unit hears 15 of those below, with standard normal weights. */
function sparseInto({ data, shape: [inputs, units] }, random) {
  data.fill(0)
  for (let j = 0; j < units; j++) {
    for (const i of random.permutation(inputs).subarray(0, 15)) data[i * units + j] = random.normal()
  }
}

/** Of this process: on a shared machine a clock on the wall also measures the neighbours. */
function cpuSeconds() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** The training loss after each of the budgets; its measurement is not counted. */
async function lossesOf(optimizer, options = {}, budgets = BUDGETS) {
  const network = autoencoder(x[0].shape[1])
  const losses = []
  const stop = new AbortController()
  const start = cpuSeconds()
  let paused = 0
  const look = () => {
    const now = cpuSeconds()
    while (losses.length < budgets.length && now - start - paused >= budgets[losses.length]) {
      losses.push(network.evaluate(x, y).loss)
    }
    paused += cpuSeconds() - now
    if (losses.length === budgets.length) stop.abort()
  }
  let updates = 0
  const onBatch = () => {
    updates++
    look()
  }
  const fitting = network.fit(x, y, { optimizer, epochs: 1e9, ...options, onBatch, signal: stop.signal })
  const ended = await fitting.catch((error) => error)
  while (losses.length < budgets.length) losses.push(ended.ending ? network.evaluate(x, y).loss : Number.NaN)
  return { losses, updates }
}

function report(name, { losses, updates }) {
  console.log(`| ${name} | ${losses.map((loss) => loss.toFixed(4)).join(' | ')} | ${updates} |`)
}

const sgd = (settings, budgets) => lossesOf(new SGD(settings), { batchSize: BATCH }, budgets)
const nameOf = ({ learningRate, momentum }) => `SGD, rate ${learningRate}, momentum ${momentum}`

const x = frames()
const y = targetsOf(x)
const widths = [x[0].shape[1], ...WIDTHS, x[0].shape[1]].join('-')
const first = autoencoder(x[0].shape[1]).evaluate(x, y).loss
console.log(`${x.length} frames, ${widths}, ${START} start; the loss at the start is ${first.toFixed(4)}`)
console.log(
  `| optimiser | ${BUDGETS.map((s) => `${s} s`).join(' | ')} | updates |\n| --- |${' --- |'.repeat(BUDGETS.length + 1)}`,
)
report('HessianFree', await lossesOf(new HessianFree()))
report('LBFGS', await lossesOf(new LBFGS()))
const tried = []
for (const settings of GRID) {
  const outcome = await sgd(settings, BUDGETS.slice(0, 1))
  tried.push({ settings, loss: outcome.losses[0] })
  report(nameOf(settings), outcome)
}
// The best of the grid after the first budget get all of the time.
const finalists = tried.sort((a, b) => a.loss - b.loss).slice(0, FINALISTS)
for (const { settings } of finalists) report(nameOf(settings), await sgd(settings))
