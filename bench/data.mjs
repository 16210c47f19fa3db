import ndarray from 'ndarray'
import { Random } from 'ser-core'

/** `count` sequences [T, D] of normals, float32. */
export function sequences(count, T, D, seed = 1) {
  const random = new Random(seed)
  return Array.from({ length: count }, () => {
    const data = new Float32Array(T * D)
    random.normalInto(data)
    return ndarray(data, [T, D])
  })
}

/** A matrix [rows, cols] of fair bits, float32. */
export function binaryRows(rows, cols, seed = 1) {
  const data = new Float32Array(rows * cols)
  new Random(seed).bernoulliInto(data, 0.5)
  return ndarray(data, [rows, cols])
}
