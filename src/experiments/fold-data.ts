/** Utterances as the folds of experiments take them. */
import type { LabelledFeatures, TrainingStart } from '../pipelines/system.ts'

/** Targets of utterances as plain data, which threads can send. */
export interface NumberTargets {
  names: string[]
  /** [n, M], row by row. */
  values: Float64Array
}

/** Utterances as input of jobs: features of the job's front end, and the names of classes and files. */
export interface FoldData extends LabelledFeatures {
  classes: string[]
  /** Numbers that are learned in place of classes; `labels` are then all 0. */
  dimensions?: NumberTargets
  /** Path of each utterance. */
  paths: string[]
  /** Text of each utterance, where folds are by text. */
  texts?: string[]
  /** Where trainings start, by the keys of their runs. */
  starts?: { [run: string]: TrainingStart }
}
