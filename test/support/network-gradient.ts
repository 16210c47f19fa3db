import { expect } from 'vitest'
import type { Layer } from '../../src/layers/layer.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { checkGradient } from '../../src/numerics/gradient-check.ts'
import { Random } from '../../src/numerics/random.ts'
import type { LossOptions } from '../../src/training/fit-options.ts'
import { objectiveOf } from './objective.ts'
import { normalSequences } from './random.ts'

type Labelled = Parameters<Sequential['lossAndGradient']>[1]

/** Random weights (biases and peepholes too), then every coordinate of the gradient against central differences. */
export function checkNetwork(
  layers: Layer[],
  lengths: number[],
  seed: number,
  options: LossOptions,
  labels?: Labelled,
): void {
  const network = new Sequential(layers, { dtype: 'float64', seed })
  new Random(seed).substream('weights').normalInto(network.parameters.data, 0, 0.6)
  const sequences = normalSequences(`${seed}/x`, lengths, network.inputs)
  const wanted = labels ?? lengths.map((_, i) => (seed + i) % network.outputs)
  const f = objectiveOf(network, sequences, wanted, options)
  const theta = Float64Array.from(network.parameters.data)
  const { ok, maxError, worst } = checkGradient(f, theta)
  const at = worst.index < 0 ? '' : network.parameters.nameAt(worst.index)
  expect(ok, `error ${maxError} at ${at}: ${JSON.stringify(worst)}`).toBe(true)
}
