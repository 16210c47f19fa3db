/**
 * The natural cubic spline through values at fixed knots, read at fixed places. With the second derivatives m_k,
 *
 *     h_(k-1) m_(k-1) + 2 (h_(k-1) + h_k) m_k + h_k m_(k+1) = 6 (s_k - s_(k-1)),   s_k = (y_(k+1) - y_k) / h_k,   m_0 = m_(n-1) = 0
 *     S(x) = a y_k + b y_(k+1) + ((a^3 - a) m_k + (b^3 - b) m_(k+1)) h_k^2 / 6,   a = (x_(k+1) - x) / h_k,   b = 1 - a
 *
 * All that does not depend on the values is prepared once.
 */
export class ResamplingSpline {
  /** h_k and 1 / h_k. */
  private readonly width: Float64Array
  private readonly inverse: Float64Array
  /** h_k, h_(k-1) and 6 over the pivot of the elimination. */
  private readonly ratio: Float64Array
  private readonly carry: Float64Array
  private readonly scale: Float64Array
  private readonly second: Float64Array
  private readonly interval: Int32Array
  /** Factors of y_k, y_(k+1), m_k and m_(k+1) in turn. */
  private readonly factors: Float64Array

  /** Both ascending; places beyond the knots belong to the outermost interval. What is read is multiplied by the gains. */
  constructor(
    knots: Float64Array,
    places: Float64Array,
    gains: Float64Array = new Float64Array(places.length).fill(1),
  ) {
    const n = knots.length
    this.width = Float64Array.from({ length: n - 1 }, (_, k) => knots[k + 1] - knots[k])
    this.inverse = this.width.map((h) => 1 / h)
    this.ratio = new Float64Array(n)
    this.carry = new Float64Array(n)
    this.scale = new Float64Array(n)
    this.second = new Float64Array(n)
    for (let k = 1; k + 1 < n; k++) {
      const [before, after] = [this.width[k - 1], this.width[k]]
      const pivot = 2 * (before + after) - before * this.ratio[k - 1]
      this.scale[k] = 6 / pivot
      this.carry[k] = before / pivot
      this.ratio[k] = after / pivot
    }
    this.interval = new Int32Array(places.length)
    this.factors = new Float64Array(4 * places.length)
    for (let j = 0, k = 0; j < places.length; j++) {
      while (k + 2 < n && places[j] > knots[k + 1]) k++
      this.interval[j] = k
      const h = this.width[k]
      const a = (knots[k + 1] - places[j]) / h
      const b = 1 - a
      const curved = [((a * a * a - a) * h * h) / 6, ((b * b * b - b) * h * h) / 6]
      this.factors.set(
        [a, b, ...curved].map((factor) => factor * gains[j]),
        4 * j,
      )
    }
  }

  /** Writes the spline through y at all places, 0 where it is negative; `out` may be longer than there are places. */
  positiveInto(out: Float64Array, y: Float64Array): void {
    const { interval, factors, second } = this
    this.solve(y)
    for (let j = 0, f = 0; j < interval.length; j++, f += 4) {
      const k = interval[j]
      const straight = factors[f] * y[k] + factors[f + 1] * y[k + 1]
      const value = straight + (factors[f + 2] * second[k] + factors[f + 3] * second[k + 1])
      out[j] = value > 0 ? value : 0
    }
  }

  private solve(y: Float64Array): void {
    const { inverse, ratio, scale, carry, second } = this
    const n = second.length
    let slope = (y[1] - y[0]) * inverse[0]
    let last = 0
    for (let k = 1; k + 1 < n; k++) {
      const next = (y[k + 1] - y[k]) * inverse[k]
      last = scale[k] * (next - slope) - carry[k] * last
      second[k] = last
      slope = next
    }
    last = 0
    for (let k = n - 2; k >= 1; k--) {
      last = second[k] - ratio[k] * last
      second[k] = last
    }
  }
}
