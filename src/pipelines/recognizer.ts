/**
 * A trained system for recordings: samples -> front end -> classifier -> posterior of the classes, for the whole
 * recording and over time. It is saved as one safetensors file: the system with all its settings, the classes, the
 * weights, and a model card.
 */
import { checkBoolean, checkObject, checkOptions } from '../core/check.ts'
import { FormatError } from '../core/errors.ts'
import { counted, listLines, Printed, widthOf } from '../core/printed.ts'
import type { FloatArray, FloatNdArray, Json, MatrixLike, VectorLike } from '../core/types.ts'
import type { SpeakerStatistics } from '../features/speaker-statistics.ts'
import { checkStorage } from '../io/state.ts'
import { decodeStateFile, encodeStateFile, type FileKind, restoring } from '../io/state-file.ts'
import {
  type AdaptationFacts,
  type AdaptationState,
  type AdaptOptions,
  adaptationBy,
  adaptationOf,
  adaptationTo,
  adaptedBy,
  factsOf,
  rowsOf,
  type SpokenRows,
  spokenStatistics,
} from './adaptation.ts'
import { displayedRecognition } from './answer-display.ts'
import type { RecognizerSteps } from './classifier-steps.ts'
import { type Confidence, confidenceOf, tempered } from './confidence.ts'
import type { RecordingLike, ResolvedFrontEnd } from './front-end.ts'
import { checkGiven } from './front-end-columns.ts'
import { soundFrontEnd } from './given-front-end.ts'
import { listenTo, type SampleSource } from './live/listen.ts'
import type { RecognizerStreamOptions } from './live/live-options.ts'
import { type RecognitionEvent, RecognizerStream } from './live/recognizer-stream.ts'
import { answerBy, namedTimeline, type Recognition } from './recognition.ts'
import {
  checkCard,
  checkClasses,
  type HeardRecording,
  type HeardSound,
  heardSound,
  type RecognizeOptions,
  type RecognizerParts,
  type SaveRecognizerOptions,
  silence,
  takeFeatures,
} from './recognizer-parts.ts'
import type { Adaptation, Classifier, System, VoiceState } from './system.ts'
import { systemConfig } from './system-config.ts'
import { type SystemConfig, systemFrom } from './systems.ts'
import { frontEndTimeline, type PosteriorTimeline, soundTimeline } from './timeline.ts'

export type { HeardRecording, RecognizeOptions, SaveRecognizerOptions } from './recognizer-parts.ts'

const recognizerFile: FileKind = { format: 'ser-core/recognizer', version: 1 }

/**
 * Recognises emotions in recordings of speech.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 *
 * // In a browser: await (await fetch('recognizer.safetensors')).arrayBuffer()
 * const recognizer = Recognizer.from(await readFile('node_modules/ser-core/models/recognizer.safetensors'))
 * const { channels, sampleRate } = decodeWav(await readFile('speech.wav'))
 * recognizer.classes // ['joy', 'neutral', 'sadness', 'anger']
 * const { label, probabilities, timeline } = recognizer.predict(channels[0], sampleRate)
 * ```
 */
export class Recognizer extends Printed {
  /** The system with all its settings. */
  readonly system: SystemConfig
  readonly classes: readonly string[]
  /** Facts for a model card. */
  readonly card: { readonly [key: string]: Json }
  private readonly frontEnd: System['frontEnd']
  private readonly classifier: Classifier
  private readonly adapting: AdaptationState | null
  private readonly confidence: Confidence

  /** @throws TypeError, RangeError or FormatError for invalid parts, or parts that do not fit together */
  constructor(parts: RecognizerParts) {
    super()
    const where = 'Recognizer'
    checkOptions(where, parts, ['system', 'classes', 'state', 'card', 'adaptation'])
    const system = systemFrom(where, 'system', parts.system)
    this.classes = Object.freeze(checkClasses(where, parts.classes))
    this.card = checkCard(where, parts.card ?? {})
    this.confidence = confidenceOf(this.card)
    this.system = systemConfig(system)
    this.frontEnd = system.frontEnd
    const trained = system.restore(checkObject(where, 'state', parts.state))
    this.adapting = parts.adaptation ?? null
    this.classifier = this.adapting === null ? trained : adaptedBy(where, trained, this.adapting)
    const answers = this.classifier.predict(silence(system.frontEnd)).length
    if (answers !== this.classes.length) {
      throw new RangeError(
        `${where}: "classes" has ${this.classes.length} names, the trained system ${answers} classes`,
      )
    }
  }

  /** System and classes as text, which consoles print. */
  override toString(options: { width?: number } = {}): string {
    const width = widthOf(options)
    const { system, classes, frontEnd } = this
    const inputs =
      frontEnd.given === undefined ? `${frontEnd.sampleRate} Hz` : `given ${counted(frontEnd.given.columns, 'column')}`
    const first = `Recognizer: ${system.system}, ${inputs} -> ${counted(classes.length, 'class', 'classes')}`
    return [first, ...listLines(classes, width)].join('\n')
  }

  /**
   * Reads the recogniser in a file that {@link Recognizer.save} wrote.
   *
   * @throws FormatError for other files, other versions, and damaged or truncated files
   */
  static from(bytes: Uint8Array | ArrayBuffer): Recognizer {
    const where = 'Recognizer.from'
    const { state } = decodeStateFile(where, recognizerFile, bytes)
    if (typeof state !== 'object' || state === null) throw new FormatError(`${where}: the file has no recogniser`)
    return restoring(where, () => new Recognizer(state as RecognizerParts))
  }

  /** The recogniser as the bytes of a file, which {@link Recognizer.from} reads, bit for bit unless `dtype` rounds. */
  save(options: SaveRecognizerOptions = {}): Uint8Array {
    const where = 'Recognizer.save'
    checkOptions(where, options, ['dtype'])
    const dtype = checkStorage(where, options.dtype)
    return encodeStateFile(where, recognizerFile, {}, this.parts(), { dtype })
  }

  /**
   * Recognises the class of a recording, as a whole and over time, and says whether there is speech and whether the answer is
   * sure. The temperature in the card's `calibration`, where it has one, applies to all probabilities.
   *
   * @param samples - one channel, in [-1, 1); integer arrays hold 16 bit samples. `toMono` makes one of several.
   * @param sampleRate - in Hz, a whole number >= 4000
   * @throws RangeError for less than a frame (25 ms; of `egemaps` 60) of sound and for samples that are not finite; StateError where the
   *   features of the system are given: `predictFeatures` takes them
   */
  predict(samples: VectorLike, sampleRate: number, options: RecognizeOptions = {}): Recognition {
    const where = 'Recognizer.predict'
    checkOptions(where, options, ['timeline'])
    const withTimeline = checkBoolean(where, 'timeline', options.timeline ?? true)
    return this.answerFor(heardSound(where, samples, sampleRate, this.frontEnd), withTimeline)
  }

  /** The answer for what was heard. @internal */
  answerFor({ heard, features, speech, frontEnd }: HeardSound, withTimeline: boolean): Recognition {
    const timeline = withTimeline ? soundTimeline(this.classifier, heard, features, frontEnd) : undefined
    return this.recognition(this.posterior(features), speech, timeline)
  }

  /**
   * {@link Recognizer.predict} for the features of a recording, of a system whose features are given, such as embeddings of another network, or of
   * any other system's front end. Of sound nothing is known: `speech` is true. A sequence has a timeline.
   *
   * @param features - [1, D] of a vector, [T, D] of a sequence
   * @throws RangeError for other shapes, and for numbers that are not finite, with their place
   */
  predictFeatures(features: MatrixLike, options: RecognizeOptions = {}): Recognition {
    const where = 'Recognizer.predictFeatures'
    checkOptions(where, options, ['timeline'])
    const withTimeline = checkBoolean(where, 'timeline', options.timeline ?? true)
    const { frontEnd, classifier } = this
    const x = this.taken(where, features)
    const timeline = withTimeline && !frontEnd.functionals ? frontEndTimeline(classifier, x, frontEnd) : undefined
    return this.recognition(this.posterior(x), true, timeline)
  }

  private taken(where: string, features: MatrixLike): FloatNdArray {
    const x = takeFeatures(where, 'features', features)
    checkGiven(where, 'features', x, this.frontEnd)
    return x
  }

  /** A recording before it is decided to whom the recogniser adapts. @internal */
  hear(samples: VectorLike, sampleRate: number): HeardRecording {
    const where = 'Recognizer.predict'
    const { features, speech } = heardSound(where, samples, sampleRate, this.frontEnd)
    return this.heardRecording(where, features, speech)
  }

  /** {@link Recognizer.hear} for features. @internal */
  hearFeatures(features: MatrixLike): HeardRecording {
    const where = 'Recognizer.predictFeatures'
    return this.heardRecording(where, this.taken(where, features), true)
  }

  private heardRecording(where: string, features: FloatNdArray, speech: boolean): HeardRecording {
    const { rows, adapted } = this.checkAdapts(where)
    const own = rows(features)
    const posterior = (voice: VoiceState | null): FloatArray => {
      return (adapted(voice).adaptation as Adaptation).predictRows(own)
    }
    return {
      ...{ rows: own, speech },
      answer: (voice) => this.recognition(tempered(posterior(voice), this.confidence), speech),
    }
  }

  /** The part of the system that adapts. @internal */
  checkAdapts(where: string): Adaptation {
    return adaptationOf(where, this.classifier, this.system.system)
  }

  private recognition(posterior: FloatArray, speech: boolean, windows?: PosteriorTimeline): Recognition {
    const { classes, confidence } = this
    const timeline = namedTimeline(classes, windows, confidence)
    return displayedRecognition({ ...answerBy(classes, posterior, speech, confidence), timeline })
  }

  /**
   * A stream that answers while somebody speaks: for windows of 2 s every 0.25 s, and for each turn of speech when it has ended.
   * With `adapt` it collects the statistics of the speaker and adapts to them from the third turn on, or at once to those given.
   *
   * @throws TypeError or RangeError for options, StateError for `adapt` with a system that does not adapt
   */
  stream(options: RecognizerStreamOptions): RecognizerStream {
    return this.live('Recognizer.stream', options)
  }

  /**
   * The events of {@link Recognizer.stream} for a `ReadableStream` of chunks of samples, or an iterable of them, to its end. A
   * chunk is asked for when the events of those before were taken.
   *
   * @example
   * ```ts
   * import { readFile } from 'node:fs/promises'
   *
   * const recognizer = Recognizer.from(await readFile('node_modules/ser-core/models/recognizer.safetensors'))
   * const [{ samples, sampleRate }] = syntheticCorpus()
   * const chunks = new ReadableStream({
   *   start(controller) {
   *     controller.enqueue(samples())
   *     controller.close()
   *   },
   * })
   * for await (const event of recognizer.listen(chunks, { sampleRate })) console.log(event.kind, event.label)
   * ```
   */
  listen(source: SampleSource, options: RecognizerStreamOptions): AsyncGenerator<RecognitionEvent, void> {
    return listenTo('Recognizer.listen', this.live('Recognizer.listen', options), source)
  }

  private live(where: string, options: RecognizerStreamOptions): RecognizerStream {
    const { classifier, confidence, classes } = this
    const frontEnd = soundFrontEnd(where, this.frontEnd)
    const parts = { frontEnd, classifier, confidence, classes, system: this.system.system }
    return new RecognizerStream(where, { ...parts, speaker: this.adaptation?.statistics ?? null }, options)
  }

  /** The posterior [K] for features [frames, D] of the system's front end, at the card's temperature. */
  posterior(features: MatrixLike): FloatArray {
    return tempered(
      this.classifier.predict(takeFeatures('Recognizer.posterior', 'features', features)),
      this.confidence,
    )
  }

  /** The same recogniser with another card. */
  withCard(card: { [key: string]: Json }): Recognizer {
    return new Recognizer({ ...this.parts(), card })
  }

  /**
   * A recogniser that is adapted to a speaker, or to a room or corpus, by recordings without labels: their measures' mean and
   * variance take the place of those of the training, the more so the more recordings there are. Three help, ten or more are
   * better; they should be speech as it comes, for statistics of one mood make answers worse than none (`adaptation.warning`).
   * Recordings without speech are left out (`adaptation.skipped`). The recordings themselves are not kept, what this recogniser was adapted to before is left out, and it stays as it is.
   *
   * @param recordings - `{ samples, sampleRate }` or results of `decodeWav`, of 25 ms or more each
   * @throws StateError for a system that does not adapt; RangeError where no speech is heard in any recording
   */
  adapt(recordings: readonly RecordingLike[], options: AdaptOptions = {}): Recognizer {
    return this.adaptToRows(this.rowsOf('Recognizer.adapt', recordings), options)
  }

  /** {@link Recognizer.adapt} by rows that were computed before. @internal */
  adaptToRows(recordings: readonly SpokenRows[], options: AdaptOptions): Recognizer {
    const where = 'Recognizer.adapt'
    return this.withAdaptation(adaptationTo(where, this.checkAdapts(where), recordings, options))
  }

  /**
   * {@link Recognizer.adapt} by statistics that were collected before: by `statistics`, or while it listens. They do not move
   * class means, as the recordings themselves do in `measures-lda`.
   */
  adaptTo(statistics: SpeakerStatistics, options: AdaptOptions = {}): Recognizer {
    const where = 'Recognizer.adaptTo'
    this.checkAdapts(where)
    return this.withAdaptation(adaptationBy(where, statistics, options))
  }

  /**
   * Statistics of recordings, which can be added to others by `merge`, and adapt a recogniser by `adaptTo`. Recordings without
   * speech are left out: their statistics are of 0 recordings.
   */
  statistics(recordings: readonly RecordingLike[]): SpeakerStatistics {
    return spokenStatistics(this.rowsOf('Recognizer.statistics', recordings))
  }

  /** Facts about its adaptation; null where there is none. */
  get adaptation(): AdaptationFacts | null {
    return factsOf(this.adapting, this.classifier)
  }

  /** The recogniser as it was before it was adapted; its file holds no statistics of a speaker. */
  withoutAdaptation(): Recognizer {
    return this.withAdaptation(undefined)
  }

  private withAdaptation(adaptation: AdaptationState | undefined): Recognizer {
    return new Recognizer({ ...this.parts(), adaptation })
  }

  /** The rows of recordings to adapt to. @internal */
  rowsOf(where: string, recordings: readonly RecordingLike[]): SpokenRows[] {
    return rowsOf(where, this.checkAdapts(where), recordings, this.frontEnd)
  }

  /** Where trainings of the same system can start. @internal */
  trainedState(): unknown {
    return this.classifier.state()
  }

  /** The parts by which answers are explained. @internal */
  inside(): { frontEnd: ResolvedFrontEnd; classifier: Classifier; confidence: Confidence } {
    const { frontEnd, classifier, confidence } = this
    return { frontEnd, classifier, confidence }
  }

  /** The computation of {@link Recognizer.posterior}. @internal */
  steps(): RecognizerSteps {
    const { frontEnd, confidence } = this
    return { steps: this.classifier.steps?.() ?? null, frontEnd, temperature: confidence.temperature }
  }

  private parts(): RecognizerParts {
    const { system, classes, card, classifier, adapting } = this
    return { system, classes, card, state: classifier.state(), ...(adapting === null ? {} : { adaptation: adapting }) }
  }
}
