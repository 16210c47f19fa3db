/**
 * Parts of a mini-batch, whose gradients add up to the batch's. They depend on the batch alone, so that it does not matter
 * who computes which.
 */
import { longestFirst } from '../layers/batch.ts'
import type { GateStatistics } from '../layers/gate-statistics.ts'
import type { Random } from '../numerics/random.ts'

/** Gradients of batches that are computed elsewhere while the event loop goes on. */
export interface GradientInParts {
  /**
   * Reads the parameters before it first waits. The function that it resolves to leaves the gradient in
   * `parameters.gradient` and tells the loss.
   */
  start(members: Int32Array, draws: Random): Promise<() => number>
  /** How open gates stood in the last pass, where statistics are asked for. */
  gateStatistics(): Record<string, GateStatistics>
}

/**
 * Deals the members of a batch, longest first, each to the part of the fewest frames so far (Graham 1969: the largest part
 * has at most 4/3 of the frames that the best deal gives it). Parts that stay empty are left out.
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
