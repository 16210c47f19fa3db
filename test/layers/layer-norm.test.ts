import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { Dense } from '../../src/layers/dense.ts'
import { LayerNorm } from '../../src/layers/layer-norm.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { normalSequences } from '../support/random.ts'

describe('LayerNorm', () => {
  const D = 5
  const make = (options = {}): LayerNorm => new LayerNorm({ inputs: D, dtype: 'float64', ...options })
  const [x] = normalSequences('rows', [6], D)

  it('gives every row mean 0 and, but for epsilon, variance 1', () => {
    const y = make({ epsilon: 1e-12 }).forward(x)
    for (let t = 0; t < 6; t++) {
      const row = Array.from({ length: D }, (_, j) => y.get(t, j))
      expect(row.reduce((sum, v) => sum + v, 0)).toBeCloseTo(0, 12)
      expect(row.reduce((sum, v) => sum + v * v, 0) / D).toBeCloseTo(1, 9)
    }
  })

  it('is g (x - m) / sqrt(v + epsilon) + b, by hand', () => {
    const layer = new LayerNorm({ inputs: 2, epsilon: 3, dtype: 'float64' })
    layer.params.g.data.set([2, -1])
    layer.params.b.data.set([0.5, 10])
    const y = layer.forward(view(Float64Array.of(4, 2, 7, 7), [2, 2]))
    expect(Array.from(y.data as Float64Array)).toEqual([2 / 2 + 0.5, 1 / 2 + 10, 0.5, 10])
  })

  it('does not see an offset of all columns', () => {
    const moved = view(
      x.data.map((value) => value + 8),
      [6, D],
    )
    const [a, b] = [make().forward(x).data, make().forward(moved).data]
    a.forEach((value, i) => expect(b[i]).toBeCloseTo(value, 12))
  })

  it('starts with gains 1 and biases 0, which weight decay spares', () => {
    const network = new Sequential([make(), new Dense({ units: 1 })], { dtype: 'float64' })
    const { g, b } = network.layers[0].params
    expect(new Set(g.data as Float64Array)).toEqual(new Set([1]))
    expect(new Set(b.data as Float64Array)).toEqual(new Set([0]))
    expect(network.parameters.slots.map(({ name, decay }) => [name, decay])).toEqual([
      ['layers.0.g', false],
      ['layers.0.b', false],
      ['layers.1.W', true],
      ['layers.1.b', false],
    ])
  })

  it.each<[string, object, RegExp]>([
    ['no epsilon', { epsilon: 0 }, /LayerNorm: "epsilon" expected a finite number > 0, got 0/],
    ['a word', { epsilon: 'small' }, /"epsilon" expected a finite number > 0, got "small"/],
    ['an unknown option', { eps: 1 }, /LayerNorm: unknown option "eps"/],
  ])('refuses %s', (_, options, message) => expect(() => make(options)).toThrow(message))
})
