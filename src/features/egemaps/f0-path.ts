/** The least costly path through the candidates of a clip. */
import { log } from '../../core/elementary.ts'
import { CANDIDATES, type F0Candidates } from './f0-candidates.ts'

/** Six candidates, and unvoiced last. */
const STATES = CANDIDATES + 1
const UNVOICED = CANDIDATES

/** Voicing from which a frame counts as voiced, and the costs of the path. */
const VOICED = 0.7
const WRONG_VOICING = 4
const LOCAL = 2
const CHANGE_OF_VOICING = 10
const STAY_UNVOICED = 1

/** Costs of changes of pitch, of natural logarithms of F0. */
interface PitchCosts {
  /** Of a change. */
  change: number
  /** Of its difference from the change that was looked at before, as a share of that. */
  drift: number
  /** Of a candidate whose score is lower than the best by a factor, of its natural logarithm. */
  weakness: number
}

/**
 * openSMILE's costs. A change is compared with that of the pair of states looked at before, not with the one before on the same
 * path, as one would expect, but so it was found to choose.
 */
export const compatibleCosts: PitchCosts = { change: 10, drift: 1, weakness: 0 }

/** A first-order path, on which weaker candidates cost more: otherwise it stays where it once was an octave off. */
export const paperCosts: PitchCosts = { change: 10, drift: 0, weakness: 10 }

/** The best path of F0 through the frames so far. */
export interface F0Path {
  /** Hz; 0 where unvoiced. */
  f0: Float64Array
  /** Frames on which the paths to all states of the last frame agree. */
  decided: number
}

/** Voices between 100 and 350 Hz cost nothing. */
function rangeCost(hertz: number): number {
  if (hertz < 100) return (100 - hertz) / 100
  if (hertz < 350) return 0
  return hertz < 600 ? (hertz - 350) / 250 : 1.2
}

/** A path in the making. */
class Lattice {
  readonly back: Uint8Array
  /** Least cost of a path to each state. */
  cost = new Float64Array(STATES)
  private next = new Float64Array(STATES)
  private readonly candidates: F0Candidates
  private readonly logs: Float64Array
  private readonly costs: PitchCosts
  /** Change of pitch of the pair of states looked at before. */
  private drift = 1

  constructor(candidates: F0Candidates, costs: PitchCosts) {
    this.candidates = candidates
    this.costs = costs
    this.back = new Uint8Array(candidates.count.length * STATES).fill(UNVOICED)
    this.logs = candidates.frequency.map((hertz) => (hertz > 0 ? log(hertz) : 0))
  }

  /** Takes in frame t. */
  advance(t: number): void {
    const count = this.candidates.count[t]
    for (let j = 0; j < STATES; j++) {
      this.next[j] = j < count || j === UNVOICED ? this.local(t, j) + (t > 0 ? this.arrive(t, j) : 0) : Infinity
    }
    const { cost } = this
    this.cost = this.next
    this.next = cost
  }

  private local(t: number, j: number): number {
    const { count, voicing, frequency, score } = this.candidates
    const at = t * CANDIDATES
    if (j === UNVOICED) return count[t] > 0 && voicing[at] >= VOICED ? LOCAL * WRONG_VOICING : 0
    const v = voicing[at + j]
    const cost = LOCAL * (-log(v) + (v < VOICED ? WRONG_VOICING : 0)) + rangeCost(frequency[at + j])
    const { weakness } = this.costs
    return weakness === 0 ? cost : cost + weakness * log(score[at] / score[at + j])
  }

  /** Least cost of a path to state j; remembers where it comes from. */
  private arrive(t: number, j: number): number {
    const count = this.candidates.count[t - 1]
    let least = Infinity
    for (let i = 0; i < STATES; i++) {
      if (i >= count && i !== UNVOICED) continue
      const cost = this.cost[i] + this.change(t, i, j)
      if (!(cost < least)) continue
      least = cost
      this.back[t * STATES + j] = i
    }
    return least
  }

  private change(t: number, i: number, j: number): number {
    if (i === UNVOICED || j === UNVOICED) {
      this.drift = 0
      return i === j ? STAY_UNVOICED : CHANGE_OF_VOICING
    }
    const change = this.logs[t * CANDIDATES + j] - this.logs[(t - 1) * CANDIDATES + i]
    const cost = this.costs.change * (Math.abs(change) + this.costs.drift * Math.abs(change - this.drift))
    this.drift = change
    return cost
  }
}

/** The state of least cost, the first of equals. */
function bestState(cost: Float64Array): number {
  let best = 0
  for (let j = 1; j < STATES; j++) if (cost[j] < cost[best]) best = j
  return best
}

function decidedFrames(back: Uint8Array, frames: number): number {
  const states = Array.from({ length: STATES }, (_, j) => j)
  for (let t = frames - 1; t >= 0; t--) {
    if (states.every((state) => state === states[0])) return t + 1
    for (let j = 0; j < STATES; j++) states[j] = back[t * STATES + states[j]]
  }
  return 0
}

/** The path of least cost. */
export function f0Path(candidates: F0Candidates, costs: PitchCosts): F0Path {
  const frames = candidates.count.length
  const lattice = new Lattice(candidates, costs)
  for (let t = 0; t < frames; t++) lattice.advance(t)
  const f0 = new Float64Array(frames)
  for (let t = frames - 1, state = bestState(lattice.cost); t >= 0; t--) {
    if (state !== UNVOICED) f0[t] = candidates.frequency[t * CANDIDATES + state]
    state = lattice.back[t * STATES + state]
  }
  return { f0, decided: decidedFrames(lattice.back, frames) }
}
