// Which options of a system do better on training speakers that were held out? See --help.
import { parseArgs } from 'node:util'
import { alignSpeakers, createSystem, extractFeatures, holdOutGroups, leaveOneGroupOut } from 'ser-core'
import { loadCorpus } from 'ser-core/node'

const HELP = `usage: node examples/choose-settings.mjs [--data DIR] [--system NAME] [--options JSON] ...

Compares options of a system without asking it of the test speakers of leave-one-speaker-out: in the fold of each speaker
of EmoDB some of the other speakers are held out, the system is trained on the rest and asked of these.

  --data DIR         folder of the recordings; default ../shared/emodb
  --system NAME      lstm, blstm, functionals-mlp, ...; default lstm
  --options JSON     options of the system; once for each variant; default {}
  --protocol NAME    strict, or speaker for statistics of each speaker; default strict
  --held N           speakers held out; default 2
  --seed SEED        whom to hold out, weights and draws; default dev
  --speakers N       only the first N folds, for a quick look; default all
  --help             print this`

const CLASSES = ['joy', 'neutral', 'sadness', 'anger']
/** Below it a posterior counts as this. */
const LEAST = 1e-12

function readOptions() {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: '../shared/emodb' },
      system: { type: 'string', default: 'lstm' },
      options: { type: 'string', multiple: true, default: ['{}'] },
      protocol: { type: 'string', default: 'strict' },
      held: { type: 'string', default: '2' },
      seed: { type: 'string', default: 'dev' },
      speakers: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const fail = (name, expected) => {
    throw new RangeError(`choose-settings: "--${name}" expected ${expected}, got "${values[name]}"`)
  }
  for (const name of ['held', 'speakers']) {
    if (values[name] !== undefined && !/^[1-9]\d*$/.test(values[name])) fail(name, 'an integer >= 1')
  }
  if (!['strict', 'speaker'].includes(values.protocol)) fail('protocol', 'strict or speaker')
  const speakers = values.speakers === undefined ? Number.POSITIVE_INFINITY : Number(values.speakers)
  return { ...values, held: Number(values.held), speakers }
}

async function loadRecordings(folder, frontEnd) {
  const { utterances } = await loadCorpus('emodb', folder, { classes: CLASSES })
  const sequences = []
  for (const { read } of utterances) sequences.push(extractFeatures(await read(), frontEnd))
  return {
    sequences,
    labels: Int32Array.from(utterances, ({ label }) => CLASSES.indexOf(label)),
    speakers: utterances.map(({ speaker }) => speaker),
  }
}

function subset({ sequences, labels, speakers }, indices) {
  const of = (list) => Array.from(indices, (i) => list[i])
  return { sequences: of(sequences), labels: Int32Array.from(of(labels)), speakers: of(speakers) }
}

/** How many of the held-out recordings are recognised, and the sum of -ln p of their classes. */
async function assess(system, training, name, { held, protocol, seed }) {
  const { train, validation } = holdOutGroups(training.speakers, { count: held, seed: `${seed}/${name}` })
  const { sequences, speakers } = training
  const data = protocol === 'speaker' ? { ...training, sequences: alignSpeakers(sequences, speakers, train) } : training
  const trained = await system.train(subset(data, train), CLASSES.length, `${seed}/${name}`)
  const result = { n: validation.length, right: 0, loss: 0 }
  for (const i of validation) {
    const posterior = Array.from(trained.predict(data.sequences[i]))
    if (posterior.indexOf(Math.max(...posterior)) === data.labels[i]) result.right++
    result.loss -= Math.log(Math.max(posterior[data.labels[i]], LEAST))
  }
  return result
}

const describe = ({ n, right, loss }) => `${((100 * right) / n).toFixed(1)} %, loss ${(loss / n).toFixed(3)}`

async function compare(variant, settings, recordings) {
  const system = createSystem(settings.system, JSON.parse(variant))
  const frontEnd = JSON.stringify(system.frontEnd)
  if (!recordings.has(frontEnd)) recordings.set(frontEnd, await loadRecordings(settings.data, system.frontEnd))
  const data = recordings.get(frontEnd)
  const total = { n: 0, right: 0, loss: 0 }
  for (const { train, group } of leaveOneGroupOut(data.speakers).slice(0, settings.speakers)) {
    const result = await assess(system, subset(data, train), group, settings)
    for (const key of Object.keys(total)) total[key] += result[key]
    console.log(`${settings.system} ${variant}, without ${group}: ${describe(result)}`)
  }
  return total
}

const settings = readOptions()
if (settings.help) console.log(HELP)
else {
  const totals = []
  const recordings = new Map() // by front end
  for (const variant of settings.options) totals.push([variant, await compare(variant, settings, recordings)])
  console.log(`\nall folds, ${totals[0][1].n} answers:`)
  for (const [variant, total] of totals) console.log(`  ${settings.system} ${variant}: ${describe(total)}`)
}
