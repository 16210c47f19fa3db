/**
 * The training set of the systems of measures, several times over: relative to each corpus, to each speaker, and to a few
 * recordings of each speaker, so that one model serves whatever statistics there are when it is asked.
 */
import { grouped, positionsBy } from '../core/groups.ts'
import { SpeakerStatistics } from '../features/speaker-statistics.ts'
import type { Random } from '../numerics/random.ts'
import type { WeightedRows } from './linear-model.ts'
import { meanOf } from './moments.ts'
import { type RoomRows, Rooms } from './rooms.ts'
import { speakerWeights } from './training-data.ts'
import { relativeInto, shrunk, type Voice, type VoicePrior, type VoiceSettings, voiceOf } from './voice-prior.ts'

/** Measures of the training utterances, without gaps. */
export interface MeasuredSet extends RoomRows {
  rows: readonly Float64Array[]
  labels: Int32Array
  speakers: readonly string[]
  /** All of them in their order, once or several times. */
  degraded?: { rows: readonly Float64Array[]; kinds: readonly string[] }
}

/** Settings of the copies. */
export interface CopySettings extends VoiceSettings {
  /** Copies relative to a few recordings, and numbers of these, one of which is drawn. */
  draws: number
  drawSizes: readonly number[]
  /** q of the speakers' weights. Default 0. */
  speakerWeightPower?: number
}

/** The corpora and speakers of a training set; a speaker belongs to one corpus. */
export class TrainingVoices {
  readonly prior: VoicePrior
  /** Null where there is but one: then the prior is its. */
  readonly rooms: Rooms | null
  /** Weights of the utterances, mean 1. */
  readonly weights: Float64Array
  /** Their parts that differ between the speakers of a class, mean 1 there. */
  private readonly bySpeakers: Float64Array
  private readonly set: MeasuredSet
  private readonly settings: CopySettings
  private readonly corpora: Map<string, Voice>
  /** Speakers heard in two classes or more: relative to one heard in one alone, that class would be gone. */
  private readonly mixed: { members: number[]; voice: Voice }[]
  /** Number of copies. */
  private count = 0

  constructor(set: MeasuredSet, settings: CopySettings) {
    this.set = set
    this.settings = settings
    this.bySpeakers = speakerWeights(set, settings.speakerWeightPower ?? 0)
    this.weights = corpusWeights(set).map((weight, i) => weight * this.bySpeakers[i])
    const voice = (members: readonly number[]): Voice => voiceOf(this.statisticsOf(members), settings)
    this.corpora = new Map(Array.from(positionsBy(set.corpora), ([name, members]) => [name, voice(members)]))
    const speakers = positionsBy(set.speakers.map((speaker, i) => JSON.stringify([set.corpora[i], speaker])))
    this.mixed = [...speakers.values()]
      .filter((members) => new Set(members.map((i) => set.labels[i])).size > 1)
      .map((members) => ({ members, voice: voice(members) }))
    const each = [...this.corpora.values()]
    const variance = meanOf(each.map((one) => one.variance))
    const all = voice(Array.from(set.rows, (_, i) => i))
    this.prior = {
      mean: meanOf(each.map((one) => one.mean)),
      variance,
      within: this.mixed.length === 0 ? variance : meanOf(this.mixed.map((one) => one.voice.variance)),
      floor: all.variance.map((v) => 1e-3 * (Math.sqrt(v) + 1e-6)),
    }
    const scale = all.variance.map((v, j) => (j === settings.level ? 0 : Math.sqrt(v)))
    this.rooms = Rooms.fit(set, all.mean, scale)
  }

  private statisticsOf(members: readonly number[]): SpeakerStatistics {
    const { rows } = this.set
    const all = new SpeakerStatistics(rows[0].length)
    for (const i of members) all.add([rows[i]])
    return all
  }

  /** For each utterance its corpus. */
  private byCorpus(): Voice[] {
    return this.set.corpora.map((name) => this.corpora.get(name) as Voice)
  }

  /** For each utterance its speaker, or the corpus where the speaker is heard in one class. */
  private bySpeaker(): Voice[] {
    const voices = this.byCorpus()
    for (const { members, voice } of this.mixed) for (const i of members) voices[i] = voice
    return voices
  }

  /** As `bySpeaker`, by a few random recordings, others for each third of the speaker's utterances. */
  private byFew(random: Random): Voice[] {
    const voices = this.byCorpus()
    const { drawSizes } = this.settings
    for (const { members, voice } of this.mixed) {
      const order = random.permutation(members.length)
      for (let third = 0; third < 3; third++) {
        const size = drawSizes[random.integer(drawSizes.length)]
        const few = Array.from(random.permutation(members.length).subarray(0, size), (at) => members[at])
        // A mean level of a few is not reliable at a fixed scale.
        const own = { ...shrunk(this.statisticsOf(few), this.prior, this.settings), level: voice.level }
        for (let at = third; at < order.length; at += 3) voices[members[order[at]]] = own
      }
    }
    return voices
  }

  /** All copies as one matrix [copies * n, R], in the order of the set in each; the first by corpus, the second by speaker. */
  copies(random: Random): { data: Float64Array; copies: number } {
    const { set, settings, prior } = this
    const few = Array.from({ length: settings.draws }, (_, i) => this.byFew(random.substream(i)))
    const all = [this.byCorpus(), this.bySpeaker(), ...few].map((voices) => ({ rows: set.rows, voices }))
    if (settings.level >= 0) {
      all.push({ rows: set.rows, voices: this.byCorpus().map((voice) => ({ ...voice, level: null })) })
    }
    all.push(...this.byRoom())
    this.count = all.length
    const columns = set.rows[0].length
    const data = new Float64Array(all.length * set.rows.length * columns)
    let at = 0
    for (const { rows, voices } of all) {
      for (const [i, row] of rows.entries()) {
        relativeInto(data, at, row, voices[i], prior.floor, settings)
        at += columns
      }
    }
    return { data, copies: all.length }
  }

  /** Copies relative to the rooms that the utterances, and their degraded versions, sound like. */
  private byRoom(): { rows: readonly Float64Array[]; voices: Voice[] }[] {
    const { rooms, set } = this
    if (rooms === null) return []
    const sets = [set.rows]
    const { rows = [] } = set.degraded ?? {}
    for (let at = 0; at < rows.length; at += set.rows.length) sets.push(rows.slice(at, at + set.rows.length))
    return sets.map((rows) => ({ rows, voices: rows.map((row) => rooms.voice(rooms.shares(row))) }))
  }

  /** Positions in the copies of the utterances relative to their corpus and their speaker, by corpus in the rooms' order. */
  ownPositions(): number[][] {
    const { length } = this.set.rows
    const byCorpus = positionsBy(this.set.corpora)
    return [...this.corpora.keys()].map((name) => {
      const members = byCorpus.get(name) as number[]
      return [...members, ...members.map((i) => length + i)]
    })
  }

  /** Positions in the copies of the utterances degraded in one way, by corpus. */
  degradedPositions(kind: string): number[][] {
    const { set, rooms } = this
    if (rooms === null || set.degraded === undefined) return []
    const { length } = set.rows
    const { kinds } = set.degraded
    const first = this.count * length - kinds.length
    const members = Array.from(kinds, (_, i) => i).filter((i) => kinds[i] === kind)
    const byCorpus = grouped(
      members.map((i) => first + i),
      members.map((i) => set.corpora[i % length]),
    )
    return [...byCorpus.values()]
  }

  /** Rows of the copies z with their labels and weights. */
  rowsAt(z: Float64Array, positions: readonly number[]): WeightedRows {
    const { length: columns } = this.set.rows[0]
    const data = new Float64Array(positions.length * columns)
    for (const [i, at] of positions.entries()) data.set(z.subarray(at * columns, (at + 1) * columns), i * columns)
    const { weights } = this
    return {
      ...{ data, columns },
      labels: Int32Array.from(positions, (at) => this.labelAt(at)),
      weights: Float64Array.from(positions, (at) => weights[at % weights.length]),
    }
  }

  /** The label of a row of the copies. */
  labelAt(position: number): number {
    return this.set.labels[position % this.set.labels.length]
  }

  /** The weight of a row of the copies among those of its class and corpus, mean 1. */
  weightAt(position: number): number {
    return this.bySpeakers[position % this.bySpeakers.length]
  }
}

/** Weights, mean 1, with which every corpus and class counts the same. */
export function corpusWeights({ labels, corpora }: MeasuredSet): Float64Array {
  const cells = corpora.map((name, i) => JSON.stringify([labels[i], name]))
  const sizes = positionsBy(cells)
  return Float64Array.from(cells, (cell) => cells.length / sizes.size / (sizes.get(cell) as number[]).length)
}
