/**
 * The honest protocol of adaptation: what a recogniser is adapted to when it is asked about a recording comes from other
 * recordings than that one, of its speaker or its corpus. Statistics leave the asked recording out in the time of one.
 */
import { positionsBy } from '../core/groups.ts'
import type { FloatNdArray } from '../core/types.ts'
import type { SpeakerStatistics } from '../features/speaker-statistics.ts'
import { Random, type Seed } from '../numerics/random.ts'
import { statisticsOf } from './adaptation.ts'
import type { Adaptation, VoiceState } from './system.ts'

/** Whose recordings a recogniser is adapted to. */
export type AdaptTo = 'none' | 'corpus' | 'speaker'

/** All values of {@link AdaptTo}. */
export const adaptTos: readonly AdaptTo[] = ['none', 'corpus', 'speaker']

/** Recordings that are asked about, and whose others adapt. */
export interface AskedRecordings {
  /** Rows of each, by the system's `adaptation.rows`. */
  rows: readonly FloatNdArray[]
  /** Empty where it is not known. */
  speakers: readonly string[]
  corpora: readonly string[]
  /** Whether there is speech in each: others do not adapt. Default: in all. */
  speech?: readonly boolean[]
  /** Recordings that have sound in common with a recording, which do not adapt for it. Default: none. */
  twins?: ReadonlyMap<number, ReadonlySet<number>>
}

/** Choice of the other recordings. */
export interface AdaptationChoice {
  adapt: AdaptTo
  /** Most recordings to adapt to, drawn by the seed; null: all others. */
  recordings: number | null
  seed: Seed
  /** Whether a recording may adapt; by default all may. */
  among?: (i: number) => boolean
}

/** A voice, and whose it is: the corpus' for a speaker without other recordings, none's in a corpus without. */
export interface ChosenVoice {
  voice: VoiceState | null
  from: AdaptTo
  /** Recordings it comes from. */
  recordings: number
}

/** Groups larger than this share class means by folds, since each recording by itself would take their square. */
const LARGE = 200
const FOLDS = 5

interface Group {
  statistics: SpeakerStatistics
  /** Class means by folds: those that leave out the fold of a recording. Null in small groups. */
  means: ((i: number) => Float64Array | undefined) | null
}

/** No voice. */
export const unadapted: ChosenVoice = { voice: null, from: 'none', recordings: 0 }

/** Voices for one list of recordings. */
export class AdaptationProtocol {
  private readonly adaptation: Adaptation
  private readonly asked: AskedRecordings
  private readonly choice: AdaptationChoice
  private readonly random: Random
  private readonly lists: Record<'corpus' | 'speaker', Map<string, number[]>>
  private readonly groups: Map<string, Group> = new Map()

  constructor(adaptation: Adaptation, asked: AskedRecordings, choice: AdaptationChoice) {
    this.adaptation = adaptation
    this.asked = asked
    this.choice = choice
    this.random = new Random(choice.seed).substream('adaptation')
    const { corpora, speech } = asked
    const withSpeech = (keys: readonly string[]): Map<string, number[]> => {
      return new Map(Array.from(positionsBy(keys), ([key, list]) => [key, list.filter((i) => speech?.[i] !== false)]))
    }
    this.lists = { corpus: withSpeech(corpora), speaker: withSpeech(corpora.map((_, i) => this.speakerKey(i))) }
  }

  /** The voice for the recording asked about. */
  voiceFor(i: number): ChosenVoice {
    const { adapt } = this.choice
    if (adapt === 'none') return unadapted
    const own = adapt === 'speaker' && this.asked.speakers[i] !== '' ? this.from('speaker', i) : unadapted
    // The corpus of a speaker without other recordings gives statistics alone.
    return own.voice !== null ? own : this.from('corpus', i, adapt === 'corpus')
  }

  private speakerKey(i: number): string {
    return JSON.stringify([this.asked.corpora[i], this.asked.speakers[i]])
  }

  private from(kind: 'corpus' | 'speaker', i: number, moves = true): ChosenVoice {
    const { recordings, among } = this.choice
    const key = kind === 'corpus' ? this.asked.corpora[i] : this.speakerKey(i)
    const list = this.lists[kind].get(key) as number[]
    const others = this.pool(list, i)
    if (others.length === 0) return unadapted
    const member = list.includes(i)
    const all = recordings === null && among === undefined && others.length === list.length - Number(member)
    const voice = all ? this.voiceOfOthers(`${kind} ${key}`, list, i, { moves, member }) : this.learned(others, moves)
    return { voice, from: kind, recordings: others.length }
  }

  /** The voice of all of a group but one recording. */
  private voiceOfOthers(
    name: string,
    list: readonly number[],
    i: number,
    { moves, member }: { moves: boolean; member: boolean },
  ): VoiceState {
    const group = this.group(name, list)
    const statistics = member ? group.statistics.without(this.asked.rows[i]) : group.statistics
    if (group.means !== null) return moves ? { statistics, means: group.means(i) } : { statistics }
    const others = list.filter((j) => j !== i)
    return this.learned(others, moves, statistics)
  }

  private learned(members: readonly number[], moves: boolean, known?: SpeakerStatistics): VoiceState {
    const rows = members.map((j) => this.asked.rows[j])
    const statistics = known ?? statisticsOf(rows)
    return moves ? this.adaptation.learned(rows, statistics) : { statistics }
  }

  /** Other recordings of the list that may adapt, at most the number asked for. */
  private pool(list: readonly number[], i: number): number[] {
    const { recordings, among = () => true } = this.choice
    const twins = this.asked.twins?.get(i)
    const others = list.filter((j) => j !== i && among(j) && twins?.has(j) !== true)
    if (recordings === null || others.length <= recordings) return others
    const order = this.random.substream(i).permutation(others.length)
    return Array.from(order.subarray(0, recordings), (at) => others[at])
  }

  private group(name: string, members: readonly number[]): Group {
    const known = this.groups.get(name)
    if (known !== undefined) return known
    const statistics = statisticsOf(members.map((j) => this.asked.rows[j]))
    const group = { statistics, means: members.length > LARGE ? this.foldMeans(members) : null }
    this.groups.set(name, group)
    return group
  }

  private foldMeans(members: readonly number[]): (i: number) => Float64Array | undefined {
    const order = this.random.substream('folds').permutation(members.length)
    const folds = new Map(members.map((j, at) => [j, order[at] % FOLDS]))
    const means = Array.from({ length: FOLDS }, (_, fold) => {
      const others = members.filter((j) => folds.get(j) !== fold)
      return this.learned(others, true).means
    })
    return (i) => means[folds.get(i) ?? 0]
  }
}
