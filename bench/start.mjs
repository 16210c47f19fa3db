// Processor times of starts: the command line, and imports. Sides in turn, rounds of all of them:
// `npm run build && node bench/start.mjs --help`
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { encodeWav, syntheticCorpus } from 'ser-core'
import { here } from './child.mjs'
import { load, machine } from './machine.mjs'
import { summary } from './measure.mjs'

const { values } = parseArgs({
  options: {
    before: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const HELP = `node bench/start.mjs [options]   on a fresh build; prints a table

  --before FOLDER  a project with an earlier ser-core installed, as a side
  --rounds N       starts of each (default: 9)
  --json           prints the figures as JSON
  --help           prints this`
if (values.help) {
  console.log(HELP)
  process.exit()
}

/** Starts by name: arguments of Node, for a `dist` folder and a recording. */
const starts = {
  'ser --help': (dist) => [join(dist, 'cli.js'), '--help'],
  'ser predict one.wav': (dist, wav) => [join(dist, 'cli.js'), 'predict', wav],
  'ser predict --help': (dist) => [join(dist, 'cli.js'), 'predict', '--help'],
  "import 'ser-core'": (dist) => importing(join(dist, 'index.js')),
  "import 'ser-core/node'": (dist) => importing(join(dist, 'node.js')),
  "require('ser-core')": (dist) => ['--eval', `require(${JSON.stringify(join(dist, 'index.cjs'))})`],
  "require('ser-core/node')": (dist) => ['--eval', `require(${JSON.stringify(join(dist, 'node.cjs'))})`],
}

function importing(file) {
  return ['--input-type=module', '--eval', `import ${JSON.stringify(pathToFileURL(file).href)}`]
}

/** Processor time of a process of Node, ms. */
function timeOf(args) {
  const stdio = ['ignore', 'ignore', 'pipe', 'pipe']
  const { status, stderr, output } = spawnSync(process.execPath, ['--require', here('exit-time.cjs'), ...args], {
    stdio,
  })
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
  return Number(output[3])
}

/** Times of all starts of all sides, and of a bare Node. */
function timesOf(sides, wav) {
  const commands = [['bare Node', '', ['--eval', '0']]]
  for (const [name, args] of Object.entries(starts)) {
    for (const [side, dist] of Object.entries(sides)) commands.push([name, side, args(dist, wav)])
  }
  const times = commands.map(() => [])
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [c, [, , args]] of commands.entries()) times[c].push(timeOf(args))
  }
  return commands.map(([name, side], c) => ({ name, side, ...summary(times[c]) }))
}

function table(results, sides) {
  const [bare, ...rest] = results
  const cell = (name, side) => {
    const { median, low, high } = rest.find((one) => one.name === name && one.side === side)
    return `${median.toFixed(0)} (${low.toFixed(0)} to ${high.toFixed(0)})`
  }
  const names = Object.keys(sides)
  return [
    `Node ${process.versions.node}, ${machine()}; load ${load().toFixed(1)}; bare Node ${bare.median.toFixed(0)} ms`,
    '',
    `| processor time, ms: median (quartiles) of ${bare.runs} | ${names.join(' | ')} |`,
    `| --- |${names.map(() => ' --- |').join('')}`,
    ...Object.keys(starts).map((name) => `| \`${name}\` | ${names.map((side) => cell(name, side)).join(' | ')} |`),
  ].join('\n')
}

const folder = mkdtempSync(join(tmpdir(), 'ser-start-'))
try {
  const wav = join(folder, 'one.wav')
  const [voice] = syntheticCorpus({ speakers: 1, sentences: 1 })
  writeFileSync(wav, encodeWav({ sampleRate: 16000, channels: [voice.samples()] }))
  const before = values.before && { before: resolve(values.before, 'node_modules/ser-core/dist') }
  const sides = { ...before, build: here('../dist') }
  const results = timesOf(sides, wav)
  console.log(values.json ? JSON.stringify(results) : table(results, sides))
} finally {
  rmSync(folder, { recursive: true })
}
