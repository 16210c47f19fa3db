// Time and peak memory of `ser experiment` and `ser train` against the number of recordings, each run a process of its own:
// `npm run build && node bench/corpus-size.mjs [--recordings 1000,3000,10000] [--build DIST] [--folder DIR]` writes
// docs/results/corpus-size.md
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { encodeWav, syntheticCorpus } from 'ser-core'
import { showHelp } from '../scripts/show-help.mjs'
import { here } from './child.mjs'
import { load, machine } from './machine.mjs'

showHelp(import.meta.url)

const { values } = parseArgs({
  options: {
    recordings: { type: 'string', default: '1000,3000,10000' },
    build: { type: 'string', default: here('../dist') },
    folder: { type: 'string' },
    runs: { type: 'string' },
  },
})
const sizes = values.recordings.split(',').map(Number)
const RATE = 16_000
const MIB = 2 ** 20

/** Voices of 64 speakers under many names: the first sample of each tells it from its like, so that none is a double. */
function writeRecordings(folder, count) {
  const sounds = join(folder, 'sounds')
  const voices = syntheticCorpus()
  const heard = voices.map((voice) => Float32Array.from(voice.samples()))
  const rows = ['path,label,speaker']
  mkdirSync(sounds, { recursive: true })
  let seconds = 0
  for (let i = 0; i < count; i++) {
    const { label } = voices[i % voices.length]
    const samples = heard[i % voices.length]
    const name = `sounds/${String(i).padStart(6, '0')}.wav`
    // Noise of the last bit, drawn anew for each name.
    const own = samples.map((x, t) => x + (((t + 1) * (i + 7) * 2654435761) % 3) / 32768)
    if (!existsSync(join(folder, name))) {
      writeFileSync(join(folder, name), encodeWav({ sampleRate: RATE, channels: [own] }))
    }
    rows.push(`${name},${label},s${Math.floor(i / 7) % 64}`)
    seconds += samples.length / RATE
  }
  return { rows, seconds }
}

/** Peak memory, MiB, and processor time, s, of a command of the build, by a line that it writes at its end. */
async function measured(folder, args) {
  const report = join(folder, 'usage.json')
  const hook = `process.on('exit', () => { const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
    process.getBuiltinModule('node:fs').writeFileSync(${JSON.stringify(report)}, JSON.stringify({ maxRSS, cpu: userCPUTime + systemCPUTime })) })`
  const preload = `data:text/javascript,${encodeURIComponent(hook)}`
  const begin = performance.now()
  await promisify(execFile)(process.execPath, ['--import', preload, join(values.build, 'cli.js'), ...args], {
    maxBuffer: 1 << 26,
    cwd: folder,
  })
  const { maxRSS, cpu } = JSON.parse(readFileSync(report, 'utf8'))
  return { MiB: maxRSS / 1024, seconds: cpu / 1e6, clock: (performance.now() - begin) / 1000 }
}

const common = ['--corpus', 'manifest', '--cache', 'cache']
const quiet = ['--no-report', '--fresh', '--folds', '2', '--epochs', '1']
const runs = [
  ['first look, features to the cache', 'experiment', ...quiet, '--systems', 'functionals-mlp'],
  ['`experiment`, functionals-mlp', 'experiment', ...quiet, '--systems', 'functionals-mlp'],
  ['`experiment`, lstm', 'experiment', ...quiet, '--systems', 'lstm'],
  ['`experiment`, lstm, by speaker', 'experiment', ...quiet, '--systems', 'lstm', '--protocol', 'speaker'],
  ['`experiment`, lstm, two workers', 'experiment', ...quiet, '--systems', 'lstm', '--workers', '2'],
  ['`experiment`, crbm-lstm', 'experiment', ...quiet, '--systems', 'crbm-lstm', '--config', 'crbm.json'],
  ['`train`, lstm', 'train', '--epochs', '1', '--system', 'lstm', '-o', 'model.safetensors'],
  ['`train`, functionals-mlp', 'train', '--epochs', '1', '--system', 'functionals-mlp', '-o', 'model.safetensors'],
].filter(([name]) => values.runs === undefined || values.runs.split(';').some((part) => name.includes(part)))

/** Slope of the least-squares line of log y over log x. */
function exponent(ys) {
  const [u, v] = [sizes.map(Math.log), ys.map(Math.log)]
  const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length
  const [mu, mv] = [mean(u), mean(v)]
  return mean(u.map((x, i) => (x - mu) * (v[i] - mv))) / mean(u.map((x) => (x - mu) ** 2))
}

const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'ser-core-size-'))
try {
  const { rows, seconds } = writeRecordings(folder, Math.max(...sizes))
  writeFileSync(join(folder, 'crbm.json'), JSON.stringify({ crbmEpochs: 1 }))
  const table = []
  for (const [name, command, ...flags] of runs) {
    const points = []
    for (const size of sizes) {
      const list = `list-${size}.csv`
      writeFileSync(join(folder, list), `${rows.slice(0, size + 1).join('\n')}\n`)
      const out = command === 'experiment' ? ['--out', `out-${size}`] : []
      const point = await measured(folder, [command, ...common, '--data', list, ...flags, ...out])
      points.push(point)
      console.error(`${name}, ${size}: ${point.seconds.toFixed(1)} s of processor time, ${point.MiB.toFixed(0)} MiB`)
    }
    table.push({ name, points })
  }
  const cache = join(folder, 'cache')
  const stored = readdirSync(cache).reduce((sum, file) => sum + statSync(join(cache, file)).size, 0) / MIB
  const row = ({ name, points }) => {
    const [times, peaks] = [points.map((one) => one.seconds), points.map((one) => one.MiB)]
    const list = (ys, digits) => ys.map((y) => y.toFixed(digits)).join(', ')
    return `| ${name} | ${list(times, 1)} | ${exponent(times).toFixed(2)} | ${list(peaks, 0)} | ${exponent(peaks).toFixed(2)} |`
  }
  const counts = sizes.map((size) => size.toLocaleString('en')).join(', ')
  const page = `# Experiments and trainings against the size of the corpus

Processor time, s, and the most memory that was ever resident, MiB, of \`ser experiment\` (two folds of speakers) and \`ser train\`, one epoch
each, over ${counts} recordings: synthetic voices of ${(seconds / 3600).toFixed(1)} hours at most, whose features the cache has but for the first row. The cache of all front ends holds
${stored.toFixed(0)} MiB. The exponent is the slope of the least-squares line of the logarithms: 1 is proportional.

| command | processor time, s | exponent | peak, MiB | exponent |
| --- | --- | --- | --- | --- |
${table.map(row).join('\n')}

Written by \`npm run build && node bench/corpus-size.mjs\`. Node ${process.versions.node}; ${machine()}; load average ${load().toFixed(1)} at the end.
`
  if (values.runs === undefined) writeFileSync(here('../docs/results/corpus-size.md'), page)
  console.log(page)
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true })
}
