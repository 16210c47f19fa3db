/** Linear convolution of long signals, by one transform. */
import { createTransform, nextPowerOfTwo } from '../kernels/power-of-two.ts'

/** x * h, `x.length + h.length - 1` samples. */
export function convolve(x: Float64Array, h: Float64Array): Float64Array {
  const length = x.length + h.length - 1
  const size = nextPowerOfTwo(Math.max(length, 2))
  const fft = createTransform(size)
  // Both are real: one complex transform of x + ih has the spectra of both.
  const both = new Float64Array(2 * size)
  for (let n = 0; n < x.length; n++) both[2 * n] = x[n]
  for (let n = 0; n < h.length; n++) both[2 * n + 1] = h[n]
  const z = new Float64Array(2 * size)
  fft.transform(z, both)
  const product = new Float64Array(2 * size)
  for (let k = 0; k < size; k++) {
    const mirror = (size - k) % size
    const [a, b, c, d] = [z[2 * k], z[2 * k + 1], z[2 * mirror], z[2 * mirror + 1]]
    // X = (Z[k] + conj Z[-k]) / 2, H = (Z[k] - conj Z[-k]) / 2i, so X H = (Z[k]^2 - conj Z[-k]^2) / 4i.
    product[2 * k] = (2 * a * b + 2 * c * d) / 4
    product[2 * k + 1] = -(a * a - b * b - c * c + d * d) / 4
  }
  fft.inverseTransform(both, product)
  return Float64Array.from({ length }, (_, n) => both[2 * n])
}
