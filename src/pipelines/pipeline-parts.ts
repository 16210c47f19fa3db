/** The parts of a pipeline: whether they fit together, and how features go through the scaler. */
import { checkInstance } from '../core/copies.ts'
import type { FloatNdArray } from '../core/types.ts'
import { Standardizer } from '../features/standardizer.ts'
import { Sequential } from '../models/sequential.ts'

/** The value if it is a scaler, or null for none. */
export function checkScaler(where: string, scaler: unknown): Standardizer | null {
  return scaler === null
    ? null
    : checkInstance(where, 'scaler', scaler, Standardizer, 'a Standardizer, or null for none')
}

/** Throws unless the network takes the columns of the front end and ends in the probabilities of classes. */
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

/** The features as the network takes them; raw without a scaler. */
export function scaled(
  scaler: Standardizer | null,
  features: FloatNdArray[],
  speakers?: readonly (string | undefined)[],
): FloatNdArray[] {
  return scaler === null ? features : features.map((x, i) => scaler.transform(x, { group: speakers?.[i] }))
}
