/**
 * CRBMs, and a stack of two, that learn from more recordings than those of EmoDB's training speakers: the sound of other corpora,
 * without labels. Leave-one-speaker-out on EmoDB, strict, beside EmoDB alone with the same seeds (docs/results/emodb.md). Writes
 * docs/results/crbm-more-data.md. Run it on a fresh build; stopped, it goes on.
 *
 *     node scripts/crbm-more-data.mjs [--shared ../shared] [--every 8] [--epochs 6] [--seeds 3]
 *         [--systems crbm-dnn,crbm-lstm,stacked-crbm-lstm] [--cache .ser-cache] [--folder results/crbm-more-data]
 *         [--page] [--out docs/results/crbm-more-data.md | -]
 *
 * `--page` trains nothing: it writes the page from the finished folds of the folder, or of several, separated by commas.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ConfusionMatrix, checkPlan } from '../dist/index.js'
import { openSource, runPlan, useWideKernels } from '../dist/node.js'

const { values: flags } = parseArgs({
  options: {
    shared: { type: 'string', default: '../shared' },
    every: { type: 'string', default: '8' },
    epochs: { type: 'string', default: '6' },
    seeds: { type: 'string', default: '3' },
    systems: { type: 'string', default: 'crbm-dnn,crbm-lstm,stacked-crbm-lstm' },
    cache: { type: 'string', default: '.ser-cache' },
    folder: { type: 'string', default: 'results/crbm-more-data' },
    page: { type: 'boolean', default: false },
    out: { type: 'string', default: 'docs/results/crbm-more-data.md' },
    help: { type: 'boolean', default: false },
  },
})
if (flags.help) {
  console.log('--shared --every --epochs --seeds --systems --cache --folder --page --out: see the head of this script')
  process.exit()
}
const every = Number(flags.every)
const others = ['cremad', 'banglaser', 'resd']
const classes = ['joy', 'neutral', 'sadness', 'anger']
const systems = flags.systems.split(',')
const seeds = Array.from({ length: Number(flags.seeds) }, (_, i) => i + 1)
const plan = checkPlan({
  ...{ format: 'ser-core/plan', version: 1, protocols: ['strict'], combinations: [], seeds },
  corpus: {
    kind: 'several',
    classes,
    corpora: [
      { kind: 'emodb', path: `${flags.shared}/emodb` },
      ...others.map((kind) => ({ kind, path: `${flags.shared}/corpora/${kind}` })),
    ],
  },
  systems: systems.map((system) => ({ system, options: { crbmEpochs: Number(flags.epochs) } })),
  folds: { by: ['speaker'], unlabelled: others },
})
const percent = (share) => (100 * share).toFixed(1)

/** All recordings of EmoDB, of each other corpus one of `every`. */
async function openSome() {
  const source = await openSource(plan.corpus, { inspect: false })
  const kept = others.map((name) =>
    source.utterances.filter(({ corpus }) => corpus === name).filter((_, i) => i % every === 0),
  )
  const own = source.utterances.filter(({ corpus }) => corpus === 'emodb')
  return { source: { ...source, utterances: [...own, ...kept.flat()] }, counts: kept.map(({ length }) => length) }
}

const emodb = readFileSync('docs/results/emodb.md', 'utf8')
  .split('\n')
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')))
/** Recordings of EmoDB, and how many of them the CRBM-LSTM of the study recognised. */
const [recordings, studyRight] = [339, 244]

/**
 * Rates on EmoDB alone, from its page: WAR of each seed (what it alone recognised of the study's answers, and they alone), UAR over the
 * seeds, and WAR over the seeds by speaker with the number of recordings.
 */
function alone(system) {
  const rates = emodb.find(([name, protocol]) => name === system && protocol === 'strict')
  const bySeed = new Map(
    emodb
      .filter(([name, second, , seed]) => name === system && second === 'study: crbm-lstm' && seed !== 'all')
      .map(([, , , seed, , first, second]) => [
        Number(seed),
        (studyRight + Number(first) - Number(second)) / recordings,
      ]),
  )
  const head = emodb.find(([name]) => name === 'speaker')
  const speakers = emodb.slice(emodb.indexOf(head) + 2, emodb.indexOf(head) + 12)
  const bySpeaker = new Map(
    speakers.map((row) => [`emodb/${row[0]}`, { count: Number(row[1]), war: Number(row[head.indexOf(system)]) / 100 }]),
  )
  return { recall: rates[5], bySeed, bySpeaker }
}

/** Finished folds: predictions by system, seed and speaker. */
function finished() {
  const folds = []
  for (const folder of flags.folder.split(',')) {
    for (const system of systems) {
      for (const seed of seeds) {
        const place = `${folder}/folds/${system}/strict/seed-${seed}`
        for (const name of existsSync(place) ? readdirSync(place).filter((one) => one.endsWith('.json')) : []) {
          const { fold } = JSON.parse(readFileSync(`${place}/${name}`, 'utf8'))
          folds.push({ system, seed, speaker: fold.speaker, predictions: fold.predictions })
        }
      }
    }
  }
  return folds
}

/** Rates of trainings, each system and seed. */
function runsOf(folds) {
  return systems.flatMap((system) => {
    const before = alone(system)
    return seeds.flatMap((seed) => {
      const own = folds.filter((one) => one.system === system && one.seed === seed)
      if (own.length === 0) return []
      const matrix = new ConfusionMatrix(classes)
      for (const { label, said } of own.flatMap(({ predictions }) => predictions)) matrix.add(label, said)
      const whole = own.length === before.bySpeaker.size
      const asked = own.map(({ speaker }) => before.bySpeaker.get(speaker))
      const mean =
        asked.reduce((sum, { count, war }) => sum + count * war, 0) / asked.reduce((n, one) => n + one.count, 0)
      const { accuracy, unweightedRecall } = matrix
      return [{ system, seed, accuracy, unweightedRecall, whole, own, before: whole ? before.bySeed.get(seed) : mean }]
    })
  })
}

const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
const signed = (points) => `${points < 0 ? '-' : '+'}${Math.abs(100 * points).toFixed(1)}`

function bySystem(runs) {
  return systems.flatMap((system) => {
    const own = runs.filter((run) => run.system === system && run.whole)
    if (own.length === 0) return []
    const [before, after] = ['before', 'accuracy'].map((key) => meanOf(own.map((run) => run[key])))
    const cells = [
      percent(before),
      alone(system).recall,
      percent(after),
      percent(meanOf(own.map((r) => r.unweightedRecall))),
    ]
    return [
      `| ${system} | ${own.map(({ seed }) => seed).join(', ')} | ${cells.join(' | ')} | ${signed(after - before)} |`,
    ]
  })
}

function bySeed(runs) {
  return runs
    .filter(({ whole }) => whole)
    .map(({ system, seed, before, accuracy, unweightedRecall }) => {
      return `| ${system} | ${seed} | ${[before, accuracy, unweightedRecall].map(percent).join(' | ')} | ${signed(accuracy - before)} |`
    })
}

/** Seeds of which some folds were not done. */
function parts(runs) {
  return runs
    .filter(({ whole }) => !whole)
    .map(({ system, seed, own, before, accuracy }) => {
      const names = own.map(({ speaker }) => speaker.slice(6)).join(', ')
      return `- ${system}, seed ${seed}: test speakers ${names} only: WAR ${percent(accuracy)}, alone ${percent(before)} (the same speakers, mean of three seeds).`
    })
}

/** Page of the finished folds. */
function pageOf(counts) {
  const runs = runsOf(finished())
  const rest = parts(runs)
  const told = others.map((name, i) => `${counts[i]} of ${name}`).join(', ')
  const differences = runs.filter(({ whole }) => whole).map(({ accuracy, before }) => accuracy - before)
  const better = differences.filter((value) => value > 0).length
  return `# CRBMs that learn from more recordings

Leave-one-speaker-out on EmoDB, four classes, strict. The CRBM of each fold, or the stack of two of \`stacked-crbm-lstm\`, learns, without labels, from
the recordings of the nine training speakers of EmoDB and from every ${every}th recording of other corpora (${told}), each
corpus standardised by itself. The test speaker's sound is not among it, nor are labels of the other corpora used anywhere. The network
above it is trained on the nine speakers of EmoDB alone, as without the other corpora.

${flags.epochs} epochs of each CRBM on all the recordings, where those of EmoDB alone have 15 of the default settings: about as many
updates. EmoDB alone: [its page](emodb.md), of which WAR is that of the same seeds, UAR the mean of three. Percent.

| system | seeds | EmoDB alone, WAR | UAR | with other corpora, WAR | UAR | WAR, difference |
| --- | --- | --- | --- | --- | --- | --- |
${bySystem(runs).join('\n')}

| system | seed | EmoDB alone, WAR | with other corpora, WAR | UAR | WAR, difference |
| --- | --- | --- | --- | --- | --- |
${bySeed(runs).join('\n')}
${rest.length === 0 ? '' : `\nNot all folds were done of:\n\n${rest.join('\n')}\n`}
The other corpora's sound helps in ${better} of ${differences.length} pairs of trainings of one seed, by ${signed(meanOf(differences))} points on average (${signed(Math.min(...differences))} to ${signed(Math.max(...differences))}).
Three recordings are a point; the seeds of EmoDB alone are up to 5 apart.

\`\`\`sh
npm run build
node scripts/crbm-more-data.mjs ${['every', 'epochs', 'seeds', 'systems'].map((name) => `--${name} ${flags[name]}`).join(' ')}
\`\`\`

As a command without the choice of recordings: \`ser experiment --corpus emodb --data ../shared/emodb --unlabelled-corpus cremad --data
../shared/corpora/cremad --systems crbm-lstm\` ([experiments](../guide/experiments.md#more-recordings-for-crbms)).
`
}

const { source, counts } = await openSome()
if (!flags.page) {
  useWideKernels()
  const onFold = ({ id }, { fold }) => console.error(`${id}: ${percent(fold.accuracy)} %`)
  await runPlan(plan, { folder: flags.folder, source, cache: flags.cache, onFold })
}
const page = pageOf(counts)
if (flags.out === '-') console.log(page)
else writeFileSync(flags.out, page)
