// Starts: processor times of the command line and of imports, sides in turn, rounds of all of them; and what bundles of one function
// weigh: `npm run build && node bench/start.mjs --help`
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { encodeWav, syntheticCorpus } from 'ser-core'
import { here } from './child.mjs'
import { load } from './machine.mjs'
import { summary } from './measure.mjs'

const options = {
  before: { type: 'string' },
  rounds: { type: 'string', default: '9' },
  help: { type: 'boolean', default: false },
}
const HELP = `node bench/start.mjs [options]   on a fresh build; prints a section of docs/benchmarks.md

  --before FOLDER  a project with an earlier ser-core installed, as a side
  --rounds N       starts of each (default: 9)
  --help           prints this`

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

/** Functions of which bundles are weighed. */
const bundled = ['wilsonInterval', 'minimize', 'decodeWav', 'mfcc']

/** Times of all starts of all sides, and of a bare Node. */
function timesOf(sides, wav, rounds) {
  const commands = [['bare Node', '', ['--eval', '0']]]
  for (const [name, args] of Object.entries(starts)) {
    for (const [side, { dist }] of Object.entries(sides)) commands.push([name, side, args(dist, wav)])
  }
  const times = commands.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [c, [, , args]] of commands.entries()) times[c].push(timeOf(args))
  }
  return commands.map(([name, side], c) => ({ name, side, ...summary(times[c]) }))
}

/** kB of a bundle of one function, minified and gzipped. */
async function kilobytes(name, project) {
  const contents = `import { ${name} } from 'ser-core'\nconsole.log(${name})`
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: project },
    ...{ bundle: true, minify: true, format: 'esm', platform: 'browser', write: false },
  })
  return gzipSync(outputFiles[0].contents).length / 1000
}

const row = (cells) => `| ${cells.join(' | ')} |`

/** A section of docs/benchmarks.md. */
export async function startSection({ before, rounds }) {
  const older = before && { 'ser-core 0.1.0': { project: before, dist: resolve(before, 'node_modules/ser-core/dist') } }
  const sides = { ...older, 'ser-core': { project: here('..'), dist: here('../dist') } }
  const folder = mkdtempSync(join(tmpdir(), 'ser-start-'))
  try {
    const wav = join(folder, 'one.wav')
    const [voice] = syntheticCorpus({ speakers: 1, sentences: 1 })
    writeFileSync(wav, encodeWav({ sampleRate: 16000, channels: [voice.samples()] }))
    const [bare, ...times] = timesOf(sides, wav, rounds)
    const names = Object.keys(sides)
    const time = (name, side) => {
      const { median, low, high } = times.find((one) => one.name === name && one.side === side)
      return `${(median - bare.median).toFixed(0)} (${(low - bare.median).toFixed(0)} to ${(high - bare.median).toFixed(0)})`
    }
    const weigh = async (name) => {
      const sizes = await Promise.all(names.map((side) => kilobytes(name, sides[side].project)))
      return row([`\`${name}\``, ...sizes.map((size) => size.toFixed(1))])
    }
    return `## Start and load

Processor time above that of a bare Node, ${bare.median.toFixed(0)} ms: medians (quartiles) of ${bare.runs} starts, all in turn, in Node ${process.versions.node}; load average ${load().toFixed(1)}.
By \`node bench/start.mjs${before ? ' --before OLD' : ''}\`.

${row(['ms', ...names])}
${row(['---', ...names.map(() => '---')])}
${Object.keys(starts)
  .map((name) => row([`\`${name}\``, ...names.map((side) => time(name, side))]))
  .join('\n')}

Bundles of one function by esbuild, minified and gzipped.

${row(['kB', ...names])}
${row(['---', ...names.map(() => '---')])}
${(await Promise.all(bundled.map(weigh))).join('\n')}`
  } finally {
    rmSync(folder, { recursive: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options })
  console.log(values.help ? HELP : await startSection({ before: values.before, rounds: Number(values.rounds) }))
}
