// docs/benchmarks.md: a table of times and one of ratios for each group of cases.
import { digits, summary } from '../measure.mjs'

const titles = {
  gemm: 'Matrix product',
  elementwise: 'Elementwise functions',
  lstm: 'LSTM',
  stream: 'One frame at a time',
  energy: 'Energy models',
  features: 'Front end',
  estimators: 'Linear models and support vectors',
}

const notes = {
  gemm: 'C = A B in float32, A [m, k], B [k, n]; ser-core by the kernel itself, ml-matrix in float64.',
  elementwise:
    'f(x) of normals in float32, into an array that is there already (tfjs makes one); standard normals drawn into one.',
  lstm: `One LSTM layer without peepholes, a softmax over four classes at every frame, B sequences of T frames with D columns, H
units, float32. A step is forward, cross-entropy of every frame, full backpropagation through time and Adam: \`lossAndGradient\`
and \`Adam.step\`; \`trainOnBatch\` in tfjs; \`zero_grad\`, forward, \`backward\`, \`step\` in PyTorch. Ours checks and packs its sequences each
time, peers hold a tensor. \`lstm fit\` is \`fit\` for one epoch of one batch. brain.js has neither batches nor classes per frame:
its LSTM learns the next frame (squared error, 39 outputs) of the one sequence.`,
  stream: `The same network on one sequence, a frame to a call, with its state kept: \`net.stream().push\`; a stateful layer in tfjs; the
state passed on in PyTorch. Second line: samples in chunks of 10 ms through \`MfccStream\` (39 columns) into the network.`,
  energy: `One epoch, batches of 100, float32. RBM: CD-1 here, PCD-1 in scikit-learn, on fair bits. CRBM: CD-1 on normals, in
NumPy with one product each for A, B and W. Ours include the monitors of each epoch (free energy of 2,000 cases).`,
  features: `10 s of noise at 16 kHz, a frame every 10 ms, 512 points, 26 filters, 13 coefficients; 39 is with first and second
deltas. Definitions differ in detail (windows, logarithms, ends), the amount of work hardly. librosa computes in float32, NumPy on all
frames at once, Meyda frame by frame. eGeMAPS (88 functionals, 25 descriptors) is of synthetic voices, in openSMILE through its Python package.
Pitch beside librosa's \`yin\` over the same 40 ms every 10 ms, which neither follows a path nor tells voiced frames. \`resample\`, float32 with sums in
float64, beside soxr HQ, which filters by FFT in stages, in float32.`,
  estimators: `Training on standardised rows of 88 columns and 7 classes, in float64 on both sides: \`SVC\` (tolerance 1e-6, and \`tol\` 1e-6 in
scikit-learn, whose kernel is float32), \`LogisticRegression\` (L-BFGS, gradient of the mean loss within 1e-6), \`RidgeClassifier\` (Cholesky).`,
}

export function pageOf({ cases, sides, skipped, loads, machine, options, sections }) {
  const rounds = Math.max(...sides.map((side) => side.rounds.length))
  const groups = Object.keys(titles).map((group) => groupSection(group, cases, sides))
  return `# Benchmarks

Written by \`npm run bench:peers${options}\`; ${rounds} round${rounds > 1 ? 's' : ''}, all sides in turn in each, a process for each turn, the same seeded data, one thread.
Times: of the processor, user and system, median (quartiles) of all runs of all rounds, after a warm-up. Ratios: the time of ser-core over the peer's, so that 2 means
half as fast and 0.5 twice as fast; in parentheses the lowest and highest of the rounds.

- Machine: ${machine}; load average while it was measured ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}. One
  process at a time was measured: a load well above 1 means that others were at work, and that times are longer than on a quiet machine.
- Peers in JavaScript run in Node ${process.versions.node}.
${sides.map(({ name, versions }) => `- ${name}: ${versions.join(', ')}`).join('\n')}
${leftOut(skipped)}

${[...groups.filter((section) => section !== ''), ...sections].join('\n\n')}
`
}

/** Who could not take part, by reason. */
function leftOut(skipped) {
  const reasons = [...new Set(skipped.map(({ reason }) => reason))]
  const names = (why) => skipped.filter(({ reason }) => reason === why).map(({ name }) => name)
  return reasons.map((reason) => `- Left out, ${reason}: ${names(reason).join('; ')}`).join('\n')
}

/** What ratios refer to: this Node, the fastest record of kernels that it offers. */
function reference(sides) {
  const first = sides.filter(({ ours }) => ours)
  const [{ command } = {}] = first
  return first.filter((side) => side.command === command).at(-1)
}

function groupSection(group, cases, sides) {
  const rows = cases.filter((one) => one.group === group)
  const columns = sides.filter(({ rounds }) => rows.some(({ title }) => title in rounds[0]))
  if (rows.length === 0 || columns.length === 0) return ''
  const times = rows.map((row) => [`${row.title}, ${row.unit.name}`, ...columns.map((side) => timeCell(row, side))])
  const base = reference(sides)
  const peers = columns.filter((side) => side !== base)
  const ratios = rows
    .filter(({ title }) => base && title in base.rounds[0])
    .map((row) => [row.title, rateOf(row, base), ...peers.map((side) => ratioCell(row.title, side, base))])
    .filter((cells) => cells.slice(2).some(Boolean))
  const rated = ratios.some(([, rate]) => rate)
  const trimmed = rated ? ratios : ratios.map(([title, , ...cells]) => [title, ...cells])
  const names = (list) => list.map(({ name }) => name)
  return [
    `## ${titles[group]}`,
    notes[group],
    table(['case', ...names(columns)], times),
    ...(ratios.length > 0 ? [table([`${base.name}, over`, ...(rated ? ['GF/s'] : []), ...names(peers)], trimmed)] : []),
  ].join('\n\n')
}

const pooled = (title, { rounds }) => summary(rounds.flatMap((times) => times[title]))

function timeCell({ title, unit }, side) {
  if (!(title in side.rounds[0])) return ''
  const { median, low, high } = pooled(title, side)
  const [m, from, to] = [median, low, high].map((time) => digits(time * unit.factor))
  return `${m} (${from} to ${to})`
}

function rateOf({ title, flops }, base) {
  return flops ? (flops / pooled(title, base).median / 1e6).toFixed(1) : ''
}

function ratioCell(title, side, base) {
  if (!(title in side.rounds[0])) return ''
  const ofRounds = side.rounds.map((times, i) => summary(base.rounds[i][title]).median / summary(times[title]).median)
  const ratio = pooled(title, base).median / pooled(title, side).median
  if (ofRounds.length === 1) return digits(ratio)
  return `${digits(ratio)} (${digits(Math.min(...ofRounds))} to ${digits(Math.max(...ofRounds))})`
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
