// Importance of groups of measures on corpora that a recogniser never heard. Needs `npm run build` first.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { importanceSpec } from '../dist/index.js'
import { corpusImportance, openSource, renderSvg, trainOnCorpus } from '../dist/node.js'

const HELP = `usage: node scripts/importance.mjs [--cache FOLDER] [--repeats N]

Writes docs/results/importance.md and its charts: for each corpus of models/corpora.json, the system of the recogniser of the package is trained on the
others, and each group of measures is exchanged among the recordings of the one left out.

  --cache FOLDER  folder for features, default .ser-cache
  --repeats N     permutations of each group, default 20
  --help          prints this`

const { values } = parseArgs({
  options: {
    cache: { type: 'string', default: '.ser-cache' },
    repeats: { type: 'string', default: '20' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit()
}
const classes = ['joy', 'neutral', 'sadness', 'anger']
const names = { emodb: 'EmoDB', banglaser: 'BanglaSER', cremad: 'CREMA-D', resd: 'RESD' }
const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const corpora = JSON.parse(readFileSync(at('../models/corpora.json'), 'utf8')).map((one) => {
  return { ...one, path: at(`../models/${one.path}`) }
})
const sourceOf = (list) =>
  list.length > 1 ? openSource({ kind: 'several', corpora: list, classes }) : openSource({ ...list[0], classes })

const found = {}
for (const left of corpora) {
  const others = await sourceOf(corpora.filter((one) => one !== left))
  const hooks = { cache: values.cache }
  const { recognizer } = await trainOnCorpus(
    others,
    { system: 'measures-lda' },
    { ...hooks, seed: 1, calibrate: 'none' },
  )
  const importance = await corpusImportance(recognizer, await sourceOf([left]), {
    ...hooks,
    repeats: Number(values.repeats),
  })
  found[left.kind] = importance
  const svg = await renderSvg(importanceSpec(importance))
  writeFileSync(at(`../docs/results/importance-${left.kind}.svg`), `${svg}\n`)
  const told = importance.groups.map(({ group, unweightedRecall: { mean } }) => `${group} ${mean.toFixed(3)}`)
  console.error(left.kind, importance.recordings, importance.unweightedRecall.toFixed(3), told.join(', '))
}

const points = (x) => (100 * x).toFixed(1)
const kinds = Object.keys(found)
const groups = found[kinds[0]].groups.map(({ group }) => group)
const lossOf = (kind, group) => found[kind].groups.find((one) => one.group === group).unweightedRecall
const mean = (group) => kinds.reduce((sum, kind) => sum + lossOf(kind, group).mean, 0) / kinds.length
groups.sort((a, b) => mean(b) - mean(a))
const row = (cells) => `| ${cells.join(' | ')} |`
const page = `# By what a recogniser decides on corpora that it never heard

System \`measures-lda\`, that of the recogniser of the package, trained on three of the four corpora, and asked about the fourth: points of unweighted recall
that are lost when a group of measures is exchanged among the recordings of that corpus at random, mean of ${values.repeats} permutations, and in brackets the 95 % interval by
a bootstrap over speakers. Measures of other groups that tell the same stay, so that losses do not add up.

${row(['group', ...kinds.map((kind) => names[kind]), 'mean'])}
${row(['---', ...kinds.map(() => '---'), '---'])}
${groups
  .map((group) => {
    const cells = kinds.map((kind) => {
      const { mean: loss, low, high } = lossOf(kind, group)
      return `${points(loss)} (${points(low)} to ${points(high)})`
    })
    return row([group, ...cells, points(mean(group))])
  })
  .join('\n')}
${row(['recall with all, %', ...kinds.map((kind) => points(found[kind].unweightedRecall)), ''])}
${row(['recordings', ...kinds.map((kind) => found[kind].recordings), ''])}
${row(['speakers', ...kinds.map((kind) => found[kind].corpus.speakers.length), ''])}

${kinds.map((kind) => `![${names[kind]}](importance-${kind}.svg)`).join('\n\n')}

Written by \`npm run build && node scripts/importance.mjs\`; for one corpus and one recogniser: \`ser explain --corpus emodb --data FOLDER --model FILE\`.
`
writeFileSync(at('../docs/results/importance.md'), page)
console.log(page)
