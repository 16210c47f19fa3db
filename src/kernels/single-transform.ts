/** Transform of real frames in single precision: complex levels (single-levels.ts), then separation of the spectrum. */
import { cos, sin } from '../core/trigonometric.ts'
import { transformLevels } from './simd/single-transform.ts'
import { type TransformPlan, transformPlan } from './single-levels.ts'

const fround = Math.fround

/** Positions of the results: bit-reversed indices. */
function reversedBits(points: number): Uint32Array {
  const out = new Uint32Array(points)
  for (let i = 0, half = points / 2; i < half; i++) {
    out[2 * i] = out[i] / 2
    out[2 * i + 1] = out[2 * i] + half
  }
  return out
}

/** Last level, of blocks of two points; in kind 2 the second is first multiplied by i. */
function pairs(x: Float32Array, kinds: Uint8Array): void {
  for (let b = 0; b < kinds.length; b++) {
    const at = 4 * b
    const re = x[at]
    const im = x[at + 1]
    const otherRe = kinds[b] === 1 ? x[at + 2] : -x[at + 3]
    const otherIm = kinds[b] === 1 ? x[at + 3] : x[at + 2]
    x[at] = re + otherRe
    x[at + 1] = im + otherIm
    x[at + 2] = re - otherRe
    x[at + 3] = im - otherIm
  }
}

/** X[k] = sum_n x[n] exp(2 pi i k n / N) of real frames of N samples, N a power of two from 8 on. */
export class SingleTransform {
  readonly length: number
  /** X[0..N/2], interleaved real and imaginary parts. */
  readonly output: Float32Array
  private readonly work: Float32Array
  private readonly plan: TransformPlan
  private readonly reversed: Uint32Array
  /** 1/2 cos and 1/2 sin of the angles k pi / (N / 2), rounded as in Ooura's tables. */
  private readonly halves: Float32Array

  constructor(length: number) {
    const points = length / 2
    this.length = length
    this.output = new Float32Array(length + 2)
    this.work = new Float32Array(length)
    this.plan = transformPlan(length)
    this.reversed = reversedBits(points)
    const unit = fround(Math.PI / points)
    const quarter = points / 2
    this.halves = new Float32Array(quarter + 1)
    for (let j = 1; 2 * j < quarter; j++) {
      this.halves[j] = 0.5 * cos(fround(unit * j))
      this.halves[quarter - j] = 0.5 * sin(fround(unit * j))
    }
    this.halves[quarter / 2] = 0.5 * this.plan.diagonal
  }

  transform(frame: Float32Array): void {
    const { work, plan } = this
    work.set(frame)
    transformLevels(work, plan)
    const last = plan.levels[plan.levels.length - 1]
    if (last.size === 2) pairs(work, last.kinds)
    this.separate()
  }

  /** Computes the transform of the N real samples from that of the N/2 complex pairs. */
  private separate(): void {
    const { work, output, reversed, halves, length } = this
    const points = length / 2
    const quarter = points / 2
    output[0] = work[0] + work[1]
    output[length] = work[0] - work[1]
    output[points] = work[2 * reversed[quarter]]
    output[points + 1] = work[2 * reversed[quarter] + 1]
    for (let k = 1; k < quarter; k++) {
      const p = 2 * reversed[k]
      const q = 2 * reversed[points - k]
      const w = fround(0.5 - halves[quarter - k])
      const v = halves[k]
      const re = fround(work[p] - work[q])
      const im = fround(work[p + 1] + work[q + 1])
      const y = fround(fround(w * re) - fround(v * im))
      const z = fround(fround(w * im) + fround(v * re))
      output[2 * k] = work[p] - y
      output[2 * k + 1] = work[p + 1] - z
      output[length - 2 * k] = work[q] + y
      output[length - 2 * k + 1] = work[q + 1] - z
    }
  }
}
