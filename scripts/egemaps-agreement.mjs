// Measures egemaps and egemapsFrames beside openSMILE on recordings, and writes docs/results/egemaps.md. Needs `npm run build` first.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { egemaps, egemapsFrameNames, egemapsFrames, egemapsNames, resample } from '../dist/index.js'
import { readAudioFile } from '../dist/node.js'

const HELP = `usage: node scripts/egemaps-agreement.mjs [--python PATH] [--each N] [FOLDER ...]

Compares the 25 descriptors and 88 functionals of eGeMAPS with openSMILE's on recordings of the folders (default: those of
../shared/corpora), and writes docs/results/egemaps.md. Needs npm run build, and

  python3.13 -m venv VENV && VENV/bin/pip install opensmile==2.6.0
  npm run build && node scripts/egemaps-agreement.mjs --python VENV/bin/python

  --python PATH    default python3
  --each N         recordings of each folder, evenly over its sorted names; default 100
  --help           prints this`

const root = fileURLToPath(new URL('..', import.meta.url))
const sounds = /\.(wav|flac)$/

/** Paths of some recordings of a folder, at any depth, evenly over its names. */
function chosen(folder, each) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => sounds.test(name))
  const count = Math.min(each, names.length)
  const sorted = names.sort()
  return Array.from({ length: count }, (_, i) => join(folder, sorted[Math.floor((i * names.length) / count)]))
}

const int16 = (x, gain = 1) =>
  Int16Array.from(x, (v) => Math.max(-32768, Math.min(32767, Math.round(32768 * gain * v))))

/** The first channel in 16 bits, as openSMILE takes it. */
async function load(path) {
  const { channels, sampleRate } = await readAudioFile(path)
  return { samples: int16(channels[0]), sampleRate }
}

/** openSMILE's functionals and frames of each sound. */
function askTool(python, list) {
  const folder = mkdtempSync(join(tmpdir(), 'ser-egemaps-'))
  try {
    const jobs = list.map(({ samples, sampleRate }, i) => {
      writeFileSync(join(folder, `${i}.in`), new Uint8Array(samples.slice().buffer))
      return { rate: sampleRate, samples: `${i}.in`, out: `${i}` }
    })
    writeFileSync(join(folder, 'jobs.json'), JSON.stringify(jobs))
    execFileSync(python, [join(root, 'test/vectors/egemaps-agreement.py'), folder], {
      env: { ...process.env, OMP_NUM_THREADS: '1' },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const read = (name) => new Float64Array(new Uint8Array(readFileSync(join(folder, name))).buffer)
    const answers = jobs.map(({ out }) => ({ functionals: read(`${out}.functionals`), frames: read(`${out}.frames`) }))
    return { answers, versions: JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Both sides' numbers of a sound. */
function compared({ samples, sampleRate }, theirs) {
  const frames = egemapsFrames(samples, { sampleRate }).data
  if (frames.length !== theirs.frames.length)
    throw new Error(`${frames.length / 25} and ${theirs.frames.length / 25} rows`)
  return { functionals: egemaps(samples, { sampleRate }).data, frames, theirs }
}

const quantile = (list, q) => {
  const sorted = Float64Array.from(list).sort()
  return sorted[Math.ceil(q * sorted.length) - 1]
}

function deviationOf(list) {
  const mean = list.reduce((sum, x) => sum + x / list.length, 0)
  return Math.sqrt(list.reduce((sum, x) => sum + (x - mean) ** 2 / list.length, 0))
}

/** Standard deviation of each functional over recordings, by openSMILE. */
const deviationsOf = (pairs) =>
  egemapsNames.map((_, j) => deviationOf(pairs.map(({ theirs }) => theirs.functionals[j])))

/** |difference| of each functional in each recording, in units of its standard deviation over all. */
const missesOf = (pairs, deviations) =>
  egemapsNames.map((name, j) => {
    const list = pairs.map(
      ({ functionals, theirs }) => Math.abs(functionals[j] - theirs.functionals[j]) / deviations[j],
    )
    return { name, median: quantile(list, 0.5), most: quantile(list, 0.9), worst: quantile(list, 1) }
  })

const within = (misses, limit) => misses.filter(({ most }) => most <= limit).length
const digits = (x) => (x === 0 ? '0' : x < 0.01 ? x.toExponential(0) : x.toPrecision(2))
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const limits = [1e-5, 1e-4, 0.01, 0.1]

function corpusRow(name, pairs, deviations) {
  const misses = missesOf(pairs, deviations)
  return [name, pairs.length, ...limits.map((limit) => within(misses, limit)), ...voicing(pairs)]
}

/** The functionals that miss 1e-4. */
function missedNames(pairs, deviations) {
  const names = missesOf(pairs, deviations).filter(({ most }) => !(most <= 1e-4))
  return names.length === 0 ? '' : names.map(({ name }) => `\`${name}\``).join(' ')
}

/** Rows in which F0 is 0 on one side only, and all rows. */
function voicing(pairs) {
  const column = egemapsFrameNames.indexOf('F0semitoneFrom27.5Hz_sma3nz')
  let [rows, other] = [0, 0]
  for (const { frames, theirs } of pairs) {
    for (let i = column; i < frames.length; i += 25, rows++) {
      if ((frames[i] === 0) !== (theirs.frames[i] === 0)) other++
    }
  }
  return [other, rows.toLocaleString('en')]
}

/** Differences of a descriptor in all rows, in parts of the value or of 1 % of the recording's largest. */
function descriptorRow(name, j, pairs) {
  const all = []
  for (const { frames, theirs } of pairs) {
    let largest = 0
    for (let i = j; i < frames.length; i += 25) largest = Math.max(largest, Math.abs(theirs.frames[i]))
    for (let i = j; i < frames.length; i += 25) {
      const unit = Math.max(Math.abs(theirs.frames[i]), 0.01 * largest, 1e-12)
      all.push(Math.abs(frames[i] - theirs.frames[i]) / unit)
    }
  }
  const exact = all.filter((miss) => miss <= 1e-3).length / all.length
  return [`\`${name}\``, ...[0.5, 0.99, 1].map((q) => digits(quantile(all, q))), `${(100 * exact).toFixed(2)} %`]
}

/** Sounds made of a recording. */
const variants = {
  'at 8 kHz': ({ x, rate }) => ({ samples: int16(resample(x, rate, 8000)), sampleRate: 8000 }),
  'at 22.05 kHz': ({ x, rate }) => ({ samples: int16(resample(x, rate, 22050)), sampleRate: 22050 }),
  'at 32 kHz': ({ x, rate }) => ({ samples: int16(resample(x, rate, 32000)), sampleRate: 32000 }),
  'at 44.1 kHz': ({ x, rate }) => ({ samples: int16(resample(x, rate, 44100)), sampleRate: 44100 }),
  'at 48 kHz': ({ x, rate }) => ({ samples: int16(resample(x, rate, 48000)), sampleRate: 48000 }),
  'at 11.025 kHz': ({ x, rate }) => ({ samples: int16(resample(x, rate, 11025)), sampleRate: 11025 }),
  'clipped, 12 dB up': ({ x, rate }) => ({ samples: int16(x, 4), sampleRate: rate }),
  '40 dB down': ({ x, rate }) => ({ samples: int16(x, 0.01), sampleRate: rate }),
  'offset 0.2': ({ x, rate }) => ({ samples: int16(x.map((v) => v + 0.2)), sampleRate: rate }),
  'second before and after of digital silence': ({ x, rate }) => {
    const longer = new Float32Array(x.length + 2 * rate)
    longer.set(x, rate)
    return { samples: int16(longer), sampleRate: rate }
  },
  'its middle 300 ms': ({ x, rate }) => {
    const first = (x.length >> 1) - Math.round(0.15 * rate)
    return { samples: int16(x.subarray(first, first + Math.round(0.3 * rate))), sampleRate: rate }
  },
}

/** What becomes of sounds with nothing in them. */
const edges = {
  'silence, 1 s': new Int16Array(16000),
  'exactly 60 ms of silence': new Int16Array(960),
  'exactly 60 ms of a full-scale square wave': Int16Array.from({ length: 960 }, (_, n) =>
    n % 160 < 80 ? 32767 : -32768,
  ),
  'a single 1 in 1 s': Int16Array.from({ length: 16000 }, (_, n) => (n === 8000 ? 1 : 0)),
  'constant 10000, 1 s': new Int16Array(16000).fill(10000),
}

function edgeRow(name, { functionals, frames, theirs }) {
  const worst = (a, b) =>
    a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]) / Math.max(Math.abs(b[i]), 1e-3)), 0)
  return [name, digits(worst(frames, theirs.frames)), digits(worst(functionals, theirs.functionals))]
}

async function main() {
  const { values, positionals } = parseArgs({
    options: {
      python: { type: 'string', default: 'python3' },
      each: { type: 'string', default: '100' },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  })
  if (values.help) return console.log(HELP)
  const shared = join(root, '../shared/corpora')
  const folders =
    positionals.length > 0
      ? positionals
      : readdirSync(shared, { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map(({ name }) => join(shared, name))
          .sort()
  const corpora = []
  for (const folder of folders) {
    const paths = chosen(folder, Number(values.each))
    const list = []
    for (const path of paths) list.push(await load(path))
    corpora.push({ name: basename(folder), list })
  }
  const recordings = corpora.flatMap(({ list }) => list)
  const some = corpora.flatMap(({ list }) => list.filter((_, i) => i % Math.ceil(list.length / 5) === 0))
  const made = Object.entries(variants).map(([name, make]) => {
    const of = ({ samples, sampleRate }) => ({ x: Float32Array.from(samples, (v) => v / 32768), rate: sampleRate })
    return { name, list: some.map((one) => make(of(one))) }
  })
  const bare = Object.entries(edges).map(([name, samples]) => ({ name, list: [{ samples, sampleRate: 16000 }] }))
  const groups = [...corpora, ...made, ...bare]
  const all = groups.flatMap(({ list }) => list)
  const { answers, versions } = askTool(values.python, all)
  let at = 0
  for (const group of groups) group.pairs = group.list.map((sound) => compared(sound, answers[at++]))

  const pairs = corpora.flatMap((group) => group.pairs)
  const deviations = deviationsOf(pairs)
  const misses = missesOf(pairs, deviations)
  const worst = [...misses].sort((a, b) => b.most - a.most || b.worst - a.worst).slice(0, 12)
  const seconds = recordings.reduce((sum, { samples, sampleRate }) => sum + samples.length / sampleRate, 0)
  const head = ['', 'recordings', ...limits.map((limit) => `within ${limit}`), 'rows voiced on one side only', 'rows']
  const given = positionals.length > 0 ? ` ${corpora.map(({ name }) => name).join(' ')}` : ''
  const page = `# eGeMAPS beside openSMILE

${recordings.length} recordings, ${(seconds / 60).toFixed(0)} minutes: 16-bit samples of the first channel at the rate of the file, the same for both sides. The rules of
openSMILE were found on other recordings, of EmoDB, but for clips of a few frames, rates above 16 kHz and first peaks, which were found on pieces of some of these. Differences
of each of the 88 functionals are in units of its standard deviation over all these recordings; a functional is within a limit if 90 % of the recordings are.

${table(head, [...corpora.map(({ name, pairs: own }) => corpusRow(name, own, deviations)), corpusRow('**all**', pairs, deviations)])}

The twelve functionals that miss most, in standard deviations:

${table(
  ['functional', 'median', '90 %', 'worst'],
  worst.map(({ name, median, most, worst: last }) => [`\`${name}\``, ...[median, most, last].map(digits)]),
)}

## Descriptors

All rows of all recordings; differences in parts of the value, or of 1 % of the column's largest in the recording where that is more.

${table(
  ['descriptor', 'median', '99 %', 'worst', 'within 0.001'],
  egemapsFrameNames.map((name, j) => descriptorRow(name, j, pairs)),
)}

## Other rates, levels and lengths

Sounds made of ${some.length} of these recordings, in the units of the first table.

${table(
  [...head, 'not within 0.0001'],
  made.map(({ name, pairs: own }) => [...corpusRow(name, own, deviations), missedNames(own, deviations)]),
)}

Sounds with nothing in them, at 16 kHz: the largest difference of any row and of any functional, in parts of max(|value|, 0.001).

${table(
  ['sound', 'descriptors', 'functionals'],
  bare.map(({ name, pairs: [pair] }) => edgeRow(name, pair)),
)}

Below 60 ms openSMILE gives a row of NaN, and this library a \`RangeError\`. Samples at or beyond full scale are clipped here and turn
negative there; the clipped sounds above were clipped before either side had them.

Written by \`npm run build && node scripts/egemaps-agreement.mjs --python PYTHON --each ${values.each}${given}\`. opensmile ${versions.opensmile}, numpy ${versions.numpy}, Python ${versions.Python}; Node ${process.versions.node}.
`
  writeFileSync(join(root, 'docs/results/egemaps.md'), page)
  console.log(page)
}

await main()
