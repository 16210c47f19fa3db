import fc from 'fast-check'
import { AttentionPool } from '../../../src/layers/attention-pool.ts'
import { Bidirectional, type Merge } from '../../../src/layers/bidirectional.ts'
import { Dense } from '../../../src/layers/dense.ts'
import { Dropout } from '../../../src/layers/dropout.ts'
import { FrameStack } from '../../../src/layers/frame-stack.ts'
import { GRU } from '../../../src/layers/gru.ts'
import { LastPool } from '../../../src/layers/last-pool.ts'
import type { Layer } from '../../../src/layers/layer.ts'
import { LayerNorm } from '../../../src/layers/layer-norm.ts'
import { LSTM } from '../../../src/layers/lstm.ts'
import { MaxPool, MeanPool, StandardDeviationPool, StatisticsPool } from '../../../src/layers/pool.ts'
import type { Recurrent } from '../../../src/layers/recurrent.ts'
import { Residual } from '../../../src/layers/residual.ts'
import { RNN } from '../../../src/layers/rnn.ts'
import { Sequential } from '../../../src/networks/sequential.ts'
import { Random } from '../../../src/numerics/random.ts'

/** Columns of the input. */
export const COLUMNS = 3

const width = fc.integer({ min: 1, max: 6 })
const initialState = fc.constantFrom('zero' as const, 'learned' as const)
const inside = fc.constantFrom('tanh' as const, 'relu' as const, 'sigmoid' as const)

/** Every variant of the recurrent layers. */
const recurrent: fc.Arbitrary<Recurrent> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .record({
        ...{ units: width, initialState, activation: inside },
        peepholes: fc.boolean(),
        coupled: fc.boolean(),
        gateActivation: fc.constantFrom('sigmoid' as const, 'hardSigmoid' as const),
        projection: fc.option(width, { nil: undefined }),
      })
      .map((options) => new LSTM(options)),
  },
  {
    weight: 2,
    arbitrary: fc.record({ units: width, initialState, resetAfter: fc.boolean() }).map((options) => new GRU(options)),
  },
  { weight: 1, arbitrary: fc.record({ units: width, initialState, activation: inside }).map((o) => new RNN(o)) },
)

const activation = fc.constantFrom('linear', 'sigmoid', 'tanh', 'relu', 'leakyRelu', 'softplus', 'softmax')
const dense = fc.record({ units: width, activation }).map((options) => new Dense(options))
const both = fc
  .tuple(recurrent, fc.constantFrom<Merge>('concatenate', 'sum', 'average'))
  .map(([layer, merge]) => new Bidirectional(layer, { merge }))

const rowwise: fc.Arbitrary<Layer> = fc.oneof(
  dense,
  fc.constant(0).map(() => new LayerNorm()),
  fc.constant(0).map(() => new Dropout({ rate: 0.3 })),
)

const hidden: fc.Arbitrary<Layer> = fc.oneof(
  { weight: 4, arbitrary: recurrent as fc.Arbitrary<Layer> },
  { weight: 2, arbitrary: both },
  { weight: 2, arbitrary: rowwise },
  {
    weight: 1,
    arbitrary: fc
      .record({ frames: fc.integer({ min: 1, max: 3 }), step: fc.integer({ min: 1, max: 3 }) })
      .map((options) => new FrameStack(options)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.oneof(recurrent as fc.Arbitrary<Layer>, dense, both), rowwise)
      .map((layers) => new Residual(layers)),
  },
)

const pool = fc
  .constantFrom<() => Layer>(
    () => new MeanPool(),
    () => new MaxPool(),
    () => new LastPool(),
    () => new LastPool({ take: 'lastFrame' }),
    () => new StandardDeviationPool(),
    () => new StatisticsPool(),
    () => new StatisticsPool({ statistics: ['sd', 'max'] }),
    () => new AttentionPool({ heads: 2 }),
    () => new AttentionPool({ units: 2 }),
  )
  .map((make) => make())

/** Stacks of every kind of layer, also with layers above a pool. */
const stack: fc.Arbitrary<Layer[]> = fc
  .tuple(
    fc.array(hidden, { maxLength: 3 }),
    fc.option(fc.tuple(fc.array(rowwise, { maxLength: 1 }), pool, fc.array(hidden, { maxLength: 1 })), { nil: null }),
    dense,
  )
  .map(([below, pooling, head]) => [...below, ...(pooling === null ? [] : pooling.flat()), head])

/** The network of some layers with weights, biases and learned states that are all drawn. */
export function drawnNetwork(layers: Layer[], seed: number, scale = 0.5): Sequential {
  if (layers[0].knownInputs === undefined) layers[0].connect(COLUMNS, 'test')
  const network = new Sequential(layers, { seed })
  new Random(seed).normalInto(network.parameters.forWriting(), 0, scale)
  return network
}

/** Networks of any layers on three columns. */
export const anyNetwork: fc.Arbitrary<Sequential> = fc
  .tuple(stack, fc.integer({ min: 0, max: 2 ** 31 }))
  .map(([layers, seed]) => drawnNetwork(layers, seed))
