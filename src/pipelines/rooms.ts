/**
 * Mean and variance of measures where nobody has told whose voice, or which room, a recording is from: those of the rooms that it sounds
 * like. A room a is a training corpus, or that corpus degraded in one way (over a telephone, in noise, ...):
 *
 *   x' = (x - m) / s within +-8       S = mean of the covariances within the rooms, 0.7 S + 0.3 tr(S)/R I
 *   g_a = softmax_a(0.2 (x' S^-1 m_a - 1/2 m_a' S^-1 m_a) + [a is a corpus as it is])
 *   mean = sum_a g_a m_a       variance = sum_a g_a v_a
 *
 * A degradation moves the mean and scales the variance of every corpus alike: m_jk = m_j + d_k and v_jk = v_j r_k, with d_k and r_k means
 * over the training corpora.
 */
import { grouped } from '../core/groups.ts'
import type { FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import { inverseOfShrunk } from '../numerics/positive-definite.ts'
import { checkParameterCount } from '../numerics/restored.ts'
import { type Moments, meanOf, momentsOf } from './moments.ts'
import type { Voice } from './voice-prior.ts'

/** Measures of a training set, and the same recordings degraded. */
export interface RoomRows {
  /** [n][R] */
  rows: readonly FloatArray[]
  corpora: readonly string[]
  degraded?: { rows: readonly FloatArray[]; kinds: readonly string[] }
}

/** State of the rooms. */
export interface RoomsState {
  /** m and s [R], as text, which no storage type rounds. */
  centre: number[]
  scale: number[]
  corpora: number
  /** m_j of the corpora, then d_k of the degradations [J + K, R]. */
  means: FloatArray
  /** v_j, then r_k [J + K, R]. */
  variances: FloatArray
  /** S^-1 m_j, then S^-1 d_k [J + K, R]. */
  directions: FloatArray
}

const CLIP = 8
const SHRINKAGE = 0.3
const SHARPNESS = 0.2
const CLEAN = 1

/** Moments of a degradation relative to the corpora's own, over the corpora that have two such recordings or more. */
function degradationOf(groups: Map<string, Float64Array[]>, own: Map<string, Moments>): Moments | null {
  const measured = [...groups]
    .filter(([, rows]) => rows.length > 1)
    .map(([name, rows]) => ({ name, ...momentsOf(rows) }))
  if (measured.length === 0) return null
  const shifts = measured.map(({ name, mean }) => mean.map((value, j) => value - (own.get(name) as Moments).mean[j]))
  const usual = meanOf(Array.from(own.values(), ({ variance }) => variance))
  const variance = meanOf(measured.map((one) => one.variance))
  return {
    mean: meanOf(shifts),
    variance: variance.map((value, j) => (usual[j] > 0 ? value / usual[j] : 1)),
    covariance: meanOf(measured.map(({ covariance }) => covariance)),
  }
}

/** Rooms that recordings may be from. */
export class Rooms {
  /** Number of training corpora. */
  readonly corpora: number
  private readonly state: RoomsState
  private readonly columns: number
  private readonly centre: Float64Array
  private readonly scale: Float64Array
  /** m_a, v_a and S^-1 m_a [A, R], -1/2 m_a' S^-1 m_a + prior [A]. */
  private readonly means: Float64Array
  private readonly variances: Float64Array
  private readonly directions: Float64Array
  private readonly offsets: Float64Array

  private constructor(state: RoomsState) {
    const { corpora, means, variances, directions, centre } = state
    const columns = centre.length
    const sources = means.length / columns
    this.state = state
    this.corpora = corpora
    this.columns = columns
    this.centre = Float64Array.from(centre)
    this.scale = Float64Array.from(state.scale)
    const rooms = corpora * (1 + sources - corpora)
    /** Rows of the corpora, and of every corpus with every degradation. */
    const combined = (x: FloatArray, both: (own: number, change: number) => number): Float64Array => {
      return Float64Array.from({ length: rooms * columns }, (_, at) => {
        const [room, j] = [Math.floor(at / columns), at % columns]
        const own = x[(room % corpora) * columns + j]
        if (room < corpora) return own
        return both(own, x[(corpora + Math.floor(room / corpora) - 1) * columns + j])
      })
    }
    this.means = combined(means, (own, change) => own + change)
    this.variances = combined(variances, (own, change) => own * change)
    this.directions = combined(directions, (own, change) => own + change)
    this.offsets = Float64Array.from({ length: rooms }, (_, a) => {
      const product = kernels.dot(this.means, a * columns, this.directions, a * columns, columns)
      return -0.5 * SHARPNESS * product + (a < corpora ? CLEAN : 0)
    })
  }

  /**
   * The rooms of a training set; null where it has but one, or nothing varies.
   *
   * @param centre, scale - m and s [R]; a measure of scale 0 tells no room
   */
  static fit({ rows, corpora, degraded }: RoomRows, centre: Float64Array, scale: Float64Array): Rooms | null {
    const clipped = (row: FloatArray): Float64Array => standardised(row, centre, scale)
    const own = new Map(
      Array.from(grouped(rows.map(clipped), corpora), ([name, members]) => [name, momentsOf(members)] as const),
    )
    const changed = degraded?.rows.map((row, i) => ({ row: clipped(row), corpus: corpora[i] })) ?? []
    const changes = Array.from(grouped(changed, degraded?.kinds ?? []).values(), (members) => {
      const byCorpus = grouped(
        members.map(({ row }) => row),
        members.map(({ corpus }) => corpus),
      )
      return degradationOf(byCorpus, own)
    }).filter((one) => one !== null)
    const sources = [...own.values(), ...changes]
    if (sources.length < 2) return null
    const within = meanOf(sources.map(({ covariance }) => covariance))
    const inverse = inverseOfShrunk(within, centre.length, SHRINKAGE)
    if (inverse === null) return null
    return Rooms.from(stateOf(sources, own.size, inverse, centre, scale))
  }

  /** The rooms of a state; RangeError where its parts do not fit together. */
  static from(state: RoomsState): Rooms {
    const { centre, scale, corpora, means, variances, directions } = state
    const count = Math.max(corpora, Math.round(means.length / centre.length)) * centre.length
    checkParameterCount('rooms', scale.length, centre.length)
    for (const part of [means, variances, directions]) checkParameterCount('rooms', part.length, count)
    return new Rooms(state)
  }

  toState(): RoomsState {
    return this.state
  }

  /** The shares g [A] of the rooms in a recording's measures. */
  shares(measures: FloatArray): Float64Array {
    const { centre, scale, columns, directions, offsets } = this
    const x = standardised(measures, centre, scale)
    const scores = offsets.map((offset, a) => offset + SHARPNESS * kernels.dot(x, 0, directions, a * columns, columns))
    kernels.softmax(scores, 0, scores, 0, 1, scores.length)
    return scores
  }

  /** The shares of the training corpora [J], degraded or not. */
  byCorpus(shares: Float64Array): Float64Array {
    const out = new Float64Array(this.corpora)
    for (const [a, share] of shares.entries()) out[a % this.corpora] += share
    return out
  }

  /** The voice that the shares make, in units of the measures. */
  voice(shares: Float64Array): Voice {
    const { columns, means, variances, centre, scale } = this
    const [mean, variance] = [new Float64Array(columns), new Float64Array(columns)]
    for (const [a, share] of shares.entries()) {
      kernels.axpy(mean, 0, share, means, a * columns, columns)
      kernels.axpy(variance, 0, share, variances, a * columns, columns)
    }
    return {
      mean: mean.map((value, j) => centre[j] + value * scale[j]),
      variance: variance.map((value, j) => value * scale[j] * scale[j]),
      level: null,
    }
  }
}

/** x' [R]. */
function standardised(row: FloatArray, centre: Float64Array, scale: Float64Array): Float64Array {
  return Float64Array.from(centre, (m, j) => {
    return scale[j] > 0 ? Math.min(CLIP, Math.max(-CLIP, (row[j] - m) / scale[j])) : 0
  })
}

/** Rounded as in a file, so that a file gives the same bits. */
function stateOf(
  sources: readonly Moments[],
  corpora: number,
  inverse: Float64Array,
  centre: Float64Array,
  scale: Float64Array,
): RoomsState {
  const columns = centre.length
  const flat = (part: 'mean' | 'variance'): Float32Array => {
    return Float32Array.from(sources.flatMap((source) => Array.from(source[part])))
  }
  const directions = new Float64Array(sources.length * columns)
  kernels.gemm(
    ...([directions, 0, columns, Float64Array.from(flat('mean')), 0, columns, false] as const),
    ...([inverse, 0, columns, false, sources.length, columns, columns, 1, 0] as const),
  )
  return {
    centre: Array.from(centre),
    scale: Array.from(scale),
    corpora,
    means: flat('mean'),
    variances: flat('variance'),
    directions: Float32Array.from(directions),
  }
}
