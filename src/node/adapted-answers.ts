/** Answers of a recogniser for the recordings of a corpus, adapted to other recordings of their speakers or of the corpus. */
import { toMono } from '../audio/mono.ts'
import { checkInteger, checkOneOf } from '../core/check.ts'
import { positionsBy } from '../core/groups.ts'
import type { FloatNdArray } from '../core/types.ts'
import { checkSeed, type Seed } from '../numerics/random.ts'
import {
  AdaptationProtocol,
  type AdaptTo,
  adaptTos,
  type ChosenVoice,
  unadapted,
} from '../pipelines/adaptation-protocol.ts'
import type { Recognition } from '../pipelines/recognition.ts'
import type { HeardRecording, Recognizer } from '../pipelines/recognizer.ts'
import type { CorpusUtterance } from './corpus-types.ts'
import { checkHasFeatures, givenFeatures } from './given/utterance.ts'
import { type LabelledSource, type ReadingHooks, type ReadRecording, readAll, readEach } from './training-set.ts'

/** Whose other recordings a recogniser is adapted to, when it is asked about one. */
export interface AdaptOthersOptions {
  /** `speaker`, `corpus`, or `none` (default). A speaker without other recordings gets the statistics of the corpus. */
  adapt?: AdaptTo
  /** Most of these recordings, drawn by the seed. Default: all. */
  recordings?: number
  /** Default 1. */
  seed?: Seed
  /** Class of the recordings to adapt to, for studies of one-sided speech: it takes labels. Default: all classes. */
  mix?: string
}

/** Facts of an evaluation with adaptation. */
export interface EvaluatedAdaptation {
  adapt: AdaptTo
  /** Most recordings adapted to; null: all others. */
  recordings: number | null
  seed: Seed
  /** Class of the recordings adapted to; null: all. */
  mix: string | null
  /** Number of recordings by what was adapted to when they were asked about. */
  sources: Record<AdaptTo, number>
  protocol: string
}

/** Answers for the recordings, one each, and what was adapted to. */
export interface AdaptedAnswers {
  recordings: ReadRecording<Recognition>[]
  adaptation: EvaluatedAdaptation
}

/** Options with their defaults. */
export type Choice = Pick<EvaluatedAdaptation, 'adapt' | 'recordings' | 'seed' | 'mix'>

/** Names of the options. */
export const adaptOptionNames = ['adapt', 'recordings', 'seed', 'mix'] as const

/** Leading numbers of the measures by which the same sound is told. */
const SAME = 64

/** Checks the options and fills in the defaults. */
export function checkAdaptOthers(where: string, options: AdaptOthersOptions, classes: readonly string[]): Choice {
  const { adapt = 'none', recordings, seed = 1, mix } = options
  for (const [name, value] of Object.entries({ recordings, mix })) {
    if (value === undefined || adapt !== 'none') continue
    throw new RangeError(`${where}: "${name}" needs "adapt", whose recordings it chooses`)
  }
  return {
    adapt: checkOneOf(where, 'adapt', adapt, adaptTos),
    recordings: recordings === undefined ? null : checkInteger(where, 'recordings', recordings, { min: 1 }),
    seed: checkSeed(where, seed),
    mix: mix === undefined ? null : checkOneOf(where, 'mix', mix, classes),
  }
}

/** The protocol as a sentence. */
function protocolOf({ adapt, recordings, mix }: Choice): string {
  if (adapt === 'none') return 'no adaptation'
  const whose = adapt === 'speaker' ? 'of the speaker, for one without of the corpus' : 'of the corpus'
  const some = recordings === null ? 'all' : `at most ${recordings}`
  const kind = mix === null ? 'other recordings' : `other recordings in ${mix}`
  return `adapted without labels to ${some} ${kind} ${whose}, never to the one asked about or others with its sound`
}

function factsOf(choice: Choice, voices: readonly ChosenVoice[]): EvaluatedAdaptation {
  const sources = { none: 0, corpus: 0, speaker: 0 }
  for (const { from } of voices) sources[from]++
  return { ...choice, sources, protocol: protocolOf(choice) }
}

/** Whether two parts of a file have more than rounded times in common. */
function overlap(a: CorpusUtterance['segment'], b: CorpusUtterance['segment']): boolean {
  const [end, other] = [a?.end ?? Number.POSITIVE_INFINITY, b?.end ?? Number.POSITIVE_INFINITY]
  return Math.min(end, other) - Math.max(a?.start ?? 0, b?.start ?? 0) > 0.001
}

/** For each recording the others with the same measures, that is the same sound, and overlapping parts of its file. */
function twinsOf(heard: readonly ReadRecording<HeardRecording>[]): Map<number, Set<number>> {
  const twins = new Map<number, Set<number>>()
  const add = (groups: Iterable<number[]>, same: (i: number, j: number) => boolean): void => {
    for (const group of groups) {
      for (const i of group) {
        const others = group.filter((j) => j !== i && same(i, j))
        if (others.length > 0) twins.set(i, new Set([...(twins.get(i) ?? []), ...others]))
      }
    }
  }
  const sounds = heard.map(({ value }) => Array.from(value.rows.data.subarray(0, SAME)).join())
  add(positionsBy(sounds).values(), () => true)
  const files = heard.map(({ utterance: { path, segment } }) =>
    segment === undefined ? path : path.replace(/#t=[^#]*$/, ''),
  )
  add(positionsBy(files).values(), (i, j) => overlap(heard[i].utterance.segment, heard[j].utterance.segment))
  return twins
}

interface Audio {
  sampleRate: number
  channels: Float32Array[]
}

/**
 * Answers for every recording of the source, by each of the choices; features are computed once for all of them.
 *
 * @throws StateError where a choice adapts and the recogniser's system does not
 */
export async function adaptedAnswers(
  where: string,
  recognizer: Recognizer,
  source: LabelledSource,
  choices: readonly Choice[],
  hooks: ReadingHooks,
): Promise<AdaptedAnswers[]> {
  const plain = (audio: Audio): Recognition => {
    return recognizer.predict(toMono(audio), audio.sampleRate, { timeline: false })
  }
  const { frontEnd } = recognizer.inside()
  checkHasFeatures(where, frontEnd, source)
  const read = async <T>(
    bySound: (audio: Audio) => T,
    byFeatures: (x: FloatNdArray) => T,
  ): Promise<ReadRecording<T>[]> =>
    frontEnd.given === undefined
      ? await readAll(where, source, hooks, bySound)
      : await readEach(where, source, hooks, async (one) => byFeatures(await givenFeatures(where, one, frontEnd)))
  if (choices.every(({ adapt }) => adapt === 'none')) {
    const recordings = await read(plain, (x) => recognizer.predictFeatures(x, { timeline: false }))
    return choices.map((choice) => ({
      recordings,
      adaptation: factsOf(
        choice,
        recordings.map(() => unadapted),
      ),
    }))
  }
  const adaptation = recognizer.checkAdapts(where)
  const heard = await read(
    (audio) => recognizer.hear(toMono(audio), audio.sampleRate),
    (x) => recognizer.hearFeatures(x),
  )
  const asked = {
    rows: heard.map(({ value }) => value.rows),
    speakers: heard.map(({ utterance }) => utterance.speaker),
    corpora: heard.map(({ utterance }) => utterance.corpus ?? source.name),
    speech: heard.map(({ value }) => value.speech),
    twins: twinsOf(heard),
  }
  return choices.map((choice) => {
    const { mix, ...rest } = choice
    const among = mix === null ? undefined : (i: number) => heard[i].utterance.label === mix
    const protocol = new AdaptationProtocol(adaptation, asked, { ...rest, among })
    const voices: ChosenVoice[] = []
    const recordings = heard.map(({ utterance, value }, i) => {
      voices.push(protocol.voiceFor(i))
      return { utterance, value: value.answer(voices[i].voice) }
    })
    return { recordings, adaptation: factsOf(choice, voices) }
  })
}
