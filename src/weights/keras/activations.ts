/** Activations by Keras' names. */
import { describe } from '../../core/errors.ts'
import type { ActivationName } from '../../layers/activation.ts'
import { fail } from './config.ts'

/** Those of dense layers and of layers that are activations. */
export const denseActivations: Readonly<Record<string, ActivationName>> = {
  ...{ linear: 'linear', sigmoid: 'sigmoid', tanh: 'tanh', relu: 'relu', softplus: 'softplus', softmax: 'softmax' },
}

/** Those of simple recurrent layers and of LSTM cells. */
export const recurrentNames = { tanh: 'tanh', relu: 'relu', sigmoid: 'sigmoid' } as const

/** The activation of an option; null, in Keras, is the identity. */
export function activationOf<T>(text: string, option: string, value: unknown, known: Readonly<Record<string, T>>): T {
  const name = value ?? 'linear'
  if (typeof name === 'string' && Object.hasOwn(known, name)) return known[name]
  // A function of the user's own is an object with its name in it.
  const { config } = (typeof name === 'object' ? name : {}) as { config?: unknown }
  const shown = describe(typeof config === 'string' ? config : name)
  return fail(`${text} has the ${option} ${shown}, which is not here (${Object.keys(known).join(', ')} can be read)`)
}
