// An hour of recordings with pauses, in noise, segmented and recognised in several formats. Needs `npm run build` first, and ffmpeg.
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { encodeWav, Random, recognizeSegments, resample, toMono } from '../dist/index.js'
import { loadRecognizer, openAudioFile, readAudioFile } from '../dist/node.js'

const HELP = `usage: node scripts/long-recording.mjs [--shared FOLDER] [--minutes N]

Writes docs/results/long-recordings.md: recordings of EmoDB, RESD, BanglaSER and CREMA-D one after the other, with pauses of 0.4 to 4 s, over
pink noise, at 48 kHz, in WAV, FLAC, MP3 and M4A: time and memory of recognizeSegments, and how well the segments fit.

  --shared FOLDER  default ../shared
  --minutes N      length of the long recording; default 60, and a sixth of it
  --help           prints this`

const { values } = parseArgs({
  options: {
    shared: { type: 'string', default: '../shared' },
    minutes: { type: 'string', default: '60' },
    child: { type: 'string' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit()
}
const RATE = 48000

/** In a process of its own, so that the memory is that of this work alone. */
async function child(path) {
  const recognizer = await loadRecognizer()
  const recording = await openAudioFile(path)
  const segments = []
  for await (const { start, end, label } of recognizeSegments(recognizer, recording, {
    sampleRate: recording.sampleRate,
  })) {
    segments.push({ start, end, label })
  }
  const { user, system } = process.cpuUsage()
  const { maxRSS } = process.resourceUsage()
  console.log(
    JSON.stringify({ segments, cpu: (user + system) / 1e6, megabytes: maxRSS / 1024, streamed: recording.streamed }),
  )
}
if (values.child !== undefined) {
  await child(values.child)
  process.exit()
}

const folders = ['emodb/wav', 'corpora/resd', 'corpora/banglaser', 'corpora/cremad']
const random = new Random('long recording')
const sounds = folders.flatMap((folder) =>
  readdirSync(join(values.shared, folder), { recursive: true })
    .filter((name) => /\.(wav|flac)$/i.test(name))
    .sort()
    .map((name) => join(values.shared, folder, name)),
)

/** Pink noise at -60 dB, one part after the other (the filter of P. Kellet). */
function noiseSource() {
  const b = new Float64Array(3)
  return (length) =>
    Float32Array.from({ length }, () => {
      const white = random.normal()
      b[0] = 0.99765 * b[0] + white * 0.099046
      b[1] = 0.963 * b[1] + white * 0.2965164
      b[2] = 0.57 * b[2] + white * 1.0526913
      return 2e-4 * (b[0] + b[1] + b[2] + 0.1848 * white)
    })
}

/** Writes a recording piece by piece; where each voice lies, s. */
async function compose(path, minutes) {
  const length = minutes * 60 * RATE
  const noise = noiseSource()
  const file = openSync(path, 'w')
  // The header of a WAV file of this length: that of an empty one, with its two sizes.
  const header = Buffer.from(encodeWav({ sampleRate: RATE, channels: [new Float32Array(0)] }))
  header.writeUInt32LE(header.length - 8 + 2 * length, 4)
  header.writeUInt32LE(2 * length, header.length - 4)
  writeSync(file, header)
  const places = []
  let at = 0
  const write = (x) => {
    const part = x.subarray(0, Math.min(x.length, length - at))
    const bytes = Buffer.alloc(2 * part.length)
    for (let n = 0; n < part.length; n++) {
      bytes.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(32768 * part[n]))), 2 * n)
    }
    writeSync(file, bytes)
    at += part.length
  }
  while (at < length) {
    write(noise(Math.round((0.4 + 3.6 * random.uniform()) * RATE)))
    const audio = await readAudioFile(sounds[random.integer(sounds.length)])
    const voice = resample(toMono(audio), audio.sampleRate, RATE)
    const power = voice.reduce((sum, x) => sum + x * x, 0) / voice.length
    // From -35 to -20 dB.
    const gain = power > 0 ? 10 ** ((-35 + 15 * random.uniform()) / 20) / Math.sqrt(power) : 0
    places.push([at / RATE, Math.min(length, at + voice.length) / RATE])
    write(noise(voice.length).map((x, n) => x + gain * voice[n]))
  }
  closeSync(file)
  return places
}

/** How much of the segments lies in recordings, and how many recordings have a segment. */
function coverage(places, segments) {
  const within = (a, b, [from, to]) => Math.max(0, Math.min(b, to) - Math.max(a, from))
  let [inside, all, found] = [0, 0, 0]
  for (const { start, end } of segments) {
    all += end - start
    for (const place of places) inside += within(start, end, place)
  }
  for (const [from, to] of places) {
    if (segments.some(({ start, end }) => within(from, to, [start, end]) > 0.2)) found++
  }
  return { inside: inside / all, found: found / places.length }
}

const folder = mkdtempSync(join(tmpdir(), 'ser-long-'))
const rows = []
const long = Number(values.minutes)
try {
  for (const minutes of [long / 6, long]) {
    const wav = join(folder, `${minutes}.wav`)
    const places = await compose(wav, minutes)
    for (const form of ['wav', 'flac', 'mp3', 'm4a']) {
      const path = join(folder, `${minutes}.${form}`)
      if (form !== 'wav') execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', wav, path])
      const told = execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--child', path], {
        maxBuffer: 2 ** 28,
      })
      const { segments, cpu, megabytes, streamed } = JSON.parse(String(told))
      const { inside, found } = coverage(places, segments)
      const size = (statSync(path).size / 2 ** 20).toFixed(0)
      rows.push(
        `| ${form.toUpperCase()} | ${minutes} min | ${size} MB | ${streamed ? 'piece by piece' : 'at once'} | ${cpu.toFixed(0)} s | ${((60 * minutes) / cpu).toFixed(0)} | ` +
          `${megabytes.toFixed(0)} MB | ${segments.length} | ${(100 * found).toFixed(1)} % | ${(100 * inside).toFixed(1)} % |`,
      )
      console.error(rows.at(-1))
      if (form !== 'wav') rmSync(path)
    }
  }
} finally {
  rmSync(folder, { recursive: true })
}
const page = `# Long recordings

\`recognizeSegments\` with the recogniser of the package on \`openAudioFile\`, as in \`ser segments\`: recordings of EmoDB, RESD, BanglaSER and CREMA-D
drawn at random, one after the other, with pauses of 0.4 to 4 s, at -35 to -20 dB over pink noise of about -60 dB, one channel at 48 kHz. Processor time and the
largest memory (resident set) are those of the whole process, Node's start and the decoder included; each file has a process of its own.

| format | length | file | read | processor time | times real time | memory | segments | recordings with a segment | of the segments' time in recordings |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Memory hardly grows with the length where a file is read piece by piece. M4A is decoded at once: 4 bytes for each sample of each channel, and the
decoder's. The rates of the recogniser itself are those of its card; here it has heard some of these speakers.

Written by \`npm run build && node scripts/long-recording.mjs\` on ${cpus()[0].model}, Node ${process.versions.node}.
`
writeFileSync(fileURLToPath(new URL('../docs/results/long-recordings.md', import.meta.url)), page)
console.log(page)
