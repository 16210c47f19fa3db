// Time and memory against T, B, H, frames and corpus size, each point in a process of its own:
// `npm run build && node bench/growth.mjs` prints the table of docs/benchmarks.md and writes docs/benchmarks-growth.svg
import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { extractFeatures, mfcc } from 'ser-core'
import { showHelp } from '../scripts/show-help.mjs'
import { chart } from './chart.mjs'
import { here, runJson } from './child.mjs'
import { fourClasses, noise, normals, sequencesOf } from './data.mjs'
import { network, trainingStep } from './lstm.mjs'
import { cpuMs, digits, measure, summary } from './measure.mjs'
import { peakMiB } from './resident.mjs'

showHelp(import.meta.url)

function step({ T, B, H }) {
  const size = { T, B, H, D: 39 }
  return trainingStep(network(size), sequencesOf(normals([B, T, 39])), fourClasses(B).data)
}

function frontEnd({ frames }) {
  const samples = noise(frames / 100).data
  return () => mfcc(samples, { sampleRate: 16_000, deltas: 2 })
}

/** The audio of an utterance is dropped once its features are there, as with `loadCorpus`. */
function corpus({ utterances }) {
  return () => Array.from({ length: utterances }, (_, i) => extractFeatures(recording(i)))
}

function recording(seed) {
  return { sampleRate: 16_000, channels: [noise(2, seed).data] }
}

/** `base` and values for one of its sizes; `make(size)` gives the work. */
const curves = [
  { what: 'LSTM training step', axis: 'T', base: { B: 16, H: 64 }, values: [50, 100, 200, 400, 800], make: step },
  { what: 'LSTM training step', axis: 'B', base: { T: 100, H: 64 }, values: [8, 16, 32, 64, 128], make: step },
  { what: 'LSTM training step', axis: 'H', base: { T: 100, B: 16 }, values: [32, 64, 128, 256], make: step },
  { what: 'MFCC, 39 columns', axis: 'frames', base: {}, values: [3000, 6000, 12_000, 24_000, 48_000], make: frontEnd },
  {
    what: 'features of a corpus, 2 s each',
    axis: 'utterances',
    base: {},
    values: [50, 100, 200, 400, 800],
    make: corpus,
  },
]

/**
 * CPU time of a run, and the growth of the process's peak over that after runs of a tenth of the smallest size, when the code is
 * compiled.
 */
async function point({ make, base, axis, values }, value) {
  const settings = { warmUpMs: 100, budgetMs: 600, most: 30, clock: cpuMs }
  await measure(make({ ...base, [axis]: Math.ceil(values[0] / 10) }), settings)
  const before = peakMiB()
  const times = await measure(make({ ...base, [axis]: value }), settings)
  return { ms: summary(times).median, MiB: peakMiB() - before }
}

/** Slope of the least-squares line of log y over log x. */
function exponent(xs, ys) {
  const [u, v] = [xs.map(Math.log), ys.map(Math.log)]
  const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length
  const [mu, mv] = [mean(u), mean(v)]
  const covariance = mean(u.map((value, i) => (value - mu) * (v[i] - mv)))
  return covariance / mean(u.map((value) => (value - mu) ** 2))
}

async function measureCurve(curve, index) {
  const points = []
  for (const value of curve.values) {
    const args = ['--curve', String(index), '--value', String(value)]
    points.push(await runJson(process.execPath, [here('growth.mjs'), ...args]))
  }
  const along = (quantity) => {
    const ys = points.map((one) => one[quantity])
    return { ys, exponent: exponent(curve.values, ys) }
  }
  return { ...curve, time: along('ms'), memory: along('MiB') }
}

const series = (list) => list.map(digits).join(', ')

const shape = (base) => Object.entries(base).map(([name, value]) => `, ${name}=${value}`)

function row({ what, axis, base, values, time, memory }) {
  const cells = [
    `${what}${shape(base).join('')}`,
    `${axis} = ${values.join(', ')}`,
    series(time.ys),
    time.exponent.toFixed(2),
    series(memory.ys),
    memory.exponent.toFixed(2),
  ]
  return `| ${cells.join(' | ')} |`
}

/** The section of docs/benchmarks.md; draws its picture. */
export async function growthSection() {
  const measured = []
  for (const [index, curve] of curves.entries()) measured.push(await measureCurve(curve, index))
  const panels = (quantity) => measured.map((curve) => ({ ...curve, ...curve[quantity] }))
  const rows = [
    { label: 'time, ms', panels: panels('time') },
    { label: 'memory, MiB', panels: panels('memory') },
  ]
  await writeFile(here('../docs/benchmarks-growth.svg'), chart(rows))
  return `## Growth

CPU time of a run (median) and memory (growth of the process's peak over that after runs of a tenth of the smallest size, hence with what
waits for collection), each point in a process of its own, D = 39, kernels as the library chooses them. The exponent is the slope of the
least-squares line of the logarithms: 1 is proportional, 2 quadratic.

| work | over | time, ms | exponent | memory, MiB | exponent |
| --- | --- | --- | --- | --- | --- |
${measured.map(row).join('\n')}

![time and memory against size, logarithmic scales](benchmarks-growth.svg)

The step holds every activation of the batch, so its memory is proportional to T and B; H adds the weights, whose share is quadratic.`
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options: { curve: { type: 'string' }, value: { type: 'string' } } })
  if (values.curve === undefined) console.log(await growthSection())
  else console.log(JSON.stringify(await point(curves[values.curve], Number(values.value))))
}
