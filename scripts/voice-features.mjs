// Runs librosa, openSMILE and Praat beside ours: vectors for the tests, and a page for people. Needs `npm run build` first.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import * as lib from '../dist/index.js'
import { readAudioFile } from '../dist/node.js'
import { cases, recordings, truths, vectorSignals } from '../test/support/voice-cases.mjs'

const HELP = `usage: node scripts/voice-features.mjs [--python PATH] [--shared FOLDER]

Writes test/vectors/voice-features.json and docs/results/voice-features.md anew from librosa, openSMILE and Praat
(praat-parselmouth). Needs npm run build, and Python 3.13 with the packages of test/vectors/voice-requirements.txt:

  python3.13 -m venv VENV && VENV/bin/pip install -r test/vectors/voice-requirements.txt
  npm run build && node scripts/voice-features.mjs --python VENV/bin/python

  --python PATH    default python3
  --shared FOLDER  recordings: emodb and corpora; default ../shared
  --help           prints this`

const root = fileURLToPath(new URL('..', import.meta.url))

async function loadRecordings(shared) {
  const loaded = []
  for (const name of recordings) {
    const audio = await readAudioFile(join(shared, name))
    // 16 bits, as the file has them, whatever the decoder makes of it.
    const samples = Float64Array.from(lib.toMono(audio), (v) => Math.round(v * 32768) / 32768)
    loaded.push({ name, samples, sampleRate: audio.sampleRate })
  }
  return loaded
}

/** What the tools say, job by job: { rows, cols, data }. */
function runTools(python, folder, jobs) {
  const files = new Map()
  const list = jobs.map(({ one, signal }, i) => {
    if (!files.has(signal)) {
      files.set(signal, `${files.size}.in`)
      writeFileSync(join(folder, files.get(signal)), new Uint8Array(signal.samples.slice().buffer))
    }
    const { tool, measure, args } = one
    return { tool, measure, args, rate: signal.sampleRate, samples: files.get(signal), out: `${i}.out` }
  })
  writeFileSync(join(folder, 'jobs.json'), JSON.stringify(list))
  const script = join(root, 'test/vectors/voice-features.py')
  execFileSync(python, [script, folder], { stdio: ['ignore', 'ignore', 'inherit'] })
  const { shapes, versions } = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'))
  const answers = shapes.map(([rows, cols = 1], i) => {
    return { rows, cols, data: new Float64Array(new Uint8Array(readFileSync(join(folder, `${i}.out`))).buffer) }
  })
  return { answers, versions }
}

function quantile(sorted, q) {
  return sorted[Math.round(q * (sorted.length - 1))]
}

/** The clip from where rows of ours lie at the times that the tool's rows begin with. */
function alignedSamples({ samples, sampleRate }, { data }, earlier = 0) {
  // Praat's first sample lies at half a sampling period.
  const ahead = Math.round((data[0] - 0.0125 - earlier) * sampleRate - 0.5)
  return ahead >= 0
    ? samples.subarray(ahead)
    : Float64Array.from({ length: samples.length - ahead }, (_, n) => samples[n + ahead] ?? 0)
}

/** Differences of all values that both have: absolute, or in parts of the value or of 1 % of the largest. */
function differencesOf(one, signal, theirs) {
  const x = one.aligned ? alignedSamples(signal, theirs, one.earlier) : signal.samples
  const ours = one.ours(lib, x, signal.sampleRate)
  const pairs = one.pairs
    ? one.pairs(ours, theirs, lib, x, signal.sampleRate)
    : Array.from(theirs.data, (value, i) => [ours.data[i], value])
  if (!one.pairs && ours.data.length !== theirs.data.length) {
    throw new Error(`${one.name}: ${ours.shape} and ${theirs.rows}, ${theirs.cols}`)
  }
  const largest = pairs.reduce((most, [, y]) => Math.max(most, Math.abs(y)), 0)
  const unit = (y) => (one.scale === 'relative' ? Math.max(Math.abs(y), 0.01 * largest) || 1 : 1)
  return pairs.map(([x, y]) => Math.abs(x - y) / unit(y))
}

function digits(value) {
  return value === 0 ? '0' : value < 0.01 || value >= 1000 ? value.toExponential(1) : value.toPrecision(2)
}

function rowOf(one, list) {
  const sorted = Float64Array.from(list).sort()
  const figures = [0.5, 0.9, 0.99, 1].map((q) => digits(quantile(sorted, q)))
  return `| ${one.name} | ${one.tool} | ${one.scale} | ${figures.join(' | ')} | ${sorted.length} |`
}

function table(jobs, answers) {
  const head =
    '| measure | tool | unit | median | 90 % | 99 % | worst | values |\n| --- | --- | --- | --- | --- | --- | --- | --- |'
  const lines = cases.map((one) => {
    const list = jobs.flatMap(({ one: own, signal }, i) => {
      return own === one && signal.name ? differencesOf(one, signal, answers[i]) : []
    })
    return rowOf(one, list)
  })
  return [head, ...lines].join('\n')
}

/** Values of signals that are made to have them: ours, and Praat's where it has the measure. */
function truthTable(folder, python) {
  const made = new Map(truths.map(({ make }) => [make, make()]))
  const asked = truths.filter(({ job }) => job)
  const { answers } = runTools(
    python,
    folder,
    asked.map(({ job, make }) => ({ one: job, signal: made.get(make) })),
  )
  const lines = truths.map((one) => {
    const ours = one.ours(lib, made.get(one.make))
    const praat = one.job ? Number(one.theirs(answers[asked.indexOf(one)]).toPrecision(4)) : ''
    return `| ${one.name} | ${one.unit} | ${Number(one.truth.toPrecision(4))} | ${Number(ours.toPrecision(4))} | ${praat} |`
  })
  return ['| signal | unit | truth | ours | Praat |\n| --- | --- | --- | --- | --- |', ...lines].join('\n')
}

function vectorsOf(jobs, answers) {
  return jobs.flatMap(({ one, signal }, i) => {
    if (signal.name) return []
    const { rows, cols, data } = answers[i]
    const chosen = rows <= 6 ? Array.from({ length: rows }, (_, t) => t) : [0, rows >> 1, rows - 2]
    const values = chosen.map((t) => [
      t,
      ...Array.from(data.subarray(t * cols, (t + 1) * cols), (v) => Number(v.toPrecision(10))),
    ])
    return [{ case: one.name, signal: signal.key, rows, cols, values }]
  })
}

const notes = `- **relative**: difference over the value, or over 1 % of the largest value where that is more. Other units are those of the measure.
- **librosa** has its mel filters in float32; all else is float64 on both sides.
- **openSMILE** computes in float32. It counts everything below 1 kHz in the alpha ratio, the offset of the recording too, where the paper and
  this library begin at 50 Hz; its slopes move with the level of the sound, which those of a line do not; its
  equal-loudness curve falls faster above 4 kHz than the paper's.
- **F0** in semitones where both are voiced; half a semitone or more are other decisions, an octave or an edge of a voiced stretch.
- **Praat** is asked for frames at our times, and where ours is voiced. Its stretches for HNR begin at the same place for all lags,
  5 ms before ours for a voice of 190 Hz, which is allowed for. Formants differ by more than some Hz where one of the two misses one, so that the
  next takes its number. Jitter and shimmer of running speech hang on which stretches are voiced, 60 to 1000 periods a
  recording: along the same contour the two agree to 3 % in the median.`

function page(body, truth, versions) {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return `# Measures of spectrum and voice beside the tools that have them

All values of ten recordings (four of EmoDB, two each of BanglaSER, CREMA-D and RESD), and how far ours are from the tools'.

${body}

${notes}

## Signals of known truth

Pulses whose periods and amplitudes are drawn at random, harmonics in noise, vowels through known resonances (means over the signal):

${truth}

${named.join(', ')}; Node ${process.versions.node}. Ours is computed with \`dtype: 'float64'\`. Written, with the vectors of
\`test/features/\`, by \`npm run build && node scripts/voice-features.mjs\` (\`-- --help\`).
`
}

function write(python, folder, loaded) {
  const signals = Object.entries(vectorSignals).map(([key, make]) => ({ key, ...make() }))
  const jobs = cases.flatMap((one) => [
    ...loaded.map((signal) => ({ one, signal })),
    ...signals.filter(({ key }) => one.vectors?.includes(key)).map((signal) => ({ one, signal })),
  ])
  const { answers, versions } = runTools(python, folder, jobs)
  const vectors = vectorsOf(jobs, answers).map((one) => `    ${JSON.stringify(one)}`)
  const text = `{"versions": ${JSON.stringify(versions)},\n  "cases": [\n${vectors.join(',\n')}\n  ]\n}\n`
  writeFileSync(join(root, 'test/vectors/voice-features.json'), text)
  writeFileSync(
    join(root, 'docs/results/voice-features.md'),
    page(table(jobs, answers), truthTable(folder, python), versions),
  )
}

const { values } = parseArgs({
  options: { python: { type: 'string', default: 'python3' }, shared: { type: 'string' }, help: { type: 'boolean' } },
})
if (values.help) console.log(HELP)
else {
  const folder = mkdtempSync(join(tmpdir(), 'voice-'))
  try {
    write(values.python, folder, await loadRecordings(values.shared ?? join(root, '../shared')))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
