/**
 * CRBMs that learn from more recordings than those of EmoDB's training speakers: the sound of other corpora, without labels.
 * Leave-one-speaker-out on EmoDB, strict, beside EmoDB alone (docs/results/emodb.md). Writes docs/results/crbm-more-data.md.
 * Run it on a fresh build; stopped, it goes on.
 *
 *     node scripts/crbm-more-data.mjs [--shared ../shared] [--every 8] [--epochs 6] [--seeds 3] [--systems crbm-dnn,crbm-lstm]
 *         [--cache .ser-cache] [--folder results/crbm-more-data] [--out docs/results/crbm-more-data.md | -]
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { checkPlan } from '../dist/index.js'
import { openSource, runPlan } from '../dist/node.js'

const { values: flags } = parseArgs({
  options: {
    shared: { type: 'string', default: '../shared' },
    every: { type: 'string', default: '8' },
    epochs: { type: 'string', default: '6' },
    seeds: { type: 'string', default: '3' },
    systems: { type: 'string', default: 'crbm-dnn,crbm-lstm' },
    cache: { type: 'string', default: '.ser-cache' },
    folder: { type: 'string', default: 'results/crbm-more-data' },
    out: { type: 'string', default: 'docs/results/crbm-more-data.md' },
    help: { type: 'boolean', default: false },
  },
})
if (flags.help) {
  console.log('--shared --every --epochs --seeds --systems --cache --folder --out: see the head of this script')
  process.exit()
}
const every = Number(flags.every)
const others = ['cremad', 'banglaser', 'resd']
const plan = checkPlan({
  ...{ format: 'ser-core/plan', version: 1, protocols: ['strict'], combinations: [] },
  corpus: {
    kind: 'several',
    classes: ['joy', 'neutral', 'sadness', 'anger'],
    corpora: [
      { kind: 'emodb', path: `${flags.shared}/emodb` },
      ...others.map((kind) => ({ kind, path: `${flags.shared}/corpora/${kind}` })),
    ],
  },
  systems: flags.systems.split(',').map((system) => ({ system, options: { crbmEpochs: Number(flags.epochs) } })),
  seeds: Array.from({ length: Number(flags.seeds) }, (_, i) => i + 1),
  folds: { by: ['speaker'], unlabelled: others },
})

/** All recordings of EmoDB, of each other corpus one of `every`. */
async function openSome() {
  const source = await openSource(plan.corpus, { inspect: false })
  const kept = others.map((name) =>
    source.utterances.filter(({ corpus }) => corpus === name).filter((_, i) => i % every === 0),
  )
  const own = source.utterances.filter(({ corpus }) => corpus === 'emodb')
  return { source: { ...source, utterances: [...own, ...kept.flat()] }, counts: kept.map(({ length }) => length) }
}

/** The row of a system in the page of EmoDB alone: WAR, range, UAR, in percent as printed. */
function alone(system) {
  const page = readFileSync('docs/results/emodb.md', 'utf8')
  const cells = page
    .split('\n')
    .find((line) => line.startsWith(`| ${system} | strict |`))
    .split(' | ')
  return { accuracy: cells[2], range: cells[3].replace(' (3)', ''), recall: cells[5] }
}

const percent = (share) => (100 * share).toFixed(1)

function rows({ runs, summary }) {
  return summary.map(({ name, accuracy: { mean, low, high }, unweightedRecall }) => {
    const own = runs.filter((run) => run.name === name)
    const before = alone(name)
    const seeds = own.map((run) => `${percent(run.accuracy)} / ${percent(run.unweightedRecall)}`)
    return `| ${name} | ${before.accuracy} (${before.range}) | ${before.recall} | ${percent(mean)} (${percent(low)} to ${percent(high)}) | ${percent(unweightedRecall.mean)} | ${seeds.join(', ')} |`
  })
}

/** How the rate of each system lies to the range over the seeds of EmoDB alone. */
function verdicts({ summary }) {
  const words = summary.map(({ name, accuracy: { mean } }) => {
    const [low, high] = alone(name)
      .range.match(/[\d.]+/g)
      .map(Number)
    const rate = Number(percent(mean))
    return `${name} ${rate > high ? 'above' : rate < low ? 'below' : 'within'}`
  })
  return words.join(', ')
}

const { source, counts } = await openSome()
const onFold = ({ id }, { fold }) => console.error(`${id}: ${percent(fold.accuracy)} %`)
const { results } = await runPlan(plan, { folder: flags.folder, source, cache: flags.cache, onFold })
const told = others.map((name, i) => `${counts[i]} of ${name}`).join(', ')
const options = Object.entries(flags).filter(([name]) => !['cache', 'folder', 'out', 'shared', 'help'].includes(name))
const command = `node scripts/crbm-more-data.mjs ${options.map(([name, value]) => `--${name} ${value}`).join(' ')}`
const page = `# CRBMs that learn from more recordings

Leave-one-speaker-out on EmoDB, four classes, strict, ${plan.seeds.length > 1 ? 'seeds' : 'seed'} ${plan.seeds.join(', ')}. The CRBM of each fold learns, without labels, from
the recordings of the nine training speakers of EmoDB and from every ${every}th recording of other corpora (${told}), each
corpus standardised by itself. The test speaker's sound is not among it, nor are labels of the other corpora used anywhere. The network
above the CRBM is trained on the nine speakers of EmoDB alone, as without the other corpora.

Percent. ${flags.epochs} epochs of the CRBM on all the recordings, where those of EmoDB alone have 15 of the default settings: about as many
updates. EmoDB alone: [its page](emodb.md).

| system | EmoDB alone, WAR | UAR | with other corpora, WAR | UAR | WAR / UAR by seed |
| --- | --- | --- | --- | --- | --- |
${rows(results).join('\n')}

Beside the range over the three seeds of EmoDB alone: ${verdicts(results)}. Within it, the other corpora's sound makes no difference
that these seeds show.

\`\`\`sh
npm run build
${command}
\`\`\`

As a command without the choice of recordings: \`ser experiment --corpus emodb --data ../shared/emodb --unlabelled-corpus cremad --data
../shared/corpora/cremad --systems crbm-lstm\` ([experiments](../guide/experiments.md#more-recordings-for-crbms)).
`
if (flags.out === '-') console.log(page)
else writeFileSync(flags.out, page)
