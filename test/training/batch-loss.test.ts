/** The way from the step of `fit` to the layers, and what a batch touches on it. */
import { describe, expect, it } from 'vitest'
import type { Matrix } from '../../src/core/array.ts'
import { Dense } from '../../src/layers/dense.ts'
import type { Layer } from '../../src/layers/layer.ts'
import { LayerChain } from '../../src/layers/layer-chain.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Random } from '../../src/numerics/random.ts'
import { Workspace } from '../../src/numerics/workspace.ts'
import { Adam } from '../../src/optim/adam.ts'
import { LBFGS } from '../../src/optim/lbfgs.ts'
import { augmented } from '../../src/training/augment.ts'
import { type BatchView, DatasetLoss } from '../../src/training/batch-loss.ts'
import { packInputs, resolveDataset } from '../../src/training/dataset.ts'
import type { FitOptions } from '../../src/training/fit-options.ts'
import { NetworkCore } from '../../src/training/output-loss.ts'
import { normalSequences } from '../support/random.ts'

const x = normalSequences('batch loss', [5, 3, 4, 6], 3)
const labels = [0, 1, 1, 0]

/** The functions that stand between the step of `fit` and a layer the first time that it is reached, innermost first. */
async function hopsTo(layer: Layer, train: () => Promise<unknown>): Promise<string[]> {
  let hops: string[] | undefined
  const forward = layer.forwardBatch
  layer.forwardBatch = (...given) => {
    const frames = (new Error().stack ?? '').split('\n').slice(2)
    const names = frames.map((line) => line.trim().split(' ')[1])
    hops ??= names.slice(0, names.indexOf('NetworkTraining.step'))
    return forward.apply(layer, given)
  }
  await train()
  return hops ?? []
}

describe('the way from a step of fit to the first layer', () => {
  const adam = (): FitOptions => ({ optimizer: new Adam(), epochs: 1 })
  const ways: [string, () => FitOptions][] = [
    ['Adam', adam],
    ['chunks', () => ({ ...adam(), chunkLength: 2 })],
    ['sequences that are changed', () => ({ ...adam(), augment: (sequence) => sequence })],
    ['noise on the weights', () => ({ ...adam(), weightNoise: 0.1 })],
    ['LBFGS', () => ({ optimizer: new LBFGS(), epochs: 1 })],
  ]

  it.each(ways)('has at most four hops with %s', async (_, options) => {
    const lstm = new LSTM({ inputs: 3, units: 2 })
    const net = new Sequential([lstm, new Dense({ units: 2, activation: 'softmax' })])
    const hops = await hopsTo(lstm, () => net.fit(x, labels, options()))
    expect(hops).toContain('DatasetLoss.lossAndGradient')
    expect(hops.length).toBeLessThanOrEqual(4)
  })

  it.each([new Adam(), new LBFGS()])('has at most four hops in an MLP with weight decay', async (optimizer) => {
    const net = new MLP({ layers: [3, 2, 2], weightDecay: 0.1 })
    const rows = [
      [1, 2, 3],
      [3, 1, 2],
    ]
    const hops = await hopsTo(net.layers[0], () => net.fit(rows, [0, 1], { optimizer, epochs: 1 }))
    expect(hops).toContain('DatasetLoss.lossAndGradient')
    expect(hops.length).toBeLessThanOrEqual(4)
  })
})

/** A list that tells which of its elements were read. */
function watched<T>(items: readonly T[]): { list: readonly T[]; read: Set<number> } {
  const read = new Set<number>()
  const get = (target: readonly T[], key: string | symbol): unknown => {
    if (typeof key === 'string' && /^\d+$/.test(key)) read.add(Number(key))
    return Reflect.get(target, key)
  }
  return { list: new Proxy(items, { get }), read }
}

describe('a batch', () => {
  const matrices: Matrix[] = x.map(({ data, shape }) => ({ data: data as Float64Array, rows: shape[0], cols: 3 }))
  const resolved = resolveDataset('test', matrices, labels, {
    outputLength: (steps) => steps,
    ...{ outputs: 2, dtype: 'float64', labelSmoothing: 0 },
  })

  function lossOf(view: Partial<BatchView>): { loss: DatasetLoss; read: Set<number> } {
    const { list, read } = watched(matrices)
    const lstm = new LSTM({ inputs: 3, units: 2 })
    const net = new Sequential([lstm, new Dense({ units: 2, activation: 'softmax' })], { dtype: 'float64' })
    const core = new NetworkCore(new LayerChain(net.layers), net.parameters, 'float64')
    const settings = { loss: 'crossEntropy', classWeights: null } as const
    const data = { ...resolved, inputs: list }
    return { loss: new DatasetLoss(core, data, settings, { training: true, truncation: 0, ...view }), read }
  }

  it('reads the sequences of its members alone, whole and in chunks', () => {
    for (const chunkLength of [0, 2]) {
      const { loss, read } = lossOf({ chunkLength })
      const members = Int32Array.of(3, 1)
      const shares = loss.chunks(members, new Random(1))
      expect(shares.length).toBe(chunkLength === 0 ? 1 : 3)
      for (const chunk of shares.keys()) loss.lossAndGradient(members, new Random(1), chunk)
      expect([...read].sort()).toEqual([1, 3])
    }
  })

  it('has the sequences of its members alone changed by augment, in their order', () => {
    const { list, read } = watched(matrices)
    const changed = augmented({ ...resolved, inputs: list }, [2, 0], (sequence) => sequence, new Random(1))
    expect(changed.map(({ rows }) => rows)).toEqual([4, 5])
    expect([...read].sort()).toEqual([0, 2])
  })

  it('takes rows that lie one behind the other as they are, and copies others into its buffer', () => {
    const rows = { data: Float64Array.from({ length: 12 }, (_, i) => i), rows: 6, cols: 2 }
    const workspace = new Workspace('float64')
    const inOrder = packInputs(workspace, rows, [2, 3, 4])
    expect(inOrder.data.buffer).toBe(rows.data.buffer)
    expect([...inOrder.data]).toEqual([4, 5, 6, 7, 8, 9])
    for (const members of [[4, 3], [1, 1], [5], [0, 2]]) {
      const packed = packInputs(workspace, rows, members)
      expect([...packed.data]).toEqual(members.flatMap((i) => [2 * i, 2 * i + 1]))
      expect(packed.data.buffer === rows.data.buffer).toBe(members.length === 1)
      expect([...packed.plan.order]).toEqual([...members.keys()])
      expect([...packed.plan.offsets]).toEqual([0, members.length])
    }
  })
})
