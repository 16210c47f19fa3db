/** States and files with wrong values in any place: refused by the library's own errors, and by nothing else. */
import { describe, expect, it } from 'vitest'
import { matrix } from '../../src/core/matrix.ts'
import { CRBM } from '../../src/energy/crbm.ts'
import { DBN } from '../../src/energy/dbn.ts'
import { RBM } from '../../src/energy/rbm.ts'
import { StackedCRBM } from '../../src/energy/stacked-crbm.ts'
import { LogisticRegression } from '../../src/estimators/logistic-regression.ts'
import { Ridge } from '../../src/estimators/ridge.ts'
import { RidgeClassifier } from '../../src/estimators/ridge-classifier.ts'
import { SVC } from '../../src/estimators/svc.ts'
import { ConfusionMatrix } from '../../src/evaluation/confusion-matrix.ts'
import { MfccStream } from '../../src/features/mfcc-stream.ts'
import { SpeakerStatistics } from '../../src/features/speaker-statistics.ts'
import { Standardizer } from '../../src/features/standardizer.ts'
import { Bidirectional } from '../../src/layers/bidirectional.ts'
import { Dense } from '../../src/layers/dense.ts'
import { GRU } from '../../src/layers/gru.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { Residual } from '../../src/layers/residual.ts'
import { LabelEncoder } from '../../src/networks/label-encoder.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Random } from '../../src/numerics/random.ts'
import { Adam } from '../../src/optim/adam.ts'
import { HessianFree } from '../../src/optim/hessian-free.ts'
import { LBFGS } from '../../src/optim/lbfgs.ts'
import { Pipeline } from '../../src/pipelines/pipeline.ts'
import { Recognizer } from '../../src/pipelines/recognizer.ts'
import type { RecognizerParts } from '../../src/pipelines/recognizer-parts.ts'
import { smallRecognizer, systems } from '../support/recognizer.ts'
import { damaged, damages, hasOddNumber, isOwnError, placesIn } from '../support/wrong.ts'

const x = matrix([
  [0, 1],
  [1, 0],
  [1, 1],
  [0, 0],
])
const labels = [0, 0, 1, 1]
const wrong = damages()

/** Names of doors, their states, and what reads them; results must have no number that is none. */
type Door = [name: string, state: unknown, read: (state: never) => unknown]

const network = (): Sequential =>
  new Sequential([
    new Residual([new Bidirectional(new GRU({ inputs: 2, units: 1 }), { merge: 'sum' }), new Dense({ units: 2 })]),
    new Dense({ units: 2, activation: 'softmax' }),
    new MeanPool(),
  ])
const mlp = (): MLP => new MLP({ layers: [2, 3, 2], dtype: 'float64' })
const optimizers = {
  adam: () => new Adam({ learningRate: 0.1 }),
  lbfgs: () => new LBFGS(),
  hf: () => new HessianFree(),
}

async function trained(): Promise<Door[]> {
  const doors: Door[] = []
  for (const [name, make] of Object.entries(optimizers)) {
    const optimizer = make()
    let checkpoint: unknown
    await mlp().fit(x, labels, { optimizer, epochs: 1, onEpoch: (report) => (checkpoint = report.checkpoint()) })
    const restored = (state: never): unknown => {
      const other = make()
      other.restore(state)
      return other.state()
    }
    const resumed = async (resume: never): Promise<unknown> => {
      const model = mlp()
      await model.fit(x, labels, { optimizer: make(), epochs: 1, resume })
      return model.state()
    }
    doors.push([name, optimizer.state(), restored], [`${name} checkpoint`, checkpoint, resumed])
  }
  const rbm = (): RBM => new RBM({ visible: 2, hidden: 2, dtype: 'float64' })
  const dbn = (): DBN => new DBN({ layers: [2, 2, 2] })
  for (const make of [rbm, dbn] as (() => RBM)[]) {
    let checkpoint: unknown
    await make().fit(x, { epochs: 1, onEpoch: (report) => (checkpoint = report.checkpoint()) })
    const resumed = async (resume: never): Promise<unknown> => {
      const model = make()
      await model.fit(x, { epochs: 1, resume })
      return model.parameters?.values
    }
    doors.push([`${make.name} checkpoint`, checkpoint, resumed])
  }
  return doors
}

function models(): Door[] {
  const crbm = new StackedCRBM({ visible: 2, hidden: [2, 2], order: 1 })
  const regression = new LogisticRegression()
  regression.fit(x, labels)
  const svc = new SVC().fit(x, labels)
  const ridge = new Ridge().fit(x, labels)
  const ridgeClassifier = new RidgeClassifier().fit(x, labels)
  const scaler = new Standardizer({ statistics: 'speaker' }).fit([x, x], { groups: ['a', 'b'] })
  const pipeline = new Pipeline({ frontEnd: { filters: 8, coefficients: 2, deltas: 0 }, model: network() })
  const random = new Random('a')
  random.normal()
  const stream = (): MfccStream => new MfccStream({ sampleRate: 8000, filters: 8, coefficients: 4 })
  const streamed = (state: never): unknown => {
    const other = stream()
    other.restore(state)
    return other.state()
  }
  return [
    ['Sequential', network().state(), (state) => Sequential.fromState(state).state()],
    ['MLP', mlp().state(), (state) => MLP.fromState(state).state()],
    ['CRBM', new CRBM({ visible: 2, hidden: 1, order: 1 }).state(), (state) => CRBM.fromState(state).state()],
    ['StackedCRBM', crbm.state(), (state) => StackedCRBM.fromState(state).state()],
    ['LogisticRegression', regression.state(), (state) => LogisticRegression.fromState(state).state()],
    ['Ridge', ridge.state(), (state) => Ridge.fromState(state).state()],
    ['RidgeClassifier', ridgeClassifier.state(), (state) => RidgeClassifier.fromState(state).state()],
    ['SVC', svc.state(), (state) => SVC.fromState(state).state()],
    ['Standardizer', scaler.state(), (state) => Standardizer.fromState(state).state()],
    ['Pipeline', pipeline.state(), (state) => Pipeline.fromState(state).state()],
    ['Random', random.state(), (state) => Random.restore(state).state()],
    ['MfccStream', stream().state(), streamed],
    ['LabelEncoder', new LabelEncoder(['a', 'b']).toJSON(), (json) => LabelEncoder.fromJSON(json).toJSON()],
    ['ConfusionMatrix', new ConfusionMatrix(['a', 'b']).toJSON(), (json) => ConfusionMatrix.fromJSON(json).toJSON()],
    [
      'SpeakerStatistics',
      new SpeakerStatistics(2).add(x).toJSON(),
      (json) => SpeakerStatistics.fromJSON(json).toJSON(),
    ],
  ]
}

async function recognizers(): Promise<Door[]> {
  const small = [systems[0], systems[3]]
  const made = await Promise.all(small.map((system) => smallRecognizer(system)))
  return made.map((recognizer) => {
    const parts = (recognizer as unknown as { parts(): RecognizerParts }).parts()
    const read = (state: never): unknown => (new Recognizer(state) as unknown as { parts(): unknown }).parts()
    return [`Recognizer ${recognizer.system.system}`, parts, read]
  })
}

/** What falls through: raw errors, and models with numbers that are none. */
async function fallen([name, state, read]: Door, values: readonly unknown[] = wrong): Promise<string[]> {
  const found = new Set<string>()
  for (const place of placesIn(state)) {
    for (const [i, value] of values.entries()) {
      const where = `${name} ${place.join('.')} = value ${i}`
      try {
        const result = await read(damaged(state, place, value) as never)
        if (!place.includes('card') && hasOddNumber(result)) found.add(`${where}: a number that is none`)
      } catch (error) {
        if (!isOwnError(error)) found.add(`${where}: ${String(error)}`)
      }
    }
  }
  return [...found]
}

describe('a state with a wrong value in any place', () => {
  it('of a model or a stream is refused', async () => {
    for (const door of models()) expect(await fallen(door)).toEqual([])
  })

  it('of an optimiser or a training is refused', async () => {
    for (const door of await trained()) expect(await fallen(door)).toEqual([])
  })

  it('of a recogniser is refused', { timeout: 240_000 }, async () => {
    // Those that took memory, the stack, or gave NaN; each attempt makes a recogniser.
    for (const door of await recognizers()) expect(await fallen(door, [1e9, 'text', wrong.at(-1)])).toEqual([])
  })
})
