/**
 * Rooms of a training set with the class means of its corpora, and the model for recordings that sound like them:
 *
 *   m = m of the model + 0.3 sum_o g_o D_o         d = (1 - sum_k g_k) S^-1 m + sum_k g_k S_k^-1 m
 *
 * with shares g_o of the training corpora and of the degradations that cut off bands, D_o the difference of their class means
 * from the model's, g_k of the other degradations, and S_k mixed of S and the covariance within the classes of what went through one (`roomCovariance`).
 */

import { checkObject } from '../core/check.ts'
import { savedNumbers } from '../core/saved.ts'
import { joined } from '../core/storage.ts'
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import { addWeightedRows } from '../kernels/weighted-rows.ts'
import { checkParameterCount } from '../numerics/restored.ts'
import type { LinearModel, MixedDirections } from './linear-model.ts'
import type { LinearParts, RoomClasses, RoomParts } from './measures-parts.ts'
import type { TrainingVoices } from './measures-training.ts'
import { meanOf } from './moments.ts'
import { Rooms, type RoomsState } from './rooms.ts'
import type { Voice } from './voice-prior.ts'

/** State of the rooms. */
export interface KnownRoomsState extends RoomsState {
  /** [J + B, K, R], of the corpora and of degradations that cut off bands, added to the class means; empty where the model has none. */
  classMeans: FloatArray
  /**
   * [D, 1 + J + B, K, R] S_k^-1 of the model's class means and of `classMeans`, of the degradations that cut off no bands; absent
   * in files before there were any, and where there are none.
   */
  roomDirections?: FloatArray
}

/** Share of the class means of a corpus or degradation in those of a recording that sounds like it. */
const OWN_MEANS = 0.3

/** Degradations without which other measures tell the classes: those that cut off bands. */
const BANDS: readonly string[] = ['telephone', 'narrow']

/**
 * Difference of the weighted class means of rows of z, less their mean over the classes, from `means` [K, R]; 0 for a class without rows.
 */
function differenceOf(
  z: Float64Array,
  positions: readonly number[],
  voices: TrainingVoices,
  means: Float64Array,
  columns: number,
): Float64Array {
  const own = new Float64Array(means.length)
  const counts = new Float64Array(means.length / columns)
  for (const position of positions) {
    const k = voices.labelAt(position)
    const weight = voices.weightAt(position)
    counts[k] += weight
    kernels.axpy(own, k * columns, weight, z, position * columns, columns)
  }
  const present = counts.reduce((n, count) => n + Number(count > 0), 0)
  const centre = new Float64Array(columns)
  for (const [k, count] of counts.entries()) {
    for (let at = k * columns; at < (k + 1) * columns; at++) own[at] /= count || 1
    kernels.axpy(centre, 0, 1 / present, own, k * columns, columns)
  }
  return own.map((value, at) => {
    return counts[Math.floor(at / columns)] > 0 ? value - centre[at % columns] - means[at] : 0
  })
}

type Discriminating = Extract<LinearParts, { kind: 'discriminant' }>

/** Rooms with the difference of each training corpus' class means from all of them. */
export class KnownRooms {
  private readonly rooms: Rooms
  /** [J + B, K, R] */
  private readonly classMeans: Float64Array
  /** Positions among the degradations of those with class means. */
  private readonly bands: number[]
  /** [D, 1 + J + B, K, R], and positions of these degradations; empty for none. */
  private readonly directions: Float64Array
  private readonly turned: number[]
  /** Models by the means that these difference are added to. */
  private readonly shifted = new WeakMap<object, (weights: ArrayLike<number>, mixed?: MixedDirections) => LinearModel>()

  private constructor(rooms: Rooms, classMeans: FloatArray, directions: FloatArray = new Float64Array(0)) {
    this.rooms = rooms
    this.classMeans = Float64Array.from(classMeans)
    this.bands = bandsOf(rooms)
    this.directions = Float64Array.from(directions)
    this.turned = directions.length === 0 ? [] : turnedBy(rooms)
  }

  /**
   * The rooms of a training set, rounded as in a file; null where it has but one.
   *
   * @param z - the copies of the set
   */
  static of(voices: TrainingVoices, z: Float64Array, { means }: LinearModel): KnownRooms | null {
    const { rooms } = voices
    if (rooms === null) return null
    if (means === undefined) return new KnownRooms(rooms, new Float32Array(0))
    const columns = voices.prior.mean.length
    const difference = (positions: readonly number[]): Float64Array => {
      return differenceOf(z, positions, voices, means.current, columns)
    }
    const all = [
      ...voices.ownPositions().map(difference),
      ...bandsOf(rooms).map((k) => meanOf(voices.degradedPositions(rooms.kinds[k]).map(difference))),
    ]
    const classMeans = flat(all)
    // Of the means as a file has them.
    const vectors = flat([means.current, classMeans])
    const { directions: by } = means
    const directions = (by === undefined ? [] : turnedBy(rooms)).map((k) => {
      const rows = voices.rowsAt(z, voices.degradedPositions(rooms.kinds[k]).flat())
      return by?.(Float64Array.from(vectors), rows) as Float64Array
    })
    return new KnownRooms(rooms, classMeans, flat(directions))
  }

  /** The rooms of a state; RangeError, which names the system, where its parts do not fit together. */
  static from(name: string, saved: KnownRoomsState, { means }: LinearModel): KnownRooms {
    const { classMeans, roomDirections, ...state } = checkObject<KnownRoomsState>(name, 'rooms', saved)
    const rooms = Rooms.from(state)
    const [count, size] = [rooms.corpora + bandsOf(rooms).length, means?.current.length ?? 0]
    checkParameterCount(name, savedNumbers(name, 'classMeans', classMeans).length, count * size)
    if (roomDirections !== undefined) {
      const { length } = savedNumbers(name, 'roomDirections', roomDirections)
      checkParameterCount(name, length, turnedBy(rooms).length * (1 + count) * size)
    }
    return new KnownRooms(rooms, classMeans, roomDirections)
  }

  state(): KnownRoomsState {
    const { directions } = this
    return {
      ...this.rooms.toState(),
      classMeans: Float32Array.from(this.classMeans),
      ...(directions.length === 0 ? {} : { roomDirections: Float32Array.from(directions) }),
    }
  }

  /** The shares [A] of the rooms in recordings, the mean over all of them. */
  shares(rows: readonly FloatNdArray[]): Float64Array {
    const all = rows.map(({ data }) => this.rooms.shares(data))
    if (all.length === 1) return all[0]
    return all[0].map((_, a) => all.reduce((sum, shares) => sum + shares[a] / all.length, 0))
  }

  /** The voice of a recording of these shares. */
  voice(shares: Float64Array): Voice {
    return this.rooms.voice(shares)
  }

  /** The model for recordings of these shares. */
  model<State>(model: LinearModel<State>, shares: Float64Array): LinearModel<State> {
    const { means } = model
    if (means === undefined) return model
    const shift = (this.shifted.get(means) as ReturnType<typeof means.shifted>) ?? means.shifted(this.classMeans)
    this.shifted.set(means, shift)
    const byKind = this.rooms.byKind(shares)
    const owners = [...this.rooms.byCorpus(shares), ...this.bands.map((k) => byKind[k])]
    const weights = owners.map((share) => OWN_MEANS * share)
    return shift(weights, this.turned.length === 0 ? undefined : this.mixed(byKind, weights))
  }

  /** Its numbers, with those of a model. */
  parts(linear: LinearParts): RoomParts {
    const parts = this.rooms.parts()
    return { ...parts, classes: linear.kind === 'logistic' ? null : this.classesOf(linear, parts.offsets.length) }
  }

  /**
   * The computation of `model` as products with the shares: f = [1, weights], k = [1 - sum of `turned`, shares of these], the sum over pairs
   * of k and f of directions.
   */
  private classesOf({ means: own, turned }: Discriminating, A: number): RoomClasses {
    const { corpora } = this.rooms
    const [F, G] = [1 + corpora + this.bands.length, 1 + this.turned.length]
    const [factors, kinds] = [new Float64Array(A * F), new Float64Array(A * G)]
    for (let a = 0; a < A; a++) {
      const kind = Math.floor(a / corpora) - 1
      factors[a * F] = 1
      factors[a * F + 1 + (a % corpora)] = OWN_MEANS
      const [band, other] = [this.bands.indexOf(kind), this.turned.indexOf(kind)]
      if (band >= 0) factors[a * F + 1 + corpora + band] = OWN_MEANS
      kinds[a * G + 1 + other] = 1
    }
    const means = joined([own, this.classMeans])
    return { factors, kinds, means, directions: joined([turned(means), this.directions]) }
  }

  /** Directions of the class means with differences of these weights, of what sounds like the degradations by their shares. */
  private mixed(byKind: Float64Array, weights: readonly number[]): MixedDirections {
    const { directions, turned } = this
    const factors = [1, ...weights]
    const others = new Float64Array(directions.length / turned.length / factors.length)
    const products = turned.flatMap((k) => factors.map((factor) => byKind[k] * factor))
    addWeightedRows(others, products, directions)
    return { others, own: 1 - turned.reduce((sum, k) => sum + byKind[k], 0) }
  }
}

function bandsOf({ kinds }: Rooms): number[] {
  return BANDS.map((kind) => kinds.indexOf(kind)).filter((k) => k >= 0)
}

/** Positions among the degradations of those with a covariance of their own. */
function turnedBy({ kinds }: Rooms): number[] {
  return [...kinds.keys()].filter((k) => !BANDS.includes(kinds[k]))
}

/** Vectors one after the other, rounded as in a file. */
function flat(vectors: readonly FloatArray[]): Float32Array {
  return Float32Array.from(vectors.flatMap((one) => Array.from(one)))
}
