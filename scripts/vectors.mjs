// Runs the real tools and writes what they say: vectors for the tests, and a page for people. Needs `npm run build` first.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import * as lib from '../dist/index.js'
import {
  cases,
  chosenRows,
  deltaCases,
  deltaInput,
  featuresOf,
  hashOf,
  rates,
  recordingName,
  signalsOf,
} from '../test/support/preset-cases.mjs'

const HELP = `usage: npm run vectors -- [--python PATH] [--emodb FOLDER]

Writes test/vectors/presets.json and docs/results/mfcc-presets.md anew from librosa, kaldi-native-fbank, torchaudio,
python_speech_features and openSMILE. Needs npm run build, and Python 3.13 with the packages of
test/vectors/presets-requirements.txt:

  python3.13 -m venv VENV && VENV/bin/pip install -r test/vectors/presets-requirements.txt
  npm run build && npm run vectors -- --python VENV/bin/python

  --python PATH    default python3
  --emodb FOLDER   the Berlin Database of Emotional Speech, default SER_EMODB or ../shared/emodb
  --help           prints this`

const root = fileURLToPath(new URL('..', import.meta.url))

function loadRecording(folder) {
  const path = join(folder, 'wav', recordingName)
  if (!existsSync(path)) throw new Error(`${path} is missing: --emodb names the folder of the corpus`)
  const audio = lib.decodeWav(readFileSync(path))
  return { samples: lib.toMono(audio), sampleRate: audio.sampleRate }
}

/** All comparisons: a case at a rate on a signal. */
function comparisonsOf(recording) {
  return cases.flatMap((one, index) =>
    rates.flatMap((rate) =>
      Object.entries(signalsOf(one, rate, recording, lib)).map(([signal, samples]) => {
        return { one, index, rate, signal, samples }
      }),
    ),
  )
}

function runTools(python, folder, comparisons) {
  const features = comparisons.map(({ one, rate, samples }, i) => {
    writeFileSync(join(folder, `${i}.i16`), new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
    return { tool: one.tool, rate, args: one.args(rate), samples: `${i}.i16`, out: `${i}.f64` }
  })
  const deltas = deltaCases.flatMap(({ tool, args, rows }) =>
    rows.map((count) => ({ tool, args, rows: deltaInput(count) })),
  )
  writeFileSync(join(folder, 'jobs.json'), JSON.stringify({ features, deltas }))
  execFileSync(python, [join(root, 'test/vectors/presets.py'), folder], { stdio: ['ignore', 'ignore', 'inherit'] })
  return JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'))
}

/** The rows of a tool: { rows, cols, data }, or null where it refused the signal. */
function answerOf(folder, { shape }, i) {
  if (shape === undefined) return null
  const [rows, cols = 0] = shape
  if (rows === 0) return { rows, cols, data: new Float64Array(0) }
  const bytes = readFileSync(join(folder, `${i}.f64`))
  return { rows, cols, data: new Float64Array(new Uint8Array(bytes).buffer) }
}

function worstDifference(ours, { data }) {
  let worst = 0
  for (let i = 0; i < Math.min(data.length, ours.data.length); i++) {
    const difference = Math.abs(ours.data[i] - data[i])
    if (!(difference <= worst)) worst = difference
  }
  return worst
}

/** The chosen rows as vectors: 11 decimals, and of tools that compute in float32 as many digits as that has. */
function vectorOf({ one, rate, signal, samples }, answer) {
  const rounded = one.tolerance < 1e-6 ? (x) => Number(x.toFixed(11)) : (x) => Number(x.toPrecision(9))
  const rows = chosenRows(signal, answer.rows).map((t) => {
    const row = answer.data.subarray(t * answer.cols, (t + 1) * answer.cols)
    return [t, ...Array.from(row, rounded)]
  })
  return { case: one.name, preset: one.preset, rate, signal, hash: hashOf(samples), frames: answer.rows, rows }
}

function worstOf(list) {
  return Math.max(...list.map((x) => x.worst)).toExponential(1)
}

/** Bold where the tool and the preset have frames or mel axes of their own. */
function cell(list, alike) {
  const counts = list.filter((x) => x.frames !== x.theirs).map((x) => `${x.frames}/${x.theirs} frames`)
  const text = [worstOf(list), ...new Set(counts)].join(', ')
  return alike ? text : `**${text}**`
}

/** Whether a difference is that between float32 and float64 alone. */
function inFloat32({ index, rate }) {
  return cases[index].tolerance > 1e-6 && cases[index].rates.includes(rate)
}

function table(measured) {
  const head = `| preset | tool | ${rates.join(' | ')} |\n| --- | --- |${' --- |'.repeat(rates.length)}`
  const lines = cases.map((one, index) => {
    const cells = rates.map((rate) =>
      cell(
        measured.filter((x) => x.index === index && x.rate === rate),
        one.rates.includes(rate),
      ),
    )
    return `| ${one.preset} | ${one.name} | ${cells.join(' | ')} |`
  })
  return [head, ...lines].join('\n')
}

function deltaWorst(answers) {
  let i = 0
  const worst = {}
  for (const { tool, args, options, rows } of deltaCases) {
    for (const count of rows) {
      const ours = lib.deltas(deltaInput(count), { ...options, dtype: 'float64' })
      const theirs = answers[i++].flat()
      const name =
        tool === 'librosa'
          ? `librosa, mode='${args.mode}', order ${args.order}`
          : `${{ psf: 'python_speech_features', torchaudio: 'torchaudio ComputeDeltas' }[tool]}, ${args.twice ? 'twice' : 'once'}`
      worst[name] = Math.max(worst[name] ?? 0, worstDifference(ours, { data: theirs }))
    }
  }
  return Object.entries(worst).map(([name, value]) => `| ${name} | ${value.toExponential(1)} |`)
}

function page(measured, refused, { versions, deltas }) {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return `# MFCC presets against the real tools

Worst absolute difference over all rows and columns, by sample rate in Hz. Numbers of frames are equal unless a cell says otherwise,
ours first. In bold, what differs for reasons given below.

${table(measured)}

${named.join(', ')}; Node ${process.versions.node}. Ours is computed with \`dtype: 'float64'\`. Signals, 16 bits, at every rate: digital
silence, a chirp in noise (half a second each), EmoDB's ${recordingName} resampled, and the chirp cut one sample short
of a window (of librosa's \`n_fft\`), to a window, and a sample longer. ${refused}

- **float64.** librosa (with \`dtype=np.float64\`), python_speech_features and torchaudio (with \`torch.set_default_dtype(torch.float64)\`) compute
  in float64, and the presets are within 1e-10 of them.
  A "transcribed" value is the tool's documented formula in NumPy, which shows no more than that two readings agree; the tool itself stands
  in the rows below it.
- **float32.** kaldi-native-fbank, openSMILE and torchaudio as it comes compute in float32, as does librosa with float32 samples: their rows
  show how far float32 is from float64, up to ${worstOf(measured.filter(inFloat32))}, and no preset can be nearer to them.
- **torchaudio.** \`compliance.kaldi\` is called with \`dither=0\`, \`energy_floor=0\` and \`use_energy=True\`, what \`compute-mfcc-feats\` does by default but
  for the dither. \`MFCC\` is the preset \`librosa\` with \`fftLength: 400, frameLength: 400, frameStep: 200, melScale: 'oshaughnessy', filterNorm: 'peak',
  coefficients: 40\`; by default it reflects the signal at its edges, which there is no option for here, so that the first and the last frame differ.
  At an odd rate it halves the rate to the whole number below, 5512 Hz at 11025, and
  places its bins by that; \`sampleRate: 11024\` gives its values.
- **\`kaldi\`** makes 25 and 10 ms samples by rounding down, as Kaldi (551 every 220 at 22050 Hz).
- **\`htk\`.** HCopy itself could not be run. openSMILE's output compatible with it and kaldi-native-fbank set up as HTK agree with the preset
  where 25 ms are a whole number of samples. Elsewhere (11025, 22050, 24414, 44100 Hz) openSMILE rounds as this preset, but places its mel axis
  by the rounded length, and kaldi-native-fbank rounds down, so that at 24414 Hz it agrees and at the other three it cannot. How many samples
  HCopy takes there is not known.
- **\`librosa\`.** \`center=False\` raises for signals shorter than \`n_fft\` there, and gives no rows here. Without samples librosa gives one row,
  this library none.
- **\`psf512\`** is python_speech_features as published: \`nfft=512\` in every function, so that above 20.5 kHz no more than the first 512
  samples of a frame are looked at, and at 8 kHz the FFT has 512 points for 200 samples. **\`psf\`** is the same package with \`nfft\` set to the
  power of two that holds a frame.

## Deltas

| \`deltas\` against | worst absolute difference |
| --- | --- |
${deltaWorst(deltas).join('\n')}

For windows K of 1, 2 and 4 frames to either side. librosa's default is \`{ window: 4, edges: 'interp', fit: 'polynomial' }\`; for order 2 it fits
a parabola where the others take the delta twice.

Written, with the vectors that \`test/features/preset-tools.test.ts\` holds the presets to, by \`npm run build && npm run vectors\`
(\`-- --help\`); the older vectors of \`test/vectors/features.py\` hold them to a second signal at 16 kHz.
`
}

function write(python, folder, recording) {
  const comparisons = comparisonsOf(recording)
  const results = runTools(python, folder, comparisons)
  const [vectors, measured, refused] = [[], [], new Set()]
  for (const [i, comparison] of comparisons.entries()) {
    const { one, index, rate, signal, samples } = comparison
    const answer = answerOf(folder, results.features[i], i)
    if (answer === null) {
      refused.add(`${one.name} (${signal})`)
      continue
    }
    const ours = featuresOf(one, rate, samples, lib)
    measured.push({ index, rate, frames: ours.shape[0], theirs: answer.rows, worst: worstDifference(ours, answer) })
    if (one.rates.includes(rate)) vectors.push(vectorOf(comparison, answer))
  }
  const text = vectors.map((one) => `    ${JSON.stringify(one)}`).join(',\n')
  const { versions, deltas } = results
  const rest = JSON.stringify({ versions, deltas: deltas.map((rows) => rows.flat()) }).slice(1, -1)
  writeFileSync(join(root, 'test/vectors/presets.json'), `{${rest},\n  "features": [\n${text}\n  ]\n}\n`)
  const list = refused.size === 0 ? '' : `Refused by the tool: ${[...refused].join(', ')}.`
  writeFileSync(join(root, 'docs/results/mfcc-presets.md'), page(measured, list, results))
}

const { values } = parseArgs({
  options: { python: { type: 'string', default: 'python3' }, emodb: { type: 'string' }, help: { type: 'boolean' } },
})
if (values.help) console.log(HELP)
else {
  const folder = mkdtempSync(join(tmpdir(), 'vectors-'))
  try {
    write(values.python, folder, loadRecording(values.emodb ?? process.env.SER_EMODB ?? join(root, '../shared/emodb')))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
