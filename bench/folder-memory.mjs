// Resident memory of `ser features --kind egemaps` over a folder of 10,000 recordings, to be seen from outside the process:
// `npm run build && node bench/folder-memory.mjs [--recordings 10000]` writes docs/results/folder-memory.md
import { execFileSync, spawn } from 'node:child_process'
import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { encodeWav, syntheticCorpus } from 'ser-core'
import { showHelp } from '../scripts/show-help.mjs'
import { here } from './child.mjs'
import { load, machine } from './machine.mjs'

showHelp(import.meta.url)

const { values } = parseArgs({ options: { recordings: { type: 'string', default: '10000' } } })
const COUNT = Number(values.recordings)
const LISTED = [0.01, 0.1, 0.2, 0.4, 0.6, 0.8, 0.99].map((share) => Math.round(share * COUNT))

/** Voices of all lengths, 128 sounds under so many names. */
function writeRecordings(folder) {
  const voices = syntheticCorpus()
  const rate = 16_000
  let seconds = 0
  for (let i = 0; i < COUNT; i++) {
    const k = i % voices.length
    const path = join(folder, `${String(i).padStart(6, '0')}.wav`)
    if (i >= voices.length) linkSync(join(folder, `${String(k).padStart(6, '0')}.wav`), path)
    else writeFileSync(path, encodeWav({ sampleRate: rate, channels: [voices[k].samples()] }))
    seconds += voices[k].samples().length / rate
  }
  return seconds
}

/** Resident memory of a process, MiB. */
const residentOf = (pid) => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024

/** Memory after each of the listed recordings, whose rows come one by one by a pipe. */
async function run(folder, ...flags) {
  const script = here('../dist/cli.js')
  const child = spawn(process.execPath, [script, 'features', '--kind', 'egemaps', folder, '-o', '-', ...flags], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const looks = []
  let last = ''
  let done = -1 // the line of names
  for await (const line of createInterface({ input: child.stdout })) {
    const name = line.slice(0, line.indexOf(','))
    if (name === last) continue
    last = name
    done++
    if (LISTED.includes(done)) looks.push({ done, resident: residentOf(child.pid) })
  }
  return looks
}

const folder = mkdtempSync(join(tmpdir(), 'ser-core-folder-'))
try {
  const sounds = join(folder, 'sounds')
  mkdirSync(sounds)
  const seconds = writeRecordings(sounds)
  const runs = []
  for (const [name, ...flags] of [
    ['functionals', '--no-cache'],
    ['functionals, with a cache', '--cache', join(folder, 'cache')],
    ['`--frames`', '--no-cache', '--frames'],
  ]) {
    const begin = performance.now()
    const looks = await run(sounds, ...flags)
    runs.push({ name, looks, minutes: (performance.now() - begin) / 60_000 })
    console.error(`${name} ${looks.map(({ done, resident }) => `${done}: ${resident.toFixed(0)} MiB`).join(', ')}`)
  }
  const row = (done, i) =>
    `| ${done.toLocaleString('en')} | ${runs.map(({ looks }) => looks[i].resident.toFixed(0)).join(' | ')} |`
  const page = `# Memory over a folder

\`ser features --kind egemaps\` over ${COUNT.toLocaleString('en')} recordings, ${(seconds / 3600).toFixed(1)} hours of synthetic voices of 128 lengths: resident memory of the process,
MiB, at the moment when the rows of so many recordings had come by a pipe.

| recordings | ${runs.map(({ name }) => name).join(' | ')} |
| --- | ${runs.map(() => '---').join(' | ')} |
${LISTED.map(row).join('\n')}

The runs took ${runs.map(({ minutes }) => minutes.toFixed(1)).join(', ')} minutes. The cache holds each sound once.

Written by \`npm run build && node bench/folder-memory.mjs\`. Node ${process.versions.node}; ${machine()}; load average
${load().toFixed(1)} at the end.
`
  writeFileSync(here('../docs/results/folder-memory.md'), page)
  console.log(page)
} finally {
  rmSync(folder, { recursive: true })
}
