/**
 * Parameters of a model: one flat vector with named views, so that optimisers, gradient checks and files all use the
 * same numbers.
 */

import { allocate, dtypeOf, floatView, nonFiniteIndex, sizeOf } from '../core/array.ts'
import { checkInteger, checkString } from '../core/check.ts'
import { describe, expectation } from '../core/errors.ts'
import { limits } from '../core/limits.ts'
import { counted, listLines, Printed, widthOf } from '../core/printed.ts'
import { typedArrayTag } from '../core/realm.ts'
import type { Dtype, FloatArray, FloatNdArray } from '../core/types.ts'
import type { Random } from './random.ts'

/** Specification of a parameter by a model. */
export interface ParameterSpec {
  name: string
  shape: readonly number[]
  /** Whether weight decay applies: true for weights, false for biases. */
  decay: boolean
  /** Writes the initial values, drawn from the parameter's own stream or, to share draws, from the layer's. */
  initialise: (out: FloatArray, random: Random, layerRandom: Random) => void
}

/** Where a parameter lies in the flat vector. */
export interface ParameterSlot {
  name: string
  shape: readonly number[]
  offset: number
  size: number
  decay: boolean
}

/** Named parameters on one flat vector, with their gradients on another of the same layout. */
export class ParameterSet extends Printed {
  readonly slots: readonly ParameterSlot[]
  /** The flat vector, for reading; use {@link ParameterSet.forWriting} for writing. */
  readonly values: FloatArray
  private readonly slopes: FloatArray
  /** Writes the gradient that is kept elsewhere, before it is read; null where it is written already. */
  private writeGradient: ((out: FloatArray) => void) | null = null
  private readonly named: Readonly<Record<string, FloatNdArray>>
  /** Shared by a set and its slices. */
  private readonly changes: { count: number }

  private constructor(
    slots: readonly ParameterSlot[],
    values: FloatArray,
    gradient: FloatArray,
    changes: { count: number },
  ) {
    super()
    this.slots = slots
    this.values = values
    this.slopes = gradient
    this.changes = changes
    this.named = Object.fromEntries(
      slots.map(({ name, shape, offset, size }) => [
        name,
        floatView(values.subarray(offset, offset + size), [...shape]),
      ]),
    )
  }

  /**
   * The flat vector {@link ParameterSet.values} for writing. The call counts as a change, so that values derived from
   * the parameters, such as weights packed for a stream, are recomputed; call it again for each write.
   *
   * @example
   * ```ts
   * const net = new Sequential([new Dense({ inputs: 2, units: 1 })])
   * net.parameters.forWriting().set([0.5, -0.5, 1]) // W, then b
   * net.forward([[1, 1]]).get(0, 0) // 1
   * ```
   */
  forWriting(): FloatArray {
    this.changes.count++
    return this.values
  }

  /**
   * The flat vector. Every access counts as a change, even `data.length`.
   *
   * @deprecated Read {@link ParameterSet.values} and write to the result of {@link ParameterSet.forWriting}; kept until
   *   1.0.
   */
  get data(): FloatArray {
    return this.forWriting()
  }

  /** Views by name, for writing: every access counts as a change, as in {@link ParameterSet.forWriting}. */
  get views(): Readonly<Record<string, FloatNdArray>> {
    this.changes.count++
    return this.named
  }

  /** The gradient, in the layout of {@link ParameterSet.values}. */
  get gradient(): FloatArray {
    this.writeGradient?.(this.slopes)
    this.writeGradient = null
    return this.slopes
  }

  /** Has the gradient written when it is read, by who keeps it elsewhere. @internal */
  deferGradient(write: (out: FloatArray) => void): void {
    this.writeGradient = write
  }

  /** Counter that grows whenever the numbers may have changed: results computed at the same version are valid. */
  get version(): number {
    return this.changes.count
  }

  /** The number of parameters, and names and shapes; consoles print this text. */
  override toString(options: { width?: number } = {}): string {
    const width = widthOf(options)
    const items = this.slots.map(({ name, shape }) => `${name} [${shape.join(', ')}]`)
    const first = `ParameterSet: ${counted(this.values.length, 'number')}, ${dtypeOf(this.values)}`
    return [first, ...listLines(items, width)].join('\n')
  }

  /** Allocates the parameters in the order given; all zero. */
  static allocate(specs: readonly Omit<ParameterSpec, 'initialise'>[], dtype: Dtype): ParameterSet {
    let length = 0
    const slots = specs.map(({ name, shape, decay }) => {
      const size = sizeOf(shape)
      const slot = { name, shape, offset: length, size, decay }
      length += size
      return slot
    })
    if (!(length <= limits.parameters)) {
      throw new RangeError(`ParameterSet: a model of ${length} parameters is beyond the limit of ${limits.parameters}`)
    }
    return new ParameterSet(slots, allocate(length, dtype), allocate(length, dtype), { count: 0 })
  }

  /** The slots first..last-1 as a set of their own that shares this one's numbers, their names without `prefix`. */
  slice(first: number, last: number, prefix: string): ParameterSet {
    const where = 'ParameterSet.slice'
    const slots = this.slots.slice(checkInteger(where, 'first', first), checkInteger(where, 'last', last))
    checkString(where, 'prefix', prefix)
    const start = slots.length > 0 ? slots[0].offset : 0
    const end = slots.reduce((_, slot) => slot.offset + slot.size, start)
    return new ParameterSet(
      slots.map((slot) => ({ ...slot, name: slot.name.slice(prefix.length), offset: slot.offset - start })),
      this.values.subarray(start, end),
      this.gradient.subarray(start, end),
      this.changes,
    )
  }

  /**
   * `length` numbers from parameter `name` on, for reading: blocks of parameters that are contiguous.
   */
  block(name: string, length: number): { data: FloatArray; gradient: FloatArray } {
    return { data: this.part(this.values, name, length), gradient: this.part(this.gradient, name, length) }
  }

  /** The same range as {@link ParameterSet.block} of any vector laid out as {@link ParameterSet.values}. */
  part(vector: FloatArray, name: string, length: number): FloatArray {
    const slot = this.slots.find((candidate) => candidate.name === name)
    if (slot === undefined) {
      const known = this.slots.map((one) => one.name).join(', ')
      throw new RangeError(
        `${expectation('ParameterSet', 'name', `one of ${known}`, name)}: no parameter ${describe(name)}`,
      )
    }
    if (typedArrayTag(vector) === undefined) {
      throw new TypeError(expectation('ParameterSet.part', 'vector', 'a typed array', vector))
    }
    checkInteger('ParameterSet', 'length', length, { min: 0 })
    return vector.subarray(slot.offset, slot.offset + length)
  }

  /** The first non-finite parameter or, where all are finite, gradient; null where there is none. */
  nonFinite(): { parameter: string; what: string } | null {
    const weight = nonFiniteIndex(this.values)
    if (weight >= 0) return { parameter: this.nameAt(weight), what: 'is not finite' }
    const slope = nonFiniteIndex(this.gradient)
    return slope < 0 ? null : { parameter: this.nameAt(slope), what: 'has a gradient that is not finite' }
  }

  /** The name of the parameter that element `index` of the flat vector belongs to. */
  nameAt(index: number): string {
    checkInteger('ParameterSet.nameAt', 'index', index)
    return this.slots.find(({ offset, size }) => index < offset + size)?.name ?? `element ${index}`
  }
}

/** A function that tells whether any parameter has changed since this call. */
export function watchChanges({ values }: ParameterSet): () => boolean {
  const before = values.slice()
  return () => values.some((value, i) => value !== before[i])
}
