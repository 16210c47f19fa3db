import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { Dense } from '../../src/layers/dense.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { LBFGS } from '../../src/optim/lbfgs.ts'

interface Case {
  hidden: number[]
  activation: 'tanh' | 'logistic'
  alpha: number
  columns: number
  loss: number
  crossEntropy: number
  x: number[]
  y: number[]
}

// Made by vectors/sklearn-mlp.py with scikit-learn's MLPClassifier(solver='lbfgs').
const { versions: _, ...cases }: Record<string, Case> & { versions: never } = JSON.parse(
  readFileSync(new URL('../vectors/sklearn-mlp.json', import.meta.url), 'utf8'),
)

/** Relative: two descents of one function from one start end in the same valley. */
const SAME_LOSS = 1e-4

/** The network with the weights that the generator states. */
function build({ hidden, activation, columns, y }: Case): Sequential {
  const name = activation === 'logistic' ? 'sigmoid' : activation
  const layers = hidden.map(
    (units, i) => new Dense({ units, activation: name, ...(i === 0 ? { inputs: columns } : {}) }),
  )
  const classes = new Set(y).size
  const network = new Sequential([...layers, new Dense({ units: classes, activation: 'softmax' })], {
    dtype: 'float64',
  })
  let n = 0
  for (const { params } of network.layers) {
    const { data, shape } = params.W
    for (let i = 0; i < data.length; i++) data[i] = Math.sqrt(6 / (shape[0] + shape[1])) * Math.sin(1 + n++)
  }
  return network
}

function decayOf(network: Sequential, lambda: number): number {
  const squares = network.layers.flatMap(({ params }) => Array.from(params.W.data, (w) => w * w))
  return (lambda / 2) * squares.reduce((sum, square) => sum + square, 0)
}

describe('LBFGS reaches the loss of scikit-learn from the same weights', () => {
  it.each(Object.entries(cases))('%s', async (_name, given) => {
    const { x, y, columns, alpha } = given
    const rows = y.map((__, i) => view(Float64Array.from(x.slice(i * columns, (i + 1) * columns)), [1, columns]))
    const weightDecay = alpha / y.length
    const network = build(given)
    const optimizer = new LBFGS({ maxIterations: 2000, weightDecay })
    const history = await network.fit(rows, y, { optimizer })
    const crossEntropy = network.evaluate(rows, y).loss
    const loss = crossEntropy + decayOf(network, weightDecay)
    expect(history.ending?.status).toBe('converged')
    expect(Math.abs(loss - given.loss)).toBeLessThan(SAME_LOSS * given.loss)
  })
})
