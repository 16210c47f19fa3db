// Does pre-training by RBMs help a deep sigmoid network to tell the emotions of unheard speakers? See --help.
import { parseArgs } from 'node:util'
import ndarray from 'ndarray'
import {
  Adam,
  ConfusionMatrix,
  leaveOneGroupOut,
  MLP,
  mfcc,
  SGD,
  Standardizer,
  spliceFrames,
  toMono,
  wilsonInterval,
} from 'ser-core'
import { loadCorpus } from 'ser-core/node'

const HELP = `usage: node examples/pretraining-emodb.mjs [--data DIR] [--seed N] [--optimizer NAME] [--tune] ...

Trains a network of four hidden layers of sigmoids on spliced MFCC frames of EmoDB, four classes, each speaker held out in
turn, from random and from pre-trained weights. An utterance is the class whose log posteriors, summed over frames, are
largest.

  --data DIR         folder of the recordings; default ../shared/emodb
  --seed N           starting weights and draws; default 1
  --optimizer NAME   adam or sgd; default adam
  --rate X           learning rate; default: what --tune chose
  --units N          units of each hidden layer; default 64
  --step N           frames from one row to the next, as neighbours tell much the same; default 24
  --epochs N         passes of gradient descent; default 16
  --pretraining N    passes over the data for each RBM; default 8
  --speakers N       only the first N folds, for a quick look; default 10
  --tune             compare learning rates instead, within either half of the speakers
  --help             print this`

const CLASSES = ['joy', 'neutral', 'sadness', 'anger']
const DEPTH = 4
const COEFFICIENTS = 13
const CONTEXT = { left: 5, right: 5 }
const BATCH = 64
const RBM_RATES = { gaussian: 0.005, binary: 0.1 }
const OPTIMIZERS = {
  adam: { make: (learningRate) => new Adam({ learningRate }), rate: 3e-3, rates: [3e-4, 1e-3, 3e-3, 1e-2] },
  sgd: {
    make: (learningRate) => new SGD({ learningRate, momentum: 0.9 }),
    rate: 0.3,
    rates: [0.03, 0.1, 0.3, 1],
  },
}
const ARMS = ['random', 'random, longer', 'pre-trained']
/** Added to posteriors, which in float32 may be 0. */
const TINY = 1e-30

function readOptions() {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: '../shared/emodb' },
      seed: { type: 'string', default: '1' },
      optimizer: { type: 'string', default: 'adam' },
      rate: { type: 'string' },
      units: { type: 'string', default: '64' },
      step: { type: 'string', default: '24' },
      epochs: { type: 'string', default: '16' },
      pretraining: { type: 'string', default: '8' },
      speakers: { type: 'string', default: '10' },
      tune: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const fail = (name, expected) => {
    throw new RangeError(`pretraining-emodb: "--${name}" expected ${expected}, got "${values[name]}"`)
  }
  const integer = (name) => (/^[1-9]\d{0,8}$/.test(values[name]) ? Number(values[name]) : fail(name, 'an integer >= 1'))
  const names = ['seed', 'units', 'step', 'epochs', 'pretraining', 'speakers']
  const integers = Object.fromEntries(names.map((name) => [name, integer(name)]))
  if (!Object.hasOwn(OPTIMIZERS, values.optimizer)) fail('optimizer', 'adam or sgd')
  const rate = Number(values.rate ?? OPTIMIZERS[values.optimizer].rate)
  if (!(rate > 0 && rate < Number.POSITIVE_INFINITY)) fail('rate', 'a number > 0')
  return { ...values, ...integers, rate }
}

async function loadRecordings(folder) {
  const { utterances } = await loadCorpus('emodb', folder, { classes: CLASSES })
  const recordings = []
  for (const { speaker, label, read } of utterances) {
    const audio = await read()
    const x = mfcc(toMono(audio), { sampleRate: audio.sampleRate, coefficients: COEFFICIENTS })
    recordings.push({ speaker, label: CLASSES.indexOf(label), x })
  }
  return recordings
}

/** Every so many frames one between its neighbours as a row, with the label and the number of its recording. */
function toRows(recordings, scaler, step) {
  const blocks = recordings.map(({ x }) => spliceFrames(scaler.transform(x), CONTEXT).step(step))
  const owners = blocks.flatMap(({ shape }, i) => new Array(shape[0]).fill(i))
  const cols = blocks[0].shape[1]
  const x = ndarray(new Float32Array(owners.length * cols), [owners.length, cols])
  let row = 0
  for (const block of blocks) {
    for (let t = 0; t < block.shape[0]; t++, row++) for (let j = 0; j < cols; j++) x.set(row, j, block.get(t, j))
  }
  return { x, owners, labels: owners.map((i) => recordings[i].label), truth: recordings.map(({ label }) => label) }
}

function prepare(train, test, { step }) {
  const scaler = new Standardizer().fit(train.map(({ x }) => x))
  return { train: toRows(train, scaler, step), test: toRows(test, scaler, step) }
}

const largest = (values) => values.indexOf(Math.max(...values))

/** Classes of the utterances and of their rows, each with what was said. */
function assess(network, { x, owners, labels, truth }) {
  const posteriors = network.forward(x)
  const sums = truth.map(() => new Float64Array(CLASSES.length))
  let framesRight = 0
  owners.forEach((owner, row) => {
    const values = CLASSES.map((_, k) => posteriors.get(row, k))
    values.forEach((value, k) => {
      sums[owner][k] += Math.log(value + TINY)
    })
    if (largest(values) === labels[row]) framesRight++
  })
  return { truth, said: sums.map(largest), frames: owners.length, framesRight }
}

/** Trains from one start; gives the test results after the numbers of epochs asked for. */
async function train(data, start, moments, { seed, units, optimizer, rate, pretraining }) {
  const network = new MLP({
    layers: [data.train.x.shape[1], ...new Array(DEPTH).fill(units), CLASSES.length],
    activation: 'sigmoid',
    seed,
  })
  if (start === 'pre-trained') {
    const upper = new Array(DEPTH - 1).fill({ learningRate: RBM_RATES.binary })
    const rates = { learningRate: RBM_RATES.gaussian, layers: [{}, ...upper] }
    await network.pretrain(data.train.x, { ...rates, visibles: 'gaussian', epochs: pretraining })
  }
  const results = []
  await network.fit(data.train.x, data.train.labels, {
    optimizer: OPTIMIZERS[optimizer].make(rate),
    epochs: moments.at(-1),
    batchSize: BATCH,
    onEpoch: ({ epoch, loss }) => {
      if (moments.includes(epoch)) results.push({ ...assess(network, data.test), loss })
    },
  })
  return results
}

/** The random start after as many epochs as the pre-trained one has, and after as many more as its pre-training took. */
async function runArms(data, options) {
  const { epochs, pretraining } = options
  const random = await train(data, 'random', [epochs, epochs + pretraining], options)
  const pretrained = await train(data, 'pre-trained', [epochs], options)
  return [...random, ...pretrained]
}

const rightOf = (results) => results.flatMap(({ truth, said }) => truth.map((label, i) => label === said[i]))

/** Results of several folds together. */
function summarise(results) {
  const matrix = new ConfusionMatrix(CLASSES)
  for (const { truth, said } of results) for (const [i, label] of truth.entries()) matrix.add(label, said[i])
  const sum = (name) => results.reduce((total, each) => total + each[name], 0)
  const right = rightOf(results)
  const { low, high } = wilsonInterval(right.filter(Boolean).length, right.length)
  return {
    war: matrix.accuracy,
    interval: [low, high],
    uar: matrix.unweightedRecall,
    frames: sum('framesRight') / sum('frames'),
    loss: sum('loss') / results.length,
  }
}

const percent = (value) => (100 * value).toFixed(1)

function describe({ war, interval, uar, frames, loss }) {
  const range = interval.map(percent).join(' to ')
  return `WAR ${percent(war)} (${range}), UAR ${percent(uar)}, frames ${percent(frames)} %, training loss ${loss.toFixed(3)}`
}

/** Chooses within halves of the speakers: what serves for one half is found in the other. */
async function tune(recordings, options) {
  const speakers = [...new Set(recordings.map(({ speaker }) => speaker))].sort()
  for (const half of [speakers.slice(0, 5), speakers.slice(5)]) {
    const within = (names) => recordings.filter(({ speaker }) => names.includes(speaker))
    const data = prepare(within(half.slice(0, 3)), within(half.slice(3)), options)
    console.log(`trained on ${half.slice(0, 3).join(', ')}, asked of ${half.slice(3).join(', ')}`)
    for (const rate of OPTIMIZERS[options.optimizer].rates) {
      const results = await runArms(data, { ...options, rate })
      results.forEach((result, arm) => {
        console.log(`  rate ${rate}, ${ARMS[arm]}: ${describe(summarise([result]))}`)
      })
    }
  }
}

async function crossValidate(recordings, options) {
  const results = ARMS.map(() => [])
  const splits = leaveOneGroupOut(recordings.map(({ speaker }) => speaker)).slice(0, options.speakers)
  for (const { train: trained, test, group } of splits) {
    const part = (indices) => Array.from(indices, (i) => recordings[i])
    const fold = await runArms(prepare(part(trained), part(test), options), options)
    fold.forEach((result, arm) => {
      results[arm].push(result)
    })
    console.log(
      `unheard ${group}: ${fold.map((one, arm) => `${ARMS[arm]} ${percent(summarise([one]).war)}`).join(', ')}`,
    )
  }
  results.forEach((folds, arm) => {
    console.log(`${ARMS[arm]}: ${describe(summarise(folds))}`)
  })
  const [, longer, pretrained] = results.map(rightOf)
  const only = (ours, theirs) => ours.filter((right, i) => right && !theirs[i]).length
  console.log(
    `right from one start only: longer random ${only(longer, pretrained)}, pre-trained ${only(pretrained, longer)}`,
  )
}

async function main() {
  const options = readOptions()
  if (options.help) return console.log(HELP)
  const recordings = await loadRecordings(options.data)
  await (options.tune ? tune : crossValidate)(recordings, options)
}

await main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
