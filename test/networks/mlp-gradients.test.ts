import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { MLP } from '../../src/networks/mlp.ts'
import type { MLPOptions, RowLabels, RowLossOptions } from '../../src/networks/mlp-options.ts'
import { checkGradient } from '../../src/numerics/gradient-check.ts'
import { Random } from '../../src/numerics/random.ts'
import { type Activation, activations, naiveForward, rowsOf } from '../support/mlp.ts'
import { objectiveOf } from '../support/objective.ts'
import { normalMatrix } from '../support/random.ts'
import { tolerance } from '../support/tolerances.ts'

const property = { seed: 42, numRuns: 20 }
/** Inputs of a rectifier this near 0 could cross its kink within a difference. */
const KINK = 1e-3

const pairs: [Activation, NonNullable<MLPOptions['loss']>][] = [
  ...[...activations, 'softmax' as const].map((output): [Activation, 'squaredError'] => [output, 'squaredError']),
  ['softmax', 'crossEntropy'],
  ['sigmoid', 'binaryCrossEntropy'],
]

function targetsFor(loss: MLPOptions['loss'], random: Random, n: number, outputs: number): RowLabels {
  if (loss === 'squaredError') return normalMatrix(random, n, outputs)
  if (loss === 'crossEntropy') return Int32Array.from({ length: n }, () => random.integer(outputs))
  const data = new Float64Array(n * outputs)
  random.uniformInto(data)
  return view(data, [n, outputs])
}

/** Random weights and biases, or null where a rectifier is too near its kink. */
function randomCase(options: MLPOptions, n: number, seed: number) {
  const network = new MLP({ ...options, dtype: 'float64' })
  const random = new Random(seed)
  random.substream('weights').normalInto(network.parameters.data, 0, 0.6)
  const x = normalMatrix(random.substream('x'), n, network.inputs)
  const rectifies = [options.activation, options.output].some((name) => name === 'relu' || name === 'leakyRelu')
  const inputs = rowsOf(x).flatMap((row) => naiveForward(network, row).z.flat())
  if (rectifies && inputs.some((z) => Math.abs(z) < KINK)) return null
  return { network, x, labels: targetsFor(network.options.loss, random.substream('labels'), n, network.outputs) }
}

type Case = NonNullable<ReturnType<typeof randomCase>>

function expectGradient({ network, x, labels }: Case, options: RowLossOptions = {}): void {
  const f = objectiveOf(network, x, labels, options)
  const { ok, maxError, worst } = checkGradient(f, Float64Array.from(network.parameters.data))
  const at = worst.index < 0 ? '' : network.parameters.nameAt(worst.index)
  expect(ok, `error ${maxError} at ${at}: ${JSON.stringify(worst)}`).toBe(true)
}

const width = fc.integer({ min: 1, max: 5 })
const hidden = fc.array(width, { maxLength: 3 })
const seed = fc.integer({ min: 0, max: 1e6 })
const decay = fc.constantFrom(0, 0.1, 2)

describe.each(pairs)('gradients equal central differences: output %s, %s', (output, loss) => {
  it.each(activations)('hidden %s, layers of any sizes', (activation) => {
    fc.assert(
      fc.property(width, hidden, width, width, seed, decay, (D, H, K, n, s, weightDecay) => {
        const layers = [D, ...H, output === 'softmax' ? K + 1 : K]
        const found = randomCase({ layers, activation, output, loss, weightDecay }, n, s)
        fc.pre(found !== null)
        expectGradient(found as Case)
      }),
      property,
    )
  })
})

it('gradients with class weights and label smoothing', () => {
  fc.assert(
    fc.property(hidden, seed, fc.double({ min: 0, max: 0.9, noNaN: true }), (H, s, labelSmoothing) => {
      const found = randomCase({ layers: [2, ...H, 3], activation: 'tanh', weightDecay: 0.1 }, 4, s)
      expectGradient(found as Case, { labelSmoothing, classWeights: [0.5, 2, 1] })
    }),
    property,
  )
})

it('forward is the definition', () => {
  fc.assert(
    fc.property(fc.constantFrom(...activations), fc.constantFrom(...pairs), hidden, seed, (activation, pair, H, s) => {
      const [output, loss] = pair
      const { network, x } = randomCase({ layers: [3, ...H, 2], activation, output, loss }, 4, s) ?? {}
      fc.pre(network !== undefined && x !== undefined)
      const y = network!.forward(x!)
      rowsOf(x!).forEach((row, r) => {
        naiveForward(network!, row).y.forEach((wanted, k) => {
          expect(Math.abs(y.get(r, k) - wanted)).toBeLessThanOrEqual(tolerance.reorder * (1 + Math.abs(wanted)))
        })
      })
    }),
    { ...property, numRuns: 200 },
  )
})
