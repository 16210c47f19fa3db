/**
 * How often intervals over speakers hold the true rate, by the number of speakers: `node scripts/group-coverage.mjs`, on a fresh build.
 * Speakers differ as in the corpora here: the log odds of their rates are normal, mean 0.9, standard deviation 0.6; 30 recordings each.
 */
import { bootstrapIntervals, Random } from '../dist/index.js'
import { showHelp } from './show-help.mjs'

showHelp(import.meta.url)

const TRIALS = 1000
const RECORDINGS = 30
const rateOf = (random) => 1 / (1 + Math.exp(-(0.9 + 0.6 * random.normal())))

const population = new Random('population')
let truth = 0
for (let i = 0; i < 200_000; i++) truth += rateOf(population) / 200_000

for (const speakers of [2, 3, 5, 10, 20, 40]) {
  let held = 0
  for (let trial = 0; trial < TRIALS; trial++) {
    const random = new Random(`${speakers}/${trial}`)
    const [said, names] = [[], []]
    for (let i = 0; i < speakers; i++) {
      const rate = rateOf(random)
      for (let n = 0; n < RECORDINGS; n++) {
        said.push(random.uniform() < rate ? 'a' : 'b')
        names.push(`s${i}`)
      }
    }
    const { low, high } = bootstrapIntervals(
      said.map(() => 'a'),
      said,
      names,
      { resamples: 200, seed: trial },
    ).accuracy
    if (low <= truth && truth <= high) held++
  }
  console.log(`${speakers} speakers: ${((100 * held) / TRIALS).toFixed(0)} %`)
}
