/** The computation of a classifier as steps with their numbers, for those who write it in another form. */
import type { FloatNdArray } from '../core/types.ts'
import type { StackedCRBM } from '../energy/stacked-crbm.ts'
import type { Standardizer } from '../features/standardizer.ts'
import type { MLP } from '../networks/mlp.ts'
import type { Sequential } from '../networks/sequential.ts'
import type { ResolvedFrontEnd } from './front-end.ts'
import type { MeasuresParts } from './measures-parts.ts'
import type { Average } from './posteriors.ts'

/** One step from features to the posterior. */
export type ClassifierStep =
  /** x M, a linear map of the columns. */
  | { kind: 'columns'; matrix: FloatNdArray }
  | { kind: 'standardise'; scaler: Standardizer }
  /** Hidden probabilities of the top model. */
  | { kind: 'crbms'; stack: StackedCRBM }
  /** `stackFrames` */
  | { kind: 'stack'; size: number; step: number }
  /** `averageFrames` */
  | { kind: 'average'; size: number }
  /** `functionals`: mean, deviation, skewness, kurtosis, quantiles. */
  | { kind: 'functionals'; quantiles: readonly number[] }
  /** The posterior of a sequence by `predict`. */
  | { kind: 'network'; network: Sequential }
  /** The posterior of a row by `forward`. */
  | { kind: 'mlp'; network: MLP }
  /** The posterior of measures of an utterance. */
  | { kind: 'measures'; parts: MeasuresParts }
  /** The average of what several classifiers say of the same features. */
  | { kind: 'average posteriors'; members: readonly (readonly ClassifierStep[])[]; average: Average }

/** A recogniser from features on. */
export interface RecognizerSteps {
  /** Null where the classifier has no such form. */
  steps: readonly ClassifierStep[] | null
  frontEnd: ResolvedFrontEnd
  temperature: number
}
