// Compares annealed importance sampling with exact sums on random models. See --help; needs `npm run build` first.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { GaussianRBM, Random, RBM } from '../dist/index.js'

const HELP = `usage: node scripts/ais-coverage.mjs [--models N] [--strong N] [--temperatures N] [--seed N] [--write]

ln Z by AIS beside the exact sum for N models of each kind (200), of 6 visible and 8 hidden units, with normal biases and normal
weights whose standard deviation goes from 0.1 to 10, evenly in its logarithm.

  --strong N        Gaussian models with weights of standard deviation 10 beside them (60)
  --temperatures N  inverse temperatures (default: the library's, 10000)
  --write           writes docs/results/ais-coverage.md
  --help            prints this`

const VISIBLE = 6
const HIDDEN = 8
const BANDS = [0.1, 0.3, 1, 3, 10]

/** A model with random parameters in float64. */
function randomModel(Model, scale, seed) {
  const random = new Random(seed)
  const model = new Model({ visible: VISIBLE, hidden: HIDDEN, dtype: 'float64', seed })
  const fill = ({ data }, sd) => {
    for (let i = 0; i < data.length; i++) data[i] = sd * random.normal()
  }
  fill(model.params.W, scale)
  fill(model.params.b, 1)
  fill(model.params.c, 1)
  return model
}

function measure(Model, scale, seed, { temperatures }) {
  const model = randomModel(Model, scale, seed)
  const truth = model.logPartition()
  const estimate = model.logPartition({ method: 'ais', ...(temperatures === undefined ? {} : { temperatures }) })
  const forwardHigh = estimate.logZ + Math.log1p(3 * estimate.standardError)
  const covers = (high) => estimate.low <= truth && truth <= high + 1e-9 * Math.abs(truth)
  const { logZ, reliable, effectiveSampleSize } = estimate
  return {
    scale,
    error: logZ - truth,
    effectiveSampleSize,
    reliable,
    forward: covers(forwardHigh),
    covered: covers(estimate.high),
  }
}

function row(name, runs) {
  const count = (test) => runs.filter(test).length
  const worst = (list) => list.reduce((most, { error }) => Math.max(most, Math.abs(error)), 0)
  const missed = runs.filter(({ forward }) => !forward)
  const cells = [
    runs.length,
    missed.length,
    worst(missed).toPrecision(2),
    count(({ forward, reliable }) => !forward && !reliable),
    count(({ forward, reliable }) => forward && !reliable),
    count(({ covered, reliable }) => covered || !reliable),
    worst(runs.filter(({ reliable }) => reliable)).toPrecision(2),
    count(({ covered }) => covered),
  ]
  return `| ${[name, ...cells].join(' | ')} |`
}

function rowsOf(kind, runs) {
  const bands = BANDS.slice(1).map((to, i) => {
    const from = BANDS[i]
    const inside = runs.filter(({ scale }) => scale >= from && (scale < to || i === BANDS.length - 2))
    return row(`${kind}, weights of ${from} to ${to}`, inside)
  })
  return [...bands, row(`**${kind}, all**`, runs)]
}

function measureAll({ models, strong, ...settings }) {
  const spread = (Model) =>
    Array.from({ length: models }, (_, k) => {
      return measure(Model, 0.1 * 100 ** (k / (models - 1)), `${settings.seed}/${k}`, settings)
    })
  return {
    binary: spread(RBM),
    Gaussian: spread(GaussianRBM),
    strong: Array.from({ length: strong }, (_, k) =>
      measure(GaussianRBM, 10, `${settings.seed}/strong/${k}`, settings),
    ),
  }
}

function page({ strong, ...results }, { models, strong: strongModels, temperatures, seed }) {
  const flags = [
    `--models ${models}`,
    `--strong ${strongModels}`,
    temperatures && `--temperatures ${temperatures}`,
    `--seed ${seed}`,
    '--write',
  ]
  const all = [...Object.values(results).flat(), ...strong]
  const told = all.filter(({ covered, reliable }) => covered || !reliable).length
  return `# Does AIS cover ln Z, or tell that it does not?

\`logPartition({ method: 'ais' })\` beside the exact sum, for random binary and Gaussian machines of ${VISIBLE} visible and ${HIDDEN} hidden units
with normal biases and normal weights of a standard deviation from 0.1 to 10. "Forward missed": ln Z lies outside three standard
errors of the forward chains, all that 0.1.0 told. "Covered": ln Z lies within \`low\` and \`high\`. "Told": \`reliable\` is false.

**${told} of ${all.length} are covered or told of.** Errors in nats.

| models | number | forward missed | by up to | of these told | told though forward covers | covered or told | largest error of reliable ones | covered |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${Object.entries(results)
  .flatMap(([kind, runs]) => rowsOf(kind, runs))
  .join('\n')}
${row('**Gaussian, weights of 10**', strong)}

Made by \`npm run build && node scripts/ais-coverage.mjs ${flags.filter(Boolean).join(' ')}\`.
`
}

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: '200' },
    strong: { type: 'string', default: '60' },
    temperatures: { type: 'string' },
    seed: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) console.log(HELP)
else {
  const settings = { models: Number(values.models), strong: Number(values.strong), seed: values.seed }
  if (values.temperatures !== undefined) settings.temperatures = Number(values.temperatures)
  const text = page(measureAll(settings), settings)
  if (values.write) writeFileSync(fileURLToPath(new URL('../docs/results/ais-coverage.md', import.meta.url)), text)
  console.log(text)
}
