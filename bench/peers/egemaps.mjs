// Processor time of eGeMAPS functionals over a folder of WAV files, beside openSMILE's, one after the other on one core: a section of
// docs/benchmarks.md, which `npm run bench:peers` writes; alone, `npm run build && node bench/peers/egemaps.mjs` prints it
//   --python python3   a Python with opensmile 2.6.0 and soundfile
//   --data FOLDER      default ../shared/emodb/wav
//   --rounds 3         how often each side has its turn
//   --papers           ours with `compatible: false`
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { decodeWav, egemaps } from '../../dist/index.js'
import { pythonEnvironment } from './sides.mjs'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const usual = path('../../../shared/emodb/wav')

/** Seconds of processor time, seconds of sound, and MB at the end. */
function ours(data, compatible) {
  const names = readdirSync(data).filter((name) => name.endsWith('.wav'))
  const clips = names.sort().map((name) => decodeWav(readFileSync(`${data}/${name}`)))
  const before = process.cpuUsage()
  for (const { channels, sampleRate } of clips) egemaps(channels[0], { sampleRate, compatible })
  const { user, system } = process.cpuUsage(before)
  const sound = clips.reduce((sum, { channels, sampleRate }) => sum + channels[0].length / sampleRate, 0)
  return { seconds: (user + system) / 1e6, sound, count: clips.length, megabytes: process.memoryUsage().rss / 1e6 }
}

function theirs(data, python) {
  const args = [path('opensmile-egemaps.py'), '--wav', data]
  return JSON.parse(execFileSync(python, args, { encoding: 'utf8', env: pythonEnvironment() }))
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]

/** The section in a list, which is empty where there are no recordings or there is no openSMILE. */
export function egemapsSection({ python, data = usual, rounds = '3', papers = false }) {
  if (!existsSync(data)) return []
  const all = []
  for (let round = 0; round < Number(rounds); round++) {
    const peer = theirs(data, python)
    if (peer.skipped) return []
    all.push([ours(data, !papers), peer])
  }
  const [own, peer] = [0, 1].map((side) => median(all.map((round) => round[side].seconds)))
  const [[{ sound, count }, { version }]] = all
  const memory = all.at(-1).map(({ megabytes }) => megabytes.toFixed(0))
  return [
    `## eGeMAPS over recordings

The 88 functionals of ${count} recordings, ${sound.toFixed(0)} s of sound, decoded before: processor time, medians of ${all.length} rounds in turn.

| | s | MB at the end |
| --- | --- | --- |
| ser-core, Node ${process.versions.node} | ${own.toFixed(2)} | ${memory[0]} |
| openSMILE ${version} | ${peer.toFixed(2)} | ${memory[1]} |
| ratio | **${(own / peer).toFixed(2)}** | |`,
  ]
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const options = {
    python: { type: 'string', default: 'python3' },
    data: { type: 'string' },
    rounds: { type: 'string' },
    papers: { type: 'boolean' },
  }
  console.log(egemapsSection(parseArgs({ options }).values)[0] ?? 'no recordings, or no openSMILE in this Python')
}
