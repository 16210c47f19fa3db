/** Long work that takes a signal. */

import { matrix } from '../src/core/matrix.ts'
import { CRBM } from '../src/energy/crbm.ts'
import { RBM } from '../src/energy/rbm.ts'
import { Dense } from '../src/layers/dense.ts'
import { LSTM } from '../src/layers/lstm.ts'
import { MeanPool } from '../src/layers/pool.ts'
import { MLP } from '../src/networks/mlp.ts'
import { Sequential } from '../src/networks/sequential.ts'
import { runPlan } from '../src/node/run-plan.ts'
import type { ExperimentSource } from '../src/node/source.ts'
import { Random } from '../src/numerics/random.ts'
import { Adam } from '../src/optim/adam.ts'
import { HessianFree } from '../src/optim/hessian-free.ts'
import { LBFGS } from '../src/optim/lbfgs.ts'
import { trainRecognizer } from '../src/pipelines/train-recognizer.ts'
import { smallPlan, voices } from '../test/support/small-plan.ts'

const random = new Random('aborted')

function normals(rows: number, columns: number): ReturnType<typeof matrix> {
  const made = matrix(Array.from({ length: rows }, () => new Float32Array(columns)) as never)
  random.normalInto(made.data as Float32Array)
  return made
}

const inputs = normals(2000, 60)
const labels = Array.from({ length: 2000 }, (_, i) => i % 4)
const mlp = (): MLP => new MLP({ layers: [60, 100, 4], seed: 1 })

/** Recordings of a minute, so that the features of one take long. */
function longSource(): ExperimentSource {
  const source = voices(1)
  const samples = new Float32Array(60 * 16000)
  random.normalInto(samples, 0, 0.1)
  const read = async (): Promise<never> =>
    ({ sampleRate: 16000, channels: [samples], format: 'float32', warnings: [] }) as never
  return { ...source, utterances: source.utterances.map((one) => ({ ...one, read })) }
}

const sequences = Array.from({ length: 64 }, () => normals(300, 39))

/** Long work by its name. */
export const works: Record<string, (signal: AbortSignal) => Promise<unknown>> = {
  'AIS of an RBM': (signal) =>
    new RBM({ visible: 400, hidden: 400 }).estimateLogPartition({ chains: 200, temperatures: 50_000, signal }),
  'AIS of a CRBM': (signal) =>
    new CRBM({ visible: 40, hidden: 200, order: 3 }).estimateLogPartition(normals(50, 40), {
      chains: 100,
      temperatures: 20_000,
      signal,
    }),
  'training of an RBM': (signal) => new RBM({ visible: 60, hidden: 400 }).fit(binary(), { epochs: 1000, signal }),
  HessianFree: (signal) => mlp().fit(inputs, labels, { optimizer: new HessianFree(), epochs: 1000, signal }),
  LBFGS: (signal) =>
    mlp().fit(
      normals(20_000, 60),
      Array.from({ length: 20_000 }, (_, i) => i % 4),
      { optimizer: new LBFGS(), epochs: 1000, signal },
    ),
  'training of an LSTM': (signal) => {
    const net = new Sequential([
      new LSTM({ inputs: 39, units: 64 }),
      new Dense({ units: 4, activation: 'softmax' }),
      new MeanPool(),
    ])
    return net.fit(sequences, labels.slice(0, 64), { optimizer: new Adam(), epochs: 1000, batchSize: 16, signal })
  },
  'features of an experiment': (signal) => {
    const folder = process.env.CAMPAIGN_FOLDER as string
    return runPlan(smallPlan, { folder, fresh: true, source: longSource(), signal })
  },
  'training of a recogniser': (signal) => {
    const wide = Array.from({ length: 64 }, () => normals(300, 86))
    const data = {
      sequences: wide,
      labels: Int32Array.from(labels.slice(0, 64)),
      speakers: wide.map((_, i) => `s${i % 4}`),
    }
    const options = { classes: ['a', 'b', 'c', 'd'], signal }
    return trainRecognizer(data as never, { system: 'lstm', options: { epochs: 1000 } } as never, options as never)
  },
}

function binary(): ReturnType<typeof matrix> {
  const made = normals(2000, 60)
  made.data.forEach((x, i) => {
    made.data[i] = Number(x > 0)
  })
  return made
}
