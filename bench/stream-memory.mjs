// Resident memory over an hour of frames, one by one: `npm run build && node --expose-gc bench/stream-memory.mjs`
// writes docs/results/streaming-memory.md
import { writeFile } from 'node:fs/promises'
import { here } from './child.mjs'
import { normals } from './data.mjs'
import { network } from './lstm.mjs'
import { load, machine } from './machine.mjs'
import { memoryMiB, peakMiB } from './resident.mjs'

const size = { D: 39, H: 128 }
const HOUR = 360_000
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

function pushAnHour() {
  const live = network(size).stream()
  const frames = framesOfAMinute()
  const looks = [look(0)]
  const begin = performance.now()
  for (let at = 0; at < HOUR; at += MINUTE) {
    for (const frame of frames) live.push(frame)
    looks.push(look((at + MINUTE) / MINUTE))
  }
  return { looks, us: (1000 * (performance.now() - begin)) / HOUR }
}

const { looks, us } = pushAnHour()
const numbers = ({ uncollected, resident, arrays, peak }) =>
  [uncollected, resident, arrays, peak].map((x) => x.toFixed(1))
const rows = looks.filter(({ minute }) => LISTED.includes(minute))
const warm = looks.slice(5).map(({ resident }) => resident)
const page = `# Memory of streaming

An hour of speech, ${HOUR.toLocaleString('en')} frames of 39 numbers every 10 ms, one by one through \`net.stream().push\`: an LSTM of 128 units and a
softmax over four classes, float32. Resident memory of the process, MiB, before and after a garbage collection:

| minute | resident before | resident after | array buffers | peak so far |
| --- | --- | --- | --- | --- |
${rows.map((one) => `| ${one.minute} | ${numbers(one).join(' | ')} |`).join('\n')}

From minute 5 to 60 resident memory lies between ${Math.min(...warm).toFixed(1)} and ${Math.max(...warm).toFixed(1)} MiB: it does not grow with the length of the sequence. A
push took ${us.toFixed(0)} us, collections included.

Written by \`npm run build && node --expose-gc bench/stream-memory.mjs\`. Node ${process.versions.node}; ${machine()}; load average
${load().toFixed(1)} at the end.
`
await writeFile(here('../docs/results/streaming-memory.md'), page)
console.log(page)
