/**
 * The training set of the systems of measures, several times over: relative to each corpus, to each speaker, and to a few
 * recordings of each speaker, so that one model serves whatever statistics there are when it is asked.
 */
import { positionsBy } from '../core/groups.ts'
import { SpeakerStatistics } from '../features/speaker-statistics.ts'
import type { Random } from '../numerics/random.ts'
import { meanOf } from './moments.ts'
import { type RoomRows, Rooms } from './rooms.ts'
import { relativeInto, shrunk, type Voice, type VoicePrior, type VoiceSettings, voiceOf } from './voice-prior.ts'

/** Measures of the training utterances, without gaps. */
export interface MeasuredSet extends RoomRows {
  rows: readonly Float64Array[]
  labels: Int32Array
  speakers: readonly string[]
  degraded?: { rows: readonly Float64Array[]; kinds: readonly string[] }
}

/** Settings of the copies. */
export interface CopySettings extends VoiceSettings {
  /** Copies relative to a few recordings, and numbers of these, one of which is drawn. */
  draws: number
  drawSizes: readonly number[]
}

/** The corpora and speakers of a training set; a speaker belongs to one corpus. */
export class TrainingVoices {
  readonly prior: VoicePrior
  /** Null where there is but one: then the prior is its. */
  readonly rooms: Rooms | null
  private readonly set: MeasuredSet
  private readonly settings: CopySettings
  private readonly corpora: Map<string, Voice>
  /** Speakers heard in two classes or more: relative to one heard in one alone, that class would be gone. */
  private readonly mixed: { members: number[]; voice: Voice }[]

  constructor(set: MeasuredSet, settings: CopySettings) {
    this.set = set
    this.settings = settings
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
    const sets = set.degraded === undefined ? [set.rows] : [set.rows, set.degraded.rows]
    return sets.map((rows) => ({ rows, voices: rows.map((row) => rooms.voice(rooms.shares(row))) }))
  }

  /**
   * The difference of the class means of each training corpus from `means` [K, R]; [J, K, R] in the order of the rooms'
   * corpora. A class that a corpus lacks does not differ.
   *
   * @param z - the copies
   */
  corpusMeans(z: Float64Array, means: Float64Array): Float64Array {
    const { set, corpora } = this
    const columns = set.rows[0].length
    const classes = means.length / columns
    const out: number[] = []
    for (const name of corpora.keys()) {
      const own = new Float64Array(means.length)
      const counts = new Float64Array(classes)
      for (const [i, label] of set.labels.entries()) {
        if (set.corpora[i] !== name) continue
        counts[label] += 2
        for (const copy of [0, 1]) {
          const at = (copy * set.rows.length + i) * columns
          for (let j = 0; j < columns; j++) own[label * columns + j] += z[at + j]
        }
      }
      const present = counts.reduce((n, count) => n + Number(count > 0), 0)
      const mean = (k: number, j: number): number => (counts[k] > 0 ? own[k * columns + j] / counts[k] : 0)
      for (let k = 0; k < classes; k++) {
        for (let j = 0; j < columns; j++) {
          let centre = 0
          for (let other = 0; other < classes; other++) centre += mean(other, j) / present
          out.push(counts[k] > 0 ? mean(k, j) - centre - means[k * columns + j] : 0)
        }
      }
    }
    return Float64Array.from(out)
  }
}

/** Weights, mean 1, with which every corpus and class counts the same. */
export function corpusWeights({ labels, corpora }: MeasuredSet): Float64Array {
  const cells = corpora.map((name, i) => JSON.stringify([labels[i], name]))
  const sizes = positionsBy(cells)
  return Float64Array.from(cells, (cell) => cells.length / sizes.size / (sizes.get(cell) as number[]).length)
}
