// Does a conditional RBM forecast the next frame of unheard speakers better than a linear predictor? See --help.
import { parseArgs } from 'node:util'
import ndarray from 'ndarray'
import { CRBM, mfcc, Standardizer, toMono } from 'ser-core'
import { loadCorpus } from 'ser-core/node'

const HELP = `usage: node examples/crbm-forecast.mjs [--data DIR] [--seed N] [--hidden N] [--epochs N] [--folds N]

One-step forecasts of 13 MFCCs of EmoDB, ten speakers in five folds: a man and a woman are held out, the rest trains.
Compared are the last frame repeated, a VAR(5) by least squares, and a CRBM of order 5.

  --data DIR   folder of the recordings; default ../shared/emodb
  --seed N     starting weights and draws; default 1
  --hidden N   hidden units; default 100. With 12 or fewer the exact mean is forecast too
  --epochs N   passes over the training frames; default 12
  --folds N    only the last N folds, for a quick look; default 5
  --help       print this`

const CLASSES = ['joy', 'neutral', 'sadness', 'anger']
const ORDER = 5
const COEFFICIENTS = 13
/** Standard deviation to which VAR(5) residuals are scaled: small against the model's noise of 1. */
const RESIDUAL = 0.3
const TRAINING = { batchSize: 100, momentum: 0.9, learningRateFactors: { B: 500 }, weightDecay: { B: 1e-5 } }
const FIRST_RATE = 1e-2
const LAST_RATE = 1e-4
/** More hidden units than this have too many states to sum over for every frame. */
const ENUMERABLE = 12

function readOptions() {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: '../shared/emodb' },
      seed: { type: 'string', default: '1' },
      hidden: { type: 'string', default: '100' },
      epochs: { type: 'string', default: '12' },
      folds: { type: 'string', default: '5' },
      help: { type: 'boolean', default: false },
    },
  })
  const integer = (name) => {
    if (/^[1-9]\d{0,8}$/.test(values[name])) return Number(values[name])
    throw new RangeError(`crbm-forecast: "--${name}" expected an integer >= 1, got "${values[name]}"`)
  }
  const numbers = { seed: integer('seed'), hidden: integer('hidden'), epochs: integer('epochs') }
  return { ...values, ...numbers, folds: integer('folds') }
}

async function loadRecordings(folder) {
  const { utterances } = await loadCorpus('emodb', folder, { classes: CLASSES })
  const recordings = []
  for (const { speaker, gender, read } of utterances) {
    const audio = await read()
    const x = mfcc(toMono(audio), { sampleRate: audio.sampleRate, coefficients: COEFFICIENTS })
    recordings.push({ speaker, gender, x })
  }
  return recordings
}

/** The first man with the first woman, the second with the second, and so on. */
function speakerPairs(recordings) {
  const speakersOf = (wanted) =>
    [...new Set(recordings.filter(({ gender }) => gender === wanted).map(({ speaker }) => speaker))].sort()
  const women = speakersOf('female')
  return speakersOf('male').map((man, i) => [man, women[i]])
}

/** Calls `visit` with every frame that has its history, and with [1; x(t-1); ...; x(t-5)]. */
function eachFrame({ data, shape: [frames, cols] }, visit) {
  const history = new Float64Array(1 + ORDER * cols).fill(1, 0, 1)
  for (let t = ORDER; t < frames; t++) {
    for (let lag = 1; lag <= ORDER; lag++) {
      history.set(data.subarray((t - lag) * cols, (t - lag + 1) * cols), 1 + (lag - 1) * cols)
    }
    visit(data.subarray(t * cols, (t + 1) * cols), history)
  }
}

/** Coefficients [1 + 5 D][D] of a vector autoregression with intercept, by the normal equations G C = R. */
function fitVar(sequences) {
  const size = 1 + ORDER * COEFFICIENTS
  const G = Array.from({ length: size }, () => new Float64Array(size))
  const R = Array.from({ length: size }, () => new Float64Array(COEFFICIENTS))
  for (const x of sequences) {
    eachFrame(x, (frame, history) => {
      for (let i = 0; i < size; i++) {
        for (let j = 0; j <= i; j++) G[i][j] += history[i] * history[j]
        for (let j = 0; j < COEFFICIENTS; j++) R[i][j] += history[i] * frame[j]
      }
    })
  }
  return solveCholesky(G, R)
}

/** The X of L L' X = R, where G = L L'; G is given by its lower half. */
function solveCholesky(G, R) {
  const size = G.length
  const L = G.map(() => new Float64Array(size))
  const less = (sum, n, term) => {
    for (let k = 0; k < n; k++) sum -= term(k)
    return sum
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) L[i][j] = less(G[i][j], j, (k) => L[i][k] * L[j][k]) / L[j][j]
    L[i][i] = Math.sqrt(less(G[i][i], i, (k) => L[i][k] ** 2))
  }
  const X = R.map((row) => row.slice())
  for (let c = 0; c < X[0].length; c++) {
    for (let i = 0; i < size; i++) X[i][c] = less(X[i][c], i, (k) => L[i][k] * X[k][c]) / L[i][i]
    for (let i = size - 1; i >= 0; i--) {
      X[i][c] = less(X[i][c], size - 1 - i, (k) => L[i + 1 + k][i] * X[i + 1 + k][c]) / L[i][i]
    }
  }
  return X
}

function forecastVar(coefficients, x) {
  const rows = []
  eachFrame(x, (_, history) => {
    const row = new Float64Array(COEFFICIENTS)
    for (let i = 0; i < history.length; i++) {
      for (let j = 0; j < row.length; j++) row[j] += history[i] * coefficients[i][j]
    }
    rows.push(...row)
  })
  return rows
}

/** Sums of squared errors of each coefficient, and frames, over sequences with their forecasts [T - 5, D]. */
function squaredErrors(sequences, forecast) {
  const sums = new Float64Array(COEFFICIENTS)
  let frames = 0
  for (const x of sequences) {
    const predicted = forecast(x)
    for (let at = 0; at < predicted.length; at++) {
      sums[at % COEFFICIENTS] += (x.data[ORDER * COEFFICIENTS + at] - predicted[at]) ** 2
    }
    frames += x.shape[0] - ORDER
  }
  return { sums, frames }
}

const meanSquares = ({ sums, frames }) => sums.map((sum) => sum / frames)
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

/** A sequence, each number times a factor that depends on its place in the data. */
function scaled({ data, shape }, factor) {
  const products = data.map((value, at) => value * factor(at))
  return ndarray(products, [...shape])
}

/** Replaces the terminal's last line; in a file there is nothing to replace. */
function showProgress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

/** Trains a CRBM on standardised sequences; gives its forecasts of such a sequence by a method. */
async function fitCrbm(sequences, deviations, { seed, hidden, epochs }) {
  const factor = (at) => RESIDUAL / deviations[at % COEFFICIENTS]
  const training = sequences.map((x) => scaled(x, factor))
  const weightScale = { W: 0.01, A: 0, B: 0.1 }
  const crbm = new CRBM({ visible: COEFFICIENTS, hidden, order: ORDER, weightScale, seed })
  const frames = training.reduce((sum, x) => sum + x.shape[0] - ORDER, 0)
  const updates = Math.ceil(frames / TRAINING.batchSize) * epochs
  const learningRate = (update) => FIRST_RATE * (LAST_RATE / FIRST_RATE) ** (update / updates)
  const onEpoch = ({ epoch }) => showProgress(`  epoch ${epoch} of ${epochs}`)
  await crbm.fit(training, { ...TRAINING, epochs, learningRate, onEpoch })
  showProgress('')
  return (x, method) => scaled(crbm.predictNext(scaled(x, factor), { method }), (at) => 1 / factor(at)).data
}

/** Errors of every method on each speaker of a pair, who took part in nothing before. */
async function runFold(recordings, pair, options) {
  const train = recordings.filter(({ speaker }) => !pair.includes(speaker)).map(({ x }) => x)
  const scaler = new Standardizer().fit(train)
  const sequences = train.map((x) => scaler.transform(x))
  const coefficients = fitVar(sequences)
  const deviations = meanSquares(squaredErrors(sequences, (x) => forecastVar(coefficients, x))).map(Math.sqrt)
  const forecastCrbm = await fitCrbm(sequences, deviations, options)
  const methods = {
    'last frame': (x) => x.data.subarray((ORDER - 1) * COEFFICIENTS, -COEFFICIENTS),
    'VAR(5)': (x) => forecastVar(coefficients, x),
    'CRBM mean field': (x) => forecastCrbm(x, 'meanField'),
    'CRBM mode': (x) => forecastCrbm(x, 'mode'),
    ...(options.hidden <= ENUMERABLE && { 'CRBM exact': (x) => forecastCrbm(x, 'exact') }),
  }
  return pair.map((speaker) => {
    const unheard = recordings.filter((each) => each.speaker === speaker).map(({ x }) => scaler.transform(x))
    const errors = Object.entries(methods).map(([name, forecast]) => [name, squaredErrors(unheard, forecast)])
    return { speaker, errors: Object.fromEntries(errors) }
  })
}

/** Errors of several speakers together. */
function pool(results, method) {
  const parts = results.map(({ errors }) => errors[method])
  const sums = new Float64Array(COEFFICIENTS).map((_, j) => parts.reduce((sum, part) => sum + part.sums[j], 0))
  return { sums, frames: parts.reduce((sum, part) => sum + part.frames, 0) }
}

function printTable(results) {
  const methods = Object.keys(results[0].errors)
  const cells = (values) => values.map((value, i) => value.toFixed(4).padStart(methods[i].length)).join('  ')
  const line = (title, cell) => console.log(`${title.padEnd(11)}  ${cells(methods.map(cell))}`)
  console.log(`\nMean squared error of standardised coefficients\n${' '.repeat(13)}${methods.join('  ')}`)
  for (const { speaker, errors } of results) line(`speaker ${speaker}`, (name) => mean(meanSquares(errors[name])))
  for (let j = 0; j < COEFFICIENTS; j++) line(`c${j}`, (name) => meanSquares(pool(results, name))[j])
  const all = (name) => mean(meanSquares(pool(results, name)))
  line('all', all)
  line('to VAR(5)', (name) => all(name) / all('VAR(5)'))
}

async function main() {
  const options = readOptions()
  if (options.help) return console.log(HELP)
  const recordings = await loadRecordings(options.data)
  console.log(`${recordings.length} recordings, ${recordings.reduce((sum, { x }) => sum + x.shape[0], 0)} frames`)
  const results = []
  for (const pair of speakerPairs(recordings).slice(-options.folds)) {
    const fold = await runFold(recordings, pair, options)
    const error = (method) => mean(meanSquares(pool(fold, method))).toFixed(4)
    console.log(`unheard ${pair.join(', ')}: VAR(5) ${error('VAR(5)')}, CRBM ${error('CRBM mean field')}`)
    results.push(...fold)
  }
  printTable(results.sort((a, b) => a.speaker.localeCompare(b.speaker)))
}

await main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
