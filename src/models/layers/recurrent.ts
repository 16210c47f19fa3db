import { Layer, type LayerOptions } from './layer.ts'

/** A layer that goes along the sequence, so that it can also go the other way. */
export abstract class Recurrent extends Layer {
  abstract readonly units: number

  /** A new layer with the same options and weights of its own. @internal */
  abstract copy(): Recurrent

  /** The options of every layer, as this one has them. @internal */
  copiedOptions(): LayerOptions {
    return { inputs: this.knownInputs, dtype: this.ownDtype, seed: this.seed }
  }
}
