/** Matching of names, and refusals. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { decodeSafetensors, encodeSafetensors, type TensorInput } from '../../src/io/safetensors.ts'
import { AttentionPool } from '../../src/layers/attention-pool.ts'
import { Bidirectional } from '../../src/layers/bidirectional.ts'
import { Dense } from '../../src/layers/dense.ts'
import { GRU } from '../../src/layers/gru.ts'
import type { Layer } from '../../src/layers/layer.ts'
import { LayerNorm } from '../../src/layers/layer-norm.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { Residual } from '../../src/layers/residual.ts'
import { RNN } from '../../src/layers/rnn.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { type LoadWeightsOptions, loadWeights, weightsOf } from '../../src/weights/load-weights.ts'
import { anyStack } from '../support/architectures.ts'
import { worstDifference } from './support/differences.ts'

const any = (value: unknown): never => value as never
const pytorch = { library: 'pytorch' } as const
const frames = view(
  Float32Array.from({ length: 10 }, (_, i) => Math.fround(Math.sin(i))),
  [5, 2],
)

const layerOf: fc.Arbitrary<() => Layer> = fc.oneof(
  fc
    .record({
      units: fc.integer({ min: 1, max: 3 }),
      projection: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    })
    .map((options) => () => new LSTM({ ...options, peepholes: false })),
  fc.integer({ min: 1, max: 3 }).map((units) => () => new GRU({ units })),
  fc.integer({ min: 1, max: 3 }).map((units) => () => new RNN({ units, activation: 'relu' })),
  fc.integer({ min: 1, max: 3 }).map((units) => () => new Dense({ units, activation: 'tanh' })),
  fc.constant(() => new LayerNorm()),
  fc.constant(() => new Bidirectional(new GRU({ units: 2 }))),
  fc.constant(
    () => new Residual([new Dense({ units: 3, activation: 'tanh' }), new LSTM({ units: 2, peepholes: false })]),
  ),
  fc.constant(() => new Residual([new LayerNorm(), new RNN({ units: 3 })], { projection: 'linear' })),
)

const network = (makers: readonly (() => Layer)[], seed: number): Sequential =>
  new Sequential([new Dense({ inputs: 2, units: 3 }), ...makers.map((make) => make())], { seed })

describe('tensors of bfloat16', () => {
  it('are taken as the numbers that a file widens them to', () => {
    const weight = { dtype: 'BF16', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) } as const
    const tensors = {
      'fc.weight': weight,
      'fc.bias': { dtype: 'BF16', shape: [2], data: Float32Array.of(7, 8) } as const,
    }
    const dense = loadWeights(new Dense({ inputs: 3, units: 2 }), tensors, pytorch)
    expect(dense.forward([[1, 0, 0]]).data).toEqual(Float32Array.of(8, 12))
  })
})

describe('weights under the names of PyTorch', () => {
  it('come back into a network of the same layers, in any order of the tensors', () => {
    fc.assert(
      fc.property(fc.array(layerOf, { maxLength: 14 }), fc.nat(), (makers, seed) => {
        const trained = network(makers, seed)
        const entries = Object.entries(weightsOf(trained, pytorch))
        const shuffled = fc.sample(fc.shuffledSubarray(entries, { minLength: entries.length }), { numRuns: 1, seed })[0]
        const file = decodeSafetensors(encodeSafetensors(Object.fromEntries(shuffled)))
        const again = loadWeights(network(makers, seed + 1), file.tensors, pytorch)
        expect(again.parameters.values).toEqual(trained.parameters.values)
        expect(worstDifference(again.forward(frames).data, trained.forward(frames).data)).toBe(0)
      }),
      { numRuns: 200, seed: 23 },
    )
  })

  it('of any network come back or are refused with the layer that PyTorch has not', () => {
    let [back, refused] = [0, 0]
    fc.assert(
      fc.property(anyStack, (layers) => {
        const trained = new Sequential(layers)
        const copy = Sequential.fromState({ ...trained.state(), parameters: trained.parameters.values.map(() => 0) })
        try {
          loadWeights(copy, weightsOf(trained, pytorch), pytorch)
        } catch (error) {
          expect(String(error)).toMatch(/^RangeError: weightsOf: layers\.\d+[\w.]* \(\w+\) has [a-z ]+/)
          refused++
          return
        }
        expect(copy.parameters.values).toEqual(trained.parameters.values)
        back++
      }),
      { numRuns: 200, seed: 24 },
    )
    expect(Math.min(back, refused)).toBeGreaterThan(40)
  })

  it('of an MLP and of a single layer are those of their layers', () => {
    const mlp = new MLP({ layers: [2, 3, 2], seed: 1 })
    expect(Object.keys(weightsOf(mlp, pytorch))).toEqual([
      'layers.0.weight',
      'layers.0.bias',
      'layers.1.weight',
      'layers.1.bias',
    ])
    const other = new MLP({ layers: [2, 3, 2], seed: 2 })
    expect(loadWeights(other, weightsOf(mlp, pytorch), pytorch).forward(frames)).toEqual(mlp.forward(frames))
    const dense = new Dense({ inputs: 2, units: 3, dtype: 'float64' })
    const { weight, bias } = weightsOf(dense, pytorch)
    expect([weight.dtype, weight.shape, bias.shape]).toEqual(['F64', [3, 2], [3]])
    expect(weight.data[1]).toBe(dense.params.W.get(1, 0))
  })
})

const zeros = (...shape: number[]): TensorInput => ({ data: new Float32Array(shape.reduce((a, b) => a * b, 1)), shape })
const ones = (...shape: number[]): TensorInput => ({
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1),
  shape,
})

function two(): Sequential {
  return new Sequential([new Dense({ inputs: 2, units: 2 }), new Dense({ units: 2, activation: 'softmax' })])
}

function refusal(
  model: Sequential | Layer,
  tensors: Record<string, TensorInput>,
  options: Partial<LoadWeightsOptions> = {},
): string {
  const values = model instanceof Sequential ? model.parameters.values : null
  const before = values?.slice()
  try {
    loadWeights(model, tensors, { ...pytorch, ...options })
  } catch (error) {
    expect(values).toEqual(before ?? null)
    return String(error)
  }
  throw new Error('no refusal')
}

describe('modules and layers', () => {
  const named = (a: string, b: string): Record<string, TensorInput> => ({
    [`${b}.weight`]: zeros(2, 2),
    [`${b}.bias`]: zeros(2),
    [`${a}.weight`]: ones(2, 2),
    [`${a}.bias`]: ones(2),
  })

  it.each([
    ['fc2', 'fc10'],
    ['layers.2.linear', 'layers.10.linear'],
  ])('of one size are in the order of the numbers in their names: %s before %s', (a, b) => {
    expect(Array.from(loadWeights(two(), named(a, b), pytorch).parameters.values)).toEqual([
      1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0,
    ])
  })

  it('of one size whose names tell no order need "names"', () => {
    const tensors = named('encoder', 'decoder')
    expect(refusal(two(), tensors)).toBe(
      'RangeError: loadWeights: "decoder", "encoder" fit layers.0 (dense), layers.1 (dense) alike; give "names", the modules in the order of the layers',
    )
    const net = loadWeights(two(), tensors, { ...pytorch, names: ['encoder', 'decoder'] })
    expect(net.parameters.values[0]).toBe(1)
    expect(loadWeights(two(), tensors, { ...pytorch, names: ['decoder', 'encoder'] }).parameters.values[0]).toBe(0)
  })

  it('of a part of a file are taken by a prefix, and a layer with null keeps its weights', () => {
    const net = two()
    const kept = net.parameters.values.slice(6)
    const tensors = { 'a.fc.weight': ones(2, 2), 'a.fc.bias': ones(2), 'b.fc.weight': zeros(2, 2) }
    loadWeights(net, tensors, { ...pytorch, prefix: 'a.', names: ['fc', null] })
    expect(Array.from(net.parameters.values)).toEqual([1, 1, 1, 1, 1, 1, ...kept])
    expect(refusal(two(), tensors, { prefix: 'a.', names: [null, null] })).toContain(
      'unexpected: "a.fc.weight" [2, 2], "a.fc.bias" [2]',
    )
  })

  it('of the two directions may be two modules', () => {
    const make = (): Sequential => new Sequential([new Bidirectional(new RNN({ inputs: 2, units: 2 }))], { seed: 3 })
    const tensors = weightsOf(make(), { ...pytorch, names: [['to', 'fro']] })
    expect(Object.keys(tensors)).toContain('fro.weight_hh_l0')
    const again = loadWeights(new Sequential([new Bidirectional(new RNN({ inputs: 2, units: 2 }))]), tensors, {
      ...pytorch,
      names: [['to', 'fro']],
    })
    expect(again.parameters.values).toEqual(make().parameters.values)
    expect(refusal(two(), {}, { names: [['a', 'b'], 'c'] })).toContain(
      '"names[0]" expected one name for layers.0 (dense), got 2',
    )
  })

  it('that do not fit are listed with their shapes, and nothing is changed', () => {
    const lstm = (): Sequential =>
      new Sequential([new LSTM({ inputs: 2, units: 3, peepholes: false }), new Dense({ units: 2 })])
    const right = weightsOf(lstm(), { ...pytorch, names: ['rnn', 'fc'] })
    const { 'fc.bias': _, ...without } = right
    expect(refusal(lstm(), { ...without, 'extra.weight': zeros(7) })).toContain('unexpected: "extra.weight" [7]')
    const { 'rnn.bias_hh_l0': __, ...half } = right
    expect(refusal(lstm(), half)).toContain('missing: weight_ih [12, 2] of layers.0 (lstm)')
    expect(refusal(lstm(), half, { names: ['rnn', 'fc'] })).toBe(
      'RangeError: loadWeights: the tensors do not fit the model: missing: bias_hh [12] of layers.0 (lstm)',
    )
    expect(refusal(lstm(), { ...right, 'rnn.weight_ih_l0': zeros(16, 2) })).toContain(
      'of other shapes: "rnn.weight_ih_l0" expected [12, 2] for layers.0 (lstm), got [16, 2]',
    )
    expect(refusal(lstm(), { ...right, 'rnn.weight_hr_l0': zeros(2, 3) }, { names: ['rnn', 'fc'] })).toContain(
      'unexpected: "rnn.weight_hr_l0" [2, 3]',
    )
    expect(refusal(two(), {})).toContain(
      'missing: weight [2, 2] of layers.0 (dense), bias [2] of layers.0 (dense), weight [2, 2] of',
    )
  })

  it('that PyTorch or this library has not are told by name', () => {
    const norm = { 'bn.weight': zeros(2), 'bn.bias': zeros(2), 'bn.running_mean': zeros(2), 'bn.running_var': zeros(2) }
    const counter = { 'bn.num_batches_tracked': { data: BigInt64Array.of(3n), shape: [] } }
    expect(refusal(two(), { ...named('fc1', 'fc2'), ...norm, ...counter })).toMatch(
      /unexpected: "bn\.weight" \[2\], .*running_var" \[2\]; no layer here is a BatchNorm: fold it into the layer below first \(torch/,
    )
    expect(loadWeights(two(), { ...named('fc1', 'fc2'), ...counter }, pytorch).parameters.values[0]).toBe(1)
    const layers: [Layer, string][] = [
      [new LSTM({ inputs: 2, units: 2 }), 'the layer (lstm) has peepholes'],
      [new LSTM({ inputs: 2, units: 2, peepholes: false, coupled: true }), 'coupled gates'],
      [new LSTM({ inputs: 2, units: 2, peepholes: false, activation: 'relu' }), 'activations'],
      [new LSTM({ inputs: 2, units: 2, peepholes: false, gateActivation: 'hardSigmoid' }), 'activations'],
      [new GRU({ inputs: 2, units: 2, resetAfter: false }), 'the reset before the product'],
      [new GRU({ inputs: 2, units: 2, initialState: 'learned' }), 'a learned initial state'],
      [new RNN({ inputs: 2, units: 2, activation: 'sigmoid' }), 'a sigmoid'],
      [new AttentionPool({ inputs: 2 }), 'no counterpart'],
    ]
    for (const [layer, reason] of layers) {
      expect(refusal(layer, {})).toContain(reason)
      expect(() => weightsOf(layer, pytorch)).toThrow(reason)
    }
  })

  it('with numbers that no model has are refused', () => {
    const tensors = named('fc1', 'fc2')
    const bias = (data: Float32Array | Float64Array | BigInt64Array): Record<string, TensorInput> => ({
      ...tensors,
      'fc1.bias': { data },
    })
    expect(refusal(two(), bias(Float32Array.of(1, Number.NaN)))).toContain(
      '"fc1.bias" expected finite numbers, got NaN at index 1',
    )
    expect(refusal(two(), bias(Float64Array.of(1e300, 1)))).toContain('beyond float32')
    expect(refusal(two(), bias(BigInt64Array.of(1n, 2n)))).toContain('integers of 64 bits')
    const cell = { 'rnn.weight_ih': zeros(2, 2), 'rnn.weight_ih_l0': zeros(2, 2) }
    expect(refusal(new RNN({ inputs: 2, units: 2 }), cell)).toContain(
      '"rnn.weight_ih" and "rnn.weight_ih_l0" are one tensor',
    )
  })

  it('of cells are those of layers', () => {
    const rnn = (): RNN => new RNN({ inputs: 2, units: 2, seed: 5 })
    const tensors = Object.entries(weightsOf(rnn(), pytorch)).map(([name, tensor]) => [name.replace('_l0', ''), tensor])
    const again = loadWeights(new RNN({ inputs: 2, units: 2 }), Object.fromEntries(tensors), pytorch)
    expect(again.forward(frames)).toEqual(rnn().forward(frames))
  })
})

describe('arguments', () => {
  it('of the wrong kind are refused', () => {
    expect(() => loadWeights(any({}), {}, pytorch)).toThrow(
      'loadWeights: "model" expected a Sequential, an MLP or a layer',
    )
    expect(() => loadWeights(new MeanPool() as Layer, any(3), pytorch)).toThrow('"tensors" expected an object, got 3')
    expect(() => loadWeights(two(), { a: any('b') }, pytorch)).toThrow(TypeError)
    const whole = decodeSafetensors(encodeSafetensors(weightsOf(two(), pytorch)))
    expect(() => loadWeights(two(), any(whole), pytorch)).toThrow(
      'loadWeights: "tensors" expected tensors by name, got a whole file: give its part, decodeSafetensors(bytes).tensors',
    )
    expect(() => loadWeights(two(), {}, any({}))).toThrow(
      '"library" expected one of "pytorch", "flax", "keras", got undefined',
    )
    expect(() => loadWeights(two(), {}, { library: any('jax') })).toThrow(RangeError)
    expect(() => loadWeights(two(), {}, { ...pytorch, names: ['a'] })).toThrow(
      '"names" expected one of each of layers.0 (dense), layers.1 (dense), got 1',
    )
    expect(() => weightsOf(two(), { ...pytorch, names: any([null, 'b']) })).toThrow(TypeError)
    expect(() => weightsOf(two(), any({ library: 'flax' }))).toThrow('"library" expected "pytorch", got "flax"')
    expect(() => weightsOf(two(), { ...pytorch, names: ['a', 'a'] })).toThrow(
      '"a.weight" of layers.1 (dense) has been given before',
    )
  })

  it('of modules that PyTorch cannot have are refused where they are written', () => {
    const lstm = (inputs: number, units: number): LSTM => new LSTM({ inputs, units, peepholes: false })
    const refused = (layers: Layer[], names?: unknown): string => {
      try {
        return Object.keys(weightsOf(new Sequential(layers), { ...pytorch, names: any(names) })).join()
      } catch (error) {
        return String(error)
      }
    }
    const cannot = 'RangeError: weightsOf: "r" cannot be layers.1'
    expect(refused([lstm(2, 3), lstm(3, 4)], ['r', 'r'])).toContain(
      `${cannot} (lstm) as well: its weight_hh is [16, 4], that of the layer below [12, 3]`,
    )
    expect(refused([lstm(2, 3), new GRU({ inputs: 3, units: 3 })], ['r', 'r'])).toContain(`${cannot} (gru)`)
    expect(refused([new Bidirectional(lstm(2, 3)), lstm(6, 3)], ['r', 'r'])).toContain(`${cannot} (lstm)`)
    expect(refused([lstm(2, 3), new Dense({ inputs: 3, units: 3 })], ['r', 'r'])).toContain(`${cannot} (dense)`)
    const stack = [lstm(2, 3), lstm(3, 3)].map((layer) => new Bidirectional(layer))
    expect(refused([stack[0], new Dense({ inputs: 6, units: 3 }), stack[1]], ['r', 'd', 'r'])).toContain(
      'it takes 3 columns, the layer below gives 6',
    )
    expect(refused([lstm(2, 3), lstm(3, 3)], ['r', 'r'])).toContain('r.weight_ih_l1')
    expect(refused([lstm(2, 3), lstm(3, 3)], ['r', 'r.x'])).toContain('"r.x" is within "r"')
    expect(refused([lstm(2, 3), lstm(3, 3)], ['', 'x'])).toContain('"x" is within ""')
    expect(refused([lstm(2, 3), lstm(3, 3)], ['a..b', 'x'])).toContain(
      '"names" expected paths such as "encoder.rnn", got "a..b"',
    )
    const around = new Residual([new Dense({ inputs: 2, units: 3 })], { projection: 'linear' })
    expect(refused([around])).toBe('layers.0.layers.0.weight,layers.0.layers.0.bias,layers.0.projection.weight')
  })

  it('are written without biases where these are 0, and taken again', () => {
    const layers = (): Layer[] => [new GRU({ inputs: 2, units: 3 }), new Dense({ units: 2 })]
    const net = new Sequential(layers(), { seed: 2 })
    for (const [name, view] of Object.entries(net.parameters.views)) if (/\.b\w*$/.test(name)) view.data.fill(0)
    const tensors = weightsOf(net, { ...pytorch, biases: false })
    expect(Object.keys(tensors)).toEqual(['layers.0.weight_ih_l0', 'layers.0.weight_hh_l0', 'layers.1.weight'])
    expect(loadWeights(new Sequential(layers()), tensors, pytorch).parameters.values).toEqual(net.parameters.values)
    expect(Object.keys(weightsOf(net, { ...pytorch, biases: [true, false] }))).toHaveLength(5)
    net.parameters.views['layers.0.bhn'].data[1] = 0.5
    expect(() => weightsOf(net, { ...pytorch, biases: [false, true] })).toThrow(
      'weightsOf: "biases" expected true for layers.0 (gru), whose layers.0.bhn has 0.5, which a module without biases loses',
    )
    expect(() => weightsOf(net, { ...pytorch, biases: [true] })).toThrow(
      '"biases" expected one of each of layers.0 (gru)',
    )
    expect(() => weightsOf(net, { ...pytorch, biases: any(1) })).toThrow(TypeError)
  })
})
