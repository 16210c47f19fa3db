/**
 * Mean and variance of measures where nobody has told whose voice, or which room, a recording is from: those of the rooms that it sounds
 * like. A room a is a training corpus, or that corpus degraded in one way (over a telephone, in noise, ...):
 *
 *   x' = (x - m) / s within +-8       S = mean of the covariances within the rooms, 0.95 S + 0.05 tr(S)/R I
 *   g_a = softmax_a(0.2 (x' S^-1 m_a - 1/2 m_a' S^-1 m_a) + [a is a corpus as it is])
 *   mean = sum_a g_a m_a       variance = sum_a g_a v_a
 *
 * A degradation moves the mean of each corpus and scales its variance: m_jk = m_j + d_jk and v_jk = v_j r_k. d_jk is half the
 * mean change of the corpus' own recordings and half the mean over the corpora, r_k a mean over the corpora, at least 0.2: a
 * measure that a degradation leaves nothing of, such as a band that a telephone cuts off, is not stretched to tell something.
 */

import { checkArray, checkInteger, checkObject } from '../core/check.ts'
import { grouped } from '../core/groups.ts'
import { savedNumbers } from '../core/saved.ts'
import type { FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import { addWeightedRows } from '../kernels/weighted-rows.ts'
import { inverseOfShrunk } from '../numerics/positive-definite.ts'
import { checkParameterCount } from '../numerics/restored.ts'
import type { RoomParts } from './measures-parts.ts'
import { type Moments, meanOf, momentsOf } from './moments.ts'
import type { Voice } from './voice-prior.ts'

/** Measures of a training set, and the same recordings degraded, in their order, once or several times. */
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
  /** Names of the degradations; absent in files that did not keep them. */
  kinds?: string[]
  /** m_j of the corpora, then d_jk, degradation by degradation [J + K J, R]; [J + K, R] where all corpora share d_k. */
  means: FloatArray
  /** v_j, then r_k [J + K, R]. */
  variances: FloatArray
  /** S^-1 m_j, then S^-1 d_jk, as the means. */
  directions: FloatArray
}

const CLIP = 8
const SHRINKAGE = 0.05
const SHARPNESS = 0.2
const CLEAN = 1
/** Share of a corpus' own change in that by a degradation. */
const OWN_CHANGE = 0.5
const LEAST_RATIO = 0.2

/** A degraded recording, and the change by its degradation. */
interface Changed {
  row: Float64Array
  change: Float64Array
  corpus: string
}

/** Moments of a degradation relative to the corpora's own. */
interface Change {
  kind: string
  /** d_jk [J][R] */
  changes: Float64Array[]
  ratio: Float64Array
  covariance: Float64Array
}

/** A degradation, by the corpora that have two such recordings or more; null where none has. */
function changeOf(kind: string, recordings: readonly Changed[], own: Map<string, Moments>): Change | null {
  const byCorpus = grouped(
    recordings,
    recordings.map(({ corpus }) => corpus),
  )
  const measured = new Map([...byCorpus].filter(([, members]) => members.length > 1))
  if (measured.size === 0) return null
  const changes = new Map(Array.from(measured, ([name, all]) => [name, meanOf(all.map(({ change }) => change))]))
  const shared = meanOf([...changes.values()])
  const moments = Array.from(measured.values(), (members) => momentsOf(members.map(({ row }) => row)))
  const usual = meanOf(Array.from(own.values(), ({ variance }) => variance))
  const variance = meanOf(moments.map((one) => one.variance))
  return {
    kind,
    changes: Array.from(own.keys(), (name) => {
      const mine = changes.get(name) ?? shared
      return shared.map((value, j) => (1 - OWN_CHANGE) * value + OWN_CHANGE * mine[j])
    }),
    ratio: variance.map((value, j) => (usual[j] > 0 ? Math.max(LEAST_RATIO, value / usual[j]) : 1)),
    covariance: meanOf(moments.map(({ covariance }) => covariance)),
  }
}

/** Rooms that recordings may be from. */
export class Rooms {
  /** Number of training corpora. */
  readonly corpora: number
  /** Names of the degradations; none where the file did not keep them. */
  readonly kinds: readonly string[]
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
    const degradations = variances.length / columns - corpora
    this.state = state
    this.corpora = corpora
    this.kinds = state.kinds ?? []
    this.columns = columns
    this.centre = Float64Array.from(centre)
    this.scale = Float64Array.from(state.scale)
    const rooms = corpora * (1 + degradations)
    /** Rows of the corpora, and of every corpus with every degradation, whose change is its own or that of all. */
    const combined = (x: FloatArray, both: (own: number, change: number) => number): Float64Array => {
      return Float64Array.from({ length: rooms * columns }, (_, at) => {
        const [room, j] = [Math.floor(at / columns), at % columns]
        const own = x[(room % corpora) * columns + j]
        if (room < corpora) return own
        const change = x.length === rooms * columns ? room : corpora + Math.floor(room / corpora) - 1
        return both(own, x[change * columns + j])
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
    const { length } = rows
    const changed = (degraded?.rows ?? []).map((row, i): Changed => {
      const [before, after] = [clipped(rows[i % length]), clipped(row)]
      return { row: after, change: after.map((value, j) => value - before[j]), corpus: corpora[i % length] }
    })
    const changes = Array.from(grouped(changed, degraded?.kinds ?? []), ([kind, members]) => {
      return changeOf(kind, members, own)
    }).filter((one) => one !== null)
    if (own.size + changes.length < 2) return null
    const within = meanOf([...own.values(), ...changes].map(({ covariance }) => covariance))
    const inverse = inverseOfShrunk(within, centre.length, SHRINKAGE)
    if (inverse === null) return null
    return Rooms.from(stateOf([...own.values()], changes, inverse, centre, scale))
  }

  /** The rooms of a state; RangeError where its parts do not fit together. */
  static from(state: RoomsState): Rooms {
    const { corpora, kinds } = checkObject<RoomsState>('rooms', 'rooms', state)
    checkInteger('rooms', 'corpora', corpora, { min: 1 })
    if (kinds !== undefined) checkArray('rooms', 'kinds', kinds)
    const numbers = (name: 'centre' | 'scale' | 'means' | 'variances' | 'directions'): Float64Array => {
      return savedNumbers('rooms', name, state[name])
    }
    const [centre, scale, means] = [numbers('centre'), numbers('scale'), numbers('means')]
    const [variances, directions] = [numbers('variances'), numbers('directions')]
    const { length } = centre
    const rows = Math.max(corpora, Math.round(variances.length / Math.max(1, length)))
    checkParameterCount('rooms', scale.length, length)
    checkParameterCount('rooms', variances.length, rows * length)
    if (kinds !== undefined) checkParameterCount('rooms', kinds.length, rows - corpora)
    const own = means.length > variances.length ? corpora * (1 + rows - corpora) : rows
    for (const part of [means, directions]) checkParameterCount('rooms', part.length, own * length)
    return new Rooms(state)
  }

  /** Its numbers, for the model of every share alike. */
  parts(): RoomParts {
    const { centre, scale, columns, offsets, means, variances } = this
    const directions = new Float64Array(this.directions.length)
    for (let a = 0; a < offsets.length; a++) {
      for (let j = 0; j < columns; j++)
        directions[j * offsets.length + a] = SHARPNESS * this.directions[a * columns + j]
    }
    return { centre, scale, directions, offsets, means, variances, clip: CLIP, classes: null }
  }

  toState(): RoomsState {
    return this.state
  }

  /** The shares g [A] of the rooms in a recording's measures. */
  shares(measures: FloatArray): Float64Array {
    const { centre, scale, columns, directions, offsets } = this
    const x = standardised(measures, centre, scale)
    const scores = new Float64Array(offsets.length)
    for (let a = 0; a < scores.length; a++) {
      scores[a] = offsets[a] + SHARPNESS * kernels.dot(x, 0, directions, a * columns, columns)
    }
    kernels.softmax(scores, 0, scores, 0, 1, scores.length)
    return scores
  }

  /** The shares of the training corpora [J], degraded or not. */
  byCorpus(shares: Float64Array): Float64Array {
    const out = new Float64Array(this.corpora)
    for (let a = 0; a < shares.length; a++) out[a % this.corpora] += shares[a]
    return out
  }

  /** The shares of the degradations [K], of whichever corpus. */
  byKind(shares: Float64Array): Float64Array {
    const out = new Float64Array(shares.length / this.corpora - 1)
    for (let a = this.corpora; a < shares.length; a++) out[Math.floor(a / this.corpora) - 1] += shares[a]
    return out
  }

  /** The voice that the shares make, in units of the measures. */
  voice(shares: Float64Array): Voice {
    const { columns, means, variances, centre, scale } = this
    const [mean, variance] = [new Float64Array(columns), new Float64Array(columns)]
    addWeightedRows(mean, shares, means)
    addWeightedRows(variance, shares, variances)
    for (let j = 0; j < columns; j++) {
      mean[j] = centre[j] + mean[j] * scale[j]
      variance[j] = variance[j] * scale[j] * scale[j]
    }
    return { mean, variance, level: null }
  }
}

/** x' [R]. */
function standardised(row: FloatArray, centre: Float64Array, scale: Float64Array): Float64Array {
  const out = new Float64Array(centre.length)
  for (let j = 0; j < out.length; j++) {
    if (scale[j] > 0) out[j] = Math.min(CLIP, Math.max(-CLIP, (row[j] - centre[j]) / scale[j]))
  }
  return out
}

/** Rounded as in a file, so that a file gives the same bits. */
function stateOf(
  own: readonly Moments[],
  changes: readonly Change[],
  inverse: Float64Array,
  centre: Float64Array,
  scale: Float64Array,
): RoomsState {
  const columns = centre.length
  const flat = (rows: readonly Float64Array[]): Float32Array =>
    Float32Array.from(rows.flatMap((row) => Array.from(row)))
  const sources = [...own.map(({ mean }) => mean), ...changes.flatMap((change) => change.changes)]
  const means = flat(sources)
  const directions = new Float64Array(means.length)
  kernels.gemm(
    ...([directions, 0, columns, Float64Array.from(means), 0, columns, false] as const),
    ...([inverse, 0, columns, false, sources.length, columns, columns, 1, 0] as const),
  )
  return {
    centre: Array.from(centre),
    scale: Array.from(scale),
    corpora: own.length,
    kinds: changes.map(({ kind }) => kind),
    means,
    variances: flat([...own.map(({ variance }) => variance), ...changes.map(({ ratio }) => ratio)]),
    directions: Float32Array.from(directions),
  }
}
