// Fine-tuning on a few speakers of a corpus that was left out. Needs `npm run build` first.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { bootstrapIntervals, ConfusionMatrix, fineTune, Random, trainRecognizer } from '../dist/index.js'
import { asked, classes, readAll, recognizerOf, trainedOn } from './left-out.mjs'

const HELP = `usage: node scripts/fine-tuning.mjs [--cache FOLDER] [--draws N]

Writes docs/results/fine-tuning.md: measures-lda trained on three of the corpora of models/corpora.json, fine-tuned on a few speakers of the
fourth, asked about its other speakers; beside the start, and beside training from scratch on the few.

  --cache FOLDER  folder for features of the training, default .ser-cache
  --draws N       draws of the few speakers, default 5
  --help          prints this`

const { values } = parseArgs({
  options: {
    cache: { type: 'string', default: '.ser-cache' },
    draws: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit()
}

const SIZES = [2, 4, 8]
const MOST_DRAWS = 1000
const config = { system: 'measures-lda' }
const all = await readAll(config, values.cache)
const { data, utterances } = all

/** Training data of the recordings at the indices: features, labels and speakers, of one corpus. */
function part(indices) {
  return {
    sequences: indices.map((i) => data.sequences[i]),
    labels: Int32Array.from(indices, (i) => data.labels[i]),
    speakers: indices.map((i) => data.speakers[i]),
  }
}

/** Answers of a recogniser for test recordings. */
function answersOf(recognizer, indices) {
  return indices.map((i) => {
    const posterior = recognizer.posterior(data.sequences[i])
    return classes[posterior.indexOf(Math.max(...posterior))]
  })
}

function recallOf(indices, said) {
  const matrix = new ConfusionMatrix(classes)
  for (const [at, i] of indices.entries()) matrix.add(utterances[i].label, said[at])
  return matrix.unweightedRecall
}

const mean = (list) => list.reduce((sum, one) => sum + one, 0) / list.length
const percent = (share) => (100 * share).toFixed(1)

const ways = ['start', 'statistics', 'last', 'all', 'all, guarded', 'scratch']
const rows = []
for (const corpus of asked) {
  const start = recognizerOf(all, await trainedOn(all, (one) => one.corpus !== corpus))
  const own = [...utterances.keys()].filter((i) => utterances[i].corpus === corpus)
  const speakers = [...new Set(own.map((i) => utterances[i].speaker))].sort()
  for (const size of SIZES.filter((n) => n <= speakers.length - 2)) {
    const rates = Object.fromEntries(ways.map((way) => [way, []]))
    const pooled = Object.fromEntries(ways.map((way) => [way, { truth: [], said: [], names: [] }]))
    let kept = 0
    for (let draw = 0; rates.start.length < Number(values.draws); draw++) {
      const order = new Random(`${corpus}/${size}/${draw}`).permutation(speakers.length)
      const few = new Set(Array.from(order.subarray(0, size), (k) => speakers[k]))
      const learnt = own.filter((i) => few.has(utterances[i].speaker))
      const test = own.filter((i) => !few.has(utterances[i].speaker))
      const made = { start }
      try {
        for (const tune of ['statistics', 'last', 'all']) {
          made[tune] = (await fineTune(start, part(learnt), { tune, keepTuned: true, seed: draw + 1 })).recognizer
        }
      } catch (error) {
        // Those who are learnt from lack a class: others are drawn.
        if (draw < MOST_DRAWS && error instanceof RangeError && error.message.includes('no recording of')) continue
        throw error
      }
      const guarded = await fineTune(start, part(learnt), { tune: 'all', seed: draw + 1 })
      made['all, guarded'] = guarded.recognizer
      if (guarded.fineTuning.kept === 'start') kept++
      made.scratch = await trainRecognizer(part(learnt), config, { classes, seed: draw + 1 })
      for (const way of ways) {
        const said = answersOf(made[way], test)
        rates[way].push(recallOf(test, said))
        pooled[way].truth.push(...test.map((i) => utterances[i].label))
        pooled[way].said.push(...said)
        pooled[way].names.push(...test.map((i) => utterances[i].speaker))
      }
      console.error(corpus, size, draw, ways.map((way) => `${way} ${percent(rates[way].at(-1))}`).join(', '))
    }
    const cells = ways.map((way) => {
      const { truth, said, names } = pooled[way]
      const { low, high } = bootstrapIntervals(truth, said, names).unweightedRecall
      return `${percent(mean(rates[way]))} (${percent(low)} to ${percent(high)})`
    })
    rows.push([corpus, size, ...cells, `${kept} of ${values.draws}`])
  }
}

const header = ['corpus', 'speakers', ...ways, 'start kept']
const table = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
const page = `# Fine-tuning on a few speakers

Mean recall (UAR), %, of four classes, chance 25; \`measures-lda\`, default settings. The start was trained on the other corpora of
\`models/corpora.json\`; \`fineTune\` learns from a few speakers of the corpus (of whom it holds a quarter, at least one, out), and all are asked
about its other speakers. Means of ${values.draws} draws of the few speakers; 95 % intervals over the speakers asked. Scratch: trained on the
few speakers alone, none held out. Guarded: the start is kept where it was no worse on the held-out speakers. Made by \`npm run build &&
node scripts/fine-tuning.mjs\`.

${table}
`
writeFileSync('docs/results/fine-tuning.md', page)
