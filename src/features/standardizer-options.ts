import type { Dtype } from '../core/types.ts'
import type { StandardizerStatistics } from './standardizer-state.ts'

/** Options of `Standardizer`. */
export interface StandardizerOptions {
  /** Default `training`. */
  statistics?: StandardizerStatistics
  /** One flag per column, `true` for columns to leave unchanged; default none. */
  mask?: readonly boolean[]
  /** A column counts as constant if its standard deviation is at most `epsilon` times |mean|; default 1e-10. */
  epsilon?: number
  /** Element type of results; default `float32`. */
  dtype?: Dtype
}

/** Options of `Standardizer.fit`. */
export interface StandardizerFitOptions {
  /** The speaker of each sequence; required for `speaker` statistics, ignored otherwise. */
  groups?: readonly string[]
}

/** Options of `Standardizer.transform` and `Standardizer.inverseTransform`. */
export interface StandardizerTransformOptions {
  /** The speaker of the sequence; required for `speaker` statistics, ignored otherwise. */
  group?: string
}
