/**
 * Conversion of input arrays, for the whole library: any strided view; or, for one dimension, an array or typed array of numbers; or, for
 * two, an array of rows. Apart from `array.ts`, so that bundles of what gives no ndarray back have none in them.
 */
import { checkOneOf } from './check.ts'
import { DeferredMatrix, isDeferred } from './deferred.ts'
import { describe, expectation } from './errors.ts'
import { indexBeyond, nonFiniteIndex } from './finite.ts'
import { isBytes, isFloat32, isFloat64, ownArray, typedArrayTag } from './realm.ts'
import { isRows, packRows } from './rows.ts'
import { allocate, holdsDtype, isTypedNumbers } from './storage.ts'
import { checkNumbers, isArrayView, takeView } from './strided.ts'
import type { Dtype, FloatArray, VectorLike } from './types.ts'

/** A packed row-major matrix inside the library: element (i, j) is `data[i * cols + j]`. */
export interface Matrix {
  data: FloatArray
  rows: number
  cols: number
}

/** The value if it is an element type. */
export function checkDtype(where: string, value: unknown): Dtype {
  return checkOneOf<Dtype>(where, 'dtype', value, ['float32', 'float64'])
}

/**
 * One-dimensional input as a contiguous typed array of the element type; shares the caller's data where it already is
 * one, so it must not be written to.
 */
export function toVector(where: string, name: string, value: unknown, dtype: Dtype): FloatArray {
  // The fast path, for streams that are called frame by frame.
  if (holdsDtype(value, dtype)) return ownArray(value)
  if (isArrayView(value)) return takeView(where, name, value, 1, dtype)
  if (Array.isArray(value)) checkNumbers(where, name, value)
  else if (!isTypedNumbers(value)) {
    const wanted = 'a typed array or array of numbers, or a one-dimensional ndarray'
    throw new TypeError(expectation(where, name, wanted, value))
  }
  return dtype === 'float64' ? new Float64Array(value) : new Float32Array(value)
}

/** `float64` where the input holds float64 data (an array of rows: in every row), else `float32`. */
export function inputDtype(value: unknown): Dtype {
  if (isDeferred(value)) return value.dtype
  const isWide = isRows(value) ? value.every(isFloat64) : isFloat64(isArrayView(value) ? value.data : value)
  return isWide ? 'float64' : 'float32'
}

/** The element type that holds the numbers of a vector or matrix exactly, `float32` where it can share them. */
export function exactDtype(value: unknown): Dtype {
  if (isDeferred(value)) return value.dtype
  return isFloat32(isArrayView(value) ? value.data : value) ? 'float32' : 'float64'
}

/** Largest plain number accepted as a sample in [-1, 1], with room for the overshoot of a filter. */
const LARGEST_SAMPLE = 2

/** Throws where numbers are beyond a full scale, as 16 bit integers in an array of floats are: only their size reveals them. */
function checkScale(where: string, name: string, samples: FloatArray, full: number, wanted: string): void {
  const at = samples.findIndex((sample) => Math.abs(sample) > LARGEST_SAMPLE * full)
  if (at >= 0) throw new RangeError(`${expectation(where, name, wanted, samples[at])} at index ${at}`)
}

/**
 * Samples of sound in [-1, 1). Floats are used as they are, shared where possible; integer typed arrays of any width
 * hold 16 bit samples, -32768..32767, and are divided by 32768; those of 24 or 32 bits are refused where they are seen to be. An array
 * of plain numbers holds floats, checked to lie within +-2 because nothing else would reveal integers. Bytes are refused: they are likely those of a file.
 */
export function toSamples(where: string, name: string, value: VectorLike, dtype: Dtype): FloatArray {
  const data = isArrayView(value) ? value.data : value
  if (isBytes(data) || typedArrayTag(data) === 'Uint8ClampedArray') {
    throw new TypeError(expectation(where, name, 'samples, and bytes of a file are none (see decodeWav)', value))
  }
  const samples = toVector(where, name, value, dtype)
  if (Array.isArray(data)) {
    checkScale(where, name, samples, 1, 'numbers in [-1, 1] (samples of 16 bits come as an Int16Array)')
    return samples
  }
  if (typedArrayTag(data)?.startsWith('Float')) return samples
  checkScale(where, name, samples, 32768, 'integers of 16 bits (wider ones come as floats in [-1, 1])')
  return samples.map((sample) => sample / 32768)
}

/**
 * Two-dimensional input as a packed matrix; shares the caller's data where it can, so it must not be written to. An
 * empty array is a matrix without rows or columns; of a deferred array, the matrix is deferred too.
 */
export function toMatrix(where: string, name: string, value: unknown, dtype: Dtype): Matrix {
  if (isArrayView(value)) {
    const take = (): FloatArray => takeView(where, name, value, 2, dtype)
    if (isDeferred(value) && value.shape.length === 2) return new DeferredMatrix(value.as(dtype, take))
    return { data: take(), rows: value.shape[0], cols: value.shape[1] }
  }
  if (isRows(value)) return packRows(where, name, value, dtype)
  if (Array.isArray(value) && value.length === 0) return { data: allocate(0, dtype), rows: 0, cols: 0 }
  const wanted = expectation(where, name, 'a two-dimensional ndarray', value)
  throw new TypeError(`${wanted}; an array of rows, such as [[1, 2], [3, 4]], serves too`)
}

/** Throws unless every element is finite, naming the first that is not. */
export function checkFinite(where: string, name: string, data: FloatArray, cols = 0): void {
  const i = nonFiniteIndex(data)
  if (i < 0) return
  const at = cols > 0 ? `row ${Math.floor(i / cols)}, column ${i % cols}` : `index ${i}`
  throw new RangeError(`${where}: "${name}" expected finite numbers, got ${data[i]} at ${at}`)
}

/** max |x_i|. */
export function largestOf(data: ArrayLike<number>): number {
  let most = 0
  for (let i = 0; i < data.length; i++) most = Math.max(most, Math.abs(data[i]))
  return most
}

/** Throws where finite input gave a result that is not: an intermediate sum or the element type overflowed. */
export function checkOverflow(where: string, name: string, result: FloatArray, input: FloatArray): void {
  if (nonFiniteIndex(result) < 0 || nonFiniteIndex(input) >= 0) return
  throw new RangeError(`${where}: "${name}" expected numbers whose result fits, got up to ${largestOf(input)}`)
}

/** {@link toMatrix}; throws RangeError where conversion to float32 makes finite numbers infinite. */
export function toHeldMatrix(where: string, name: string, value: unknown, dtype: Dtype): Matrix {
  const matrix = toMatrix(where, name, value, dtype)
  if (dtype === 'float32' && nonFiniteIndex(matrix.data) >= 0) {
    checkOverflow(where, name, matrix.data, toMatrix(where, name, value, 'float64').data)
  }
  return matrix
}

/** Largest sample accepted: beyond it the squares of the spectrum could overflow. */
const LOUDEST = 1e70

/** Throws unless all samples are finite and small enough for power spectra, in any unit. */
export function checkSound(where: string, name: string, samples: FloatArray): void {
  const at = indexBeyond(samples, LOUDEST)
  if (at < 0) return
  checkFinite(where, name, samples)
  throw new RangeError(`${expectation(where, name, `samples within +-${LOUDEST}`, samples[at])} at index ${at}`)
}

/** Sound below this peak is scaled up for measures independent of level: products of its squares would underflow. */
const QUIETEST = 1e-70

/**
 * Sound at a level whose squares, and products of two of them, are numbers: the same samples, or those times a power of
 * 2.
 */
export function atUsableLevel<T extends FloatArray>(samples: T): T {
  if (samples.some((sample: number) => Math.abs(sample) >= QUIETEST)) return samples
  let factor = 1
  // A float64 at its least, 2^-1074, is not brought up by one number.
  for (let peak = largestOf(samples); peak > 0 && peak < QUIETEST; peak *= 2 ** 256) factor++
  if (factor === 1) return samples
  const louder = samples.slice() as T
  for (let i = 0; i < louder.length; i++) for (let k = 1; k < factor; k++) louder[i] *= 2 ** 256
  return louder
}

/** Samples of sound in float64, checked, for measures independent of level. */
export function toSoundOfAnyLevel(where: string, value: VectorLike): Float64Array {
  const samples = toSamples(where, 'samples', value, 'float64') as Float64Array
  checkSound(where, 'samples', samples)
  return atUsableLevel(samples)
}

/**
 * Class indices as an `Int32Array`, checked to lie in 0..classes-1 (any non-negative integer where no number is given).
 */
export function toLabels(
  where: string,
  name: string,
  value: unknown,
  classes: number = Number.MAX_SAFE_INTEGER,
): Int32Array {
  const list = isArrayView(value) ? takeView(where, name, value, 1, 'float64') : value
  if (!Array.isArray(list) && !isTypedNumbers(list)) {
    throw new TypeError(expectation(where, name, 'class indices (an array or typed array of integers)', value))
  }
  for (let i = 0; i < list.length; i++) {
    if (!Number.isInteger(list[i]) || list[i] < 0 || list[i] >= classes) {
      const range = classes < Number.MAX_SAFE_INTEGER ? `integers 0..${classes - 1}` : 'integers >= 0'
      throw new RangeError(`${where}: "${name}" expected ${range}, got ${describe(list[i])} at index ${i}`)
    }
  }
  return Int32Array.from(list)
}
