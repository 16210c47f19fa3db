import { describe, expect, it, vi } from 'vitest'
import { checkInstance } from '../../src/core/copies.ts'
import * as lib from '../../src/index.ts'

vi.resetModules()
const other = await import('../../src/index.ts')

const remedy = /of another copy of ser-core; load either its ES modules or its CommonJS files, and one version$/

describe('objects of another copy of the library', () => {
  const net = () => new lib.Sequential([new lib.Dense({ inputs: 2, units: 2 })])

  it('are of other classes', () => expect(other.Dense).not.toBe(lib.Dense))

  it.each<[string, () => unknown]>([
    ['a layer of Sequential', () => new lib.Sequential([new other.Dense({ inputs: 2, units: 2 })])],
    ['a layer of Residual', () => new lib.Residual([new other.LSTM({ inputs: 2, units: 2 })])],
    ['a layer of Bidirectional', () => new lib.Bidirectional(new other.LSTM({ inputs: 2, units: 2 }))],
    ['a confusion matrix', () => new lib.ConfusionMatrix(['a']).merge(new other.ConfusionMatrix(['a']))],
    [
      'a stream of random numbers',
      () => new lib.RBM({ visible: 2, hidden: 2 }).sampleHidden([[1, 0]], { seed: new other.Random(1) as never }),
    ],
    ['a class that is wanted', () => lib.loadModel(lib.saveModel(net()), other.Sequential)],
  ])('%s is refused with the remedy', (_, call) => expect(call).toThrow(remedy))

  it('are the only ones that the remedy is given for', () => {
    const strange = [{}, null, 'Dense', new (class Layer {})(), [1]]
    for (const layer of strange) expect(() => new lib.Sequential([layer as never])).toThrow(/^(?!.*another copy)/)
    expect(() => lib.loadModel(lib.saveModel(net()), lib.MLP)).toThrow(/, not the one wanted$/)
    const rbm = lib.saveModel(new lib.GaussianRBM({ visible: 2, hidden: 2 }))
    expect(() => lib.loadModel(rbm, lib.RBM)).toThrow(/, not the one wanted$/)
  })
})

describe('checkInstance', () => {
  it('gives the object of the class, or of one below it', () => {
    const layer = new lib.LSTM({ inputs: 1, units: 1 })
    expect(checkInstance('f', 'x', layer, lib.Layer, 'a layer')).toBe(layer)
  })
})
