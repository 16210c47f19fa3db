import { checkPlan } from 'ser-core'
import { runPlan } from 'ser-core/node'

const plan = checkPlan({
  ...{ format: 'ser-core/plan', version: 1, seeds: [1], protocols: ['strict'], combinations: [] },
  corpus: { kind: 'synthetic', synthetic: { speakers: 2, sentences: 1 } },
  systems: [{ system: 'functionals-mlp', options: { epochs: 2 } }],
})
runPlan(plan, { folder: 'folds', workers: 2, fresh: true }).then(
  ({ missing }) => console.log(JSON.stringify({ missing: missing.length })),
  ({ message }) => console.log(JSON.stringify({ error: message })),
)
