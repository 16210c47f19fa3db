/**
 * The training set of the systems of measures, several times over: relative to each corpus, to each speaker, and to a few
 * recordings of each speaker, so that one model serves whatever statistics there are when it is asked.
 */
import type { SpeakerStatistics } from '../features/speaker-statistics.ts'
import { SpeakerStatistics as Statistics } from '../features/speaker-statistics.ts'
import type { Random } from '../numerics/random.ts'
import { type PriorWeights, relativeInto, type Spread, shrunk, type VoicePrior } from './voice-prior.ts'

/** Measures of the training utterances, without gaps. */
export interface MeasuredSet {
  /** [n][R] */
  rows: readonly Float64Array[]
  labels: Int32Array
  speakers: readonly string[]
  corpora: readonly string[]
}

/** Settings of the copies. */
export interface CopySettings extends PriorWeights {
  clip: number
  draws: number
  drawSizes: readonly number[]
}

type Groups = Map<string, number[]>

function grouped(names: readonly string[]): Groups {
  const groups: Groups = new Map()
  for (const [i, name] of names.entries()) {
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [i])
    else group.push(i)
  }
  return groups
}

function statisticsOf({ rows }: MeasuredSet, members: readonly number[]): SpeakerStatistics {
  const all = new Statistics(rows[0].length)
  for (const i of members) all.add([rows[i]])
  return all
}

function spreadOf(set: MeasuredSet, members: readonly number[]): Spread {
  const { mean, variance } = statisticsOf(set, members)
  return { mean, variance }
}

function meanOf(vectors: readonly Float64Array[]): Float64Array {
  return vectors[0].map((_, j) => vectors.reduce((sum, vector) => sum + vector[j], 0) / vectors.length)
}

/** The corpora and speakers of a training set; a speaker belongs to one corpus. */
export class TrainingVoices {
  readonly prior: VoicePrior
  private readonly set: MeasuredSet
  private readonly corpora: Map<string, Spread>
  /** Speakers heard in two classes or more: relative to one heard in one alone, that class would be gone. */
  private readonly mixed: Groups

  constructor(set: MeasuredSet) {
    this.set = set
    const everyone = Array.from(set.rows, (_, i) => i)
    this.corpora = new Map(Array.from(grouped(set.corpora), ([name, members]) => [name, spreadOf(set, members)]))
    const voices = grouped(set.speakers.map((speaker, i) => JSON.stringify([set.corpora[i], speaker])))
    this.mixed = new Map([...voices].filter(([, members]) => new Set(members.map((i) => set.labels[i])).size > 1))
    const each = [...this.corpora.values()]
    const own = Array.from(this.mixed.values(), (members) => spreadOf(set, members).variance)
    const variance = meanOf(each.map((one) => one.variance))
    this.prior = {
      mean: meanOf(each.map((one) => one.mean)),
      variance,
      within: own.length === 0 ? variance : meanOf(own),
      floor: spreadOf(set, everyone).variance.map((v) => 1e-3 * (Math.sqrt(v) + 1e-6)),
    }
  }

  /** For each utterance the statistics of its corpus. */
  private byCorpus(): Spread[] {
    return this.set.corpora.map((name) => this.corpora.get(name) as Spread)
  }

  /** For each utterance the statistics of its speaker, or of the corpus where the speaker is heard in one class. */
  private bySpeaker(): Spread[] {
    const spreads = this.byCorpus()
    for (const members of this.mixed.values()) {
      const own = spreadOf(this.set, members)
      for (const i of members) spreads[i] = own
    }
    return spreads
  }

  /** As `bySpeaker`, from a few random recordings, others for each third of the speaker's utterances. */
  private byFew(random: Random, settings: CopySettings): Spread[] {
    const spreads = this.byCorpus()
    const { drawSizes } = settings
    for (const members of this.mixed.values()) {
      const order = random.permutation(members.length)
      for (let third = 0; third < 3; third++) {
        const size = drawSizes[random.integer(drawSizes.length)]
        const few = Array.from(random.permutation(members.length).subarray(0, size), (at) => members[at])
        const own = shrunk(statisticsOf(this.set, few), this.prior, settings)
        for (let at = third; at < order.length; at += 3) spreads[members[order[at]]] = own
      }
    }
    return spreads
  }

  /** All copies as one matrix [copies * n, R], in the order of the set in each. */
  copies(random: Random, settings: CopySettings): { data: Float64Array; copies: number } {
    const { rows } = this.set
    const few = Array.from({ length: settings.draws }, (_, i) => this.byFew(random.substream(i), settings))
    const all = [this.byCorpus(), this.bySpeaker(), ...few]
    const columns = rows[0].length
    const data = new Float64Array(all.length * rows.length * columns)
    let at = 0
    for (const spreads of all) {
      for (const [i, row] of rows.entries()) {
        relativeInto(data, at, row, spreads[i], this.prior.floor, settings.clip)
        at += columns
      }
    }
    return { data, copies: all.length }
  }
}

/** Weights, mean 1, with which every corpus and class counts the same. */
export function corpusWeights({ labels, corpora }: MeasuredSet): Float64Array {
  const cells = corpora.map((name, i) => JSON.stringify([labels[i], name]))
  const sizes = grouped(cells)
  return Float64Array.from(cells, (cell) => cells.length / sizes.size / (sizes.get(cell) as number[]).length)
}
