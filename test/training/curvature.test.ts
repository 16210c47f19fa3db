import fc from 'fast-check'
import { expect, it } from 'vitest'
import { kernels } from '../../src/kernels/index.ts'
import { Random } from '../../src/numerics/random.ts'
import { gaussNewtonCurvature, type LossPoint } from '../../src/training/curvature.ts'
import { binaryCrossEntropyOnLogits, crossEntropyOnLogits } from '../../src/training/loss.ts'

const STEP = 6e-6
const DIFFERENCE = 1e-9

function softmaxRows(z: Float64Array, rows: number, cols: number): Float64Array {
  const y = new Float64Array(z.length)
  kernels.softmax(y, 0, z, 0, rows, cols)
  return y
}

const cases: [LossPoint['kind'], LossPoint['outputKind'], typeof crossEntropyOnLogits, typeof softmaxRows][] = [
  ['binaryCrossEntropy', 'values', binaryCrossEntropyOnLogits, (z) => z],
  ['crossEntropy', 'softmax', crossEntropyOnLogits, softmaxRows],
]

// second-order.test.ts checks losses within networks; here are targets of any sum, and the loss that no Sequential has.
it.each(cases)('%s on logits: equal to differences of its gradient', (kind, outputKind, gradientOf, outputOf) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }), fc.integer(), (rows, cols, seed) => {
      const random = new Random(seed)
      const [z, u, targets] = [0, 1, 2].map(() => Float64Array.from({ length: rows * cols }, () => random.normal()))
      targets.forEach((t, i) => (targets[i] = 1 / (1 + t * t)))
      const weights = Float64Array.from({ length: rows }, () => random.uniform())
      const losses = { targets, weights, rows, cols }
      const gradientAt = (h: number): Float64Array => {
        const dz = new Float64Array(rows * cols)
        gradientOf(
          dz,
          z.map((value, i) => value + h * u[i]),
          losses,
        )
        return dz
      }
      const plan = {
        order: new Int32Array(rows),
        lengths: new Int32Array(rows).fill(1),
        offsets: Int32Array.of(0, rows),
      }
      const output = { data: outputOf(z, rows, cols), cols, plan }
      const point: LossPoint = { kind, outputKind, output, losses }
      const product = new Float64Array(rows * cols)
      gaussNewtonCurvature(product, u, point)
      const [above, below] = [gradientAt(STEP), gradientAt(-STEP)]
      product.forEach((value, i) => {
        expect(Math.abs(value - (above[i] - below[i]) / (2 * STEP))).toBeLessThan(DIFFERENCE)
      })
    }),
    { seed: 42, numRuns: 50 },
  )
})
