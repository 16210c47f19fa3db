import { dtypeOf } from '../core/array.ts'
import type { FloatArray } from '../core/types.ts'
import { norm } from './clip.ts'
import type { MatrixProduct } from './optimizer.ts'
import type { ParameterSet } from './parameters.ts'

/**
 * H v = (g(x + h v) - g(x - h v)) / 2h with h ||v|| = eps^(1/3) (1 + ||x||), eps of the element type. x is restored.
 *
 * @param gradientHere Gives the gradient at `parameters.values`.
 */
export function centralDifferences(parameters: ParameterSet, gradientHere: () => FloatArray): MatrixProduct {
  const { values } = parameters
  // eps^(1/3) for eps = 2^-52 and 2^-23.
  const relative = dtypeOf(values) === 'float64' ? 6.0554544523933395e-6 : 0.004921566601151848
  return (v, out) => {
    const x = values.slice()
    const length = norm(v)
    const h = (relative * (1 + norm(x))) / (length > 0 ? length : 1)
    const moveBy = (step: number): void => {
      const moved = parameters.forWriting()
      for (let i = 0; i < x.length; i++) moved[i] = x[i] + step * v[i]
    }
    moveBy(h)
    const above = gradientHere().slice()
    moveBy(-h)
    const below = gradientHere()
    for (let i = 0; i < x.length; i++) out[i] = (above[i] - below[i]) / (2 * h)
    parameters.forWriting().set(x)
  }
}
