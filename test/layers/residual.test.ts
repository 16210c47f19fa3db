import { describe, expect, it } from 'vitest'
import { StateError } from '../../src/core/errors.ts'
import { AttentionPool } from '../../src/layers/attention-pool.ts'
import { planBatch } from '../../src/layers/batch.ts'
import { Bidirectional } from '../../src/layers/bidirectional.ts'
import { Dense } from '../../src/layers/dense.ts'
import { Dropout } from '../../src/layers/dropout.ts'
import { FrameStack } from '../../src/layers/frame-stack.ts'
import { GRU } from '../../src/layers/gru.ts'
import { LayerNorm } from '../../src/layers/layer-norm.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { createLayer } from '../../src/layers/registry.ts'
import { Residual } from '../../src/layers/residual.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Random } from '../../src/numerics/random.ts'
import { normalSequences } from '../support/random.ts'

const [x] = normalSequences('skip', [5], 3)
const lstm = (units: number, options = {}): LSTM => new LSTM({ units, seed: 4, ...options })

describe('Residual', () => {
  it('adds what its layers make of the input to the input', () => {
    const skip = new Residual([new LayerNorm({ inputs: 3 }), lstm(3)], { dtype: 'float64' })
    const inner = new Sequential([new LayerNorm({ inputs: 3 }), lstm(3)], { dtype: 'float64' })
    const f = inner.forward(x).data
    const y = skip.forward(x)
    expect(y.shape).toEqual([5, 3])
    y.data.forEach((value, i) => expect(value).toBe(x.data[i] + f[i]))
    expect(skip.projection).toBe('none')
  })

  it('projects the input where the widths differ, and where asked', () => {
    const skip = new Residual([lstm(2, { inputs: 3 })], { dtype: 'float64', seed: 1 })
    const f = lstm(2, { inputs: 3, dtype: 'float64' }).forward(x)
    const P = skip.params.projection
    expect(P.shape).toEqual([3, 2])
    const y = skip.forward(x)
    for (let t = 0; t < 5; t++) {
      for (let k = 0; k < 2; k++) {
        const projected = [0, 1, 2].reduce((sum, j) => sum + x.get(t, j) * P.get(j, k), 0)
        expect(y.get(t, k)).toBeCloseTo(projected + f.get(t, k), 14)
      }
    }
    const asked = new Residual([lstm(3)], { inputs: 3, projection: 'linear' })
    expect(asked.params.projection.shape).toEqual([3, 3])
  })

  it('names the weights of its layers, which start by their own seeds where they have any', () => {
    const skip = new Residual([new Dense({ units: 2 }), new Dropout(), lstm(3)], { inputs: 3, seed: 9 })
    expect(Object.keys(skip.params).slice(0, 3)).toEqual(['layers.0.W', 'layers.0.b', 'layers.2.Wxi'])
    expect(skip.params['layers.2.Wxi'].data).toEqual(lstm(3, { inputs: 2 }).params.Wxi.data)
    const again = new Residual([new Dense({ units: 2 })], { inputs: 3, seed: 9 })
    const other = new Residual([new Dense({ units: 2 })], { inputs: 3, seed: 8 })
    expect(again.params['layers.0.W'].data).toEqual(skip.params['layers.0.W'].data)
    expect(other.params['layers.0.W'].data).not.toEqual(skip.params['layers.0.W'].data)
  })

  it('shares its numbers with its layers', () => {
    const inner = new Dense({ units: 3 })
    const network = new Sequential([new Residual([inner], { inputs: 3 })])
    network.parameters.data.fill(0)
    inner.params.b.data.set([1, 2, 3])
    const y = network.forward(x)
    y.data.forEach((value, i) => expect(value).toBe(Math.fround(Math.fround(x.data[i]) + (i % 3) + 1)))
  })

  it('is made again by its options, nested ones too', () => {
    const skip = new Residual([new Residual([lstm(3), new Dropout({ rate: 0.1 })]), new GRU({ units: 4 })], {
      inputs: 3,
    })
    const options = JSON.parse(JSON.stringify(skip.options()))
    const again = createLayer({ type: 'residual', options })
    expect(again.options()).toEqual(options)
    expect(Object.keys(again.params)).toEqual(Object.keys(skip.params))
  })

  it('nests the states of its layers', () => {
    const skip = new Residual([new Residual([lstm(3)]), new Dense({ units: 3 }), new GRU({ units: 2 })], { inputs: 3 })
    const state = skip.createState(4)
    expect(Object.entries(state ?? {}).map(([name, array]) => [name, array.length])).toEqual([
      ['0.0.h', 12],
      ['0.0.c', 12],
      ['0.0.begun', 1],
      ['2.h', 8],
      ['2.begun', 1],
    ])
    expect(new Residual([new Dense({ units: 3 })], { inputs: 3 }).createState()).toBeNull()
    const both = new Residual([new Bidirectional(lstm(2))], { inputs: 3 })
    expect(() => both.createState()).toThrow(/needs the whole sequence/)
  })

  it('gives each of its layers draws of its own', () => {
    const masks = [0, 1].map((place) => {
      const layers = [0, 1].map((i) => new Dropout({ rate: i === place ? 0.5 : 0 }))
      const skip = new Residual(layers, { inputs: 50 })
      const ones = { data: new Float32Array(50).fill(1), cols: 50, plan: planBatch([1]) }
      return skip.forwardBatch(ones, { training: true, truncation: 0, random: new Random(1), state: null }).data
    })
    expect(new Set([...masks[0], ...masks[1]])).toEqual(new Set([1, 3]))
    expect(masks[0]).not.toEqual(masks[1])
    expect(new Residual([new Dropout()], { inputs: 1 }).draws).toBe(true)
    expect(new Residual([new Dropout({ rate: 0 })], { inputs: 1 }).draws).toBe(false)
  })

  it('takes its element type from its layers', () => {
    expect(new Residual([new Dense({ inputs: 3, units: 3, dtype: 'float64' })]).forward(x).data).toBeInstanceOf(
      Float64Array,
    )
  })
})

describe('Residual refuses', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['no layers', () => new Residual([]), /Residual: "layers" expected at least 1 item/],
    ['no array', () => new Residual(lstm(2) as never), /Residual: "layers" expected an array/],
    ['what is no layer', () => new Residual([{}] as never), /"layers\[0\]" expected a layer .*, got an object/],
    [
      'a pool',
      () => new Residual([lstm(2), new MeanPool()]),
      /"layers\[1\]" \(meanPool\) changes the number of time st/,
    ],
    ['attention', () => new Residual([new AttentionPool()]), /\(attentionPool\) changes the number of time steps/],
    ['subsampling', () => new Residual([new FrameStack()]), /\(frameStack\) changes the number of time steps/],
    [
      'no projection where widths differ',
      () => new Residual([lstm(2, { inputs: 3 })], { projection: 'none' }),
      /Residual: "projection" expected "linear" where the layers make 2 columns of 3, got "none"/,
    ],
    [
      'the same in a network',
      () => new Sequential([lstm(3, { inputs: 3 }), new Residual([lstm(2)], { projection: 'none' })]),
      /Sequential: "layers\[1\]": "projection" expected "linear"/,
    ],
    [
      'another projection',
      () => new Residual([lstm(2)], { projection: 'conv' as never }),
      /"projection" expected one of/,
    ],
    ['an unknown option', () => new Residual([lstm(2)], { skip: 1 } as never), /Residual: unknown option "skip"/],
    [
      'layers that do not fit',
      () => new Residual([lstm(2), lstm(2, { inputs: 3 })], { inputs: 3 }),
      /Residual: "layers\[1\]": lstm expects 3 inputs, the layer below gives 2/,
    ],
    [
      'two element types',
      () => new Residual([lstm(2, { dtype: 'float32' }), lstm(2, { dtype: 'float64' })]),
      /"layers\[1\]" \(lstm\) has dtype float64, the network float32/,
    ],
  ])('%s', (_, act, message) => expect(act).toThrow(message))

  it('layers in use, twice or with weights', () => {
    const layer = lstm(2)
    expect(() => new Residual([layer, layer])).toThrow(StateError)
    new Residual([layer])
    expect(() => new Residual([layer])).toThrow(/already belongs to a network/)
    const used = lstm(2, { inputs: 2 })
    used.params.bf.set(0, 9)
    expect(() => new Residual([used])).toThrow(/has weights already/)
  })
})
