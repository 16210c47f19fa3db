import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Dtype, Json } from '../../src/core/types.ts'
import type { Layer } from '../../src/layers/layer.ts'
import { createLayer } from '../../src/layers/registry.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { expectClose, matrices, parameterIn } from '../support/case-vectors.ts'
import { tolerance } from '../support/tolerances.ts'

interface Case {
  kind: 'rnn' | 'lstm' | 'gru'
  options: Record<string, Json>
  depth: number
  bidirectional: boolean
  parameters: Record<string, number[]>
  x: number[][][]
  outputs: number[][][]
}
interface GradientCase extends Case {
  targets: number[][][]
  loss: number
  gradients: Record<string, number[]>
}

// Made by vectors/recurrent.py: sequences of unequal lengths in one batch.
const vectors: { pytorch: GradientCase[]; onnxruntime: Case[] } = JSON.parse(
  readFileSync(new URL('../vectors/recurrent.json', import.meta.url), 'utf8'),
)

/** The layers of a case, with its weights. */
function build({ kind, options, depth, bidirectional, parameters, x, outputs }: Case, dtype: Dtype): Sequential {
  const width = outputs[0][0].length
  const layers = Array.from({ length: depth }, (_, i): Layer => {
    const inputs = i === 0 ? x[0][0].length : width
    const layer = { type: kind, options: { ...options, inputs, units: width / (bidirectional ? 2 : 1) } }
    return bidirectional
      ? createLayer({ type: 'bidirectional', options: { layer, merge: 'concatenate' } })
      : createLayer(layer)
  })
  const network = new Sequential(layers, { dtype })
  network.parameters.data.fill(Number.NaN)
  for (const [name, values] of Object.entries(parameters))
    parameterIn(network, network.parameters.data, name).set(values)
  return network
}

function titled<T extends Case>(cases: T[]): [string, T][] {
  return cases.map((each) => {
    const { kind, options, depth, bidirectional } = each
    const words = [kind, JSON.stringify(options), bidirectional ? 'both ways' : 'one way', `depth ${depth}`]
    return [words.join(', '), each]
  })
}

describe.each(titled(vectors.pytorch))('in float64 equals PyTorch: %s', (_, wanted) => {
  const network = build(wanted, 'float64')
  const sequences = matrices(wanted.x)

  it('outputs', () => {
    network.forward(sequences).forEach(({ data }, i) => {
      expectClose(data, wanted.outputs[i].flat(), tolerance.vector, `outputs of ${i}`)
    })
  })

  it('loss and gradient', () => {
    const { loss, gradient } = network.lossAndGradient(sequences, matrices(wanted.targets))
    expectClose([loss], [wanted.loss], tolerance.vector, 'loss')
    expect(Object.keys(wanted.gradients)).toHaveLength(network.parameters.slots.length)
    for (const [name, values] of Object.entries(wanted.gradients)) {
      expectClose(parameterIn(network, gradient, name), values, tolerance.vector, name)
    }
  })
})

describe('in float32 equals ONNX Runtime', () => {
  it.each(titled(vectors.onnxruntime))('%s', (_, wanted) => {
    const network = build(wanted, 'float32')
    network.forward(matrices(wanted.x)).forEach(({ data }, i) => {
      expect(data).toBeInstanceOf(Float32Array)
      expectClose(data, wanted.outputs[i].flat(), tolerance.float32, `outputs of ${i}`)
    })
  })
})
