// The whole job, `ser experiment --corpus emodb --systems lstm --seeds 1 --workers 1`, by sides in turn in one run, by processor time:
// `npm run build && node bench/experiment.mjs --help`
import { execFile, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { here, newerNodes } from './child.mjs'
import { load, machine } from './machine.mjs'
import { digits, summary } from './measure.mjs'

export const experimentOptions = {
  data: { type: 'string', default: here('../../shared/emodb') },
  old: { type: 'string' },
  node: { type: 'string', multiple: true },
  kernels: { type: 'string', default: '' },
  python: { type: 'string' },
  folds: { type: 'string', default: '10' },
  epochs: { type: 'string' },
  rounds: { type: 'string', default: '1' },
}

const HELP = `node bench/experiment.mjs [options]   on a fresh build; prints a section of docs/benchmarks.md

  --data FOLDER    the recordings of EmoDB (default: ../shared/emodb)
  --old FOLDER     a project with ser-core 0.1.0 installed: its "ser" is a side on each Node
  --node PATH      a newer Node for more sides, may be repeated (default: those that bench/peers installs, if they are there)
  --kernels LIST   records of kernels, separated by commas, each a side of today's "ser" on the newer Nodes
                   (default: the one that "ser" takes by itself)
  --python PATH    a Python with PyTorch, for bench/peers/pytorch-experiment.py
  --folds N        1, 2, 5 or 10 (default) of the ten folds: the short form for development. The features of all
                   recordings are computed then too, so that their share is larger than in the whole job
  --epochs N       epochs of each fold (default: those of the system, 70)
  --rounds N       how often each side has its turn (default: 1)`

const versionOf = (node) => execFileSync(node, ['--print', 'process.versions.node'], { encoding: 'utf8' }).trim()

/** Processor time, s, user and system, of a program and all its children, as the shell tells it. */
async function processorSeconds([command, ...args], env = process.env) {
  const script = '"$@" >&2 || exit 1; times'
  const options = { env: { ...env, LC_ALL: 'C' }, maxBuffer: 1 << 26 }
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', script, 'sh', command, ...args], options)
  const [, ofChildren] = stdout.trim().split('\n')
  const seconds = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => 60 * Number(m) + Number(s))
  return { seconds: seconds[0] + seconds[1], stderr }
}

/** Right answers and recordings of the folds below a folder. */
async function answersIn(folder) {
  const files = (await readdir(folder, { recursive: true })).filter((name) => /folds.*\.json$/.test(name))
  const folds = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')).fold),
  )
  const count = (list) => list.reduce((a, b) => a + b, 0)
  return {
    right: count(folds.map(({ accuracy, predictions }) => Math.round(accuracy * predictions.length))),
    heard: count(folds.map(({ predictions }) => predictions.length)),
    speakers: folds.map(({ speaker }) => speaker),
  }
}

function shortened({ folds, epochs }) {
  return [...(folds === '10' ? [] : ['--shard', `1/${10 / Number(folds)}`]), ...(epochs ? ['--epochs', epochs] : [])]
}

/** A side that is a command line program `cli` of ser-core on a Node. */
function ser(name, node, cli, options, extra = []) {
  const { data } = options
  const job = ['experiment', '--corpus', 'emodb', '--data', data, '--systems', 'lstm', '--seeds', '1', '--workers', '1']
  const rest = ['--no-cache', '--no-report', ...shortened(options), ...extra]
  return {
    name: `${name}, Node ${versionOf(node).split('.')[0]}`,
    version: `Node ${versionOf(node)}`,
    async run(folder) {
      const { seconds } = await processorSeconds([node, cli, ...job, ...rest, '--out', folder])
      return { seconds, ...(await answersIn(folder)) }
    },
  }
}

/** PyTorch from features that ser-core computes; both programs count. */
function pytorch(options, environment) {
  const features = here('experiment-features.mjs')
  const script = here('peers/pytorch-experiment.py')
  return {
    name: 'PyTorch',
    version: 'features by ser-core',
    async run(folder, speakers) {
      const epochs = options.epochs ? ['--epochs', options.epochs] : []
      const first = await processorSeconds([
        process.execPath,
        features,
        '--data',
        options.data,
        '--out',
        folder,
        ...epochs,
      ])
      const chosen = options.folds === '10' ? [] : ['--speakers', speakers.join(',')]
      const { seconds, stderr } = await processorSeconds([options.python, script, folder, ...chosen], environment)
      const { right, heard, versions } = JSON.parse(stderr.trim().split('\n').at(-1))
      return { seconds: first.seconds + seconds, right, heard, version: `${versions.join(', ')}, features by ser-core` }
    },
  }
}

function sidesOf(options, environment) {
  const { old, node = newerNodes.filter(existsSync), kernels, python } = options
  const cli = here('../dist/cli.js')
  const nodes = [process.execPath, ...node]
  const records = kernels.split(',').filter(Boolean)
  const chosen = records.length > 0 && nodes.length > 1 ? records : [null]
  const oldCli = old && join(old, 'node_modules/ser-core/dist/cli.js')
  return [
    ...(old ? nodes.map((path) => ser('ser-core 0.1.0', path, oldCli, options)) : []),
    ser('ser-core', process.execPath, cli, options),
    ...nodes.slice(1).flatMap((path) =>
      chosen.map((record) => {
        return ser(`ser-core${record ? ` ${record}` : ''}`, path, cli, options, record ? ['--kernels', record] : [])
      }),
    ),
    ...(python ? [pytorch(options, environment)] : []),
  ]
}

/** A side's turn: its result, or why there is none. */
async function turn(side, speakers) {
  const folder = await mkdtemp(join(tmpdir(), 'ser-core-experiment-'))
  try {
    return await side.run(join(folder, 'out'), speakers)
  } catch (error) {
    const lines = String(error.stderr ?? error.message).split('\n')
    return { skipped: lines.findLast((line) => /Error/.test(line)) ?? String(error.message) }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** All sides in turn, round after round; those that cannot take part have no results. */
async function measureInTurn(options, environment) {
  const sides = sidesOf(options, environment).map((side) => ({ ...side, results: [] }))
  let speakers = []
  for (let round = 1; round <= Number(options.rounds); round++) {
    for (const side of sides.filter(({ skipped }) => skipped === undefined)) {
      const result = await turn(side, speakers)
      const { skipped, seconds, right, heard } = result
      speakers = result.speakers ?? speakers
      if (skipped) side.skipped = skipped
      else side.results.push(result)
      const told = skipped ? `left out: ${skipped}` : `${digits(seconds)} s, ${right} of ${heard}`
      console.error(`round ${round}: ${side.name}: ${told}`)
    }
  }
  return sides
}

const medianOf = ({ results }) => summary(results.map(({ seconds }) => seconds)).median

function row(side, sides) {
  const times = side.results.map(({ seconds }) => seconds)
  const { right, heard, version = side.version } = side.results.at(-1)
  const over = sides.map((other) => (other === side ? '' : digits(medianOf(side) / medianOf(other))))
  const spread = times.length > 1 ? ` (${digits(Math.min(...times))} to ${digits(Math.max(...times))})` : ''
  return `| ${[side.name, version, digits(medianOf(side)) + spread, `${right} of ${heard}`, ...over].join(' | ')} |`
}

/** The section of docs/benchmarks.md. */
export async function experimentSection(options, environment = process.env) {
  const all = await measureInTurn(options, environment)
  const sides = all.filter(({ skipped }) => skipped === undefined)
  const absent = all.filter(({ skipped }) => skipped !== undefined)
  const columns = ['', 'in', 'processor time, s', 'right', ...sides.map(({ name }) => `over ${name}`)]
  const folds =
    options.folds === '10' ? 'all ten folds' : `${options.folds} of the ten folds, features of all recordings`
  const short = ['folds', 'epochs', 'rounds'].flatMap((name) => (options[name] ? [`--${name} ${options[name]}`] : []))
  return `## The whole job

\`ser experiment --corpus emodb --systems lstm --seeds 1 --workers 1\` without a cache: ${folds}, ${options.epochs ?? 70} epochs each. Processor
time, user and system, of the process and its children, from the recordings to the answers; ${options.rounds === '1' ? 'one round' : `median (lowest to highest) of ${options.rounds} rounds`}. PyTorch:
\`bench/peers/pytorch-experiment.py\`, the same system (but for peepholes) and augmentation on packed sequences, one thread; it reads features
that \`bench/experiment-features.mjs\` computes, whose time counts on its side as on ours. Right: recordings told right, which differ from
seed to seed by some. Written by \`node bench/experiment.mjs ${short.join(' ')} --old OLD --python PYTHON\`.

| ${columns.join(' | ')} |
| ${columns.map(() => '---').join(' | ')} |
${sides.map((side) => row(side, sides)).join('\n')}${absent.map(({ name, skipped }) => `\n\nLeft out: ${name}, ${skipped}`).join('')}`
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options: { ...experimentOptions, help: { type: 'boolean' } } })
  if (values.help) console.log(HELP)
  else {
    const { pythonEnvironment } = await import('./peers/sides.mjs')
    console.log(await experimentSection(values, pythonEnvironment()))
    console.log(`\n${machine()}; load average ${load().toFixed(1)} at the end`)
  }
}
