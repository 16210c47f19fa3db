// Resident memory over an hour of frames, one by one, and of sound:
// `npm run build && node --expose-gc --max-semi-space-size=2 bench/stream-memory.mjs` writes
// docs/results/streaming-memory.md
import { writeFile } from 'node:fs/promises'
import { FeatureStream, StandardizerStream, syntheticCorpus } from '../dist/index.js'
import { showHelp } from '../scripts/show-help.mjs'
import { here } from './child.mjs'
import { normals } from './data.mjs'
import { network } from './lstm.mjs'
import { load, machine } from './machine.mjs'
import { memoryMiB, peakMiB } from './resident.mjs'

showHelp(import.meta.url)

const size = { D: 39, H: 128 }
const SOUND = { rate: 48_000 }
const MINUTE = 6000
const LISTED = [0, 1, 2, 5, 10, 20, 30, 40, 50, 60]

/** A minute of frames, repeated: memory of the input must not grow either. */
function framesOfAMinute() {
  const { data } = normals([MINUTE, size.D])
  return Array.from({ length: MINUTE }, (_, t) => data.subarray(t * size.D, (t + 1) * size.D))
}

function look(minute) {
  const uncollected = memoryMiB().resident
  gc()
  return { minute, uncollected, ...memoryMiB(), peak: peakMiB() }
}

/** Looks at the memory after each minute of an hour; ms that a second takes. */
async function hourOf(pushMinute) {
  const looks = [look(0)]
  const begin = performance.now()
  for (let minute = 1; minute <= 60; minute++) {
    pushMinute()
    // Where sound arrives there is an event loop, which lets array buffers go.
    await new Promise(setImmediate)
    looks.push(look(minute))
  }
  return { looks, ms: (performance.now() - begin) / 3600 }
}

function hourOfFrames() {
  const live = network(size).stream()
  const frames = framesOfAMinute()
  return hourOf(() => {
    for (const frame of frames) live.push(frame)
  })
}

/** Speech at 48 kHz in chunks of 100 ms, resampled, with pitch, standardised by its speaker. */
function hourOfSound() {
  const frontEnd = { pitch: true }
  const features = new FeatureStream({ sampleRate: SOUND.rate, frontEnd })
  const scaler = new StandardizerStream({ columns: features.columns })
  const voices = syntheticCorpus({ speakers: 1, sentences: 2 }).map((voice) => voice.samples())
  const chunk = new Float32Array(SOUND.rate / 10)
  let n = 0
  return hourOf(() => {
    for (let i = 0; i < 600; i++) {
      for (let k = 0; k < chunk.length; k++, n++) {
        const at = n / 3
        const voice = voices[Math.floor(at / 48_000) % voices.length]
        chunk[k] = voice[Math.floor(at) % voice.length]
      }
      scaler.push(features.push(chunk))
    }
  })
}

const numbers = ({ uncollected, resident, arrays, peak }) =>
  [uncollected, resident, arrays, peak].map((x) => x.toFixed(1))

function tableOf(looks) {
  const rows = looks.filter(({ minute }) => LISTED.includes(minute))
  return `| minute | resident before | resident after | array buffers | peak so far |
| --- | --- | --- | --- | --- |
${rows.map((one) => `| ${one.minute} | ${numbers(one).join(' | ')} |`).join('\n')}`
}

/** Range and least-squares slope of resident memory once it is warm. */
function warm(looks) {
  const late = looks.slice(5)
  const sizes = late.map(({ resident }) => resident)
  const mean = (list) => list.reduce((sum, x) => sum + x, 0) / list.length
  const middle = mean(late.map(({ minute }) => minute))
  const slope =
    mean(late.map(({ minute, resident }) => (minute - middle) * (resident - mean(sizes)))) /
    mean(late.map(({ minute }) => (minute - middle) ** 2))
  return `between ${Math.min(...sizes).toFixed(1)} and ${Math.max(...sizes).toFixed(1)} MiB, with a slope of ${(60 * slope).toFixed(1)} MiB an hour`
}

const sound = await hourOfSound()
const frames = await hourOfFrames()
const page = `# Memory of streaming

Resident memory of the process, MiB, over an hour, before and after a garbage collection. V8's young
generation is held at 2 MiB: left alone it grows in steps of its own, of 12 to 15 MiB once in the hour in two runs.

## Sound

An hour of synthetic speech at 48 kHz in chunks of 100 ms through \`FeatureStream\` (to 16 kHz, MFCC with two orders of deltas, pitch) and
\`StandardizerStream\`:

${tableOf(sound.looks)}

From minute 5 to 60 it lies ${warm(sound.looks)}. A second of sound took ${sound.ms.toFixed(1)} ms, collections included.

## Frames

360,000 frames of 39 numbers every 10 ms, one by one through \`net.stream().push\`: an LSTM of 128 units and a softmax over four
classes, float32, in the same process:

${tableOf(frames.looks)}

From minute 5 to 60 it lies ${warm(frames.looks)}: it does not grow with the length of the sequence. A push took
${(10 * frames.ms).toFixed(0)} us, collections included.

Written by \`npm run build && node --expose-gc --max-semi-space-size=2 bench/stream-memory.mjs\`. Node ${process.versions.node}; ${machine()}; load average
${load().toFixed(1)} at the end.
`
await writeFile(here('../docs/results/streaming-memory.md'), page)
console.log(page)
