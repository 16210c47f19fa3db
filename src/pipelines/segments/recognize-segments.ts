/** The emotion of each segment of a long recording in which somebody speaks. */
import { checkFinite, toSamples } from '../../core/array.ts'
import { checkBoolean, checkNumber, checkOptions } from '../../core/check.ts'
import { expectation } from '../../core/errors.ts'
import type { FloatArray, VectorLike } from '../../core/types.ts'
import { leastSoundOf } from '../front-end.ts'
import { soundFrontEnd } from '../given-front-end.ts'
import { iterableOf, type SampleSource } from '../live/listen.ts'
import { floats32, RecentNumbers } from '../live/recent-numbers.ts'
import type { Answer } from '../recognition.ts'
import type { Recognizer } from '../recognizer.ts'
import { speechIn } from '../speech-presence.ts'
import type { SpeechSegment } from './segment-finder.ts'
import { type SpeechSegmentsOptions, segmentSettings } from './segment-settings.ts'
import { SpeechSegmentStream } from './speech-segment-stream.ts'

/** Options of {@link recognizeSegments}. */
export interface RecognizeSegmentsOptions extends SpeechSegmentsOptions {
  /** Shorter segments are clicks, s; at least what the front end needs, 0.025 to 0.06. Default 0.1. */
  leastSeconds?: number
  /** Longer segments are cut, s, from 1 to 300. Default 15. */
  longestSeconds?: number
  /** Added before and behind each segment, s, up to 60. Default 0.05. */
  marginSeconds?: number
  /** Whether to give segments in which no speech is heard, too, with the label null. Default false. */
  all?: boolean
}

/** The answer for a segment. */
export interface RecognizedSegment extends SpeechSegment, Answer {}

const names = ['sampleRate', 'pauseSeconds', 'leastSeconds', 'marginSeconds', 'longestSeconds', 'all'] as const

/** Longest segments and margins, s, so that memory is bounded. */
const [LONGEST, WIDEST] = [300, 60]

function streamOf(where: string, options: RecognizeSegmentsOptions, least: number): SpeechSegmentStream {
  const { all: _, ...rest } = options
  segmentSettings(where, rest)
  const { leastSeconds = 0.1, longestSeconds = 15, marginSeconds = 0.05 } = rest
  checkNumber(where, 'leastSeconds', leastSeconds, { min: least })
  checkNumber(where, 'longestSeconds', longestSeconds, { min: 1, max: LONGEST })
  checkNumber(where, 'marginSeconds', marginSeconds, { min: 0, max: WIDEST })
  return new SpeechSegmentStream({ ...rest, leastSeconds, longestSeconds, marginSeconds })
}

/** Tells something of the samples of a segment. */
interface Teller<T> {
  tell(samples: Float32Array, sampleRate: number): T
  /** Least sound that it can tell of, s. */
  least: number
}

/** The answer of a recogniser. @internal */
export function tellerOf(where: string, recognizer: Recognizer): Teller<Answer> {
  const tell = (samples: Float32Array, sampleRate: number): Answer => {
    const { timeline: _, ...answer } = recognizer.predict(samples, sampleRate, { timeline: false })
    return answer
  }
  return { tell, least: leastSoundOf(soundFrontEnd(where, recognizer.inside().frontEnd)) }
}

/** Whether speech is heard, and nothing else. @internal */
export const speechTeller: Teller<{ speech: boolean }> = {
  tell: (samples, sampleRate) => ({ speech: speechIn(samples, sampleRate) }),
  least: 0,
}

/** Segments and what is told of them, of sound that comes in chunks. @internal */
export class SegmentAnswers<T extends { speech: boolean }> {
  private readonly teller: Teller<T>
  private readonly stream: SpeechSegmentStream
  private readonly rate: number
  private readonly all: boolean
  /** The latest samples, from which segments are cut. */
  private readonly heard: RecentNumbers = new RecentNumbers(floats32)

  constructor(where: string, teller: Teller<T>, options: RecognizeSegmentsOptions) {
    checkOptions(where, options, names)
    this.teller = teller
    this.stream = streamOf(where, options, teller.least)
    this.rate = options.sampleRate
    this.all = checkBoolean(where, 'all', options.all ?? false)
  }

  *push(samples: FloatArray): Generator<SpeechSegment & T, void> {
    this.heard.append(samples)
    for (const segment of this.stream.push(samples)) yield* this.answer(segment)
    this.heard.forget(Math.floor(this.stream.earliest * this.rate))
  }

  *flush(): Generator<SpeechSegment & T, void> {
    for (const segment of this.stream.flush()) yield* this.answer(segment)
  }

  private *answer(segment: SpeechSegment): Generator<SpeechSegment & T, void> {
    const { rate, heard } = this
    const [from, to] = [segment.start, segment.end].map((time) => Math.round(time * rate))
    const told = this.teller.tell(heard.view(from, Math.min(to, heard.end)).slice(), rate)
    if (this.all || told.speech) yield { ...segment, ...told }
  }
}

/**
 * Recognises the emotion of each segment of a long recording, such as an interview or a meeting, in which somebody speaks: the segments of
 * `speechSegments`, cut where they are too long, and for each the answer of `recognizer.predict` for its samples. Those in which no speech is heard
 * (`speech`), such as music and noises, are left out. The recording comes in chunks; memory is that of some 30 s and the longest segment.
 *
 * @example
 * ```ts
 * import { loadRecognizer, openAudioFile } from 'ser-core/node'
 *
 * const recognizer = await loadRecognizer()
 * const interview = await openAudioFile('speech.wav')
 * for await (const segment of recognizeSegments(recognizer, interview, { sampleRate: interview.sampleRate })) {
 *   console.log(segment.start, segment.end, segment.label, `${Math.round(100 * interview.reached)} %`)
 * }
 * ```
 *
 * @param source - chunks of one channel, in [-1, 1) (integer arrays hold 16 bit samples): a `ReadableStream`, anything that `for await` takes, or
 *   `[samples]`. A chunk is asked for when the segments before were taken
 * @throws TypeError or RangeError for options, and for samples that are not finite; StateError for a recogniser of features that are given
 */
export function recognizeSegments(
  recognizer: Recognizer,
  source: SampleSource,
  options: RecognizeSegmentsOptions,
): AsyncGenerator<RecognizedSegment, void> {
  const where = 'recognizeSegments'
  if (typeof recognizer?.inside !== 'function') {
    throw new TypeError(expectation(where, 'recognizer', 'a Recognizer', recognizer))
  }
  return answersOf(where, new SegmentAnswers(where, tellerOf(where, recognizer), options), iterableOf(where, source))
}

async function* answersOf(
  where: string,
  answers: SegmentAnswers<Answer>,
  chunks: AsyncIterable<VectorLike> | Iterable<VectorLike>,
): AsyncGenerator<RecognizedSegment, void> {
  for await (const chunk of chunks) {
    const samples = toSamples(where, 'chunk', chunk, 'float32')
    checkFinite(where, 'chunk', samples)
    yield* answers.push(samples)
  }
  yield* answers.flush()
}
