/** The tops of what is sampled. */

/** Place of the top of the parabola through three values, from the middle one; 0 where they are no top. */
export function topOffset(before: number, middle: number, after: number): number {
  const curvature = 2 * middle - before - after
  return curvature > 0 ? Math.max(-0.5, Math.min(0.5, (after - before) / (2 * curvature))) : 0
}

/** Values to either side that an interpolated one is made of. */
const REACH = 24

/**
 * The value `offset` in -1..1 behind the place `at`: the band-limited signal through the samples, by a tapered sinc
 * whose factor sin(pi offset) / pi is left out, for its taps are made to sum to 1.
 */
function valueBetween(values: Float64Array, at: number, offset: number): number {
  if (Number.isInteger(offset)) return values[at + offset]
  let sum = 0
  let taps = 0
  const first = Math.max(0, at - REACH)
  const last = Math.min(values.length - 1, at + REACH)
  for (let k = first; k <= last; k++) {
    const d = at + offset - k
    const u = d / (REACH + 1)
    const taper = 1 - u * u
    const tap = ((at - k) % 2 === 0 ? 1 : -1) * ((taper * taper * taper * taper) / d)
    sum += tap * values[k]
    taps += tap
  }
  return sum / taps
}

/** Of five values, those 2 before to 2 behind a place, the curve of degree 4 through them `offset` behind it. */
function smoothBetween([a, b, c, d, e]: ArrayLike<number> & Iterable<number>, offset: number): number {
  const [even, odd] = [(b + d) / 2 - c, (d - b) / 2]
  const [farEven, farOdd] = [(a + e) / 2 - c, (e - a) / 2]
  const fourth = (farEven - 4 * even) / 12
  const third = (farOdd - 2 * odd) / 6
  return c + offset * (odd - third + offset * (even - fourth + offset * (third + offset * fourth)))
}

/**
 * Height of the top of products / sqrt(energy energies) near the place of its sampled maximum, the energies being those of the
 * five places about it. The two are interpolated one by one: their quotient is not band-limited, and energies are smooth.
 */
export function topHeight(products: Float64Array, energies: Float64Array, energy: number, at: number): number {
  const heightAt = (offset: number): number => {
    const square = energy * smoothBetween(energies, offset)
    return square > 0 ? valueBetween(products, at, offset) / Math.sqrt(square) : 0
  }
  let height = heightAt(0)
  let offset = topOffset(heightAt(-1), height, heightAt(1))
  height = Math.max(height, heightAt(offset))
  for (let step = 0.25; step > 1e-3; step /= 4) {
    offset += step * topOffset(heightAt(offset - step), heightAt(offset), heightAt(offset + step))
    height = Math.max(height, heightAt(offset))
  }
  return height
}
