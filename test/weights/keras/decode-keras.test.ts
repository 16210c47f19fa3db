/** Weights without a model into models made here; test/vectors/keras-models.py has the model. */
import { describe, expect, it } from 'vitest'
import { FormatError } from '../../../src/core/errors.ts'
import { Bidirectional } from '../../../src/layers/bidirectional.ts'
import { Dense } from '../../../src/layers/dense.ts'
import { GRU } from '../../../src/layers/gru.ts'
import { LastPool } from '../../../src/layers/last-pool.ts'
import type { Layer } from '../../../src/layers/layer.ts'
import { LSTM } from '../../../src/layers/lstm.ts'
import { Sequential } from '../../../src/networks/sequential.ts'
import { decodeKeras } from '../../../src/weights/keras/decode-keras.ts'
import { loadWeights } from '../../../src/weights/load-weights.ts'
import { cases, distance, fileOf, rowsOf, unpacked, weightsAlone } from './files.ts'

const lstm = (units: number, inputs?: number) => new LSTM({ inputs, units, peepholes: false })

describe('decodeKeras', () => {
  const tensors = decodeKeras(unpacked(weightsAlone.files['weights.h5']))

  function worst(layers: Layer[], from: typeof tensors, { sequences, outputs }: typeof weightsAlone): number {
    const net = loadWeights(new Sequential(layers), from, { library: 'keras' })
    return Math.max(...sequences.map((data, i) => distance(net.forward(rowsOf(data)).data, outputs[i].data)))
  }

  it('gives variables by their paths, which loadWeights writes into a model', () => {
    expect(Object.keys(tensors)).toContain('layers/bidirectional/backward_layer/cell/vars/2')
    const layers = [
      lstm(4, 3),
      new Bidirectional(lstm(3)),
      new LastPool(),
      new Dense({ units: 5 }),
      new Dense({ units: 2 }),
    ]
    expect(worst(layers, tensors, weightsAlone)).toBeLessThan(1e-6)
  })

  it('takes layers of one class and size in the order of their numbers, the tenth behind the second', () => {
    const layers = Array.from({ length: 12 }, (_, k) => lstm(3 + (k % 2), k === 0 ? 3 : undefined))
    expect(worst(layers, decodeKeras(fileOf('twelve')), cases.twelve)).toBeLessThan(1e-6)
  })

  it('knows both places of the reset gate, layers without biases, and leaves the optimiser behind', () => {
    const gru = [new GRU({ inputs: 3, units: 4, resetAfter: false }), new GRU({ units: 3 }), new LastPool()]
    const all = [...gru, new Dense({ units: 2, activation: 'tanh' })]
    expect(worst(all, decodeKeras(fileOf('gru')), cases.gru)).toBeLessThan(1e-6)
    const trained = decodeKeras(fileOf('trained'))
    expect(Object.keys(trained).filter((name) => name.startsWith('optimizer'))).toEqual([])
    const layers = [lstm(4, 3), new LastPool(), new Dense({ units: 2, activation: 'softmax' })]
    expect(worst(layers, trained, cases.trained)).toBeLessThan(1e-6)
  })

  it('refuses layers that Keras has not, weights that are left over, and files of others', () => {
    const load = (layers: Layer[], from = tensors) => loadWeights(new Sequential(layers), from, { library: 'keras' })
    expect(() => load([new LSTM({ inputs: 3, units: 4 })])).toThrow('has peepholes, which LSTM of Keras has not')
    expect(() => load([lstm(4, 3)])).toThrow('unexpected: "layers/bidirectional/backward_layer/cell/vars/0" [4, 12]')
    expect(() => load([lstm(4, 3)], decodeKeras(fileOf('normalization')))).toThrow(
      'fromKeras reads .keras files of these',
    )
    expect(() => decodeKeras(fileOf('lstm', 'h5'))).toThrow(
      'decodeKeras: the file has no variables as Keras 3 names them',
    )
    expect(() => decodeKeras(new Uint8Array(4))).toThrow(FormatError)
    expect(() => decodeKeras({} as never)).toThrow(TypeError)
  })
})
