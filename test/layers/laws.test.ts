import { describe, expect, it } from 'vitest'
import { AttentionPool } from '../../src/layers/attention-pool.ts'
import { Bidirectional } from '../../src/layers/bidirectional.ts'
import { Dense } from '../../src/layers/dense.ts'
import { Dropout } from '../../src/layers/dropout.ts'
import { FrameStack } from '../../src/layers/frame-stack.ts'
import { GRU } from '../../src/layers/gru.ts'
import { LastPool } from '../../src/layers/last-pool.ts'
import { LayerNorm } from '../../src/layers/layer-norm.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MeanPool, StatisticsPool } from '../../src/layers/pool.ts'
import { Residual } from '../../src/layers/residual.ts'
import { RNN } from '../../src/layers/rnn.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { type Make, networkLaws } from '../laws/network-laws.ts'
import { normalSequences } from '../support/random.ts'
import { tolerance } from '../support/tolerances.ts'

const softmax = (): Dense => new Dense({ units: 3, activation: 'softmax' })

const architectures: Record<string, Make> = {
  'LSTM, frame by frame': (seed, dtype) =>
    new Sequential([new LSTM({ inputs: 4, units: 5 }), softmax()], { seed, dtype }),
  'rectifier, LSTM, dropout, pooling': (seed, dtype) =>
    new Sequential(
      [
        new Dense({ inputs: 4, units: 6, activation: 'relu' }),
        new Dropout({ rate: 0.3 }),
        new LSTM({ units: 5, peepholes: false }),
        new StatisticsPool(),
        new Dropout({ rate: 0.3 }),
        softmax(),
      ],
      { seed, dtype },
    ),
  'two simple recurrent layers': (seed, dtype) =>
    new Sequential([new RNN({ inputs: 4, units: 5, activation: 'relu' }), new RNN({ units: 3 }), softmax()], {
      seed,
      dtype,
    }),
  'an LSTM in both directions, pooling': (seed, dtype) =>
    new Sequential([new Bidirectional(new LSTM({ inputs: 4, units: 3 })), new StatisticsPool(), softmax()], {
      seed,
      dtype,
    }),
  'a GRU as PyTorch has it under one as Cho et al. have it': (seed, dtype) =>
    new Sequential([new GRU({ inputs: 4, units: 5 }), new GRU({ units: 3, resetAfter: false }), softmax()], {
      seed,
      dtype,
    }),
  'a GRU in both directions, pooling': (seed, dtype) =>
    new Sequential([new Bidirectional(new GRU({ inputs: 4, units: 3 })), new StatisticsPool(), softmax()], {
      seed,
      dtype,
    }),
  'normalised rows, variational dropout, an LSTM, attention of two heads': (seed, dtype) =>
    new Sequential(
      [
        new LayerNorm({ inputs: 4 }),
        new Dropout({ rate: 0.3, variational: true }),
        new LSTM({ units: 5 }),
        new AttentionPool({ heads: 2, units: 3 }),
        softmax(),
      ],
      { seed, dtype },
    ),
  'an LSTM, attention over softmaxes': (seed, dtype) =>
    new Sequential([new LSTM({ inputs: 4, units: 3 }), softmax(), new AttentionPool()], { seed, dtype }),
  'frames stacked by three, every second, an LSTM, frame by frame': (seed, dtype) =>
    new Sequential([new FrameStack({ inputs: 4, step: 2 }), new LSTM({ units: 3 }), softmax()], { seed, dtype }),
  'frames subsampled twice, a GRU between, pooling': (seed, dtype) =>
    new Sequential(
      [
        new FrameStack({ inputs: 4, frames: 2 }),
        new GRU({ units: 5 }),
        new FrameStack({ frames: 1, step: 2 }),
        new StatisticsPool(),
        softmax(),
      ],
      { seed, dtype },
    ),
  'skips around an LSTM and, projected, around a skip': (seed, dtype) =>
    new Sequential(
      [
        new Residual([new LayerNorm({ inputs: 4 }), new LSTM({ units: 4 }), new Dropout({ rate: 0.3 })]),
        new Residual([new Residual([new RNN({ units: 4 }), new FrameStack({ frames: 1 })]), new LSTM({ units: 5 })]),
        softmax(),
      ],
      { seed, dtype },
    ),
  'a skip around an LSTM in both directions, pooling': (seed, dtype) =>
    new Sequential(
      [new Residual([new Bidirectional(new LSTM({ inputs: 4, units: 2 }))]), new AttentionPool(), softmax()],
      { seed, dtype },
    ),
  'an LSTM of lags up to 20, last row': (seed, dtype) =>
    new Sequential([new LSTM({ inputs: 4, units: 3, chrono: 20 }), new LastPool(), softmax()], { seed, dtype }),
  'two LSTMs, mean of softmaxes': (seed, dtype) =>
    new Sequential([new LSTM({ inputs: 4, units: 3 }), new LSTM({ units: 4 }), softmax(), new MeanPool()], {
      seed,
      dtype,
    }),
}

describe.each(Object.entries(architectures))('laws of %s', (_, make) => networkLaws(make))

describe('permuting hidden units', () => {
  it('changes nothing but rounding', () => {
    const H = 4
    const order = [2, 0, 3, 1]
    const make = (): Sequential =>
      new Sequential([new LSTM({ inputs: 3, units: H }), softmax()], { dtype: 'float64', seed: 5 })
    const original = make()
    original.parameters.data.forEach((_, i, data) => {
      data[i] = Math.sin(1 + i)
    })
    const permuted = make()
    const [from, to] = [original, permuted].map(({ layers }) => layers.map(({ params }) => params))
    for (let j = 0; j < H; j++) {
      for (const g of ['i', 'f', 'c', 'o']) {
        for (let d = 0; d < 3; d++) to[0][`Wx${g}`].set(j, d, from[0][`Wx${g}`].get(order[j], d))
        for (let k = 0; k < H; k++) to[0][`Wh${g}`].set(j, k, from[0][`Wh${g}`].get(order[j], order[k]))
        to[0][`b${g}`].set(j, from[0][`b${g}`].get(order[j]))
        if (g !== 'c') to[0][`Wc${g}`].set(j, from[0][`Wc${g}`].get(order[j]))
      }
      for (let k = 0; k < 3; k++) to[1].W.set(j, k, from[1].W.get(order[j], k))
    }
    for (let k = 0; k < 3; k++) to[1].b.set(k, from[1].b.get(k))
    const [x] = normalSequences(1, [6], 3)
    const [a, b] = [original.forward(x).data, permuted.forward(x).data]
    a.forEach((value, i) => expect(Math.abs(value - b[i])).toBeLessThan(tolerance.reorder))
  })
})
