// Processor time of `predict` for a minute of voices at 48 kHz, with timeline, of this build beside that of another version:
// `npm run build && node bench/predict.mjs --help`
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { here } from './child.mjs'
import { cpuMs, digits, summary } from './measure.mjs'

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, help: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const WARM_UP = 3
const HELP = `node bench/predict.mjs [options] [FOLDER]   on a fresh build; prints a table

  FOLDER       an installed ser-core, such as node_modules/ser-core of a project with 0.1.0: a side whose answers have to agree
  --rounds N   turns of each side in this one process (default: 15); medians of all but the first ${WARM_UP}, in which code is compiled
  --help       prints this`
if (values.help) {
  console.log(HELP)
  process.exit()
}
const SECONDS = 60
const RATE = 48_000
const models = { 'first edition': 'recognizer-1', shipped: 'recognizer' }

const own = await import('../dist/index.js')
const other = positionals[0] && (await import(pathToFileURL(join(positionals[0], 'dist/index.js')).href))

/** The synthetic voices one behind the other. */
function voices() {
  const clips = own.syntheticCorpus({ speakers: 4, sentences: 10 }).map(({ samples }) => samples())
  const data = new Float32Array(SECONDS * 16_000)
  for (let at = 0, i = 0; at < data.length; i++) {
    const clip = clips[i % clips.length].subarray(0, data.length - at)
    data.set(clip, at)
    at += clip.length
  }
  return own.resample(data, 16_000, RATE)
}

function sideOf(name, { Recognizer }, model) {
  const recognizer = Recognizer.from(readFileSync(here(`../models/${model}.safetensors`)))
  return { name, times: [], run: (samples) => recognizer.predict(samples, RATE) }
}

function largestDifference(a, b) {
  const of = (x, y) => Math.max(...Object.keys(x).map((name) => Math.abs(x[name] - y[name])))
  return Math.max(
    of(a.probabilities, b.probabilities),
    ...a.timeline.map((at, i) => of(at.probabilities, b.timeline[i].probabilities)),
  )
}

const samples = voices()
const sides = Object.entries(models).map(([name, model]) => sideOf(`this build, ${name}`, own, model))
if (other)
  sides.push(sideOf(`${positionals[0].split('/').at(-1)} elsewhere, first edition`, other, models['first edition']))
const answers = new Map()
for (let round = 0; round < Number(values.rounds); round++) {
  for (const side of sides) {
    const begin = cpuMs()
    answers.set(side, side.run(samples))
    if (round >= WARM_UP) side.times.push(cpuMs() - begin)
  }
}
console.log(`Node ${process.versions.node}, a minute of ${RATE} Hz, ms of processor time\n`)
console.log('| side | median (quartiles) | of the last |\n| --- | --- | --- |')
const last = summary(sides.at(-1).times).median
for (const { name, times } of sides) {
  const { low, median, high } = summary(times)
  console.log(`| ${name} | ${digits(median)} (${digits(low)} to ${digits(high)}) | ${digits(median / last)} |`)
}
if (other) {
  const difference = largestDifference(answers.get(sides[0]), answers.get(sides.at(-1)))
  console.log(`\nLargest difference of probabilities, first edition: ${difference}`)
}
