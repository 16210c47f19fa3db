// Measures of speech on recordings: beside the sketch that they come from, under changes of the sound, and what each group
// of them tells about corpora that were left out. Needs `npm run build` first.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import * as lib from '../dist/index.js'
import { readAudioFile } from '../dist/node.js'

const HELP = `usage: node scripts/speech-measures.mjs [--python PATH] [--shared FOLDER]

Writes docs/results/speech-measures.md anew. Needs npm run build, and Python with numpy and scipy.

  --python PATH    default python3
  --shared FOLDER  recordings (emodb, corpora) and prototypes/voices_recipe.py; default ../shared
  --help           prints this`

const RATE = 16000
const classes = ['joy', 'neutral', 'sadness', 'anger']
const corpora = ['emodb', 'banglaser', 'cremad', 'resd']
const leftOut = corpora.slice(0, 3)
/** Recordings of each corpus for the comparison and the changes. */
const SOME = 15
const names = lib.speechMeasureNames
const groups = lib.speechMeasureGroups
/** The same audio under two labels. */
const faulty =
  /1006_TIE_(HAP|NEU)_XX|1013_WSI_SAD_XX|1017_IWW_ANG_XX|03-01-01-01-0[13]-01-17|03-01-01-01-0[13]-0[13]-15\.|-03-17\./

function listed(shared, corpus) {
  if (corpus === 'emodb') {
    const codes = { F: 'joy', N: 'neutral', T: 'sadness', W: 'anger' }
    const files = readdirSync(join(shared, 'emodb/wav')).sort()
    return files
      .filter((file) => file[5] in codes)
      .map((file) => ({
        corpus,
        path: join(shared, 'emodb/wav', file),
        label: codes[file[5]],
        speaker: file.slice(0, 2),
      }))
  }
  const folder = join(shared, 'corpora', corpus)
  const [head, ...lines] = readFileSync(join(folder, 'manifest.csv'), 'utf8').trim().split(/\r?\n/)
  const columns = head.split(',')
  return lines
    .map((line) => Object.fromEntries(line.split(',').map((value, i) => [columns[i], value])))
    .filter(({ label, path }) => classes.includes(label) && !faulty.test(path))
    .map(({ path, label, speaker }) => ({ corpus, path: join(folder, path), label, speaker }))
}

async function measured(recordings) {
  const kept = []
  for (const corpus of corpora) {
    const own = recordings.filter((one) => one.corpus === corpus)
    for (const [i, one] of own.entries()) {
      const { channels, sampleRate } = await readAudioFile(one.path)
      const x = Float64Array.from(channels[0])
      one.measures = lib.speechMeasures(x, { sampleRate }).data
      if (Math.floor((i * SOME) / own.length) > Math.floor(((i - 1) * SOME) / own.length)) kept.push({ ...one, x })
    }
  }
  return kept
}

/** The sketch's numbers of some recordings, in the order, signs and units of ours. */
function sketched(python, shared, some) {
  const folder = mkdtempSync(join(tmpdir(), 'speech-measures-'))
  try {
    for (const [i, { x }] of some.entries()) writeFileSync(join(folder, `${i}`), new Uint8Array(x.buffer))
    const program = `import sys, numpy as np
sys.path.insert(0, sys.argv[1])
from voices_recipe import features
np.array([features(np.fromfile(f'{sys.argv[2]}/{i}')) for i in range(int(sys.argv[3]))], float).tofile(sys.argv[2] + '/out')`
    execFileSync(python, ['-c', program, join(shared, 'prototypes'), folder, `${some.length}`])
    const all = new Float64Array(new Uint8Array(readFileSync(join(folder, 'out'))).buffer)
    return some.map((_, i) => all.slice(i * names.length, (i + 1) * names.length)).map(converted)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Its alpha ratio has the other sign. */
function converted(row) {
  const at = (name) => names.indexOf(name)
  const out = row.slice()
  for (const end of ['Mean', 'P50']) out[at(`alphaRatio${end}`)] *= -1
  out[at('alphaRatioP10')] = -row[at('alphaRatioP90')]
  out[at('alphaRatioP90')] = -row[at('alphaRatioP10')]
  return out
}

const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length
const quantile = (list, q) => list.slice().sort((a, b) => a - b)[Math.round(q * (list.length - 1))]

function momentsOf(list) {
  const known = list.filter(Number.isFinite)
  const m = mean(known)
  return { mean: m, deviation: Math.sqrt(mean(known.map((x) => (x - m) ** 2))) }
}

/** Correlation, and mean difference of standardised values, of one measure. */
function agreement(ours, theirs) {
  const pairs = ours.map((x, i) => [x, theirs[i]]).filter((pair) => pair.every(Number.isFinite))
  const [a, b] = [0, 1].map((side) => momentsOf(pairs.map((pair) => pair[side])))
  const products = pairs.map(([x, y]) => ((x - a.mean) / a.deviation) * ((y - b.mean) / b.deviation))
  const differences = pairs.map(([x, y]) => Math.abs((x - a.mean) / a.deviation - (y - b.mean) / b.deviation))
  return { correlation: mean(products), difference: mean(differences) }
}

function sketchSection(some, theirs) {
  const rows = names.map((name, i) => {
    return {
      name,
      ...agreement(
        some.map(({ measures }) => measures[i]),
        theirs.map((row) => row[i]),
      ),
    }
  })
  const lines = Object.entries(groups).map(([group, { first, end }]) => {
    const own = rows.slice(first, end)
    const shown = own.map(
      ({ name, correlation, difference }) => `${name} ${correlation.toFixed(2)} ${difference.toFixed(2)}`,
    )
    return `| ${group} | ${quantile(
      own.map((row) => row.correlation),
      0.5,
    ).toFixed(3)} | ${shown.join(', ')} |`
  })
  return `## Beside the sketch

${some.length} recordings, ${SOME} of each corpus: for each measure the correlation with that of \`voices_recipe.py\`, and the mean
difference of the standardised values. They differ where ours ignore what theirs do not: silence at the ends counts in their
percentiles, their floor is 70 dB below the peak in every bin, ours 50 dB below the energy of the loud; their flux is
divided by the sum, ours by the root mean square.

| group | median correlation | measure, correlation, difference |
| --- | --- | --- |
${lines.join('\n')}
`
}

/** White noise so many dB below the sound's power. */
function noisy(x, ratio, seed) {
  const power = mean(Array.from(x, (v) => v * v))
  const noise = new Float64Array(x.length)
  new lib.Random(seed).normalInto(noise, 0, Math.sqrt(power / 10 ** (ratio / 10)))
  return x.map((v, n) => v + noise[n])
}

function muLaw(x) {
  return x.map((v) => {
    const code = Math.round((127 * Math.log1p(255 * Math.min(1, Math.abs(v)))) / Math.log(256)) / 127
    return (Math.sign(v) * (256 ** code - 1)) / 255
  })
}

function padded(x) {
  const out = new Float64Array(x.length + 12345)
  out.set(x, 5678)
  return out
}

function clipped(x, factor) {
  const peak = x.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  return x.map((v) => Math.max(-1, Math.min(1, (v / peak) * factor)))
}

const changes = [
  ['gain -30 dB', (x) => x.map((v) => v * 10 ** -1.5)],
  ['gain +20 dB', (x) => x.map((v) => v * 10)],
  ['offset 0.2', (x) => x.map((v) => v + 0.2)],
  ['zeros before and behind', padded],
  ...[22050, 24000, 32000, 44100, 48000].map((rate) => [`${rate} Hz`, (x) => lib.resample(x, RATE, rate), rate]),
  ['8 kHz', (x) => lib.resample(x, RATE, 8000), 8000],
  ['mu-law', muLaw],
  ['clipping x4', (x) => clipped(x, 4)],
  ['noise at 20 dB', (x) => noisy(x, 20, 1)],
  ['noise at 10 dB', (x) => noisy(x, 10, 2)],
]

const figure = (x) => (x < 1e-6 ? '0' : x < 1e-3 ? x.toExponential(0) : x.toFixed(x < 0.01 ? 3 : 2))

function changeSection(some) {
  const deviations = names.map((_, i) => momentsOf(some.map(({ measures }) => measures[i])).deviation)
  const lines = changes.map(([name, change, sampleRate = RATE]) => {
    const moved = some.map(({ x, measures }) => {
      const got = lib.speechMeasures(change(x), { sampleRate }).data
      return names.map((_, i) => Math.abs(got[i] - measures[i]) / deviations[i])
    })
    const cells = Object.values(groups).map(({ first, end }) => {
      const all = moved.flatMap((row) => row.slice(first, end)).filter(Number.isFinite)
      return `${figure(quantile(all, 0.5))} / ${figure(quantile(all, 0.95))}`
    })
    return `| ${name} | ${cells.join(' | ')} |`
  })
  return `## Changes of the sound

The same recordings, changed: median / 95th percentile over recordings and measures of how far a measure moves, in standard
deviations of it over recordings. 0 stands below 1e-6.

| | ${Object.keys(groups).join(' | ')} |
| --- |${' --- |'.repeat(6)}
${lines.join('\n')}
`
}

/** Unweighted average recall, percent. */
function recall(labels, answers) {
  const rates = classes.map((_, k) => {
    const own = [...labels.keys()].filter((i) => labels[i] === k)
    return own.filter((i) => answers[i] === k).length / own.length
  })
  return 100 * mean(rates)
}

const largest = (p) => p.indexOf(p.reduce((a, b) => Math.max(a, b)))

function statisticsOf(rows) {
  return rows.reduce((sum, row) => sum.add(row), new lib.SpeakerStatistics(rows[0].shape[1]))
}

/** Answers without statistics, and with those of the speaker's other recordings. */
function answersOf(trained, sequences, speakers) {
  const { adaptation } = trained
  const rows = sequences.map((x) => adaptation.rows(x))
  const none = rows.map((row) => largest(adaptation.predictRows(row)))
  const speaker = rows.map((row, i) => {
    const others = rows.filter((_, j) => j !== i && speakers[j] === speakers[i])
    if (others.length === 0) return none[i]
    const voice = adaptation.learned(others, statisticsOf(others))
    return largest(adaptation.adapted(voice).adaptation.predictRows(row))
  })
  return { none, speaker }
}

/** Recall of the corpora left out, mean, from some of the measures. */
async function recalls(recordings, columns) {
  const sequences = recordings.map(({ measures }) =>
    lib.matrix([columns.map((j) => measures[j])], { dtype: 'float64' }),
  )
  const labels = Int32Array.from(recordings, ({ label }) => classes.indexOf(label))
  const speakers = recordings.map(({ corpus, speaker }) => `${corpus}/${speaker}`)
  const pick = (list, chosen) => chosen.map((i) => list[i])
  const system = lib.createSystem('measures-lda', { frontEnd: { set: 'speech', functionals: true } })
  const rates = { none: [], speaker: [] }
  for (const corpus of leftOut) {
    const [train, test] = [false, true].map((tested) =>
      [...recordings.keys()].filter((i) => (recordings[i].corpus === corpus) === tested),
    )
    const data = {
      sequences: pick(sequences, train),
      labels: Int32Array.from(pick(labels, train)),
      speakers: pick(speakers, train),
      corpora: train.map((i) => recordings[i].corpus),
    }
    const trained = await system.train(data, classes.length, 1)
    const answers = answersOf(trained, pick(sequences, test), pick(speakers, test))
    for (const way of ['none', 'speaker']) rates[way].push(recall(pick(labels, test), answers[way]))
  }
  return [mean(rates.none), mean(rates.speaker)]
}

async function groupSection(recordings) {
  const every = names.map((_, j) => j)
  const [none, speaker] = await recalls(recordings, every)
  const lines = [`| all | 167 | ${none.toFixed(1)} / ${speaker.toFixed(1)} | |`]
  for (const [group, { first, end }] of Object.entries(groups)) {
    const inside = (j) => j >= first && j < end
    const [alone, rest] = [every.filter(inside), every.filter((j) => !inside(j))]
    const cells = []
    for (const columns of [alone, rest])
      cells.push((await recalls(recordings, columns)).map((x) => x.toFixed(1)).join(' / '))
    lines.push(`| ${group} | ${alone.length} | ${cells.join(' | ')} |`)
    console.error(group, ...cells)
  }
  const counts = corpora.map((corpus) => recordings.filter((one) => one.corpus === corpus).length)
  return `## What each group tells

Unweighted average recall of four classes in percent, chance 25, mean over ${leftOut.join(', ')}, each left out in turn while the
others and RESD train (${corpora.map((corpus, i) => `${corpus} ${counts[i]}`).join(', ')} recordings); system \`measures-lda\`
without the level: without statistics / with those of all other recordings of the speaker. Differences below 2 mean little.

| group | measures | it alone | all but it |
| --- | --- | --- | --- |
${lines.join('\n')}
`
}

async function main() {
  const { values } = parseArgs({
    options: {
      python: { type: 'string', default: 'python3' },
      shared: { type: 'string', default: fileURLToPath(new URL('../../shared', import.meta.url)) },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(HELP)
  const recordings = corpora.flatMap((corpus) => listed(values.shared, corpus))
  const some = await measured(recordings)
  console.error(`${recordings.length} recordings measured`)
  const sections = [
    sketchSection(some, sketched(values.python, values.shared, some)),
    changeSection(some),
    await groupSection(recordings),
  ]
  const page = `# Measures of speech on recordings

\`npm run build && node scripts/speech-measures.mjs --python PYTHON\` writes this page, from \`voices_recipe.py\` and the
recordings of EmoDB, BanglaSER, CREMA-D (actors 1001 to 1045) and RESD beside the repository. [Guide](../guide/speech-measures.md).

${sections.join('\n')}`
  writeFileSync(new URL('../docs/results/speech-measures.md', import.meta.url), page)
}

await main()
