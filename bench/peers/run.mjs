// ser-core beside its peers, in turn, on the same data; `npm run bench:peers -- --help`
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { casesOf } from '../cases.mjs'
import { here, runJson } from '../child.mjs'
import { toNpy } from '../data.mjs'
import { experimentOptions, experimentSection } from '../experiment.mjs'
import { growthSection } from '../growth.mjs'
import { load, machine } from '../machine.mjs'
import { memorySection } from '../memory.mjs'
import { startSection } from '../start.mjs'
import { egemapsSection } from './egemaps.mjs'
import { pageOf } from './page.mjs'
import { allSides, pythonEnvironment } from './sides.mjs'

const HELP = `npm run bench:peers [-- options]   writes docs/benchmarks.md

  --only lstm,gemm   some groups only, and none of the sections: the page is printed, not written
  --sides wide,PyTorch   with --only: sides with one of these in their names only
  --rounds N         how often each side has its turn (default: 3)
  --python PATH      a Python with PyTorch, NumPy, scikit-learn, librosa and opensmile, or some of them (default: python3)
  --node PATH        another Node for our side too, may be repeated (default: those that bench/peers installs)
  --old FOLDER       a project with ser-core 0.1.0 (commit ada68a8) installed, which is a side too, on each Node
  --emodb FOLDER     the recordings of EmoDB (default: ../shared/emodb); without them no section of the whole job
  --folds N          of the whole job, see bench/experiment.mjs --help, which measures it alone (default: 10)
  --help             prints this`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    sides: { type: 'string', default: '' },
    rounds: { type: 'string', default: '3' },
    python: { type: 'string', default: 'python3' },
    node: { type: 'string', multiple: true },
    old: { type: 'string' },
    emodb: { type: 'string', default: experimentOptions.data.default },
    folds: { type: 'string', default: '10' },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit()
}
const groups = values.only.split(',').filter(Boolean)
const cases = casesOf(groups)

/** A folder with the cases and their inputs, for the peers. */
async function writeInputs() {
  const folder = await mkdtemp(join(tmpdir(), 'ser-core-peers-'))
  const listed = []
  for (const [i, { kind, size, title, data }] of cases.entries()) {
    const inputs = {}
    for (const [name, array] of Object.entries(data())) {
      inputs[name] = { file: `${i}-${name}.npy`, shape: array.shape }
      await writeFile(join(folder, inputs[name].file), toNpy(array))
    }
    listed.push({ kind, size, title, inputs })
  }
  await writeFile(join(folder, 'cases.json'), JSON.stringify(listed))
  return folder
}

async function turn({ command, args, env, ours, takesGroups }, folder) {
  try {
    return await runJson(command, [...args, ...(ours || takesGroups ? groups : [folder])], env)
  } catch (error) {
    const lines = String(error.stderr ?? error.message).split('\n')
    return { skipped: lines.find((line) => /Error/.test(line)) ?? String(error.message) }
  }
}

/** All sides in turn, round after round, so that each sees the same moods of the machine. */
async function measureInTurn(rounds, folder) {
  const named = values.sides.split(',')
  let sides = allSides(values)
    .filter(({ name }) => named.some((part) => name.includes(part)))
    .map((side) => ({ ...side, versions: [], rounds: [] }))
  const skipped = []
  const loads = [load()]
  for (let round = 1; round <= rounds; round++) {
    for (const side of sides) {
      const { versions, times, skipped: reason } = await turn(side, folder)
      if (reason) skipped.push({ name: side.name, reason })
      else Object.assign(side, { versions, rounds: [...side.rounds, times] })
      loads.push(load())
      console.error(`round ${round} of ${rounds}: ${side.name} ${reason ? `skipped: ${reason}` : 'done'}`)
    }
    sides = sides.filter(({ name }) => !skipped.some((one) => one.name === name))
  }
  return { sides: sides.filter((side) => Object.keys(side.rounds[0]).length > 0), skipped, loads }
}

/** The whole job by all sides, once. */
async function jobSection() {
  const { emodb, old, node, python, folds } = values
  if (!existsSync(emodb)) return []
  const defaults = { kernels: '', rounds: '1' }
  return [await experimentSection({ ...defaults, data: emodb, old, node, python, folds }, pythonEnvironment())]
}

const otherSections = async () => [await growthSection(), await memorySection(), ...egemapsSection(values)]

const folder = await writeInputs()
try {
  const sections =
    groups.length > 0
      ? []
      : [...(await jobSection()), await startSection({ before: values.old, rounds: 9 }), ...(await otherSections())]
  const measured = await measureInTurn(Number(values.rounds), folder)
  const options = ` -- --rounds ${values.rounds} --python PYTHON${values.old ? ' --old OLD' : ''}`
  const page = pageOf({ cases, ...measured, machine: machine(), options, sections })
  if (groups.length > 0) console.log(page)
  else await writeFile(here('../docs/benchmarks.md'), page)
} finally {
  await rm(folder, { recursive: true })
}
