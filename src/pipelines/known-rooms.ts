/** Rooms of a training set with the class means of its corpora, and the model for recordings that sound like them. */

import { checkObject } from '../core/check.ts'
import { savedNumbers } from '../core/saved.ts'
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import { checkParameterCount } from '../numerics/restored.ts'
import type { LinearModel } from './linear-model.ts'
import type { TrainingVoices } from './measures-training.ts'
import { meanOf } from './moments.ts'
import { Rooms, type RoomsState } from './rooms.ts'
import type { Voice } from './voice-prior.ts'

/** State of the rooms. */
export interface KnownRoomsState extends RoomsState {
  /** [J + B, K, R], of the corpora and of degradations that cut off bands, added to the class means; empty where the model has none. */
  classMeans: FloatArray
}

/** Share of the class means of a corpus or degradation in those of a recording that sounds like it. */
const OWN_MEANS = 0.3

/** Degradations without which other measures tell the classes: those that cut off bands. */
const BANDS: readonly string[] = ['telephone', 'narrow']

/**
 * Difference of the class means of rows of z, less their mean over the classes, from `means` [K, R]; 0 for a class without rows.
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
    counts[k]++
    kernels.axpy(own, k * columns, 1, z, position * columns, columns)
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

/** Rooms with the difference of each training corpus' class means from all of them. */
export class KnownRooms {
  private readonly rooms: Rooms
  /** [J + B, K, R] */
  private readonly classMeans: Float64Array
  /** Positions among the degradations of those with class means. */
  private readonly bands: number[]
  /** Models by the means that these difference are added to. */
  private readonly shifted = new WeakMap<object, (weights: ArrayLike<number>) => LinearModel>()

  private constructor(rooms: Rooms, classMeans: FloatArray) {
    this.rooms = rooms
    this.classMeans = Float64Array.from(classMeans)
    this.bands = bandsOf(rooms)
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
    return new KnownRooms(rooms, Float32Array.from(all.flatMap((one) => Array.from(one))))
  }

  /** The rooms of a state; RangeError, which names the system, where its parts do not fit together. */
  static from(name: string, saved: KnownRoomsState, { means }: LinearModel): KnownRooms {
    const { classMeans, ...state } = checkObject<KnownRoomsState>(name, 'rooms', saved)
    const rooms = Rooms.from(state)
    const count = rooms.corpora + bandsOf(rooms).length
    checkParameterCount(name, savedNumbers(name, 'classMeans', classMeans).length, count * (means?.current.length ?? 0))
    return new KnownRooms(rooms, classMeans)
  }

  state(): KnownRoomsState {
    return { ...this.rooms.toState(), classMeans: Float32Array.from(this.classMeans) }
  }

  /** The shares [A] of the rooms in recordings, the mean over all of them. */
  shares(rows: readonly FloatNdArray[]): Float64Array {
    const all = rows.map(({ data }) => this.rooms.shares(data))
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
    return shift(owners.map((share) => OWN_MEANS * share))
  }
}

function bandsOf({ kinds }: Rooms): number[] {
  return BANDS.map((kind) => kinds.indexOf(kind)).filter((k) => k >= 0)
}
