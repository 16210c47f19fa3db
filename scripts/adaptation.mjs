// Measures adaptation without labels on corpora that are left out of the training. Needs `npm run build` first.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { unweightedRecall } from '../dist/index.js'
import { answers, asked, classes, readAll, trainedOn } from './left-out.mjs'

const HELP = `usage: node scripts/adaptation.mjs [--system NAME] [--cache FOLDER] [--seed SEED]

Writes docs/results/adaptation.md anew: a system is trained on all corpora of models/corpora.json but one, and asked about that one
without adaptation, adapted to its corpus, and to 3, 5, 10, 20 or all other recordings of the speaker, of all classes or of one.

  --system NAME   default measures-lda
  --cache FOLDER  folder for features of the training, default .ser-cache
  --seed SEED     of training and draws, default 1
  --help          prints this`

const ways = [
  ['none', { adapt: 'none' }],
  ['corpus', { adapt: 'corpus' }],
  ...[3, 5, 10, 20].map((recordings) => [`speaker, ${recordings}`, { adapt: 'speaker', recordings }]),
  ['speaker, all', { adapt: 'speaker' }],
  ...classes.map((mix) => [`speaker, 10 in ${mix}`, { adapt: 'speaker', recordings: 10, mix }]),
]
const percent = (rate) => (100 * rate).toFixed(1)
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Rates of every way on each corpus that is left out, and its number of recordings. */
async function measure({ system, cache, seed }) {
  const all = await readAll({ system }, cache)
  const results = new Map()
  for (const name of asked) {
    const trained = await trainedOn(all, ({ corpus }) => corpus !== name, seed)
    const seeded = ways.map(([, way]) => ({ ...way, seed }))
    const lists = answers(trained, all, ({ corpus }) => corpus === name, seeded)
    const rates = lists.map((list) => {
      return unweightedRecall(
        list.map(({ label }) => label),
        list.map(({ said }) => said ?? ''),
      )
    })
    results.set(name, { rates, count: lists[0].length })
    console.error(name, rates.map(percent).join(' '))
  }
  return results
}

function pageOf(results, { system, seed }) {
  const names = [...results.keys()]
  const rows = ways.map(([title], w) => {
    const rates = names.map((name) => results.get(name).rates[w])
    return `| ${[title, ...rates.map(percent), percent(mean(rates))].join(' | ')} |`
  })
  const counts = names.map((name) => `${name} ${results.get(name).count}`)
  return `# Adaptation without labels

\`npm run build && node scripts/adaptation.mjs --system ${system} --seed ${seed}\` wrote this page: mean recall (UAR, per cent) of four classes,
chance 25. The system \`${system}\` was trained on all corpora here (EmoDB, BanglaSER, CREMA-D's actors 1001 to 1045, RESD) but the one asked
about (recordings: ${counts.join(', ')}). A recogniser adapts to other recordings than the one that it is asked about, never to
that one; a speaker without others gets the statistics of the corpus. "3" to "20" are draws of the speaker's recordings by the seed;
those of one class are drawn by labels, which only this table looks at.

| adapted to | ${names.join(' | ')} | mean |
| --- | ${names.map(() => '---').join(' | ')} | --- |
${rows.join('\n')}
`
}

const { values } = parseArgs({
  options: {
    system: { type: 'string', default: 'measures-lda' },
    cache: { type: 'string', default: '.ser-cache' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) console.log(HELP)
else {
  const page = fileURLToPath(new URL('../docs/results/adaptation.md', import.meta.url))
  mkdirSync(fileURLToPath(new URL('../docs/results/', import.meta.url)), { recursive: true })
  const results = await measure(values)
  writeFileSync(page, pageOf(results, values))
}
