/** Checks of the parts of a pipeline, and the scaling of features. */
import { checkOptions } from '../core/check.ts'
import { checkInstance } from '../core/copies.ts'
import { describe, StateError } from '../core/errors.ts'
import type { FloatNdArray } from '../core/types.ts'
import { Standardizer } from '../features/standardizer.ts'
import { Sequential } from '../networks/sequential.ts'
import { resolveClassWeights } from '../training/class-weights.ts'
import type { FitOptions } from '../training/fit-options.ts'
import { OutputClasses } from '../training/output-classes.ts'
import { checkTruth, type LabelledRecordings } from './recordings.ts'

/** Checks a scaler of `columns` columns; null means none. */
export function checkScaler(where: string, value: unknown, columns: number): Standardizer | null {
  if (value === null) return null
  const scaler = checkInstance(where, 'scaler', value, Standardizer, 'a Standardizer, or null for none')
  if (scaler.columns !== undefined && scaler.columns !== columns) {
    throw new RangeError(`${where}: "scaler" takes ${scaler.columns} columns, "frontEnd" gives ${columns}`)
  }
  return scaler
}

/** Throws unless the network takes the front end's columns and puts out class probabilities. */
export function checkModel(where: string, value: unknown, columns: number): Sequential {
  const model = checkInstance(where, 'model', value, Sequential, 'a Sequential')
  if (model.inputs !== columns) {
    throw new RangeError(`${where}: "model" takes ${model.inputs} columns, "frontEnd" gives ${columns}`)
  }
  if (!model.classifies) {
    throw new RangeError(
      `${where}: "model" expected a network that ends in a softmax, got one whose outputs are values`,
    )
  }
  return model
}

/** The network's input: standardised features, or raw ones without a scaler. */
export function scaled(
  scaler: Standardizer | null,
  features: FloatNdArray[],
  speakers?: readonly (string | undefined)[],
): FloatNdArray[] {
  return scaler === null ? features : features.map((x, i) => scaler.transform(x, { group: speakers?.[i] }))
}

/** Throws where the scaler has statistics by speaker and some speaker is unknown to it. */
export function checkSpeakers(
  where: string,
  name: string,
  scaler: Standardizer | null,
  speakers: readonly unknown[] | undefined,
  known: readonly string[] | undefined = scaler?.speakers,
): void {
  if (scaler?.statistics !== 'speaker') return
  if (speakers === undefined || speakers.includes(undefined)) {
    throw new TypeError(`${where}: "${name}" expected the speaker, for the scaler's "speaker" statistics; got none`)
  }
  const strange = speakers.find((speaker) => !(known as readonly unknown[]).includes(speaker))
  if (strange === undefined) return
  const remedy = 'pipeline.scaler.fit([extractFeatures(recording, pipeline.frontEnd)], { groups: [speaker] })'
  throw new StateError(
    `${where}: no statistics of speaker ${describe(strange)}; compute them, without labels, by ${remedy}`,
  )
}

/** The parts of a pipeline against which recordings and labels are checked. */
interface Trainable {
  model: Sequential
  scaler: Standardizer | null
}

/** Throws unless each recording has a label of a known class and, where needed, a known speaker. */
export function checkAnswerable(where: string, { model, scaler }: Trainable, asked: LabelledRecordings): void {
  checkTruth(where, asked)
  new OutputClasses(where, model.classes, model.outputs).encode(where, asked.labels)
  checkSpeakers(where, 'speakers', scaler, asked.speakers)
}

/** The checks of `fit` that need no features, made before any are computed. */
export function checkTraining(
  where: string,
  { model, scaler }: Trainable,
  training: LabelledRecordings,
  validation: LabelledRecordings | undefined,
  options: Omit<FitOptions, 'validation'>,
): void {
  checkTruth(where, training)
  const held = validation && { sequences: [], labels: [] }
  const { classes } = model.checkFit(where, training.labels, { ...options, validation: held })
  const labels = Int32Array.from(classes.encode(where, training.labels) as Int32Array)
  resolveClassWeights(where, options.classWeights, labels, model.outputs, classes)
  checkSpeakers(where, 'speakers', scaler, training.speakers, training.speakers)
  if (validation === undefined) return
  const inner = `${where} validation`
  checkOptions(inner, validation, ['recordings', 'labels', 'speakers'])
  checkTruth(inner, validation)
  classes.encode(inner, validation.labels)
  const known = [...(training.speakers ?? []), ...(scaler?.speakers ?? [])]
  checkSpeakers(inner, 'speakers', scaler, validation.speakers, known)
}
