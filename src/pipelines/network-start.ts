/** Training from the weights of a trained network: transfer of all layers, or of all but the output layer. */

import { Sequential, type SequentialState } from '../networks/sequential.ts'
import type { ParameterSlot } from '../numerics/parameters.ts'
import type { System } from './system.ts'

function transferred({ layers, parameters }: Sequential, sameClasses: boolean): ParameterSlot[] {
  const output = `layers.${layers.length - 1}.`
  return parameters.slots.filter(({ name }) => sameClasses || !name.startsWith(output))
}

/** Names and shapes of parameters. */
export function described(slots: readonly ParameterSlot[]): string[] {
  return slots.map(({ name, shape }) => `${name} [${shape.join(', ')}]`)
}

/** Throws at the first difference of two lists of parameters. */
function checkSame(what: string, wanted: readonly string[], given: readonly string[]): void {
  const odd = Array.from({ length: Math.max(wanted.length, given.length) }, (_, i) => i).find(
    (i) => wanted[i] !== given[i],
  )
  if (odd === undefined) return
  const difference = `${wanted[odd] ?? 'no more layers'} here, ${given[odd] ?? 'no more layers'} there`
  throw new RangeError(`${what} has another architecture: ${difference}`)
}

/**
 * Checks, before anything is trained, that the networks of two systems have the same layers as far as options tell.
 *
 * @param what - a name of `there`
 * @throws RangeError that names the first difference
 */
export function checkSameLayers(what: string, here: System, there: System): void {
  checkSame(what, here.shapes?.() ?? [], there.shapes?.() ?? [])
}

/**
 * Copies the parameters of a trained network, without those of its output layer where the classes are others.
 *
 * @throws RangeError where the architectures differ, before anything is copied
 */
export function beginWith(where: string, network: Sequential, trained: SequentialState, sameClasses: boolean): void {
  const source = Sequential.fromState(trained)
  const slots = transferred(network, sameClasses)
  const [wanted, given] = [slots, transferred(source, sameClasses)].map(described)
  checkSame(`${where}: the trained network to start from`, wanted, given)
  const values = network.parameters.forWriting()
  for (const { offset, size } of slots) values.set(source.parameters.values.subarray(offset, offset + size), offset)
}
