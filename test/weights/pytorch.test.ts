/** Weights of PyTorch, in and out. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import * as ser from '../../src/index.ts'
import { decodeSafetensors } from '../../src/io/safetensors.ts'
import { loadWeights, weightsOf } from '../../src/weights/load-weights.ts'
import { torchModels as modelsOf } from '../support/weights-models.mjs'
import { worstDifference } from './support/differences.ts'

interface Case {
  file: string
  y: number[]
}

// Made by vectors/weights-pytorch.py.
const { x, cases }: { x: number[]; cases: Record<string, Case> } = JSON.parse(
  readFileSync(new URL('../vectors/weights-pytorch.json', import.meta.url), 'utf8'),
)
const torchModels = modelsOf(ser)
const frames = view(Float64Array.from(x), [x.length / 3, 3])
const bytesOf = (file: string): Uint8Array => new Uint8Array(Buffer.from(file, 'base64'))
const pytorch = { library: 'pytorch' } as const

describe('state dicts of PyTorch', () => {
  it('are of all kinds of modules that models are made for here', () => {
    expect(Object.keys(torchModels)).toEqual(Object.keys(cases))
  })

  it.each(Object.entries(cases))('give its outputs: %s', (name, { file, y }) => {
    const model = loadWeights(torchModels[name].make('float64'), decodeSafetensors(bytesOf(file)).tensors, pytorch)
    expect(worstDifference(model.forward(frames).data, y)).toBeLessThan(1e-6)
  })

  it.each(Object.entries(cases))('come back with the same names, shapes and sums: %s', (name, { file }) => {
    const { make, names } = torchModels[name]
    const { tensors } = decodeSafetensors(bytesOf(file))
    const out = weightsOf(loadWeights(make('float64'), tensors, pytorch), { ...pytorch, names })
    const expected = name.endsWith('without-biases') ? Object.keys(out) : Object.keys(tensors)
    if (name !== 'perceptron') expect(Object.keys(out).sort()).toEqual(expected.sort())
    for (const [key, { shape, data }] of Object.entries(tensors)) {
      expect(out[key].shape).toEqual(shape)
      if (key.includes('weight')) expect(worstDifference(out[key].data, data)).toBe(0)
    }
  })
})
