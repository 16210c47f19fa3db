/** Layers whose sequences come in chunks, several side by side. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StateError } from '../../src/core/errors.ts'
import type { Dtype, FloatArray } from '../../src/core/types.ts'
import { AttentionPool } from '../../src/layers/attention-pool.ts'
import { type Activations, type BatchPlan, planBatch, rowsOf } from '../../src/layers/batch.ts'
import { Dense } from '../../src/layers/dense.ts'
import { FrameStack } from '../../src/layers/frame-stack.ts'
import { GRU } from '../../src/layers/gru.ts'
import type { Layer, LayerState } from '../../src/layers/layer.ts'
import { LayerChain } from '../../src/layers/layer-chain.ts'
import { LayerNorm } from '../../src/layers/layer-norm.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { StatisticsPool } from '../../src/layers/pool.ts'
import type { Recurrent } from '../../src/layers/recurrent.ts'
import { Residual } from '../../src/layers/residual.ts'
import { RNN } from '../../src/layers/rnn.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { normalSequences } from '../support/random.ts'
import { tolerance } from '../support/tolerances.ts'

const D = 2
const property = { seed: 20150416, numRuns: 60 }
const lengths = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 })
const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 5 }))
const seeds = fc.integer({ min: 0, max: 1e6 })

const stacks: Record<string, () => Layer[]> = {
  'every statistic': () => [new StatisticsPool({ inputs: D })],
  'attention of two heads': () => [new AttentionPool({ inputs: D, heads: 2, units: 3 })],
  'three frames, every second': () => [new FrameStack({ inputs: D, step: 2 })],
  'one frame in four': () => [new FrameStack({ inputs: D, frames: 1, step: 4 })],
  'five frames, each': () => [new FrameStack({ inputs: D, frames: 5, step: 1 })],
  'cells, standard and not': () => [
    new LSTM({ inputs: D, units: 3, initialState: 'learned' }),
    new LSTM({ units: 2, coupled: true, projection: 4 }),
  ],
  'gated units above stacked frames': () => [
    new FrameStack({ inputs: D, step: 2 }),
    new GRU({ units: 3 }),
    new RNN({ units: 2, activation: 'relu' }),
  ],
  'stacked, skipped, stacked, pooled': () => [
    new FrameStack({ inputs: D, frames: 2 }),
    new Residual([
      new LayerNorm(),
      new FrameStack({ frames: 3, step: 1 }),
      new Dense({ units: 3, activation: 'tanh' }),
    ]),
    new FrameStack({ frames: 2, step: 3 }),
    new AttentionPool(),
  ],
}

/** The rows of a packed batch that sequences of falling length have from step `from` on, `size` at most. */
function chunkOf(x: Activations, from: number, size: number): Activations & { rows: number[] } {
  const running = Array.from(x.plan.lengths).filter((length) => length > from)
  const plan = planBatch(running.map((length) => Math.min(size, length - from)))
  const first = x.plan.offsets[from]
  const rows = Array.from({ length: rowsOf(plan) }, (_, i) => first + i)
  const data = x.data.slice(first * x.cols, (first + rows.length) * x.cols)
  return { data, cols: x.cols, plan, rows }
}

function batchOf(T: number[], seed: number, dtype: Dtype): Activations {
  const plan = planBatch([...T].sort((a, b) => b - a))
  const [x] = normalSequences(seed, [rowsOf(plan)], D)
  return { data: dtype === 'float32' ? Float32Array.from(x.data) : x.data, cols: D, plan }
}

/** The rows of one sequence of a packed batch. */
function sequenceOf({ data, cols, plan: { lengths, offsets } }: Activations, b: number): number[] {
  return Array.from({ length: lengths[b] ?? 0 }, (_, t) => offsets[t] + b).flatMap((row) =>
    Array.from(data.subarray(row * cols, (row + 1) * cols)),
  )
}

describe.each(Object.entries(stacks))('chunks of several sequences: %s', (_, make) => {
  it.each<Dtype>(['float32', 'float64'])('give the rows of whole ones, bit for bit, in %s', (dtype) => {
    fc.assert(
      fc.property(lengths, sizes, seeds, (T, chunks, seed) => {
        const layers = make()
        new Sequential(layers, { dtype, seed })
        const stack = new LayerChain(layers)
        const x = batchOf(T, seed, dtype)
        const whole = stack.forward(x, { training: false, truncation: 0, random: null })
        const wanted = T.map((_, b) => sequenceOf(whole, b))
        const pools = layers.some((layer) => layer.pools)
        const states = stack.createStates(T.length)
        const got: number[][] = T.map(() => [])
        for (let from = 0; from < x.plan.lengths[0]; ) {
          const size = chunks.next().value as number
          const out = stack.advance(chunkOf(x, from, size), states)
          for (let b = 0; b < out.plan.lengths.length; b++) {
            const rows = sequenceOf(out, b)
            got[b] = pools ? rows : [...got[b], ...rows]
          }
          from += size
        }
        expect(got).toEqual(wanted)
      }),
      property,
    )
  })
})

describe('truncated gradients', () => {
  const cells: Record<string, () => Recurrent> = {
    LSTM: () => new LSTM({ inputs: D, units: 3, initialState: 'learned' }),
    'a wide LSTM projected': () => new LSTM({ inputs: D, units: 4, projection: 2 }),
    'a narrow LSTM projected, coupled': () => new LSTM({ inputs: D, units: 2, projection: 3, coupled: true }),
    'GRU, reset before': () => new GRU({ inputs: D, units: 3, resetAfter: false }),
    'GRU, reset after': () => new GRU({ inputs: D, units: 3, initialState: 'learned' }),
    RNN: () => new RNN({ inputs: D, units: 3 }),
  }

  it.each(Object.entries(cells))('are those of stretches that start from given states: %s', (_, make) => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 4 }), seeds, (T, truncation, seed) => {
        const layer = make()
        const { parameters } = new Sequential([layer], { dtype: 'float64', seed })
        const { data, gradient } = parameters
        normalSequences(`${seed}/weights`, [1], data.length)[0].data.forEach((w, i) => {
          data[i] = w / 2
        })
        const x = batchOf(T, seed, 'float64')
        const pass = (state: LayerState | null) => ({ training: true, truncation, random: null, state })
        const K = layer.outputs
        const dy = normalSequences(`${seed}/dy`, [rowsOf(x.plan)], K)[0].data
        gradient.fill(0)
        layer.forwardBatch(x, pass(null))
        layer.backwardBatch(dy, false)
        const wanted = gradient.slice()
        gradient.fill(0)
        const state = layer.createState(T.length)
        for (let from = 0; from < x.plan.lengths[0]; from += truncation) {
          const chunk = chunkOf(x, from, truncation)
          layer.forwardBatch(chunk, pass(state))
          layer.backwardBatch(dy.slice(chunk.rows[0] * K), false)
        }
        gradient.forEach((value, i) => {
          expect(Math.abs(value - wanted[i])).toBeLessThan(tolerance.reorder * (1 + Math.abs(value)))
        })
      }),
      property,
    )
  })
})

describe('the gradient of a chunk', () => {
  const layers: Record<string, () => Layer> = {
    'every statistic': () => new StatisticsPool({ inputs: D, dtype: 'float64' }),
    attention: () => new AttentionPool({ inputs: D, heads: 2, dtype: 'float64' }),
    'stacked frames': () => new FrameStack({ inputs: D, step: 2, dtype: 'float64' }),
  }
  const pass = (state: LayerState | null) => ({ training: true, truncation: 0, random: null, state })

  it.each(Object.entries(layers))('is the part of the whole one that reaches its frames: %s', (_, make) => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 8 }), seeds, (T, from, seed) => {
        const layer = make()
        layer.params
        const x = batchOf(
          T.map((length) => length + from),
          seed,
          'float64',
        )
        const state = layer.createState(T.length)
        layer.forwardBatch(chunkOf(x, 0, from), pass(state))
        const before = layer.pools ? 0 : layer.outputLength(from)
        const chunk = chunkOf(x, from, 100)
        const y = layer.forwardBatch(chunk, pass(state))
        const upper = normalSequences(`${seed}/dy`, [rowsOf(y.plan)], layer.outputs)[0].data
        const got = (layer.backwardBatch(upper, true) as FloatArray).slice()
        const along = normalSequences(`${seed}/xDot`, [rowsOf(chunk.plan)], D)[0].data
        const none = new Float64Array(layer.parameterCount)
        const tangent = layer.tangentBatch(along, none)?.slice() as FloatArray
        const whole = layer.forwardBatch(x, pass(null))
        const place = outputRows(y.plan, whole.plan, before)
        const dy = spread(upper, place, rowsOf(whole.plan), layer.outputs)
        const dx = layer.backwardBatch(dy, true) as FloatArray
        expectNear(
          got,
          chunk.rows.flatMap((row) => Array.from(dx.subarray(row * D, (row + 1) * D))),
        )
        const wholeTangent = layer.tangentBatch(spread(along, chunk.rows, rowsOf(x.plan), D), none) as FloatArray
        const K = layer.outputs
        expectNear(
          tangent,
          place.flatMap((row) => Array.from(wholeTangent.subarray(row * K, (row + 1) * K))),
        )
      }),
      property,
    )
  })

  /** Where the rows of a chunk's output stand in the whole output. */
  function outputRows(part: BatchPlan, whole: BatchPlan, before: number): number[] {
    const rows = new Array<number>(rowsOf(part))
    part.lengths.forEach((length, b) => {
      for (let t = 0; t < length; t++) rows[part.offsets[t] + b] = whole.offsets[before + t] + b
    })
    return rows
  }

  function spread(values: FloatArray, rows: number[], count: number, cols: number): Float64Array {
    const out = new Float64Array(count * cols)
    rows.forEach((row, i) => {
      out.set(values.subarray(i * cols, (i + 1) * cols), row * cols)
    })
    return out
  }

  function expectNear(got: ArrayLike<number>, wanted: number[]): void {
    expect(got.length).toBe(wanted.length)
    wanted.forEach((value, i) => {
      expect(Math.abs(got[i] - value)).toBeLessThan(tolerance.reorder * (1 + Math.abs(value)))
    })
  }
})

describe('a frame stack', () => {
  it('refuses sequences that go on after unequal chunks, which no packed order holds', () => {
    const layer = new FrameStack({ inputs: 1, frames: 1, step: 2 })
    const state = layer.createState(2)
    const context = { training: false, truncation: 0, random: null, state }
    layer.forwardBatch({ data: new Float32Array(3), cols: 1, plan: planBatch([2, 1]) }, context)
    const next = { data: new Float32Array(2), cols: 1, plan: planBatch([1, 1]) }
    layer.forwardBatch(next, context)
    expect(() => layer.forwardBatch(next, context)).toThrow(StateError)
  })
})
