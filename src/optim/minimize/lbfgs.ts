import { LbfgsHistory } from './lbfgs-history.ts'
import type { Method } from './method.ts'
import type { Point } from './problem.ts'
import { addScaledInto, norm } from './vectors.ts'

/** Limited-memory BFGS: Nocedal & Wright (2006), algorithm 7.5. */
export class LbfgsMethod implements Method {
  readonly curvature = 0.9
  private readonly history: LbfgsHistory
  private readonly s: Float64Array
  private readonly y: Float64Array

  constructor(size: number, memory: number) {
    this.history = new LbfgsHistory(size, memory)
    this.s = new Float64Array(size)
    this.y = new Float64Array(size)
  }

  direction(out: Float64Array, { gradient }: Point): number {
    this.history.direction(out, gradient)
    // The scale is unknown before the first pair: try a step of length one.
    return this.history.length > 0 ? 1 : 1 / norm(out)
  }

  learn(from: Point, to: Point): void {
    addScaledInto(this.s, to.x, -1, from.x)
    addScaledInto(this.y, to.gradient, -1, from.gradient)
    this.history.add(this.s, this.y)
  }

  reset(): void {
    this.history.clear()
  }
}
