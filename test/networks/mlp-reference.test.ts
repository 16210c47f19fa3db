import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { MLP } from '../../src/networks/mlp.ts'
import type { MLPOptions, RowLossOptions } from '../../src/networks/mlp-options.ts'
import type { LossKind } from '../../src/training/loss.ts'
import { expectClose } from '../support/energy.ts'
import { tolerance } from '../support/tolerances.ts'

type Case = Required<Pick<MLPOptions, 'activation' | 'output'>> & {
  loss: Exclude<LossKind, 'concordance'>
  value: number
  outputs: number[]
  gradient: number[]
}

// Made by vectors/mlp.py with PyTorch's autograd in float64.
const vectors: {
  sizes: number[]
  rows: number
  scale: number
  weightDecay: number
  labels: number[]
  classWeights: number[]
  labelSmoothing: number
  cases: Case[]
  weighted: Case
  smoothed: Case
} = JSON.parse(readFileSync(new URL('../vectors/mlp.json', import.meta.url), 'utf8'))

const { rows, sizes, scale, weightDecay } = vectors

/** [rows, 3] of f(r, d). */
function filled(f: (r: number, d: number) => number): ReturnType<typeof view<Float64Array>> {
  return view(
    Float64Array.from({ length: 3 * rows }, (_, i) => f(Math.floor(i / 3), i % 3)),
    [rows, 3],
  )
}

const x = filled((r, d) => Math.cos(0.7 * r + 1.3 * d))
const labelsOf = {
  crossEntropy: vectors.labels,
  squaredError: filled((r, k) => Math.sin(r + k)),
  binaryCrossEntropy: filled((r, k) => (1 + Math.sin(r + k)) / 2),
}

function expectCase({ activation, output, loss, ...wanted }: Case, options: RowLossOptions = {}): void {
  const network = new MLP({ layers: sizes, activation, output, loss, weightDecay, dtype: 'float64' })
  network.parameters.data.forEach((_, n, data) => {
    data[n] = scale * Math.sin(1 + n)
  })
  const { loss: value, gradient } = network.lossAndGradient(x, labelsOf[loss], options)
  expectClose([value], [wanted.value], tolerance.vector)
  expectClose(gradient, wanted.gradient, tolerance.vector)
  expectClose(network.forward(x), wanted.outputs, tolerance.vector)
}

describe('J(W, b), its gradient and the outputs equal PyTorch', () => {
  const named = vectors.cases.map((c) => [`${c.activation}, ${c.output}, ${c.loss}`, c] as const)
  it('on every activation with every output and loss', () => expect(named).toHaveLength(6 * 9))
  it.each(named)('%s', (_, c) => expectCase(c))
  it('class weights', () => expectCase(vectors.weighted, { classWeights: vectors.classWeights }))
  it('label smoothing', () => expectCase(vectors.smoothed, { labelSmoothing: vectors.labelSmoothing }))
})
