// Errors of speechSegments on recordings in noise. Needs `npm run build` first.
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import {
  addBabble,
  addNoise,
  addSounds,
  logMel,
  Random,
  resample,
  speechPresence,
  speechSegments,
  toMono,
} from '../dist/index.js'
import { readAudioFile } from '../dist/node.js'
import { familyNames, heldOutNames, soundWithoutSpeech } from '../test/support/no-speech/index.mjs'

const HELP = `usage: node scripts/speech-segments.mjs [--shared FOLDER] [--every N]

Writes docs/results/speech-segments.md: recordings of EmoDB, RESD and BanglaSER, three at a time with pauses between them, in white
and pink noise, in music and in the babble of five voices of EmoDB, at 20, 10 and 0 dB; and sounds without speech. With and without
speechPresence for each segment.

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
/** A sound of several of a kind, at least `seconds` long. */
function withoutSpeech(family, from, seconds) {
  const parts = []
  for (let i = from, length = 0; length < seconds * RATE; i++) {
    const { samples } = soundWithoutSpeech(family, i, 'segments')
    parts.push(Array.from(samples))
    length += samples.length
  }
  return Float64Array.from(parts.flat())
}
const musicNames = ['progression', 'chordBeat', 'beatBass', 'arpeggio', 'melody', 'band']
const music = musicNames.map((family) => ({ samples: withoutSpeech(family, 0, 20), sampleRate: RATE }))

const conditions = { 'as they are': null }
for (const snr of [20, 10, 0]) {
  for (const color of ['white', 'pink']) conditions[`${color} noise, ${snr} dB`] = addNoise({ color, snr })
  conditions[`music, ${snr} dB`] = addSounds({ sounds: music, snr })
  conditions[`babble, ${snr} dB`] = addBabble({ voices, talkers: 5, snr })
}

const percent = (share) => `${(100 * share).toFixed(1)} %`
/** Segments without margins, and those of them in which speech is heard. */
function segmentsOf(samples) {
  const all = speechSegments(samples, { sampleRate: RATE, marginSeconds: 0, longestSeconds: 15 })
  const heard = all.filter(({ start, end }) => {
    const part = samples.subarray(Math.round(start * RATE), Math.round(end * RATE))
    return speechPresence(part, { sampleRate: RATE }).speech
  })
  return { all, heard }
}
const rows = []
for (const [condition, augment] of Object.entries(conditions)) {
  const cells = []
  for (const [name, recordings] of Object.entries(corpora)) {
    const sums = { all: null, heard: null }
    recordings.forEach((clean, k) => {
      const sound = { samples: clean, sampleRate: RATE }
      const { samples } = augment === null ? sound : augment(sound, new Random(`${condition} ${name} ${k}`))
      const found = segmentsOf(samples)
      for (const kind of Object.keys(sums)) {
        const counts = errorsOf(truthOf(clean), found[kind])
        sums[kind] ??= { missed: 0, added: 0, speech: 0, rest: 0 }
        for (const key of Object.keys(counts)) sums[kind][key] += counts[key]
      }
    })
    for (const { missed, added, speech, rest } of Object.values(sums)) {
      cells.push(`${percent(missed / speech)} / ${percent(added / rest)}`)
    }
  }
  rows.push(`| ${condition} | ${cells.join(' | ')} |`)
  console.error(rows.at(-1))
}

/** Share of the time that is in segments, and in those in which speech is heard. */
function sharesOf(sounds) {
  const sum = { all: 0, heard: 0, seconds: 0 }
  for (const samples of sounds) {
    const found = segmentsOf(samples)
    for (const kind of ['all', 'heard'])
      sum[kind] += found[kind].reduce((total, { start, end }) => total + end - start, 0)
    sum.seconds += samples.length / RATE
  }
  return `${(sum.seconds / 60).toFixed(0)} | ${percent(sum.all / sum.seconds)} | ${percent(sum.heard / sum.seconds)}`
}
const others = familyNames.filter((name) => !musicNames.includes(name))
const quiet = new Float64Array(60 * RATE).fill(1e-6)
const without = {
  music: musicNames.flatMap((family) => [100, 200].map((from) => withoutSpeech(family, from, 60))),
  'other sounds that served for `speechPresence`': others.map((family) => withoutSpeech(family, 100, 60)),
  'sounds that never did': heldOutNames.map((family) => withoutSpeech(family, 100, 60)),
  'babble of five voices': [1, 2, 3].map((seed) => {
    return addBabble({ voices, talkers: 5, snr: -90 })({ samples: quiet, sampleRate: RATE }, new Random(seed)).samples
  }),
}
const soundRows = Object.entries(without).map(([name, sounds]) => `| ${name} | ${sharesOf(sounds)} |`)
const counts = Object.entries(corpora).map(([name, list]) => `${name} ${3 * list.length}`)
const names = Object.keys(corpora).flatMap((name) => [name, 'speech heard'])
const page = `# Segments of speech in noise

Errors of \`speechSegments\` by frames of 10 ms: speech that is in no segment / frames without speech that are in one. Recordings, three at a
time with pauses of 0.5 to 1.1 s around them (${counts.join(', ')}), in noise, in synthesised music and in the babble of five voices of EmoDB, without margins, cut at
15 s. Speech is what
lies within 30 dB of the loud frames of the recording before noise came to it, with pauses below 0.3 s: a definition by level, so
that the first row tells how the two definitions differ (breath, room and fading words below 30 dB are in segments). "Speech heard": the
errors of those segments alone in which \`speechPresence\` hears speech, as \`recognizer.segments\` and \`ser segments\` have them.

| | ${names.join(' | ')} |
| --- | ${names.map(() => '---').join(' | ')} |
${rows.join('\n')}

The settings were chosen on 28 recordings of EmoDB in the same noises; RESD and BanglaSER had no part in it. Babble is speech too: it
stands out as voices do, and no measure of level tells the one voice that is meant.

Sounds without speech (of \`test/support/no-speech\`, 0.4 to 6 s each, one after the other), and babble without a voice that is meant: how much of the time is in segments.

| | min | in segments | in those where speech is heard |
| --- | --- | --- | --- |
${soundRows.join('\n')}

Written by \`npm run build && node scripts/speech-segments.mjs\` (every ${every}th recording).
`
writeFileSync(fileURLToPath(new URL('../docs/results/speech-segments.md', import.meta.url)), page)
console.log(page)
