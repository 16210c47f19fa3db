// Memory of a training run, beside what its arrays should hold, in a process of its own:
// `npm run build && node bench/memory.mjs` prints the section of docs/benchmarks.md
import { pathToFileURL } from 'node:url'
import { Adam } from 'ser-core'
import { showHelp } from '../scripts/show-help.mjs'
import { here, runJson } from './child.mjs'
import { fourClasses, normals, sequencesOf } from './data.mjs'
import { network } from './lstm.mjs'
import { memoryMiB, peakMiB } from './resident.mjs'

showHelp(import.meta.url)

const size = { T: 100, B: 32, D: 39, H: 128 }
const BATCHES = 4
const EPOCHS = 20
const LISTED = [1, 2, 5, 10, 20]
const FLOAT_BYTES = 4
const MIB = 2 ** 20

/** Floats per row of a packed batch, from the shapes of the passes in src/kernels/types.ts. */
const activations = ({ D, H, K }) => [
  ['LSTM forward: x, gates, cells, their tanh, outputs', D + 4 * H + 3 * H],
  ['LSTM backward: gradients of gates and outputs, the outputs of the step before', 4 * H + 2 * H],
  ['softmax: logits, output, targets, their gradients', 5 * K],
]

/** A network of one LSTM layer with Adam: what must be held, MiB. */
export function expected({ T, B, D, H }, parameters) {
  const perRow = activations({ D, H, K: 4 }).reduce((sum, [, floats]) => sum + floats, 0)
  return {
    parameters: (FLOAT_BYTES * parameters) / MIB,
    // Gradient, first and second moment.
    optimizer: (3 * FLOAT_BYTES * parameters) / MIB,
    activations: (FLOAT_BYTES * T * B * perRow) / MIB,
  }
}

/** Trains on some batches and looks after each epoch, with what is garbage collected. */
async function train() {
  const x = sequencesOf(normals([size.B * BATCHES, size.T, size.D]))
  const labels = fourClasses(size.B * BATCHES).data
  const net = network(size)
  gc()
  const start = { ...memoryMiB(), peak: peakMiB() }
  const epochs = []
  const onEpoch = ({ epoch }) => {
    gc()
    epochs.push({ epoch, ...memoryMiB(), peak: peakMiB() })
  }
  await net.fit(x, labels, { optimizer: new Adam(), epochs: EPOCHS, batchSize: size.B, onEpoch })
  return { start, epochs, parameters: net.parameters.values.length }
}

export async function memorySection() {
  const { start, epochs, parameters } = await runJson(process.execPath, ['--expose-gc', here('memory.mjs'), '--train'])
  const must = expected(size, parameters)
  const sum = must.parameters + must.optimizer + must.activations
  const last = epochs.at(-1)
  const grown = (quantity) => (last[quantity] - start[quantity]).toFixed(1)
  const row = (one) => `| ${one.epoch} | ${[one.resident, one.arrays, one.peak].map((x) => x.toFixed(1)).join(' | ')} |`
  const { T, B, D, H } = size
  return `## Memory of training

\`fit\` on ${B * BATCHES} sequences of T=${T}, D=${D} in batches of ${B}, the LSTM above with H=${H} (${parameters.toLocaleString('en')} parameters), Adam, ${EPOCHS} epochs.

| must be held | MiB |
| --- | --- |
| parameters | ${must.parameters.toFixed(2)} |
| their gradient and two moments | ${must.optimizer.toFixed(2)} |
| one batch: ${T * B} rows of ${activations({ D, H, K: 4 })
    .map(([name, floats]) => `${floats} (${name})`)
    .join(' + ')} | ${must.activations.toFixed(2)} |
| together | **${sum.toFixed(1)}** |

Over the process before training, with data and model in it, array buffers grew by ${grown('arrays')} MiB, resident memory by ${grown('resident')} MiB, and its
peak by ${(last.peak - start.resident).toFixed(1)} MiB: ${((last.peak - start.resident) / sum).toFixed(2)} times what must be held. The rest is packed panels of the matrix product, copies of
parameters for reports, and the engine's own heap and machine code.

| after epoch | resident, MiB | array buffers, MiB | peak, MiB |
| --- | --- | --- | --- |
| 0 | ${[start.resident, start.arrays, start.peak].map((x) => x.toFixed(1)).join(' | ')} |
${epochs
  .filter(({ epoch }) => LISTED.includes(epoch))
  .map(row)
  .join('\n')}

An hour of streaming: [results/streaming-memory.md](results/streaming-memory.md).`
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv[2] === '--train') console.log(JSON.stringify(await train()))
  else console.log(await memorySection())
}
