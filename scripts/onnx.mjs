/**
 * Writes random models as ONNX files, has them checked by `onnx.checker` (full checks, strict inference of shapes), and runs them in
 * onnxruntime for Python and in onnxruntime-web beside this library. The table goes to docs/results/onnx.md:
 *
 *   npm run build && node scripts/onnx.mjs --python PYTHON [--graphs 25] [--seed 1] [--out FILE]
 *
 * PYTHON has onnx, onnxruntime and numpy. onnxruntime-node is run too where it is installed.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { encodeNpy, GaussianRBM, MLP, matrix, Random, RBM, Sequential, toOnnx } from '../dist/index.js'
import { columnsOf, kinds, outputsOf } from './onnx-models.mjs'

const { values: flags } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    graphs: { type: 'string', default: '25' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: fileURLToPath(new URL('../docs/results/onnx.md', import.meta.url)) },
    help: { type: 'boolean', default: false },
  },
})
if (flags.help) {
  console.log('--python --graphs --seed --out: see the head of this script; PYTHON has onnx, onnxruntime and numpy')
  process.exit()
}

const rowsOf = (data, columns) =>
  Array.from({ length: data.length / columns }, (_, t) => Array.from(data.subarray(t * columns, (t + 1) * columns)))

const isRows = (model) => [MLP, RBM, GaussianRBM].some((type) => model instanceof type)

/** Sequences of normal numbers. */
function drawnSequences(random, lengths, columns) {
  return lengths.map((T) => {
    const data = new Float32Array(T * columns)
    random.normalInto(data, 0, 1)
    return data
  })
}

/** Largest difference of a network from the same in float64: what rounding does here. */
function rounding(net, sequences, columns) {
  const state = net.state()
  const exact = Sequential.fromState({ ...state, dtype: 'float64', parameters: Float64Array.from(state.parameters) })
  const apart = sequences.map((data) => {
    const [got, want] = [net, exact].map((one) => one.forward(matrix(rowsOf(data, columns))).data)
    return difference({ data: got, dims: [1] }, [want], true)
  })
  return Math.max(...apart)
}

/** A model's file with its input and what this library gives, rows behind the ends 0. */
function caseOf(kind, n) {
  const random = new Random(`${flags.seed}/${kind}/${n}`)
  const model = kinds[kind](random)
  const columns = columnsOf(model)
  const rows = isRows(model)
  const lengths = rows ? [7] : [40, 1, 5 + random.integer(30), 17]
  const orders = model.order ?? 0
  const counts = rows ? lengths : lengths.map((length) => Math.max(length, orders + 1))
  const binary = model instanceof RBM
  const sequences = drawnSequences(random, counts, columns).map((x) => (binary ? x.map((v) => Number(v > 0)) : x))
  const T = Math.max(...counts) + (rows ? 0 : 3)
  const x = new Float32Array(counts.length * T * columns).fill(1e4)
  for (const [b, data] of sequences.entries()) x.set(data, b * T * columns)
  const feeds = { x: { data: x, dims: rows ? [T, columns] : [counts.length, T, columns] } }
  if (!rows) feeds.lengths = { data: Int32Array.from(counts), dims: [counts.length] }
  const outputs = outputsOf(model)
  const names = Object.keys(outputs)
  const wanted = Object.fromEntries(
    names.map((name) => [
      names.length === 1 ? 'y' : name,
      sequences.map((data) => Float32Array.from(outputs[name](matrix(rowsOf(data, columns))).data)),
    ]),
  )
  const own = model instanceof Sequential ? rounding(model, sequences, columns) : null
  return { kind, bytes: toOnnx(model, { outputs: names }), feeds, wanted, rows, own }
}

/** Largest difference of an output, relative to numbers beyond 1; rows behind a sequence's end must be 0. */
function difference({ data, dims }, wanted, rows) {
  let worst = 0
  const size = rows ? data.length : data.length / dims[0]
  for (const [b, want] of wanted.entries()) {
    for (let i = 0; i < size; i++) {
      const expected = want[i] ?? 0
      const apart = Math.abs(data[b * size + i] - expected) / Math.max(1, Math.abs(expected))
      worst = Number.isNaN(apart) ? Infinity : Math.max(worst, apart)
    }
  }
  return worst
}

/** Runs the cases in a JavaScript build of onnxruntime; null where it is not installed. */
async function runJavaScript(name, cases) {
  const found = await import(name).catch(() => null)
  if (found === null) return null
  const ort = found.default ?? found
  if (ort.env?.wasm) ort.env.wasm.numThreads = 1
  const worst = []
  for (const { bytes, feeds, wanted, rows } of cases) {
    const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 })
    const given = Object.entries(feeds).map(([input, { data, dims }]) => {
      return [input, new ort.Tensor(input === 'lengths' ? 'int32' : 'float32', data, dims)]
    })
    const ran = await session.run(Object.fromEntries(given))
    worst.push(Math.max(...Object.keys(wanted).map((output) => difference(ran[output], wanted[output], rows))))
    await session.release()
  }
  return { title: `${name} ${ort.env?.versions?.web ?? ort.env?.versions?.node ?? ''}`.trim(), worst }
}

/** Checks the cases and runs them in Python. */
function runPython(cases) {
  const folder = mkdtempSync(join(tmpdir(), 'ser-onnx-'))
  try {
    for (const [i, { bytes, feeds }] of cases.entries()) {
      mkdirSync(join(folder, `${i}`))
      writeFileSync(join(folder, `${i}`, 'model.onnx'), bytes)
      const shapes = Object.entries(feeds).map(([name, { dims }]) => [name, dims])
      writeFileSync(join(folder, `${i}`, 'shapes.json'), JSON.stringify(Object.fromEntries(shapes)))
      for (const [name, { data }] of Object.entries(feeds)) {
        writeFileSync(join(folder, `${i}`, `${name}.npy`), encodeNpy(data))
      }
    }
    const script = fileURLToPath(new URL('onnx_run.py', import.meta.url))
    const answer = execFileSync(flags.python, [script, folder], { maxBuffer: 2 ** 30, encoding: 'utf8' })
    const { versions, results } = JSON.parse(answer)
    const worst = results.map((outputs, i) => {
      const { wanted, rows } = cases[i]
      return Math.max(...Object.keys(wanted).map((name) => difference(outputs[name], wanted[name], rows)))
    })
    return { versions, title: `onnxruntime ${versions.onnxruntime}`, worst }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function page(cases, columns, checker) {
  const lines = Object.keys(kinds).map((kind) => {
    const own = cases.flatMap((one, i) => (one.kind === kind ? [i] : []))
    const worst = columns.map((column) => Math.max(...own.map((i) => column.worst[i])).toExponential(1))
    const here = cases[own[0]].own === null ? '' : Math.max(...own.map((i) => cases[i].own)).toExponential(1)
    return `| ${[kind, own.length, ...worst, here].join(' | ')} |`
  })
  const titles = ['model', 'graphs', ...columns.map(({ title }) => title), 'float32 from float64 here']
  return `# ONNX files beside this library

Largest differences between the outputs of random models here and of their ONNX files, relative to numbers beyond 1, in float32; sequences
of 1 to 40 frames in one batch, with large numbers behind their ends; weights of the initialisers with normal numbers of deviation 0.15
added. onnx ${checker} accepts every file, with full checks and strict inference of shapes. The last column is what rounding does
here: in networks whose states grow from step to step, rectified ones, it grows with them, here as there.

| ${titles.join(' | ')} |
| ${titles.map((_, i) => (i === 0 ? '---' : '---:')).join(' | ')} |
${lines.join('\n')}

\`\`\`sh
npm run build && node scripts/onnx.mjs --python PYTHON --graphs ${flags.graphs} --seed ${flags.seed}
\`\`\`
`
}

const cases = Object.keys(kinds).flatMap((kind) => {
  const graphs = kind.startsWith('the ') ? 1 : Number(flags.graphs)
  return Array.from({ length: graphs }, (_, n) => caseOf(kind, n))
})
const python = runPython(cases)
const others = [await runJavaScript('onnxruntime-web', cases), await runJavaScript('onnxruntime-node', cases)]
const text = page(cases, [python, ...others.filter((one) => one !== null)], python.versions.onnx)
writeFileSync(flags.out, text)
console.log(text)
