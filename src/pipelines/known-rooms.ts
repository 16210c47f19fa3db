/** Rooms of a training set with the class means of its corpora, and the model for recordings that sound like them. */
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import { checkParameterCount } from '../numerics/restored.ts'
import type { LinearModel } from './linear-model.ts'
import type { TrainingVoices } from './measures-training.ts'
import { Rooms, type RoomsState } from './rooms.ts'
import type { Voice } from './voice-prior.ts'

/** State of the rooms. */
export interface KnownRoomsState extends RoomsState {
  /** [J, K, R], added to the class means; empty where the model has none. */
  classMeans: FloatArray
}

/** Share of a corpus' own class means in those of a recording that sounds like it. */
const OWN_MEANS = 0.3

/** Rooms with the difference of each training corpus' class means from all of them. */
export class KnownRooms {
  private readonly rooms: Rooms
  /** [J, K, R] */
  private readonly classMeans: Float64Array

  private constructor(rooms: Rooms, classMeans: FloatArray) {
    this.rooms = rooms
    this.classMeans = Float64Array.from(classMeans)
  }

  /**
   * The rooms of a training set, rounded as in a file; null where it has but one.
   *
   * @param z - the copies of the set
   */
  static of(voices: TrainingVoices, z: Float64Array, { means }: LinearModel): KnownRooms | null {
    if (voices.rooms === null) return null
    const classMeans = voices.corpusMeans(z, means?.current ?? new Float64Array(0))
    return new KnownRooms(voices.rooms, Float32Array.from(classMeans))
  }

  /** The rooms of a state; RangeError, which names the system, where its parts do not fit together. */
  static from(name: string, { classMeans, ...state }: KnownRoomsState, { means }: LinearModel): KnownRooms {
    const rooms = Rooms.from(state)
    checkParameterCount(name, classMeans.length, rooms.corpora * (means?.current.length ?? 0))
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
    const moved = means.current.slice()
    for (const [j, share] of this.rooms.byCorpus(shares).entries()) {
      kernels.axpy(moved, 0, OWN_MEANS * share, this.classMeans, j * moved.length, moved.length)
    }
    return means.with(moved)
  }
}
