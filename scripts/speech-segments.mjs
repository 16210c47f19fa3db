// Errors of speechSegments on recordings in noise. Needs `npm run build` first.
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { addBabble, addNoise, logMel, Random, resample, speechSegments, toMono } from '../dist/index.js'
import { readAudioFile } from '../dist/node.js'

const HELP = `usage: node scripts/speech-segments.mjs [--shared FOLDER] [--every N]

Writes docs/results/speech-segments.md: recordings of EmoDB, RESD and BanglaSER, three at a time with pauses between them, in white
and pink noise and in the babble of five voices of EmoDB, at 20, 10 and 0 dB.

  --shared FOLDER  default ../shared
  --every N        each N-th recording; default 12
  --help           prints this`

const { values } = parseArgs({
  options: {
    shared: { type: 'string', default: '../shared' },
    every: { type: 'string', default: '12' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit()
}
const RATE = 16000
const FRAME = 0.01
const folders = { EmoDB: 'emodb/wav', RESD: 'corpora/resd', BanglaSER: 'corpora/banglaser' }

const soundFiles = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => /\.(wav|flac)$/i.test(name))
    .sort()
    .map((name) => join(folder, name))

async function read(path) {
  const audio = await readAudioFile(path)
  return Float64Array.from(resample(toMono(audio), audio.sampleRate, RATE))
}

/** Three recordings with pauses of 0.5 to 1.1 s around them; where each of them lies, in samples. */
function joined(three, n) {
  const pauses = [0.6, 0.5, 0.8, 1.1].map((seconds) => Math.round(seconds * RATE))
  const out = new Float64Array(
    three.reduce((sum, { length }) => sum + length, 0) + pauses.reduce((sum, pause) => sum + pause),
  )
  const random = new Random(`floor ${n}`)
  const loudest = three.flatMap((x) => Array.from(x)).reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  let at = pauses[0]
  three.forEach((x, k) => {
    out.set(x, at)
    at += x.length + pauses[k + 1]
  })
  return out.map((value) => value + 1e-4 * loudest * random.normal())
}

/** Frames of 10 ms of speech: energy within 30 dB of the loud ones of the clean recording, pauses below 0.3 s filled, runs below 0.05 s left out. */
function truthOf(clean) {
  const mel = logMel(resample(clean, RATE, 8000), {
    ...{ sampleRate: 8000, filters: 20, lowFrequency: 100, highFrequency: 3800, frameLengthSeconds: 0.032 },
  })
  const [frames, bands] = mel.shape
  const energy = Float64Array.from({ length: frames }, (_, t) =>
    Array.from({ length: bands }, (_, m) => Math.exp(mel.get(t, m))).reduce((sum, value) => sum + value),
  )
  const loud = energy.slice().sort()[Math.floor(0.95 * (frames - 1))]
  const runs = []
  energy.forEach((value, t) => {
    if (value < loud * 1e-3) return
    const last = runs.at(-1)
    if (last !== undefined && t - last[1] <= 30) last[1] = t + 1
    else runs.push([t, t + 1])
  })
  const speech = new Uint8Array(frames)
  for (const [from, to] of runs) if (to - from >= 5) speech.fill(1, from, to)
  return speech
}

function errorsOf(truth, segments) {
  const counts = { missed: 0, added: 0, speech: 0, rest: 0 }
  truth.forEach((isSpeech, t) => {
    // The middle of a frame of 32 ms.
    const time = t * FRAME + 0.016
    const isFound = segments.some(({ start, end }) => time >= start && time < end)
    if (isSpeech) counts.speech++
    else counts.rest++
    if (isSpeech && !isFound) counts.missed++
    if (!isSpeech && isFound) counts.added++
  })
  return counts
}

const every = Number(values.every)
const corpora = {}
for (const [name, folder] of Object.entries(folders)) {
  const paths = soundFiles(join(values.shared, folder)).filter((_, i) => i % every === 0)
  const sounds = []
  for (const path of paths) sounds.push(await read(path))
  corpora[name] = Array.from({ length: Math.floor(sounds.length / 3) }, (_, k) =>
    joined(sounds.slice(3 * k, 3 * k + 3), k),
  )
}
const voices = []
for (const path of soundFiles(join(values.shared, 'emodb/wav')).filter((_, i) => i % 17 === 5)) {
  voices.push({ samples: await read(path), sampleRate: RATE })
}
const conditions = { 'as they are': null }
for (const snr of [20, 10, 0]) {
  for (const color of ['white', 'pink']) conditions[`${color} noise, ${snr} dB`] = addNoise({ color, snr })
  conditions[`babble, ${snr} dB`] = addBabble({ voices, talkers: 5, snr })
}

const percent = (share) => `${(100 * share).toFixed(1)} %`
const rows = []
for (const [condition, augment] of Object.entries(conditions)) {
  const cells = []
  for (const [name, recordings] of Object.entries(corpora)) {
    const sum = { missed: 0, added: 0, speech: 0, rest: 0 }
    recordings.forEach((clean, k) => {
      const sound = { samples: clean, sampleRate: RATE }
      const { samples } = augment === null ? sound : augment(sound, new Random(`${condition} ${name} ${k}`))
      const counts = errorsOf(truthOf(clean), speechSegments(samples, { sampleRate: RATE, marginSeconds: 0 }))
      for (const key of Object.keys(sum)) sum[key] += counts[key]
    })
    cells.push(`${percent(sum.missed / sum.speech)} / ${percent(sum.added / sum.rest)}`)
  }
  rows.push(`| ${condition} | ${cells.join(' | ')} |`)
}
const counts = Object.entries(corpora).map(([name, list]) => `${name} ${3 * list.length}`)
const page = `# Segments of speech in noise

Errors of \`speechSegments\` by frames of 10 ms: speech that is in no segment / frames without speech that are in one. Recordings, three at a
time with pauses of 0.5 to 1.1 s around them (${counts.join(', ')}), in noise and in the babble of five voices of EmoDB, without margins. Speech is what
lies within 30 dB of the loud frames of the recording before noise came to it, with pauses below 0.3 s: a definition by level, so
that the first row tells how the two definitions differ (breath, room and fading words below 30 dB are in segments).

| | ${Object.keys(corpora).join(' | ')} |
| --- | ${Object.keys(corpora)
  .map(() => '---')
  .join(' | ')} |
${rows.join('\n')}

The settings were chosen on 28 recordings of EmoDB in the same noises; RESD and BanglaSER had no part in it. Babble is speech too: it
stands out as voices do, and no measure of level tells the one voice that is meant.

Written by \`npm run build && node scripts/speech-segments.mjs\` (every ${every}th recording).
`
writeFileSync(fileURLToPath(new URL('../docs/results/speech-segments.md', import.meta.url)), page)
console.log(page)
