// Long time lags learned from fresh sequences, as curves and as a table. See --help.
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import * as core from 'ser-core'
import { draw } from './long-time-lags/picture.mjs'
import { EXPERIMENTS } from './long-time-lags/protocol.mjs'
import { report } from './long-time-lags/report.mjs'
import { train } from './long-time-lags/training.mjs'

const HELP = `usage: node examples/long-time-lags.mjs [--task NAME,...] [--seeds N] [--results FILE] ...

Trains recurrent networks on tasks whose answer lies many steps behind, until a fresh test set is solved. Every finished run is
written to the results at once, and a run that is there already is not made again: a stop loses one run.

  --task NAME,...   ${Object.keys(EXPERIMENTS).join(', ')};
                    default: all
  --seeds N         seeds 1 to N; default 10
  --first N         first seed, instead of 1
  --budget N        most training sequences of a run; default: the task's own
  --results FILE    JSON of all runs; default long-time-lags.json
  --picture FILE    draws the learning curves (SVG)
  --page FILE       writes the table (Markdown)
  --help            print this`

function readOptions() {
  const { values } = parseArgs({
    options: {
      task: { type: 'string', default: Object.keys(EXPERIMENTS).join(',') },
      seeds: { type: 'string', default: '10' },
      first: { type: 'string', default: '1' },
      budget: { type: 'string' },
      results: { type: 'string', default: 'long-time-lags.json' },
      picture: { type: 'string' },
      page: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const integer = (name, least) => {
    const value = Number(values[name])
    if (values[name].trim() !== '' && Number.isSafeInteger(value) && value >= least) return value
    throw new RangeError(`long-time-lags: "--${name}" expected an integer >= ${least}, got "${values[name]}"`)
  }
  const tasks = values.task.split(',')
  const unknown = tasks.find((name) => !Object.hasOwn(EXPERIMENTS, name))
  if (unknown !== undefined) {
    const known = Object.keys(EXPERIMENTS).join(', ')
    throw new RangeError(`long-time-lags: "--task" expected names of ${known}, got "${unknown}"`)
  }
  const budget = values.budget === undefined ? undefined : integer('budget', 1)
  return { ...values, tasks, budget, seeds: integer('seeds', 0), first: integer('first', 0) }
}

async function readRuns(file) {
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : []
}

/** Whole or not at all. */
async function writeWhole(file, text) {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.part`, text)
  await rename(`${file}.part`, file)
}

const asLines = (runs) => `[\n${runs.map((run) => JSON.stringify(run)).join(',\n')}\n]\n`

async function main() {
  const options = readOptions()
  if (options.help) return console.log(HELP)
  const runs = await readRuns(options.results)
  for (const task of options.tasks) {
    for (let seed = options.first; seed < options.first + options.seeds; seed++) {
      if (runs.some((run) => run.task === task && run.seed === seed)) continue
      const experiment = { ...EXPERIMENTS[task], ...(options.budget && { budget: options.budget }) }
      const run = await train(core, experiment, seed, { log: (line) => console.log(`${task}, seed ${seed}: ${line}`) })
      runs.push({ task, seed, ...run })
      await writeWhole(options.results, asLines(runs))
    }
  }
  if (options.picture !== undefined) await writeWhole(options.picture, draw(runs))
  if (options.page !== undefined) await writeWhole(options.page, report(runs))
}

await main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
