import type { PitchCandidates } from './pitch-candidates.ts'

/** Costs of the path between neighbouring frames. */
export interface PathCosts {
  /** Cost per octave between two voiced frames. */
  octaveJumpCost: number
  /** Cost of a change between voiced and unvoiced. */
  voicingCost: number
}

/**
 * The slot of each frame on the path with the largest sum of scores minus transition costs (Viterbi), Int32Array
 * [frames]; of equal paths the one with the lower slots.
 */
export function bestPath(table: PitchCandidates, costs: PathCosts): Int32Array {
  const { frames, slots, score } = table
  const back = new Int32Array(frames * slots)
  let previous = score.slice(0, slots)
  let current = new Float64Array(slots)
  for (let t = 1; t < frames; t++) {
    for (let slot = 0; slot < slots; slot++) {
      const at = t * slots + slot
      if (score[at] === -Infinity) {
        current[slot] = -Infinity
        continue
      }
      back[at] = bestPredecessor(table, previous, t, slot, costs)
      current[slot] = score[at] + previous[back[at]] - transition(table, t, back[at], slot, costs)
    }
    ;[previous, current] = [current, previous]
  }
  return traceBack(back, previous, frames)
}

function bestPredecessor(
  table: PitchCandidates,
  previous: Float64Array,
  t: number,
  slot: number,
  costs: PathCosts,
): number {
  let best = 0
  let bestScore = -Infinity
  for (let from = 0; from < previous.length; from++) {
    if (previous[from] <= bestScore) continue
    const total = previous[from] - transition(table, t, from, slot, costs)
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

function traceBack(back: Int32Array, final: Float64Array, frames: number): Int32Array {
  const slots = final.length
  const path = new Int32Array(frames)
  let slot = 0
  for (let i = 1; i < slots; i++) if (final[i] > final[slot]) slot = i
  for (let t = frames - 1; t >= 0; t--) {
    path[t] = slot
    slot = back[t * slots + slot]
  }
  return path
}
