// Makes models/recognizer.safetensors and the page of its figures. Needs `npm run build` first.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ConfusionMatrix, groupKFold } from '../dist/index.js'
import { loadRecognizer, trainOnCorpus } from '../dist/node.js'
import { allRecordings, answers, asked, classes, readAll, trainedOn, unweightedRecallInterval } from './left-out.mjs'

const HELP = `usage: node scripts/second-edition.mjs [loco] [actors] [train] [page] [--cache FOLDER]

The second edition of the recogniser, from the corpora of models/corpora.json:

  loco     rates on each corpus, trained on the others; writes docs/results/second-edition-loco.json
  actors   rates on actors of known corpora that were left out, 5 folds; writes docs/results/second-edition-actors.json
  train    writes models/card.json and models/recognizer.safetensors
  page     writes docs/results/second-edition.md

  --cache FOLDER  folder for features of the training, default .ser-cache
  --help          prints this

Without a name all are made in turn.`

const ways = [
  ['none', { adapt: 'none' }],
  ['corpus', { adapt: 'corpus' }],
  ['ten recordings of the speaker', { adapt: 'speaker', recordings: 10 }],
  ['all of the speaker', { adapt: 'speaker' }],
]
const config = { system: 'measures-lda' }
const results = (name) => `docs/results/second-edition-${name}.json`

let recordings
/** All recordings, read once for the commands of a run. */
async function known(cache) {
  recordings ??= await readAll(config, cache)
  return recordings
}

/** Answers for the recordings that pass, by all ways, of a recogniser trained on the others. */
async function left(cache, passes) {
  const all = await known(cache)
  const trained = await trainedOn(all, (one) => !passes(one))
  return answers(
    trained,
    all,
    passes,
    ways.map(([, way]) => way),
  )
}

/** Rates of answers; no speech counts as an error, as the most probable of the wrong classes would. */
function ratesOf(list) {
  const matrix = new ConfusionMatrix(classes)
  for (const { label, said } of list) matrix.add(label, said ?? classes.find((name) => name !== label))
  const { unweightedRecall, accuracy, recall } = matrix
  const { low, high } = unweightedRecallInterval(matrix)
  return { unweightedRecall, low, high, accuracy, recall }
}

/** Writes JSON as it is formatted in this repository, so that a rerun with the same figures leaves no difference. */
function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
  execFileSync('node_modules/.bin/biome', ['format', '--write', '--no-errors-on-unmatched', file], { stdio: 'ignore' })
}

function write(name, table) {
  mkdirSync('docs/results', { recursive: true })
  writeJson(results(name), table)
}

async function loco({ cache }) {
  const table = {}
  for (const name of asked) {
    const said = await left(cache, ({ corpus }) => corpus === name)
    table[name] = said.map(ratesOf)
    console.error('loco', name, table[name].map((one) => (100 * one.unweightedRecall).toFixed(1)).join(' '))
  }
  write('loco', table)
}

async function actors({ cache }) {
  const { utterances } = await known(cache)
  const speakers = utterances.filter(({ corpus }) => asked.includes(corpus)).map(({ speaker }) => speaker)
  const said = ways.map(() => [])
  for (const [fold, { test }] of groupKFold(speakers, { folds: 5 }).entries()) {
    const held = new Set(Array.from(test, (i) => speakers[i]))
    const lists = await left(cache, ({ speaker }) => held.has(speaker))
    for (const [w, list] of lists.entries()) said[w].push(...list)
    console.error('actors, fold', fold + 1)
  }
  const rate = (list, name) => ratesOf(list.filter(({ corpus }) => corpus === name)).unweightedRecall
  const table = Object.fromEntries(asked.map((name) => [name, said.map((list) => rate(list, name))]))
  console.error('actors', JSON.stringify(table))
  write('actors', table)
}

const percent = (rate) => (100 * rate).toFixed(1)
const row = (cells) => `| ${cells.join(' | ')} |`
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

/** A table of the mean recall of all ways by corpus, with their mean. */
function tableOf(byCorpus) {
  const names = Object.keys(byCorpus)
  return [
    row(['adapted to', ...names, 'mean']),
    row(['---', ...names.map(() => '---'), '---']),
    ...ways.map(([title], w) => {
      const cells = names.map((name) => byCorpus[name][w])
      return row([title, ...cells.map(percent), percent(mean(cells))])
    }),
  ].join('\n')
}

const read = (name) => JSON.parse(readFileSync(results(name), 'utf8'))
const recalls = (table) => {
  return Object.fromEntries(
    Object.entries(table).map(([name, list]) => [name, list.map(({ unweightedRecall }) => unweightedRecall)]),
  )
}

async function train({ cache }) {
  const facts = JSON.parse(readFileSync('models/card.json', 'utf8'))
  const card = {
    ...facts,
    rates: {
      meaning:
        'mean recall without adaptation, adapted to the corpus, to ten and to all other recordings of the speaker',
      unheardCorpora: Object.fromEntries(
        Object.entries(recalls(read('loco'))).map(([name, list]) => [
          name,
          list.map((rate) => Math.round(1000 * rate) / 1000),
        ]),
      ),
    },
  }
  const { bytes, recordings: count } = await trainOnCorpus(await allRecordings(), config, { cache, card })
  writeFileSync('models/recognizer.safetensors', bytes)
  writeJson('models/card.json', card)
  console.error(`${count} recordings, ${bytes.length} bytes`)
}

async function writePage() {
  const { card } = await loadRecognizer('models/recognizer.safetensors')
  writeFileSync('docs/results/second-edition.md', page(recalls(read('loco')), read('actors'), card.calibration))
}

function page(left, heard, { error, temperature, threshold }) {
  return `# Second edition of the recogniser

Mean recall (UAR), %, of four classes, chance 25; system \`measures-lda\`, default settings, seed 1. Adaptation takes no labels, and never the
recording that is asked about. Made by \`npm run build && node scripts/second-edition.mjs\`, from the corpora of
\`models/corpora.json\`.

## Corpora that it never heard

Trained on the three others of EmoDB, BanglaSER, CREMA-D (actors 1001 to 1045) and RESD.

${tableOf(left)}

## Actors that it never heard, of known corpora

Five folds of speakers of the three corpora; trained on the others and RESD.

${tableOf(heard)}

## Calibration

Temperature (${temperature.toFixed(3)}) and threshold (${threshold.toFixed(3)}) are fitted on posteriors of corpora left out, without adaptation. Expected calibration error
before ${percent(error.before)} %, after ${percent(error.after)} %.
`
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { cache: { type: 'string', default: '.ser-cache' }, help: { type: 'boolean', default: false } },
})
const commands = { loco, actors, train, page: writePage }
if (values.help) console.log(HELP)
else for (const name of positionals.length > 0 ? positionals : Object.keys(commands)) await commands[name](values)
