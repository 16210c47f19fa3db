/** Arrays of numbers of any form: tensors, ndarrays, lists of numbers or of rows, as JSON has them. */
import { checkObject } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import { isFloat64, typedArrayTag } from '../core/realm.ts'
import type { FloatArray } from '../core/types.ts'
import { type TensorInput, takeNumbers } from '../io/safetensors.ts'
import type { TensorData } from '../io/tensor-types.ts'

/** An array of numbers: a tensor, an ndarray, a typed array, rows, or a list of numbers. */
export type ArrayInput = TensorInput | readonly number[]

/** Row-major numbers and their shape. */
export interface NumberTensor {
  shape: readonly number[]
  data: FloatArray
  /** Whether they are of float64, as numbers of JSON are. */
  wide: boolean
}

/** Throws for anything but tensors by name, such as the whole of what `decodeSafetensors` gives, of which the tensors are a part. */
export function checkTensors<T>(where: string, value: unknown, wanted?: string): Record<string, T> {
  const given = checkObject<Record<string, T>>(where, 'tensors', value, wanted)
  const { tensors } = given as { tensors?: unknown }
  const isWhole = typeof tensors === 'object' && tensors !== null && !('data' in tensors) && !Array.isArray(tensors)
  if (!isWhole) return given
  throw new TypeError(
    `${where}: "tensors" expected tensors by name, got a whole file: give its part, decodeSafetensors(bytes).tensors`,
  )
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number')
}

/** Lists of numbers in float64, anything else as it is. */
function wideLists(value: unknown): unknown {
  if (isNumbers(value)) return Float64Array.from(value)
  return Array.isArray(value) && value.length > 0 && value.every(isNumbers)
    ? value.map((row) => Float64Array.from(row))
    : value
}

/**
 * The numbers of an array.
 *
 * @throws TypeError for anything else, RangeError for numbers that are not finite
 */
export function numbersOf(where: string, name: string, value: unknown): NumberTensor {
  if (value === undefined) throw new RangeError(expectation(where, name, 'an array of numbers', value))
  const { shape, data } = takeNumbers(where, name, wideLists(value) as TensorInput)
  const numbers = checkFloats(where, name, data)
  return { shape, data: numbers, wide: isFloat64(numbers) }
}

/** The numbers of a tensor, if all are finite and of a type that floats can have. */
export function checkFloats(where: string, name: string, data: TensorData): FloatArray {
  if (['BigInt64Array', 'BigUint64Array'].includes(typedArrayTag(data) ?? '')) {
    throw new TypeError(`${where}: "${name}" expected floats, got integers of 64 bits`)
  }
  const numbers = data as FloatArray
  const odd = numbers.findIndex((number) => !Number.isFinite(number))
  if (odd < 0) return numbers
  throw new RangeError(`${where}: "${name}" expected finite numbers, got ${numbers[odd]} at index ${odd}`)
}

/** Numbers to be written to an array of a model, and their name in errors. */
export type Filling = readonly [name: string, target: FloatArray, numbers: FloatArray]

/** Writes all, or throws a RangeError where one is beyond the model's element type and writes none. */
export function fillAll(where: string, fillings: readonly Filling[]): void {
  for (const [name, target, numbers] of fillings) {
    const wide = isFloat64(target)
    const odd = (numbers as Float64Array).findIndex((value) => !Number.isFinite(wide ? value : Math.fround(value)))
    if (odd < 0) continue
    throw new RangeError(`${where}: ${numbers[odd]} for "${name}" is beyond ${wide ? 'float64' : 'float32'}`)
  }
  for (const [, target, numbers] of fillings) target.set(numbers)
}
