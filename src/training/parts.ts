/**
 * Parts of a mini-batch, whose gradients add up to that of the batch. The split depends on the batch alone, so that the
 * result does not depend on which thread computes which part.
 */
import { longestFirst } from '../layers/batch.ts'
import type { GateStatistics } from '../layers/gate-statistics.ts'
import type { Random } from '../numerics/random.ts'

/** Gradients of batches that other threads compute while the event loop goes on. */
export interface GradientInParts {
  /**
   * Starts the computation; reads the parameters before its first `await`. The function that it resolves to writes the
   * gradient to `parameters.gradient` and returns the loss.
   */
  start(members: Int32Array, draws: Random): Promise<() => number>
  /** Statistics of the gate activations in the last pass; needs the option `statistics`. */
  gateStatistics(): Record<string, GateStatistics>
}

/**
 * Assigns the members of a batch, longest first, each to the part with the fewest frames so far (Graham 1969: the
 * largest part has at most 4/3 of the frames of the best split). Empty parts are left out.
 */
export function dealParts(members: ArrayLike<number>, frames: (member: number) => number, parts: number): Int32Array[] {
  const dealt = Array.from({ length: Math.min(parts, members.length) }, () => ({ members: [] as number[], frames: 0 }))
  for (const member of longestFirst(members, frames)) {
    const least = dealt.reduce((a, b) => (b.frames < a.frames ? b : a))
    least.members.push(member)
    least.frames += frames(member)
  }
  return dealt.map((part) => Int32Array.from(part.members))
}
