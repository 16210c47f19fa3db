import fc from 'fast-check'
import { AttentionPool } from '../../src/layers/attention-pool.ts'
import { Bidirectional, type Merge } from '../../src/layers/bidirectional.ts'
import { Dense } from '../../src/layers/dense.ts'
import { Dropout } from '../../src/layers/dropout.ts'
import { FrameStack } from '../../src/layers/frame-stack.ts'
import { GRU } from '../../src/layers/gru.ts'
import { LastPool } from '../../src/layers/last-pool.ts'
import type { Layer } from '../../src/layers/layer.ts'
import { LayerNorm } from '../../src/layers/layer-norm.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MaxPool, MeanPool, StandardDeviationPool, StatisticsPool } from '../../src/layers/pool.ts'
import type { Recurrent } from '../../src/layers/recurrent.ts'
import { Residual, type ResidualProjection } from '../../src/layers/residual.ts'
import { RNN } from '../../src/layers/rnn.ts'

const width = fc.integer({ min: 1, max: 4 })
const smooth = fc.constantFrom('linear', 'sigmoid', 'tanh', 'softplus') satisfies fc.Arbitrary<string>

const recurrent: fc.Arbitrary<Recurrent> = fc.oneof(
  fc.record({ units: width, peepholes: fc.boolean() }).map((options) => new LSTM(options)),
  fc
    .record({
      units: width,
      peepholes: fc.boolean(),
      coupled: fc.boolean(),
      activation: fc.constantFrom('tanh' as const, 'sigmoid' as const),
      projection: fc.option(width, { nil: undefined }),
      initialState: fc.constantFrom('zero' as const, 'learned' as const),
    })
    .map((options) => new LSTM(options)),
  fc
    .record({
      units: width,
      resetAfter: fc.boolean(),
      recurrentDropout: fc.constantFrom(0, 0.3),
      initialState: fc.constantFrom('zero' as const, 'learned' as const),
    })
    .map((options) => new GRU(options)),
  fc
    .record({
      units: width,
      activation: fc.constantFrom('tanh' as const, 'sigmoid' as const),
      initialState: fc.constantFrom('zero' as const, 'learned' as const),
    })
    .map((options) => new RNN(options)),
)

// So large that rows of nearly equal numbers stay smooth over a step of the differences.
const norm = fc.constantFrom(0.1, 1).map((epsilon) => new LayerNorm({ epsilon }))

const residual = fc
  .tuple(
    fc.oneof(
      fc.record({ units: width, activation: smooth }).map((options) => new Dense(options)),
      recurrent,
    ),
    norm,
    fc.constantFrom<ResidualProjection | undefined>(undefined, 'linear'),
  )
  .map(([inner, below, projection]) => new Residual([below, inner, new Dropout({ rate: 0.3 })], { projection }))

const hidden: fc.Arbitrary<Layer> = fc.oneof(
  fc.record({ units: width, activation: smooth }).map((options) => new Dense(options)),
  recurrent,
  norm,
  residual,
  fc
    .record({ frames: fc.integer({ min: 1, max: 3 }), step: fc.integer({ min: 1, max: 2 }) })
    .map((options) => new FrameStack(options)),
  fc
    .tuple(recurrent, fc.constantFrom<Merge>('concatenate', 'sum', 'average'))
    .map(([layer, merge]) => new Bidirectional(layer, { merge })),
  fc.constantFrom(0.2, 0.5).map((rate) => new Dropout({ rate, variational: rate === 0.2 })),
)

const pool = fc
  .constantFrom<() => Layer>(
    () => new MeanPool(),
    () => new MaxPool(),
    () => new LastPool(),
    () => new StandardDeviationPool(),
    () => new StatisticsPool(),
    () => new AttentionPool({ heads: 2 }),
    () => new AttentionPool({ units: 2 }),
  )
  .map((make) => make())

const head = fc.constantFrom('linear', 'sigmoid', 'tanh', 'softmax', 'softplus').chain((activation) => {
  const dense = fc.constant(null).map(() => [new Dense({ units: 3, activation })])
  const means = fc.constant(null).map(() => [new Dense({ units: 3, activation }), new MeanPool()])
  return activation === 'softmax' ? fc.oneof(dense, means) : dense
})

/** Smooth stacks of up to three hidden layers on two inputs, with a pooling layer or without, on three outputs. */
export const anyStack: fc.Arbitrary<Layer[]> = fc
  .tuple(fc.array(hidden, { maxLength: 3 }), fc.option(pool, { nil: undefined }), head)
  .map(([below, pooling, top]) => {
    const twice = pooling !== undefined && top.length > 1
    return [
      new Dense({ inputs: 2, units: 3, activation: 'tanh' }),
      ...below,
      ...(pooling === undefined || twice ? [] : [pooling]),
      ...top,
    ]
  })

/** Stacks of smooth dense layers and dropout. */
export const anyDenseStack: fc.Arbitrary<Layer[]> = fc
  .tuple(fc.array(smooth, { maxLength: 3 }), fc.boolean(), head)
  .map(([activations, drops, [top]]) => [
    new Dense({ inputs: 2, units: 4, activation: 'sigmoid' }),
    ...activations.map((activation) => new Dense({ units: 3, activation })),
    ...(drops ? [new Dropout({ rate: 0.5 })] : []),
    top,
  ])
