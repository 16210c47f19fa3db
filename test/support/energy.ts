import { readFileSync } from 'node:fs'
import type { NdArray } from 'ndarray'
import { expect } from 'vitest'
import { view } from '../../src/core/array.ts'
import type { FloatNdArray } from '../../src/core/types.ts'
import { CRBM } from '../../src/energy/crbm.ts'
import { GaussianRBM } from '../../src/energy/gaussian-rbm.ts'
import { RBM } from '../../src/energy/rbm.ts'
import type { ParameterSet } from '../../src/numerics/parameters.ts'

export type Rows = number[][]
type Named = Record<string, number[] | Rows>

interface Common {
  visible: number
  hidden: number
  h: Rows
  energy: number[]
  freeEnergy: number[]
  hiddenGivenVisible: Rows
  reconstruct: Rows
  likelihoodGradient: Named
  cd: { v0: Rows; vk: Rows; gradient: Named }
}
interface Unconditional extends Common {
  visibleGivenHidden: Rows
  logZ: number
  marginalVisible: number[]
  marginalHidden: number[]
  meanLogLikelihood: number
}
export interface RbmCase extends Unconditional {
  v: Rows
  pseudoLikelihood: number[]
  joint?: Rows
  expectedCd?: Record<string, Rows>
}
export interface GaussianCase extends Unconditional {
  x: Rows
  logSigma: number[]
}
export interface CrbmCase extends Common {
  order: number
  linear: boolean
  sequence: Rows
  logZ: number[]
  logProbability: number[]
  expected: Rows
  transform: Rows
}

// Made by vectors/energy.py from the definitions: sums over all states, PyTorch's autograd, float64.
export const vectors: { rbm: RbmCase[]; gaussian: GaussianCase[]; crbm: CrbmCase[] } = JSON.parse(
  readFileSync(new URL('../vectors/energy.json', import.meta.url), 'utf8'),
)

export function matrix(rows: Rows): NdArray<Float64Array> {
  return view(Float64Array.from(rows.flat()), [rows.length, rows[0].length])
}

/** Writes parameters that have the model's names. */
export function setParameters({ slots, data }: ParameterSet, values: object): void {
  for (const { name, offset } of slots) data.set(flat((values as Named)[name]), offset)
}

/** A gradient by name as the flat vector of a model. */
export function flatten({ slots, data }: ParameterSet, named: Named): Float64Array {
  const out = new Float64Array(data.length)
  for (const { name, offset } of slots) out.set(flat(named[name]), offset)
  return out
}

function flat(values: number[] | Rows): number[] {
  return values.flat()
}

export function rbmOf(c: RbmCase): RBM {
  const model = new RBM({ visible: c.visible, hidden: c.hidden, dtype: 'float64' })
  setParameters(model.parameters, c)
  return model
}

export function gaussianOf(c: GaussianCase, variance: 'unit' | 'learned'): GaussianRBM {
  const model = new GaussianRBM({ visible: c.visible, hidden: c.hidden, variance, dtype: 'float64' })
  setParameters(model.parameters, c)
  return model
}

export function crbmOf(c: CrbmCase): CRBM {
  const visibles = c.linear ? 'linear' : 'binary'
  const model = new CRBM({ visible: c.visible, hidden: c.hidden, order: c.order, visibles, dtype: 'float64' })
  setParameters(model.parameters, c)
  return model
}

/** Every element within the tolerance times 1 + its size. */
export function expectClose(
  actual: FloatNdArray | ArrayLike<number>,
  wanted: number[] | Rows,
  tolerance: number,
): void {
  const numbers = 'shape' in actual ? actual.data : actual
  const list = flat(wanted)
  expect(numbers.length).toBe(list.length)
  list.forEach((value, i) => {
    expect(Math.abs(numbers[i] - value), `element ${i}: ${numbers[i]} is not ${value}`).toBeLessThanOrEqual(
      tolerance * (1 + Math.abs(value)),
    )
  })
}
