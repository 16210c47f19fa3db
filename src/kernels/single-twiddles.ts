/** Twiddle factors of the single-precision transform (single-transform.ts), rounded as in Ooura's tables. */
import { cos, sin } from '../core/trigonometric.ts'

const fround = Math.fround

/** Factors W^j and W^3j of a block at one j: cosine and sine of each, the second sine negated. */
type Factors = readonly [number, number, number, number]

const ONE: Factors = [1, 0, 1, 0]

/** Factors of a transform of `points` complex points; all angles are single-precision multiples of a rounded one. */
export class SingleTwiddles {
  /** cos(pi / 4). */
  readonly diagonal: number
  private readonly points: number
  private readonly unit: number
  private readonly tripled: number

  constructor(points: number) {
    this.points = points
    this.unit = fround(Math.PI / points)
    this.tripled = fround(3 * this.unit)
    this.diagonal = fround(cos(fround(this.unit * (points / 4))))
  }

  /** Factors at the angle i pi / points, 0 to pi / 4, by direct evaluation. */
  private tabulated(i: number): Factors {
    if (i === 0) return ONE
    if (4 * i === this.points) return [this.diagonal, this.diagonal, -this.diagonal, -this.diagonal]
    const angle = fround(this.unit * i)
    const third = fround(this.tripled * i)
    return [fround(cos(angle)), fround(sin(angle)), fround(cos(third)), fround(-sin(third))]
  }

  /** Factors at odd multiples of the smallest angle, from the two neighbours: (a + b) / (2 cos(angle)). */
  private interpolated(i: number): Factors {
    const first = fround(0.5 / cos(fround(this.unit * 2)))
    const third = fround(0.5 / cos(fround(this.unit * 6)))
    const a = this.tabulated(i - 2)
    const b = this.tabulated(i + 2)
    const between = (scale: number, k: number) => fround(scale * fround(a[k] + b[k]))
    return [between(first, 0), between(first, 1), between(third, 2), between(third, 3)]
  }

  /** Factors of point j, 0 < j < size / 8, of a block of `size` points. */
  private eighth(size: number, j: number): Factors {
    const i = 2 * j * (this.points / size)
    return i % 4 === 0 ? this.tabulated(i) : this.interpolated(i)
  }

  /** W^j and W^3j, W = exp(2 pi i / size), as real and imaginary parts, 0 < j < size / 4 and not size / 8. */
  factors(size: number, j: number): Factors {
    const mirrored = j > size / 8
    const [c, s, c3, s3] = this.eighth(size, mirrored ? size / 4 - j : j)
    // Blocks of 16 points use the mirrored first factor as the third, as Ooura's tables do.
    const third: readonly [number, number] = size === 16 ? [s, -c] : [c3, s3]
    return mirrored ? [s, c, third[1], -third[0]] : [c, s, third[0], -third[1]]
  }
}
