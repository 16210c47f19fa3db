import type { PitchCandidates } from './pitch-candidates.ts'

/** Costs of the path between neighbouring frames. */
export interface PathCosts {
  /** Cost per octave between two voiced frames. */
  octaveJumpCost: number
  /** Cost of a change between voiced and unvoiced. */
  voicingCost: number
}

/** Best sums over the paths that end in each slot, and the slots of the frame before that they come from. */
export interface PathSums {
  /** [frames * slots] */
  sum: Float64Array
  /** [frames * slots] */
  back: Int32Array
}

/**
 * The slot of each frame on the path with the largest sum of scores minus transition costs (Viterbi), Int32Array
 * [frames]; of equal paths the one with the lower slots.
 */
export function bestPath(table: PitchCandidates, costs: PathCosts): Int32Array {
  const { frames, slots, score } = table
  const sums = { sum: score.slice(), back: new Int32Array(frames * slots) }
  for (let t = 1; t < frames; t++) extendPaths(sums, table, t, costs)
  return traceBack(sums, slots, frames)
}

/** Computes the sums of frame t >= 1 from those of frame t - 1. */
export function extendPaths({ sum, back }: PathSums, table: PitchCandidates, t: number, costs: PathCosts): void {
  const { slots, score } = table
  for (let slot = 0; slot < slots; slot++) {
    const at = t * slots + slot
    if (score[at] === -Infinity) {
      sum[at] = -Infinity
      continue
    }
    back[at] = bestPredecessor(table, sum, t, slot, costs)
    sum[at] = score[at] + sum[at - slot - slots + back[at]] - transition(table, t, back[at], slot, costs)
  }
}

function bestPredecessor(table: PitchCandidates, sum: Float64Array, t: number, slot: number, costs: PathCosts): number {
  const before = (t - 1) * table.slots
  let best = 0
  let bestScore = -Infinity
  for (let from = 0; from < table.slots; from++) {
    if (sum[before + from] <= bestScore) continue
    const total = sum[before + from] - transition(table, t, from, slot, costs)
    if (total > bestScore) {
      best = from
      bestScore = total
    }
  }
  return best
}

/** Cost from slot `from` of frame t - 1 to slot `to` of frame t. */
function transition(table: PitchCandidates, t: number, from: number, to: number, costs: PathCosts): number {
  if (from === 0 || to === 0) return from === to ? 0 : costs.voicingCost
  const { logF0, slots } = table
  return (costs.octaveJumpCost * Math.abs(logF0[t * slots + to] - logF0[(t - 1) * slots + from])) / Math.LN2
}

/** The best path through the first `frames` frames. */
export function traceBack({ sum, back }: PathSums, slots: number, frames: number): Int32Array {
  const path = new Int32Array(frames)
  const last = (frames - 1) * slots
  let slot = 0
  for (let i = 1; i < slots && frames > 0; i++) if (sum[last + i] > sum[last + slot]) slot = i
  for (let t = frames - 1; t >= 0; t--) {
    path[t] = slot
    slot = back[t * slots + slot]
  }
  return path
}
