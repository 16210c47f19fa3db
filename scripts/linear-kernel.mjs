// Support-vector, logistic and ridge systems on EmoDB beside scikit-learn's on openSMILE's features, the same folds; writes
// docs/results/linear-kernel.md. Needs `npm run build` first.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import {
  accuracy,
  createSystem,
  expectedCalibrationError,
  extractFeatures,
  groupKFold,
  LogisticRegression,
  leaveOneGroupOut,
  leaveOneSpeakerOut,
  matrix,
  RidgeClassifier,
  Standardizer,
  SVC,
  unweightedRecall,
} from '../dist/index.js'
import { loadCorpus } from '../dist/node.js'

const HELP = `usage: node scripts/linear-kernel.mjs [--python PATH] [--data FOLDER]

Trains svm, logistic and ridge systems without each speaker of EmoDB in turn, on eGeMAPS of this library and of openSMILE, and scikit-learn's
on openSMILE's; settings are chosen in both on the same three folds of the training speakers. Writes docs/results/linear-kernel.md.

  python3.13 -m venv VENV && VENV/bin/pip install opensmile==2.6.0 scikit-learn==1.9.1
  npm run build && node scripts/linear-kernel.mjs --python VENV/bin/python

  --python PATH    default python3
  --data FOLDER    the recordings of EmoDB; default ../shared/emodb
  --help           prints this`

const classes = ['joy', 'neutral', 'sadness', 'anger']
const root = fileURLToPath(new URL('..', import.meta.url))
const page = join(root, 'docs/results/linear-kernel.md')

/** Systems with their grids, as scikit-learn gets them, and the estimator for settings of the grid. */
const systems = {
  'svm, radial kernel': {
    name: 'svm',
    options: {},
    grid: [0.1, 1, 10, 100].map((C) => ({ C, gamma: 'scale' })),
    estimator: ({ C }) => new SVC({ C }),
  },
  'svm, linear kernel': {
    name: 'svm',
    options: { kernel: 'linear' },
    grid: [0.001, 0.01, 0.1, 1].map((C) => ({ C })),
    estimator: ({ C }) => new SVC({ C, kernel: 'linear' }),
  },
  logistic: {
    name: 'logistic',
    options: {},
    grid: [0.0001, 0.001, 0.01, 0.1, 1].map((C) => ({ C })),
    estimator: (choice) => new LogisticRegression(choice),
  },
  ridge: {
    name: 'ridge',
    options: {},
    grid: [10000, 1000, 100, 10, 1].map((alpha) => ({ alpha })),
    estimator: (choice) => new RidgeClassifier(choice),
  },
}

/** Answers of scikit-learn, and openSMILE's features. */
function askTool(python, job) {
  const folder = mkdtempSync(join(tmpdir(), 'ser-linear-kernel-'))
  try {
    writeFileSync(join(folder, 'job.json'), JSON.stringify(job))
    const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }
    execFileSync(python, [join(root, 'scripts/linear_kernel.py'), folder], {
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    return JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The training and test parts of each speaker's fold, and the folds in which settings are chosen there. */
function foldsOf(speakers) {
  return leaveOneGroupOut(speakers).map(({ train, test }) => {
    const inner = groupKFold(
      Array.from(train, (i) => speakers[i]),
      { folds: 3 },
    )
    const parts = inner.map((one) => ({
      train: Array.from(one.train, (k) => train[k]),
      test: Array.from(one.test, (k) => train[k]),
    }))
    return { train: Array.from(train), test: Array.from(test), parts }
  })
}

async function run({ name, options }, rows, labels, speakers) {
  const given = { columns: rows[0].length, form: 'vector' }
  const system = createSystem(name, { ...options, frontEnd: { given } })
  const sequences = rows.map((row) => matrix([Float32Array.from(row)]))
  const begin = process.cpuUsage()
  const { folds } = await leaveOneSpeakerOut(system, { sequences, labels, speakers }, { classes, seed: 1 })
  const { user } = process.cpuUsage(begin)
  const said = new Int32Array(labels.length)
  const posteriors = []
  for (const { index, said: k, posterior } of folds.flatMap(({ predictions }) => predictions)) {
    said[index] = k
    posteriors[index] = posterior
  }
  return { said, posteriors, chosen: folds.map(({ chosen }) => chosen), seconds: user / 1e6 }
}

/** Largest difference of decision values at the settings that scikit-learn chose, on the same features. */
function decisionDifference({ estimator }, rows, labels, folds, theirs) {
  const at = (indices) => indices.map((i) => Float32Array.from(rows[i]))
  return folds.reduce((most, { train, test }, f) => {
    const scaler = new Standardizer({ dtype: 'float64' }).fit([at(train)])
    const model = estimator(theirs[f].choice)
    const own = train.map((i) => labels[i])
    model.fit(scaler.transform(at(train)), own, { classWeights: 'balanced' })
    const { data } = model.decisionFunction(scaler.transform(at(test)))
    return data.reduce((worst, value, i) => Math.max(worst, Math.abs(value - theirs[f].decision[i])), most)
  }, 0)
}

const percent = (value) => (100 * value).toFixed(1)

const crossEntropy = (posteriors, labels) =>
  posteriors.reduce((sum, p, i) => sum - Math.log(Math.max(p[labels[i]], 1e-12)), 0) / labels.length

function ratesText(said, labels) {
  const [list, answers] = [Array.from(labels), Array.from(said)]
  return `${percent(accuracy(list, answers))} / ${percent(unweightedRecall(list, answers))}`
}

const same = (a, b) => a.reduce((sum, k, i) => sum + Number(k === b[i]), 0)

async function rowFor(title, { own, smile, labels, speakers, folds, answers }) {
  const system = systems[title]
  const theirs = answers.systems[title]
  const said = new Int32Array(labels.length)
  const posteriors = []
  for (const [f, { test }] of folds.entries()) {
    for (const [k, i] of test.entries()) {
      said[i] = theirs[f].said[k]
      posteriors[i] = theirs[f].posterior?.[k]
    }
  }
  const [here, there] = [await run(system, own, labels, speakers), await run(system, smile, labels, speakers)]
  const choices = there.chosen.filter((one, f) => JSON.stringify(one) === JSON.stringify(theirs[f].choice)).length
  console.error(
    `${title}: ${here.seconds.toFixed(1)} s and ${there.seconds.toFixed(1)} s here, ${answers.seconds[title].toFixed(1)} s there`,
  )
  const list = Array.from(labels)
  return {
    rates: [
      title,
      ratesText(here.said, labels),
      ratesText(said, labels),
      ratesText(there.said, labels),
      `${same(Array.from(there.said), said)} of ${labels.length}`,
      `${choices} of ${folds.length}`,
      decisionDifference(system, smile, labels, folds, theirs).toExponential(0),
      `${there.seconds.toFixed(1)} / ${answers.seconds[title].toFixed(1)}`,
    ],
    posteriors: [
      title,
      crossEntropy(there.posteriors, list).toFixed(2),
      percent(expectedCalibrationError(there.posteriors, list)),
      crossEntropy(posteriors, list).toFixed(2),
      percent(expectedCalibrationError(posteriors, list)),
    ],
  }
}

const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

async function main({ python, data }) {
  const { utterances } = await loadCorpus('emodb', data, { classes })
  const own = []
  const files = []
  for (const one of utterances) {
    const audio = await one.read()
    own.push(extractFeatures(audio, { set: 'egemaps', functionals: true }).data)
    files.push(join(data, one.path))
  }
  const speakers = utterances.map(({ speaker }) => speaker)
  const labels = Int32Array.from(utterances, ({ label }) => classes.indexOf(label))
  const folds = foldsOf(speakers)
  const grids = Object.fromEntries(
    Object.entries(systems).map(([title, { name, options, grid }]) => [title, { name, ...options, grid }]),
  )
  const answers = askTool(python, { files, labels: Array.from(labels), folds, systems: grids })
  const given = { own, smile: answers.features, labels, speakers, folds, answers }
  const rows = []
  for (const title of Object.keys(systems)) rows.push(await rowFor(title, given))
  writeFileSync(page, pageOf(rows, answers.versions, speakers))
}

function pageOf(rows, versions, speakers) {
  return `# Linear and kernel systems beside scikit-learn

${speakers.length} recordings of EmoDB, ${new Set(speakers).size} speakers, four classes (${classes.join(', ')}), each speaker left out once; eGeMAPS' 88
functionals, standardised on the training speakers; classes weigh the same. Settings are chosen in every fold among the systems' default
grids by the mean recall on the same three folds of the training speakers. scikit-learn ${versions['scikit-learn']} and opensmile ${versions.opensmile}, Node
${process.versions.node}. WAR / UAR in per cent; an interval is some 4 points to either side.

${table(
  [
    'system',
    'ser-core, its eGeMAPS',
    "scikit-learn, openSMILE's",
    "ser-core, openSMILE's",
    'same answers as scikit-learn',
    'same settings chosen',
    'decision values, largest difference',
    'processor time, s: here / scikit-learn',
  ],
  rows.map((row) => row.rates),
)}

The last four columns are on openSMILE's features; decision values are those of every test recording at the settings that scikit-learn
chose, its \`tol\` 1e-8. The time is of all folds with their choices, one core; of single trainings \`npm run bench:peers -- --only estimators\`
tells it.

## Posteriors

Cross-entropy in nats (chance 1.39) and expected calibration error in per cent, on openSMILE's features. Here: a softmax of the decision
values, its temperature that of the highest likelihood on the three folds of held-out training speakers.
scikit-learn: \`CalibratedClassifierCV\` with sigmoids (Platt scaling) on the same folds, \`ensemble=False\`; for \`logistic\` its own.

${table(
  ['system', 'here: cross-entropy', 'calibration error', 'scikit-learn: cross-entropy', 'calibration error'],
  rows.map((row) => row.posteriors),
)}

\`\`\`sh
npm run build && node scripts/linear-kernel.mjs --python VENV/bin/python
\`\`\`
`
}

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    data: { type: 'string', default: join(root, '../shared/emodb') },
    help: { type: 'boolean' },
  },
})
if (values.help) console.log(HELP)
else await main(values)
