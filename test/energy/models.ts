/** Small energy models of every kind, with data for them. */
import { view } from '../../src/core/array.ts'
import type { ArrayView } from '../../src/core/types.ts'
import { CRBM, type CRBMOptions } from '../../src/energy/crbm.ts'
import type { EnergyFitOptions } from '../../src/energy/energy-options.ts'
import { GaussianRBM, type GaussianRBMOptions } from '../../src/energy/gaussian-rbm.ts'
import { RBM, type RBMOptions } from '../../src/energy/rbm.ts'
import { Random } from '../../src/numerics/random.ts'
import { normalMatrix, normalSequences } from '../support/random.ts'

export type Model = RBM | GaussianRBM | CRBM
export interface Kind {
  make: (seed: number) => Model
  data: unknown
  held: unknown
  restore: (state: never) => Model
}

export function bits(seed: string, rows: number, cols: number): ArrayView {
  const data = new Float32Array(rows * cols)
  new Random(seed).bernoulliInto(data, 0.4)
  return view(data, [rows, cols])
}

export function bitSequences(seed: string, lengths: number[], cols: number): ArrayView[] {
  return lengths.map((T, i) => bits(`${seed}${i}`, T, cols))
}

export const rbm = (more: Partial<RBMOptions> = {}): RBM => new RBM({ visible: 6, hidden: 4, ...more })
export const gaussian = (more: Partial<GaussianRBMOptions> = {}): GaussianRBM =>
  new GaussianRBM({ visible: 5, hidden: 4, ...more })
export const crbm = (more: Partial<CRBMOptions> = {}): CRBM => new CRBM({ visible: 3, hidden: 4, order: 2, ...more })

export const matrixData: ReturnType<typeof normalMatrix> = normalMatrix(new Random('gaussian'), 33, 5)
export const frames: ReturnType<typeof normalSequences> = normalSequences('frames', [9, 7, 12], 3)
export const kinds: Record<string, Kind> = {
  RBM: {
    make: (seed) => rbm({ seed }),
    data: bits('train', 33, 6),
    held: bits('held', 12, 6),
    restore: RBM.fromState,
  },
  'Gaussian RBM, unit variances': {
    make: (seed) => gaussian({ seed }),
    data: matrixData,
    held: normalMatrix(new Random('held'), 9, 5),
    restore: GaussianRBM.fromState,
  },
  'Gaussian RBM, learned variances': {
    make: (seed) => gaussian({ seed, variance: 'learned' }),
    data: matrixData,
    held: normalMatrix(new Random('held'), 9, 5),
    restore: GaussianRBM.fromState,
  },
  'linear CRBM': {
    make: (seed) => crbm({ seed }),
    data: frames,
    held: normalSequences('held', [8], 3),
    restore: CRBM.fromState,
  },
  'binary CRBM': {
    make: (seed) => crbm({ seed, visibles: 'binary' }),
    data: bitSequences('train', [9, 7, 12], 3),
    held: bitSequences('held', [8], 3),
    restore: CRBM.fromState,
  },
}

type Fit = (data: unknown, options: EnergyFitOptions<never>) => ReturnType<RBM['fit']>
export function trainModel(model: Model, data: unknown, options: EnergyFitOptions<never> = {}): ReturnType<RBM['fit']> {
  return (model.fit as Fit).call(model, data, { epochs: 4, batchSize: 10, learningRate: 0.01, ...options })
}

export const variants: Record<string, EnergyFitOptions<never>> = {
  'CD-1': {},
  'CD-3 with sampled visibles': { k: 3, sampleVisible: true },
  'persistent chains and a sparsity target': { persistent: true, sparsity: { target: 0.1 }, weightDecay: 1e-3 },
}
