// Recognisers that listen: processor time over sound time, streams a core, and memory over an hour of chunks.
// `npm run build && node --expose-gc bench/live.mjs` writes docs/results/live.md; `--minutes 5` for less than an hour
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { resample, syntheticCorpus } from 'ser-core'
import { loadRecognizer } from 'ser-core/node'
import { showHelp } from '../scripts/show-help.mjs'
import { here } from './child.mjs'
import { load, machine } from './machine.mjs'
import { memoryMiB } from './resident.mjs'

showHelp(import.meta.url)

const { minutes } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } }).values
const RATE = 48_000
const CHUNK = RATE / 10
const STREAMS = 20

/** About a minute of synthetic voices with pauses of half a second to a second, cut to whole chunks. */
function talk() {
  const voices = syntheticCorpus({ speakers: 6, sentences: 4 }).map(({ samples }) => samples())
  const parts = voices.flatMap((voice, i) => [voice, new Float32Array(8000 + 500 * (i % 17))])
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  const fast = resample(whole.subarray(0, 60 * 16_000), 16_000, RATE)
  return fast.subarray(0, fast.length - (fast.length % CHUNK))
}

const sound = talk()
const seconds = sound.length / RATE

function push(streams, length = sound.length) {
  let events = 0
  for (let at = 0; at < length; at += CHUNK) {
    for (const stream of streams) events += stream.push(sound.subarray(at, at + CHUNK)).length
  }
  return events
}

/** Processor seconds of a call. */
function processor(call) {
  const before = process.cpuUsage()
  call()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

async function speed(edition) {
  const recognizer = await loadRecognizer({ edition })
  const begin = () => recognizer.stream({ sampleRate: RATE })
  push([begin()], 10 * RATE)
  const one = processor(() => push([begin()])) / seconds
  const many = processor(() => push(Array.from({ length: STREAMS }, begin), 10 * RATE)) / 10
  return { edition, system: recognizer.system.system, one, many }
}

async function memory() {
  const recognizer = await loadRecognizer()
  const stream = recognizer.stream({ sampleRate: RATE, hopSeconds: 1, adapt: true })
  const looks = []
  let events = 0
  for (let minute = 1; minute <= Number(minutes); minute++) {
    for (let at = 0, left = 600; left > 0; left--, at = (at + CHUNK) % sound.length) {
      events += stream.push(sound.subarray(at, at + CHUNK)).length
    }
    gc()
    looks.push({ minute, ...memoryMiB() })
  }
  return { looks, events }
}

/** MiB an hour of the line through what is resident. */
function slopeOf(looks) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(looks.map(({ minute }) => minute)), mean(looks.map(({ resident }) => resident))]
  const up = looks.reduce((sum, { minute, resident }) => sum + (minute - x) * (resident - y), 0)
  return (60 * up) / looks.reduce((sum, { minute }) => sum + (minute - x) ** 2, 0)
}

const speeds = [await speed(2), await speed(1)]
const { looks, events } = await memory()
const warm = looks.slice(Math.min(5, looks.length - 2))
const listed = looks.filter(({ minute }) => minute <= 2 || minute % 10 === 0)
const span = [Math.min, Math.max].map((of) => of(...warm.map(({ resident }) => resident)).toFixed(1))
const page = `# Recognition while somebody speaks

Synthetic voices with pauses at 48 kHz in chunks of 100 ms through \`recognizer.stream({ sampleRate: 48000 })\`: windows of 2 s every 0.25 s, and
turns. Processor time over the time of the sound, one core; and that of ${STREAMS} streams at once, for each of them:

| edition | system | one stream | ${STREAMS} streams, each | streams a core |
| --- | --- | --- | --- | --- |
${speeds.map(({ edition, system, one, many }) => `| ${edition} | \`${system}\` | ${one.toFixed(3)} | ${(many / STREAMS).toFixed(3)} | ${Math.floor(STREAMS / many)} |`).join('\n')}

The same sound over and over for ${minutes} minutes, a window every second, adapting to the speaker, ${events.toLocaleString('en')} events; resident memory of the
process behind a garbage collection, MiB:

| minute | resident | array buffers |
| --- | --- | --- |
${listed.map(({ minute, resident, arrays }) => `| ${minute} | ${resident.toFixed(1)} | ${arrays.toFixed(1)} |`).join('\n')}

From minute ${warm[0].minute} on between ${span.join(' and ')} MiB, a slope of ${slopeOf(warm).toFixed(2)} MiB an hour.

Written by \`npm run build && node --expose-gc bench/live.mjs\`. Node ${process.versions.node}; ${machine()}; load average ${load().toFixed(1)} at the end,
which makes processor time longer than an idle machine does.
`
await writeFile(here('../docs/results/live.md'), page)
console.log(page)
