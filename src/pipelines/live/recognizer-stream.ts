/**
 * Recognition while somebody speaks: windows every quarter of a second, and turns of speech as they end.
 *
 * The sound is brought to the front end's rate and cut into frames of 10 ms, one by one, so that nothing depends on how it
 * came. What is kept reaches back to the beginning of the next window or of the open turn.
 */

import { ResampleStream } from '../../audio/resample-stream.ts'
import { checkFinite, toSamples } from '../../core/array.ts'
import { StateError } from '../../core/errors.ts'
import { Printed } from '../../core/printed.ts'
import type { FloatArray, FloatNdArray, VectorLike } from '../../core/types.ts'
import { SpeakerStatistics } from '../../features/speaker-statistics.ts'
import { adaptationOf } from '../adaptation.ts'
import { type Confidence, tempered } from '../confidence.ts'
import { featuresOfSound, leastSoundOf, type SoundFrontEnd } from '../front-end.ts'
import { type Answer, answerBy } from '../recognition.ts'
import { speechIn } from '../speech-presence.ts'
import type { Classifier } from '../system.ts'
import { type LiveSettings, liveSettings, type RecognizerStreamOptions } from './live-options.ts'
import { floats32, RecentNumbers } from './recent-numbers.ts'
import { RecentRows } from './recent-rows.ts'
import { SpeakerAdaptation } from './speaker-adaptation.ts'
import { type FoundTurn, TurnFinder } from './turn-finder.ts'

/** An answer while listening. */
export interface RecognitionEvent extends Answer {
  /** Of a sliding window, or of a turn of speech that has ended. */
  kind: 'window' | 'turn'
  /** First moment of the window or turn, s from the first sample. */
  start: number
  /** Its end, s. */
  end: number
}

/** The parts of a recogniser that a stream needs. @internal */
export interface LiveParts {
  frontEnd: SoundFrontEnd
  classifier: Classifier
  confidence: Confidence
  classes: readonly string[]
  /** Name of the system. */
  system: string
  /** Statistics to which the recogniser is adapted. */
  speaker: SpeakerStatistics | null
}

/** A stretch that waits for its answer; in samples. */
interface Span {
  kind: RecognitionEvent['kind']
  from: number
  to: number
}

/** Rows for front ends that give some over time, each of its neighbourhood alone. */
function rowsFor(frontEnd: SoundFrontEnd): RecentRows | null {
  return frontEnd.set === undefined ? new RecentRows(frontEnd) : null
}

function speakerOf(where: string, parts: LiveParts, settings: LiveSettings): SpeakerAdaptation | null {
  if (!settings.adapts) return null
  const { classifier, frontEnd, system } = parts
  const adaptation = adaptationOf(where, classifier, system)
  const silence = featuresOfSound(new Float32Array(frontEnd.sampleRate), frontEnd)
  const columns = adaptation.rows(silence).shape[1]
  const { speaker } = settings
  if (speaker !== null && speaker.columns !== columns) {
    throw new RangeError(`${where}: "adapt" expected statistics of ${columns} measures, got ${speaker.columns}`)
  }
  const statistics = speaker ?? parts.speaker ?? new SpeakerStatistics(columns)
  return new SpeakerAdaptation(classifier, adaptation, statistics, speaker === null && parts.speaker !== null)
}

/**
 * A recogniser that listens. `push` takes samples of one channel and answers with what is new: a window of 2 s every 0.25 s,
 * and each turn of speech when it has ended. With features of a `set`, the answer for a stretch is that of `predict` for its
 * samples at the front end's rate; with MFCC and log mel energies it is that of the rows of `FeatureStream` in it. Memory is
 * bounded by the longest turn, and nothing depends on how the sound is cut into chunks.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 *
 * const recognizer = Recognizer.from(await readFile('node_modules/ser-core/models/recognizer.safetensors'))
 * const [voice] = syntheticCorpus()
 * const stream = recognizer.stream({ sampleRate: voice.sampleRate, windowSeconds: 1 })
 * const events: RecognitionEvent[] = stream.push(voice.samples())
 * events.push(...stream.flush())
 * const { kind, start, end, speech, label } = events[0]
 * console.log(kind, start, end, speech, label) // window 0 1 ...
 * ```
 */
export class RecognizerStream extends Printed {
  private readonly parts: LiveParts
  private readonly settings: LiveSettings
  private readonly adaptation: SpeakerAdaptation | null
  private readonly resampler: ResampleStream
  private sound: RecentNumbers = new RecentNumbers(floats32)
  /** Null where features are of a whole stretch. */
  private rows: RecentRows | null
  private turns: TurnFinder
  /** Samples whose frames were looked at. */
  private framed = 0
  /** First sample of the next window. */
  private next = 0
  /** Stretches whose rows are not complete yet. */
  private waiting: Span[] = []
  private ended = false

  /** @internal */
  constructor(where: string, parts: LiveParts, options: RecognizerStreamOptions) {
    super()
    this.parts = parts
    this.settings = liveSettings(where, options, parts.frontEnd)
    const { inputRate, sampleRate } = this.settings
    this.adaptation = speakerOf(where, parts, this.settings)
    this.resampler = new ResampleStream({ fromRate: inputRate, toRate: sampleRate })
    this.turns = new TurnFinder(this.settings)
    this.rows = rowsFor(parts.frontEnd)
  }

  /** Rate, window and hop in one line, which consoles print. */
  override toString(): string {
    const { inputRate, sampleRate, window, hop } = this.settings
    const [length, every] = [window / sampleRate, hop / sampleRate]
    return `RecognizerStream: ${this.parts.system}, ${inputRate} Hz, windows of ${length} s every ${every} s`
  }

  /**
   * Appends samples and returns what they complete, in that order: a turn ends only with the pause behind it.
   *
   * @param chunk - one channel, in [-1, 1); integer arrays hold 16 bit samples. Any length, also none
   * @throws TypeError for anything but samples, RangeError for one that is not finite, naming its index in the chunk; the
   *   stream is then unchanged. StateError after `flush`.
   */
  push(chunk: VectorLike): RecognitionEvent[] {
    const where = 'RecognizerStream.push'
    if (this.ended) throw new StateError(`${where}: the sound has ended with flush(); reset() begins another`)
    const samples = toSamples(where, 'chunk', chunk, 'float32')
    checkFinite(where, 'chunk', samples)
    return this.take(this.resampler.push(samples))
  }

  /**
   * Ends the sound: answers for the open turn, and for the whole of a sound that was shorter than a window. `push` then throws
   * until `reset`.
   */
  flush(): RecognitionEvent[] {
    if (this.ended) return []
    const events = this.take(this.resampler.flush())
    this.ended = true
    const { sound, rows, settings, parts, waiting } = this
    const { end } = sound
    rows?.push(sound.view(this.framed, end))
    rows?.finish()
    this.addWindows(end)
    const isShort = end < settings.window && end >= leastSoundOf(parts.frontEnd) * settings.sampleRate
    if (isShort) waiting.push({ kind: 'window', from: 0, to: end })
    this.addTurn(this.turns.finish())
    events.push(...this.answers())
    return events
  }

  /** Begins another sound of the same speaker, at 0 s; statistics stay until `forget`. */
  reset(): void {
    this.resampler.reset()
    this.sound = new RecentNumbers(floats32)
    this.turns = new TurnFinder(this.settings)
    this.rows = rowsFor(this.parts.frontEnd)
    this.framed = 0
    this.next = 0
    this.waiting = []
    this.ended = false
  }

  /** A copy of the statistics of the speaker so far; null where the stream does not adapt. */
  get speaker(): SpeakerStatistics | null {
    return this.adaptation?.speaker ?? null
  }

  /** Forgets the speaker, also one that the recogniser was adapted to before. */
  forget(): void {
    this.adaptation?.forget()
  }

  private take(samples: FloatArray): RecognitionEvent[] {
    const { sound, rows, turns, settings } = this
    const { step } = settings
    const events: RecognitionEvent[] = []
    sound.append(samples)
    while (sound.end - this.framed >= step) {
      const frame = sound.view(this.framed, this.framed + step)
      const turn = turns.push(frame)
      rows?.push(frame)
      this.framed += step
      this.addWindows(this.framed)
      this.addTurn(turn)
      if (this.waiting.length > 0) events.push(...this.answers())
    }
    const wanted = Math.min(this.next, turns.earliest * step, ...this.waiting.map(({ from }) => from))
    sound.forget(wanted)
    rows?.forget(wanted)
    return events
  }

  /** The windows that end with a sample or before. */
  private addWindows(end: number): void {
    const { window, hop } = this.settings
    for (; this.next + window <= end; this.next += hop) {
      this.waiting.push({ kind: 'window', from: this.next, to: this.next + window })
    }
  }

  private addTurn(turn: FoundTurn | null): void {
    const { step } = this.settings
    if (turn !== null) this.waiting.push({ kind: 'turn', from: turn.first * step, to: turn.end * step })
  }

  /** The answers for the stretches whose rows are there, in their order; turns that are no speech are left out. */
  private answers(): RecognitionEvent[] {
    const { waiting, rows, ended } = this
    const events: RecognitionEvent[] = []
    while (waiting.length > 0 && (ended || rows === null || rows.has(waiting[0].to))) {
      const event = this.answer(waiting.shift() as Span)
      if (event.kind === 'window' || event.speech) events.push(event)
    }
    return events
  }

  private answer({ kind, from, to }: Span): RecognitionEvent {
    const { frontEnd, confidence, classes } = this.parts
    const { sampleRate } = this.settings
    const sound = this.sound.view(from, to)
    const speech = speechIn(sound, sampleRate)
    const features = this.rows?.between(from, to) ?? featuresOfSound(sound, frontEnd)
    const posterior = tempered(this.posterior(kind, features, speech), confidence)
    return { kind, start: from / sampleRate, end: to / sampleRate, ...answerBy(classes, posterior, speech, confidence) }
  }

  private posterior(kind: Span['kind'], features: FloatNdArray, speech: boolean): FloatArray {
    if (this.adaptation === null) return this.parts.classifier.predict(features)
    return kind === 'turn' ? this.adaptation.predictTurn(features, speech) : this.adaptation.predict(features)
  }
}
