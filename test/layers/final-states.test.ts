import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FloatNdArray, Json } from '../../src/core/types.ts'
import { decodeSafetensors } from '../../src/io/safetensors.ts'
import { saveModel } from '../../src/io/save-model.ts'
import { Bidirectional, type Merge } from '../../src/layers/bidirectional.ts'
import { Dense } from '../../src/layers/dense.ts'
import { Dropout } from '../../src/layers/dropout.ts'
import { FrameStack } from '../../src/layers/frame-stack.ts'
import { GRU } from '../../src/layers/gru.ts'
import { LastPool, type LastPoolTake } from '../../src/layers/last-pool.ts'
import type { Layer } from '../../src/layers/layer.ts'
import { LayerNorm } from '../../src/layers/layer-norm.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { createLayer } from '../../src/layers/registry.ts'
import { Residual } from '../../src/layers/residual.ts'
import { RNN } from '../../src/layers/rnn.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Random } from '../../src/numerics/random.ts'
import { Adam } from '../../src/optim/adam.ts'
import { loadModel } from '../../src/pipelines/load-model.ts'
import { gradientTasks } from '../../src/training/gradient-worker.ts'
import { expectClose, matrices, parameterIn } from '../support/case-vectors.ts'
import { inlinePool } from '../support/inline-pool.ts'
import { checkNetwork } from '../support/network-gradient.ts'
import { normalSequences } from '../support/random.ts'
import { tolerance } from '../support/tolerances.ts'

interface Case {
  kind: 'rnn' | 'lstm' | 'gru'
  options: Record<string, Json>
  depth: number
  units: number
  parameters: Record<string, number[]>
  x: number[][][]
  finalStates: number[][]
}

// Made by vectors/final-states.py: sequences of unequal lengths in one batch.
const { cases }: { cases: Case[] } = JSON.parse(
  readFileSync(new URL('../vectors/final-states.json', import.meta.url), 'utf8'),
)

const merges: readonly Merge[] = ['concatenate', 'sum', 'average']
const lengths = [4, 1, 6, 4]

/** [sequence][column] of what a network leaves of each sequence. */
function ends(network: Sequential, sequences: FloatNdArray[] = normalSequences('ends', lengths, 2)): number[][] {
  return network.forward(sequences).map(({ data, shape }) => {
    expect(shape[0]).toBe(1)
    return Array.from(data)
  })
}

const both = (merge?: Merge): Bidirectional => new Bidirectional(new GRU({ inputs: 2, units: 3, seed: 5 }), { merge })
const float64 = { dtype: 'float64', seed: 1 } as const

describe('LastPool above Bidirectional takes the final states', () => {
  it.each(cases.map((each) => [each.kind, each.depth, each] as const))(
    'of ONNX Runtime, its Y_h: %s, depth %i',
    (kind, depth, { options, units, parameters, x, finalStates }) => {
      const layers = Array.from({ length: depth }, () => {
        const layer = { type: kind, options: { ...options, units } }
        return createLayer({ type: 'bidirectional', options: { layer, merge: 'concatenate' } })
      })
      layers[0].connect(x[0][0].length, 'test')
      const network = new Sequential([...layers, new LastPool()])
      for (const [name, values] of Object.entries(parameters))
        parameterIn(network, network.parameters.data, name).set(values)
      network.forward(matrices(x)).forEach(({ data, shape }, i) => {
        expect(shape).toEqual([1, 2 * units])
        expectClose(data, finalStates[i], tolerance.float32, `final states of ${i}`)
      })
    },
  )

  it.each(merges)('of each direction by itself, merged: %s', (merge) => {
    const layer = both(merge)
    const network = new Sequential([layer, new LastPool()], float64)
    const sequences = normalSequences('ends', lengths, 2)
    const got = ends(network, sequences)
    sequences.forEach((x, i) => {
      const last = (h: ReturnType<Layer['forward']>): number[] => Array.from(h.data.slice(-3))
      const [a, b] = [last(layer.along.forward(x)), last(layer.against.forward(x.step(-1, 1)))]
      const scale = merge === 'average' ? 0.5 : 1
      expect(got[i]).toEqual(merge === 'concatenate' ? [...a, ...b] : a.map((value, j) => scale * (value + b[j])))
    })
  })

  it.each<[string, () => Layer[]]>([
    ['Dense', () => [new Dense({ units: 4, activation: 'tanh' })]],
    ['LayerNorm', () => [new LayerNorm()]],
    ['Dropout', () => [new Dropout()]],
    ['a softmax', () => [new Dropout(), new Dense({ units: 3, activation: 'softmax' })]],
    ['Residual of these', () => [new Residual([new LayerNorm(), new Dense({ units: 6 }), new Dropout()])]],
  ])('through layers that map every row by itself: %s', (_, between) => {
    const above = new Sequential([both(), ...between(), new LastPool()], float64)
    const below = new Sequential([both(), new LastPool(), ...between()], float64)
    new Random(2).normalInto(above.parameters.data)
    below.parameters.data.set(above.parameters.data)
    expect(ends(above)).toEqual(ends(below))
  })

  it('only of the topmost of layers one above the other', () => {
    const lower = (): Layer => new Bidirectional(new RNN({ inputs: 2, units: 3 }))
    const upper = (): Layer[] => [new Bidirectional(new GRU({ inputs: 6, units: 3 })), new LastPool()]
    const network = new Sequential([lower(), ...upper()], float64)
    const frames = new Sequential([lower()], float64)
    frames.parameters.data.set(network.parameters.data.subarray(0, frames.parameters.data.length))
    const rest = new Sequential(upper(), float64)
    rest.parameters.data.set(network.parameters.data.subarray(frames.parameters.data.length))
    const sequences = normalSequences('ends', lengths, 2)
    expect(ends(network, sequences)).toEqual(ends(rest, frames.forward(sequences)))
  })

  it.each<[string, () => Layer[]]>([
    ['a recurrent layer between', () => [both(), new GRU({ units: 2 })]],
    ['stacked frames between', () => [both(), new FrameStack({ frames: 2, step: 1 })]],
    ['a skip around it', () => [new Residual([both()])]],
    ['no bidirectional layer', () => [new GRU({ inputs: 2, units: 3 })]],
  ])('and elsewhere the row of the last frame: %s', (_, layers) => {
    const pooled = new Sequential([...layers(), new LastPool()], float64)
    const rows = new Sequential(layers(), float64)
    rows.parameters.data.set(pooled.parameters.data)
    const sequences = normalSequences('ends', lengths, 2)
    const wanted = rows.forward(sequences).map(({ data, shape }) => Array.from(data.slice(-shape[1])))
    expect(ends(pooled, sequences)).toEqual(wanted)
  })

  it('and leaves the layer, asked by itself, its rows', () => {
    const layer = both()
    new Sequential([layer, new LastPool()], float64)
    expect(layer.forward(normalSequences('x', [5], 2)[0]).shape).toEqual([5, 6])
  })
})

describe('training through final states', () => {
  const any = { seed: 20150416, numRuns: 40 }

  it('gradients equal central differences in float64', () => {
    const recurrent = fc.constantFrom<(units: number) => LSTM | GRU | RNN>(
      (units) => new LSTM({ units }),
      (units) => new GRU({ units }),
      (units) => new RNN({ units }),
    )
    const between = fc.constantFrom<() => Layer[]>(
      () => [],
      () => [new LayerNorm({ epsilon: 1 })],
      () => [new Dropout({ rate: 0.3 }), new Dense({ units: 2, activation: 'tanh' })],
    )
    const T = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 })
    const property = fc.property(
      T,
      recurrent,
      fc.constantFrom(...merges),
      between,
      fc.nat(1e6),
      (T, make, merge, more, s) => {
        const layers = [
          new Dense({ inputs: 2, units: 3, activation: 'tanh' }),
          new Bidirectional(make(2), { merge }),
          new Bidirectional(make(3), { merge }),
          ...more(),
          new LastPool(),
          new Dense({ units: 3, activation: 'softmax' }),
        ]
        checkNetwork(layers, T, s, {})
      },
    )
    fc.assert(property, any)
  })

  it('Gauss-Newton products equal differences of the outputs', () => {
    const layers = (): Layer[] => [both('sum'), new LayerNorm(), new LastPool()]
    const network = new Sequential(layers(), float64)
    const moved = new Sequential(layers(), float64)
    const sequences = normalSequences('ends', lengths, 2)
    const v = new Float64Array(network.parameters.data.length)
    new Random(4).normalInto(v)
    const at = (h: number): number[] => {
      moved.parameters.data.set(network.parameters.data.map((w, i) => w + h * v[i]))
      return ends(moved, sequences).flat()
    }
    const [above, below] = [at(6e-6), at(-6e-6)]
    const slopes = above.map((y, k) => (y - below[k]) / 1.2e-5)
    const labels = sequences.map(() => [0, 0, 0])
    const product = network.gaussNewtonProduct(sequences, matrices([labels])[0], v)
    const quadratic = v.reduce((sum, direction, i) => sum + direction * product[i], 0)
    // Squared error, the mean over the sequences: v'Gv = mean ||J v||^2.
    expect(quadratic).toBeCloseTo(slopes.reduce((sum, u) => sum + u * u, 0) / lengths.length, 7)
  })

  it('on threads gives the bits of any number of them', async () => {
    const sequences = normalSequences('work', [5, 3, 6, 2, 4, 4], 2)
    const weights = async (size: number): Promise<ArrayLike<number>> => {
      const layers = [
        both(),
        new Dropout({ rate: 0.2 }),
        new LastPool(),
        new Dense({ units: 2, activation: 'softmax' }),
      ]
      const network = new Sequential(layers, { seed: 3 })
      const workers = inlinePool({ workers: size, tasks: gradientTasks })
      await network.fit(sequences, [0, 1, 0, 1, 0, 1], { optimizer: new Adam(), epochs: 2, batchSize: 3, workers })
      return network.parameters.data
    }
    expect(await weights(3)).toEqual(await weights(1))
  })

  it('learns what only the first frame tells and the backward direction remembers', async () => {
    const sequences = normalSequences('first', new Array(60).fill(12), 1)
    const labels = sequences.map((x) => (x.get(0, 0) > 0 ? 1 : 0))
    const layers = [
      new Bidirectional(new RNN({ inputs: 1, units: 2 })),
      new LastPool(),
      new Dense({ units: 2, activation: 'softmax' }),
    ]
    const network = new Sequential(layers, { seed: 1 })
    // The forward direction is made deaf, so that the backward one alone can know the first frame.
    const deaf = (): void => void network.parameters.data.fill(0, 0, 8)
    await network.fit(sequences, labels, { optimizer: new Adam({ learningRate: 0.05 }), epochs: 40, onBatch: deaf })
    expect(network.evaluate(sequences, labels).accuracy).toBeGreaterThan(0.95)
  })

  it('is not cut into chunks', async () => {
    const network = new Sequential([both(), new LastPool(), new Dense({ units: 2, activation: 'softmax' })])
    const fit = network.fit(normalSequences('x', [4], 2), [0], { optimizer: new Adam(), chunkLength: 2 })
    await expect(fit).rejects.toThrow(/"chunkLength" does not go with a layer that changes the number of steps/)
    expect(() => network.stream()).toThrow(/needs the whole sequence/)
  })
})

describe('files', () => {
  const network = (take?: LastPoolTake): Sequential =>
    new Sequential([both(), new Dropout({ rate: 0.1 }), new LastPool({ take })], { seed: 2 })
  const stateIn = (net: Sequential): string => decodeSafetensors(saveModel(net)).metadata.state

  it('of either meaning keep it', () => {
    const given = (['finalStates', 'lastFrame'] as const).map((take) => {
      const net = network(take)
      const again = loadModel(saveModel(net), Sequential)
      expect((again.layers[2] as LastPool).take).toBe(take)
      expect(ends(again)).toEqual(ends(net))
      expect(saveModel(again)).toEqual(saveModel(net))
      return ends(net)
    })
    expect(given[0]).not.toEqual(given[1])
    expect(ends(network())).toEqual(given[0])
  })

  it('say the new meaning by an option that 0.1.0 refuses, the old one as 0.1.0 wrote it', () => {
    expect(stateIn(network())).toContain('{"type":"lastPool","options":{"inputs":6,"take":"finalStates"}}')
    expect(stateIn(network('lastFrame'))).toContain('{"type":"lastPool","options":{"inputs":6}}')
  })

  it('of 0.1.0 load with the row of the last frame, and are written again as they were', () => {
    const folder = new URL('../fixtures/0.1.0/models/', import.meta.url)
    for (const name of ['bidirectional-last-pool', 'bidirectional-dropout-last-pool', 'bidirectional-two-last-pool']) {
      const bytes = new Uint8Array(readFileSync(new URL(`sequential-${name}.safetensors`, folder)))
      const net = loadModel(bytes, Sequential)
      const pool = net.layers.find((layer) => layer instanceof LastPool)
      expect(pool).toMatchObject({ take: 'lastFrame' })
      const [again, before] = [saveModel(net), bytes].map((file) => decodeSafetensors(file))
      expect(again.tensors).toEqual(before.tensors)
      // Files state the version of the library since.
      const { library, ...texts } = again.metadata
      expect(library).toMatch(/^ser-core \d/)
      expect(texts).toEqual(before.metadata)
    }
  })

  it('name a word that is not known', () => {
    expect(() => new LastPool({ take: 'first' as never })).toThrow(
      'LastPool: "take" expected one of "finalStates", "lastFrame", got "first"',
    )
  })
})
