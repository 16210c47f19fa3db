import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import type { Dtype, FloatArray, FloatNdArray, Json } from '../../src/core/types.ts'
import type { Layer } from '../../src/models/layers/layer.ts'
import { createLayer } from '../../src/models/registry.ts'
import { Sequential } from '../../src/models/sequential.ts'
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

const matrices = (sequences: number[][][]): FloatNdArray[] =>
  sequences.map((rows) => view(Float64Array.from(rows.flat()), [rows.length, rows[0].length]))

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
  for (const [name, values] of Object.entries(parameters)) parameter(network, network.parameters.data, name).set(values)
  return network
}

/** The part of a flat vector that belongs to a parameter such as "0.forward.Wxi". */
function parameter({ parameters: { slots } }: Sequential, flat: FloatArray, name: string): FloatArray {
  const slot = slots.find((candidate) => candidate.name === `layers.${name}`)
  if (slot === undefined) throw new Error(`no parameter ${name}`)
  return flat.subarray(slot.offset, slot.offset + slot.size)
}

function expectClose(got: ArrayLike<number>, wanted: number[], bound: number, what: string): void {
  expect(got.length, what).toBe(wanted.length)
  wanted.forEach((value, i) => {
    const error = Math.abs(got[i] - value)
    expect(error <= bound * (1 + Math.abs(value)), `${what}[${i}]: got ${got[i]}, wanted ${value}`).toBe(true)
  })
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
      expectClose(parameter(network, gradient, name), values, tolerance.vector, name)
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
