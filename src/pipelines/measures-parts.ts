/** The numbers of a classifier of measures, for those who write it in another form. */
import type { LogisticRegression } from '../estimators/logistic-regression.ts'
import type { Voice } from './voice-prior.ts'

/** A linear model: scores z d_k - 1/2 m_k d_k of which probabilities are the softmax, or logistic regression. */
export type LinearParts =
  | {
      kind: 'discriminant'
      /** m and d [K, R]. */
      means: Float64Array
      directions: Float64Array
      classes: number
      /** Factor of the scores. */
      factor: number
      /** Directions [n, R] of means [n, R]. */
      turned(means: Float64Array): Float64Array
    }
  | { kind: 'logistic'; model: LogisticRegression }

/** Class means and directions as the shares g [A] of the rooms make them, with f = g F and k = g K. */
export interface RoomClasses {
  /** F [A, f] and K [A, k]. */
  factors: Float64Array
  kinds: Float64Array
  /** [f, K R]: m = f M. */
  means: Float64Array
  /** [k f, K R]: d = (k x f) D, the outer product as a row. */
  directions: Float64Array
}

/** Rooms: x' = (x - centre) / scale, shares softmax(clip(x') directions + offsets) [A]. */
export interface RoomParts {
  centre: Float64Array
  /** 0 for measures that are not looked at. */
  scale: Float64Array
  /** [R, A] */
  directions: Float64Array
  offsets: Float64Array
  /** [A, R] mean and variance of x'. */
  means: Float64Array
  variances: Float64Array
  /** Largest |x'| that counts. */
  clip: number
  classes: RoomClasses | null
}

/** A classifier of measures. */
export interface MeasuresParts {
  /** Where measures come from: the columns of the features, the tracks of speech, or statistics of frames over time. */
  from: 'columns' | 'tracks' | 'frames'
  medians: Float64Array
  floor: Float64Array
  clip: number
  /** Column of the level; -1 where there is none. */
  level: number
  voice: Voice
  /** Take the place of the voice where they are known. */
  rooms: RoomParts | null
  linear: LinearParts
}
