/**
 * The deep belief network: G. Hinton, S. Osindero and Y. W. Teh, "A fast learning algorithm for deep belief nets"
 * (2006). Its top two layers are an RBM, the layers below a directed net: P(x, h1, ..., hL) = P(x | h1) ... P(h_{L-2} |
 * h_{L-1}) P(h_{L-1}, hL).
 */

import { checkArray, checkInteger, checkObject, checkOneOf, checkOptions } from '../core/check.ts'
import { limits } from '../core/limits.ts'
import { copyPlain } from '../core/plain.ts'
import type { Dtype, FloatNdArray, MatrixLike } from '../core/types.ts'
import { checkSeed, type Seed } from '../numerics/random.ts'
import { undrawn, undrawnAs } from '../numerics/undrawn.ts'
import { checkStackState, type DepthOptions, EnergyStack, type EnergyStackState, resolveDepth } from './energy-stack.ts'
import { GaussianRBM } from './gaussian-rbm.ts'
import { RBM } from './rbm.ts'
import type { SampleOptions, SeedOptions } from './restricted.ts'

/** Options of {@link DBN}. */
export interface DBNOptions {
  /** Units of each layer from the visible one up, such as `[784, 500, 250]`. */
  layers: number[]
  /** Kind of the visible units; those above are binary. Default `binary`. */
  visibles?: 'binary' | 'gaussian'
  /** Variances of Gaussian visible units. Default `unit`. */
  variance?: 'unit' | 'learned'
  /** Standard deviation of the starting weights. Default 0.01. */
  weightScale?: number
  /** Default 0. */
  seed?: Seed
  /** Default `float32`. */
  dtype?: Dtype
}

function makeLayers(options: DBNOptions): (RBM | GaussianRBM)[] {
  const names = ['layers', 'visibles', 'variance', 'weightScale', 'seed', 'dtype'] as const
  checkOptions('DBN', options, names)
  const sizes = checkArray('DBN', 'layers', options.layers, 2).map((n, i) => {
    return checkInteger('DBN', `layers[${i}]`, n, { min: 1, limit: limits.units })
  })
  const { visibles = 'binary', variance, weightScale, dtype } = options
  const seed = checkSeed('DBN', options.seed ?? 0)
  checkOneOf('DBN', 'visibles', visibles, ['binary', 'gaussian'])
  if (variance !== undefined && visibles === 'binary') {
    throw new RangeError('DBN: "variance" needs "visibles" to be "gaussian"')
  }
  return sizes.slice(1).map((hidden, i) => {
    const common = undrawnAs(options, { visible: sizes[i], hidden, weightScale, seed: `${seed}/${i}`, dtype })
    return i === 0 && visibles === 'gaussian' ? new GaussianRBM({ ...common, variance }) : new RBM(common)
  })
}

/** A stack of RBMs; the lowest may have Gaussian visible units. Data are matrices [n, V]. */
export class DBN extends EnergyStack<MatrixLike, RBM | GaussianRBM> {
  private readonly options: DBNOptions

  constructor(options: DBNOptions) {
    super('DBN', makeLayers(options))
    this.options = copyPlain(options)
  }

  /** @internal */
  protected readonly dataName = 'x'

  /** @internal */
  protected checkData(where: string, name: string, x: MatrixLike): void {
    this.layers[0].checkData(where, name, x)
  }

  /** @internal */
  protected lift(layer: RBM | GaussianRBM, x: MatrixLike): FloatNdArray {
    return layer.transform(x)
  }

  /** The hidden probabilities of the top layer (or of layer `depth`) for each row of x [n, V]: [n, H]. */
  transform(x: MatrixLike, options: DepthOptions = {}): FloatNdArray {
    const where = 'DBN.transform'
    return this.lifted(where, x, resolveDepth(where, options, this.layers.length)) as FloatNdArray
  }

  /** Reconstruction of each row of x [n, V]: up to the top and down again, with means at every layer: [n, V]. */
  reconstruct(x: MatrixLike): FloatNdArray {
    return this.layers.reduceRight((h: FloatNdArray, layer) => layer.visibleMean(h), this.transform(x))
  }

  /** n samples [n, V]: Gibbs chains in the top RBM, then one draw for each layer below. */
  sample(n: number, options: SampleOptions = {}): FloatNdArray {
    checkObject('DBN.sample', 'options', options)
    return this.below(this.layers[this.layers.length - 1].sample(n, options), options)
  }

  /** {@link DBN.sample}, the same draws, while the event loop turns between the steps, so that a `signal` stops it. */
  async sampleAsync(n: number, options: SampleOptions = {}): Promise<FloatNdArray> {
    checkObject('DBN.sample', 'options', options)
    return this.below(await this.layers[this.layers.length - 1].sampleAsync(n, options), options)
  }

  /** Visible states drawn from hidden ones of the lower RBMs, from states of the top one. */
  private below(states: FloatNdArray, { seed }: SampleOptions): FloatNdArray {
    const apart = typeof seed === 'number' || typeof seed === 'string'
    const seedOf = (i: number): SeedOptions => ({ seed: apart ? `${seed}/${i}` : seed })
    return this.layers
      .slice(0, -1)
      .reduceRight((h: FloatNdArray, layer, i) => layer.sampleVisible(h, seedOf(i)), states)
  }

  /** The stack as plain data. */
  state(): EnergyStackState<DBNOptions> {
    return this.stateOf(this.options)
  }

  /** The stack that a state describes. */
  static fromState(state: EnergyStackState<DBNOptions>): DBN {
    checkStackState('DBN', state)
    return new DBN(undrawn(state.options)).restore(state)
  }
}
