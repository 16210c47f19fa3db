// Processor time of eGeMAPS functionals over a folder of WAV files, beside openSMILE's, one after the other on one core:
//     npm run build && node bench/peers/egemaps.mjs --python PYTHON [--data FOLDER] [--rounds 3]
// PYTHON has opensmile 2.6.0 and soundfile. FOLDER is ../shared/emodb/wav unless given. Prints a line for each, and the ratio.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { decodeWav, egemaps } from '../../dist/index.js'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    data: { type: 'string', default: path('../../../shared/emodb/wav') },
    rounds: { type: 'string', default: '3' },
  },
})

/** Seconds of processor time, seconds of sound, and MB at the end. */
function ours() {
  const names = readdirSync(values.data).filter((name) => name.endsWith('.wav'))
  const clips = names.sort().map((name) => decodeWav(readFileSync(`${values.data}/${name}`)))
  const before = process.cpuUsage()
  for (const { channels, sampleRate } of clips) egemaps(channels[0], { sampleRate })
  const { user, system } = process.cpuUsage(before)
  const sound = clips.reduce((sum, { channels, sampleRate }) => sum + channels[0].length / sampleRate, 0)
  return { seconds: (user + system) / 1e6, sound, megabytes: process.memoryUsage().rss / 1e6 }
}

function theirs() {
  return JSON.parse(execFileSync(values.python, [path('opensmile-egemaps.py'), values.data], { encoding: 'utf8' }))
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
const rounds = Array.from({ length: Number(values.rounds) }, () => [ours(), theirs()])
const [own, peer] = [0, 1].map((side) => median(rounds.map((round) => round[side].seconds)))
console.log(`sound: ${rounds[0][0].sound.toFixed(1)} s, ${rounds.length} rounds, medians of processor time`)
console.log(`ser-core, Node ${process.version}: ${own.toFixed(2)} s, ${rounds.at(-1)[0].megabytes.toFixed(0)} MB`)
console.log(`openSMILE ${rounds[0][1].version}: ${peer.toFixed(2)} s, ${rounds.at(-1)[1].megabytes.toFixed(0)} MB`)
console.log(`ratio: ${(own / peer).toFixed(2)}`)
