import { dtypeOf } from '../core/array.ts'
import type { FloatArray } from '../core/types.ts'
import { norm } from './clip.ts'
import type { MatrixProduct } from './optimizer.ts'
import type { ParameterSet } from './parameters.ts'

/**
 * H v = (g(x + h v) - g(x - h v)) / 2h with h ||v|| = eps^(1/3) (1 + ||x||), eps of the element type. x is kept.
 *
 * @param gradientHere Gives the gradient at `parameters.data`.
 */
export function centralDifferences({ data }: ParameterSet, gradientHere: () => FloatArray): MatrixProduct {
  // eps^(1/3), eps being 2^-52 and 2^-23.
  const step = dtypeOf(data) === 'float64' ? 6.0554544523933395e-6 : 0.004921566601151848
  return (v, out) => {
    const x = data.slice()
    const length = norm(v)
    const h = (step * (1 + norm(x))) / (length > 0 ? length : 1)
    for (let i = 0; i < x.length; i++) data[i] = x[i] + h * v[i]
    const above = gradientHere().slice()
    for (let i = 0; i < x.length; i++) data[i] = x[i] - h * v[i]
    const below = gradientHere()
    for (let i = 0; i < x.length; i++) out[i] = (above[i] - below[i]) / (2 * h)
    data.set(x)
  }
}
