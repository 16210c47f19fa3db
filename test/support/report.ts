/** Results for the report: two systems of two seeds on two speakers, one with names that HTML and Markdown must not see. */

import { combineRuns } from '../../src/experiments/combinations.ts'
import type { ExperimentPlan } from '../../src/experiments/plan.ts'
import type { ExperimentResults } from '../../src/experiments/results.ts'
import { makeResults, makeRun, type Truth } from './results.ts'

/** A name that is a tag, an entity and the end of an attribute, a table cell and emphasis. */
export const awkward = '<b>&"|*x*'

const truth: Truth = {
  [awkward]: { 'a/1.wav': 'joy', 'a/2.wav': 'neutral', 'a/3.wav': 'sadness', 'a/4.wav': 'anger' },
  s02: { 'b/1.wav': 'joy', 'b/2.wav': 'neutral', 'b/3.wav': 'sadness', 'b/4.wav': 'anger' },
}
const classes = ['joy', 'neutral', 'sadness', 'anger']
const paths = Object.values(truth).flatMap((labels) => Object.keys(labels))

/** Posteriors of 0.7 for what was said of each recording. */
function said(answers: string): Record<string, number[]> {
  const index = { j: 0, n: 1, s: 2, a: 3 }
  return Object.fromEntries(
    [...answers].map((letter, i) => {
      return [paths[i], classes.map((_, k) => (k === index[letter as keyof typeof index] ? 0.7 : 0.1))]
    }),
  )
}

/**
 * Right by seed, of 8: `lstm` 8 and 6 (joy called anger twice), `mlp` 4 and 4 (anger of all of the first speaker), and under the
 * protocol of speakers 8 each. `both` combines them. `mlp` chose
 * its decay in three folds.
 */
export function reportResults(): ExperimentResults {
  const run = (name: string, seed: number, answers: string, protocol: 'strict' | 'speaker' = 'strict') =>
    makeRun({ name, seed, protocol }, classes, truth, said(answers))
  const trained = [
    ...[run('lstm', 1, 'jnsajnsa'), run('lstm', 2, 'ansaansa')],
    ...[run('mlp', 1, 'aaaajnsj'), run('mlp', 2, 'aaaajnsj')],
    ...[1, 2].flatMap((seed) => ['lstm', 'mlp'].map((name) => run(name, seed, 'jnsajnsa', 'speaker'))),
  ]
  trained[0].folds[0].timeline = {
    path: 'a/1.wav',
    seconds: [0.5, 0.6],
    posteriors: [
      [0.4, 0.3, 0.2, 0.1],
      [0.7, 0.1, 0.1, 0.1],
    ],
  }
  for (const [i, decay] of [0.1, 0.3, 0.1].entries()) trained[2 + (i >> 1)].folds[i & 1].chosen = { weightDecay: decay }
  const combinations = [{ name: 'both', members: ['lstm', 'mlp'] }]
  const systems: ExperimentPlan['systems'] = [
    { name: 'lstm', system: 'lstm', options: {} },
    { name: 'mlp', system: 'functionals-mlp', options: {} },
  ]
  const { plan } = makeResults(trained, { combinations, systems })
  return makeResults([...trained, ...combineRuns(plan, trained)], plan)
}

const longNames = [
  ...['lstm', 'blstm', 'functionals-mlp', 'crbm-dnn', 'crbm-lstm', 'lstm-rectifier', 'dnn-hf'],
  ...['stacked-crbm-lstm with a name that is longer than others', 'ensemble_of_all_the_nine_recurrent_ones', 'best'],
]
const longClasses = [
  ...['anger', 'joy', 'neutral of the elicited kind', 'disappointment and regret', 'sadness'],
  ...['fear', 'surprise_pleasant', 'boredom'],
]

/** Ten systems, some with long names, two protocols, 90 speakers, eight classes, of which names are long too; one seed. */
export function largeResults(): ExperimentResults {
  const truth: Truth = {}
  for (let s = 1; s <= 90; s++) {
    const speaker = `Actor_${String(s).padStart(2, '0')}`
    truth[speaker] = Object.fromEntries(longClasses.map((label, i) => [`${speaker}/${i}.wav`, label]))
  }
  const labels = Object.values(truth).flatMap(Object.entries)
  const runs = longNames.flatMap((name, n) =>
    (['strict', 'speaker'] as const).map((protocol) => {
      const answers = labels.map(([path, label], i): [string, number[]] => {
        const isRight = (7 * i) % 20 < 10 + n
        const said = (longClasses.indexOf(label) + (isRight ? 0 : 1 + (i % 7))) % 8
        return [path, longClasses.map((_, k) => (k === said ? 0.65 : 0.05))]
      })
      return makeRun({ name, protocol, system: 'lstm' }, longClasses, truth, Object.fromEntries(answers))
    }),
  )
  const members = longNames.slice(0, 4)
  const combinations = [{ name: `${members.join('+')}, all seeds`, members, seeds: 'all' as const }]
  const { plan } = makeResults(runs, { combinations })
  return makeResults([...runs, ...combineRuns(plan, runs)], plan)
}
