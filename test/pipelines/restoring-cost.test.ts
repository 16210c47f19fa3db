/** Loading draws no random number: the starting values would be overwritten. Counted, so that no clock decides. */
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  Bidirectional,
  Dense,
  LSTM,
  loadModel,
  MeanPool,
  Recognizer,
  Residual,
  Sequential,
  saveModel,
} from '../../src/index.ts'
import { configOf } from '../../src/layers/registry.ts'
import { Random } from '../../src/numerics/random.ts'
import { resolveDataset } from '../../src/training/dataset.ts'
import { gradientTask, gradientTasks } from '../../src/training/gradient-worker.ts'
import { packDataset } from '../../src/training/packed-dataset.ts'

const draws = [
  'uniform',
  'integer',
  'normal',
  'uniformInto',
  'uniformBlockInto',
  'normalInto',
  'normalBlockInto',
] as const
const folder = new URL('../fixtures/0.1.0/models/', import.meta.url)

let count = 0

beforeEach(() => {
  count = 0
  for (const name of draws) {
    const draw = Random.prototype[name] as (...args: never[]) => unknown
    vi.spyOn(Random.prototype, name).mockImplementation(function (this: Random, ...args: never[]) {
      count++
      return draw.apply(this, args) as never
    })
  }
})

afterEach(() => {
  vi.restoreAllMocks()
})

function nestedNetwork(): Sequential {
  const dense = new Residual([new Dense({ units: 6, activation: 'tanh' })])
  const layers = [new Bidirectional(new LSTM({ units: 3 })), dense, new MeanPool()]
  return new Sequential([new LSTM({ inputs: 4, units: 5 }), ...layers, new Dense({ units: 2, activation: 'softmax' })])
}

describe('restoring', () => {
  it('is counted by a counter that sees what a new network draws', () => {
    nestedNetwork()
    expect(count).toBeGreaterThan(10)
  })

  it.each(readdirSync(folder))('%s draws nothing', (name) => {
    loadModel(readFileSync(new URL(name, folder)))
    expect(count).toBe(0)
  })

  it('nested layers, and a layer by itself, draw nothing', () => {
    const network = nestedNetwork()
    const layer = new LSTM({ inputs: 3, units: 2 })
    layer.forward([[1, 2, 3]])
    const files = [saveModel(network), saveModel(layer)]
    count = 0
    const again = loadModel(files[0], Sequential)
    loadModel(files[1], LSTM)
    expect(count).toBe(0)
    expect(again.parameters.values).toEqual(network.parameters.values)
  })

  it('a worker of a parallel fit draws nothing of its copy of the network', () => {
    const network = nestedNetwork()
    const dtype = 'float32' as const
    const sequences = [{ data: new Float32Array(12), rows: 3, cols: 4 }]
    const shape = { outputLength: () => 1, outputs: 2, dtype, sharesMemory: false }
    const targets = resolveDataset('test', sequences, [1], { ...shape, labelSmoothing: 0 })
    const settings = { loss: 'crossEntropy' as const, classWeights: null }
    const session = { session: 1, layers: network.layers.map(configOf), dtype, data: packDataset(targets, shape) }
    count = 0
    gradientTasks()[gradientTask.open]({ ...session, settings, truncation: 0, statistics: false })
    expect(count).toBe(0)
  })

  it('the recogniser that ships draws nothing', () => {
    Recognizer.from(readFileSync(new URL('../../models/recognizer.safetensors', import.meta.url)))
    expect(count).toBe(0)
  })
})
