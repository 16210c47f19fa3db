/**
 * Recordings -> front end -> scaler -> network -> posterior of named classes, as one object. Users compose it of their
 * own parts, train it, predict with it, and save it as one safetensors file.
 */
import { checkObject, checkOptions } from '../core/check.ts'
import { StateError } from '../core/errors.ts'
import { counted, listLines, Printed, widthOf } from '../core/printed.ts'
import { checkFormat } from '../core/saved.ts'
import type { FloatArray, FloatNdArray, VectorLike } from '../core/types.ts'
import { ConfusionMatrix } from '../evaluation/confusion-matrix.ts'
import { Standardizer } from '../features/standardizer.ts'
import type { StandardizerState } from '../features/standardizer-state.ts'
import { summaryWidth } from '../layers/summary.ts'
import { argmax } from '../networks/decision.ts'
import { Sequential, type SequentialState } from '../networks/sequential.ts'
import { checkHooks } from '../numerics/loop.ts'
import { watchChanges } from '../numerics/parameters.ts'
import type { FitOptions } from '../training/fit-options.ts'
import type { History } from '../training/history.ts'
import {
  checkedRecording,
  type FrontEndOptions,
  type RecordingLike,
  type ResolvedFrontEnd,
  resolveFrontEnd,
  type SoundFrontEnd,
} from './front-end.ts'
import { columnsOf } from './front-end-columns.ts'
import { checkAnswerable, checkModel, checkScaler, checkSpeakers, checkTraining, scaled } from './pipeline-parts.ts'
import { featuresOfAll, type LabelledRecordings, type RecordingHooks, recordingFeatures } from './recordings.ts'

/** The parts of a {@link Pipeline}. */
export interface PipelineParts {
  /** Features to compute from recordings. Default: the study's MFCC with deltas, 39 columns. */
  frontEnd?: FrontEndOptions
  /** Standardises the features, with statistics from `fit`. Default `new Standardizer()`; null for none. */
  scaler?: Standardizer | null
  /**
   * A network from the columns of the front end to a softmax over the classes; already trained, or trained by `fit`.
   */
  model: Sequential
}

/** Options of {@link Pipeline.predict} and {@link Pipeline.transform}. */
export interface PipelineSpeakerOptions {
  /** Speaker of the recording; needed where the scaler has `speaker` statistics, without effect otherwise. */
  speaker?: string
}

/** Options of {@link Pipeline.fit}: those of the network's `fit`, with recordings instead of sequences. */
export interface PipelineFitOptions extends Omit<FitOptions, 'validation'>, RecordingHooks {
  /** As in {@link LabelledRecordings}. */
  speakers?: readonly string[]
  /** Held-out recordings, measured after each epoch. They do not contribute to the scaler. */
  validation?: LabelledRecordings
}

/** Options of {@link Pipeline.evaluate}. */
export interface PipelineEvaluateOptions extends RecordingHooks {
  /** As in {@link LabelledRecordings}. */
  speakers?: readonly string[]
}

/** Result of {@link Pipeline.predict}. */
export interface PipelinePrediction {
  /** The most probable class. */
  label: string
  /** Probability of each class, by its name; the sum is 1. */
  probabilities: Record<string, number>
}

/** A pipeline as plain data: JSON but for the network's parameters. */
export interface PipelineState {
  format: 'ser-core/pipeline'
  version: 1
  frontEnd: ResolvedFrontEnd
  scaler: StandardizerState | null
  model: SequentialState
}

/**
 * Front end, scaler and network as one model of recordings.
 *
 * @example
 * ```ts
 * import { Adam, Dense, loadModel, LSTM, MeanPool, Pipeline, saveModel, Sequential, Standardizer, syntheticCorpus }
 * from 'ser-core'
 *
 * const voices = syntheticCorpus({ speakers: 2, sentences: 1, emotions: ['sadness', 'anger'] })
 * const recordings = voices.map((voice) => ({ samples: voice.samples(), sampleRate: voice.sampleRate }))
 * const labels = voices.map(({ label }) => label)
 * const layers = [new LSTM({ inputs: 13, units: 8 }), new Dense({ units: 2, activation: 'softmax' }), new MeanPool()]
 * const model = new Sequential(layers, { seed: 1 })
 * const frontEnd = { spectral: 'mfcc', coefficients: 13, deltas: 0 } as const
 * const pipeline = new Pipeline({ frontEnd, scaler: new Standardizer(), model })
 * await pipeline.fit(recordings, labels, { optimizer: new Adam({ learningRate: 0.02 }), epochs: 10, batchSize: 2 })
 * const again = loadModel(saveModel(pipeline), Pipeline)
 * console.log(again.predict(voices[0].samples(), voices[0].sampleRate).label) // sadness
 * ```
 */
export class Pipeline extends Printed {
  /** The front end with all its settings. */
  readonly frontEnd: SoundFrontEnd
  readonly scaler: Standardizer | null
  readonly model: Sequential

  /** @throws TypeError or RangeError for an invalid part, or parts that do not fit together */
  constructor(parts: PipelineParts) {
    super()
    const where = 'Pipeline'
    checkOptions(where, parts, ['frontEnd', 'scaler', 'model'])
    this.frontEnd = computedFrontEnd(where, resolveFrontEnd(parts.frontEnd))
    const columns = columnsOf(this.frontEnd)
    this.scaler = checkScaler(where, parts.scaler === undefined ? new Standardizer() : parts.scaler, columns)
    this.model = checkModel(where, parts.model, columns)
  }

  /** Names of the classes, in the order of the network's outputs; null before `fit`. */
  get classes(): readonly string[] | null {
    return this.model.classes
  }

  /** The parts as text: front end, scaler, the network's layers, names of the classes. */
  summary(options: { width?: number } = {}): string {
    return this.toString({ width: summaryWidth('Pipeline.summary', options) })
  }

  override toString(options: { width?: number } = {}): string {
    const width = widthOf(options)
    const { frontEnd, scaler, model, classes } = this
    const features = `${frontEndText(frontEnd)} at ${frontEnd.sampleRate} Hz, ${counted(model.inputs, 'column')}`
    return [
      `Pipeline: ${features} -> ${counted(model.outputs, 'class', 'classes')}`,
      ...(classes === null ? ['  no names of classes yet'] : listLines(classes, width)),
      scaler === null ? 'no scaler' : String(scaler),
      model.summary({ width }),
    ].join('\n')
  }

  /**
   * Fits the scaler to the recordings, then trains the network on the standardised features. The network learns the
   * names of the classes from the labels. Scaler and network change together, at the first update: a call that fails
   * before it leaves the pipeline as it was.
   *
   * @param recordings - `{ samples, sampleRate }` of one channel each, or results of `decodeWav`
   * @param labels - the name of each recording's class
   * @throws TypeError or RangeError for wrong arguments; if possible, before any features are computed
   * @throws NonFiniteError where loss, gradient or a parameter stops being finite
   */
  async fit(
    recordings: readonly RecordingLike[],
    labels: readonly string[],
    options: PipelineFitOptions,
  ): Promise<History> {
    const where = 'Pipeline.fit'
    checkObject(where, 'options', options)
    const { onRecording, speakers, validation, ...rest } = options
    const { signal } = rest
    checkHooks(where, { onRecording, signal }, ['onRecording'])
    const training = { recordings, labels, speakers }
    checkTraining(where, this, training, validation, rest)

    const hooks = { signal, onRecording }
    const features = await featuresOfAll(where, 'recordings', recordings, this.frontEnd, hooks)
    const held =
      validation && (await featuresOfAll(where, 'validation.recordings', validation.recordings, this.frontEnd, hooks))
    const scaler = this.scaler && Standardizer.fromJSON(this.scaler.toJSON()).fit(features, { groups: speakers })
    const fitted = {
      ...rest,
      validation: held && { sequences: scaled(scaler, held, validation.speakers), labels: validation.labels },
    }
    return await this.train(scaled(scaler, features, speakers), labels, fitted, scaler)
  }

  /** Trains the network; at its first update the pipeline takes over the new scaler. */
  private async train(
    sequences: FloatNdArray[],
    labels: readonly string[],
    options: FitOptions,
    scaler: Standardizer | null,
  ): Promise<History> {
    const hasChanged = watchChanges(this.model.parameters)
    const commit = (): void => {
      if (scaler !== null) this.scaler?.adopt(scaler)
    }
    const onBatch: FitOptions['onBatch'] = (report) => {
      commit()
      return options.onBatch?.(report)
    }
    try {
      const history = await this.model.fit(sequences, labels, { ...options, onBatch })
      commit()
      return history
    } catch (error) {
      if (hasChanged()) commit()
      throw error
    }
  }

  /**
   * The network's input [frames, D] for a recording: its features, standardised.
   *
   * @throws RangeError for less than a frame (25 ms; of `egemaps` 60) of sound and for samples that are not finite; StateError before
   * `fit`
   */
  transform(recording: RecordingLike, options: PipelineSpeakerOptions = {}): FloatNdArray {
    const where = 'Pipeline.transform'
    checkOptions(where, options, ['speaker'])
    return this.input(where, 'recording', recording, options.speaker)
  }

  /**
   * The class of a recording and the probability of each.
   *
   * @param samples - one channel, in [-1, 1); integer arrays hold 16 bit samples. `toMono` makes one of several.
   * @param sampleRate - in Hz, a whole number >= 4000
   * @throws RangeError for less than a frame (25 ms; of `egemaps` 60) of sound and for samples that are not finite; StateError before
   * `fit`
   */
  predict(samples: VectorLike, sampleRate: number, options?: PipelineSpeakerOptions): PipelinePrediction
  /** The class of a recording `{ samples, sampleRate }`, or of a result of `decodeWav`. */
  predict(recording: RecordingLike, options?: PipelineSpeakerOptions): PipelinePrediction
  predict(
    sound: VectorLike | RecordingLike,
    rate?: number | PipelineSpeakerOptions,
    more: PipelineSpeakerOptions = {},
  ): PipelinePrediction {
    const where = 'Pipeline.predict'
    const whole = isRecording(sound)
    const options = whole ? ((rate ?? {}) as PipelineSpeakerOptions) : more
    checkOptions(where, options, ['speaker'])
    const classes = this.named(where)
    const recording = whole ? sound : { samples: sound, sampleRate: rate as number }
    const posterior = this.model.predict(this.input(where, whole ? 'recording' : '', recording, options.speaker))
    return prediction(classes, posterior)
  }

  /**
   * Evaluates the pipeline on labelled recordings: a confusion matrix with `accuracy`, `unweightedRecall` and more.
   *
   * @throws as {@link Pipeline.fit} and {@link Pipeline.predict}
   */
  async evaluate(
    recordings: readonly RecordingLike[],
    labels: readonly string[],
    options: PipelineEvaluateOptions = {},
  ): Promise<ConfusionMatrix> {
    const where = 'Pipeline.evaluate'
    checkOptions(where, options, ['speakers', 'signal', 'onRecording'])
    checkHooks(where, options, ['onRecording'])
    const { speakers, ...hooks } = options
    const confusion = new ConfusionMatrix(this.named(where))
    checkAnswerable(where, this, { recordings, labels, speakers })
    const features = await featuresOfAll(where, 'recordings', recordings, this.frontEnd, hooks)
    const answers = this.model.predict(scaled(this.scaler, features, speakers))
    answers.forEach((posterior, i) => {
      confusion.add(labels[i], argmax(posterior))
    })
    return confusion
  }

  /** The pipeline as plain data; {@link Pipeline.fromState} makes it again, bit for bit. */
  state(): PipelineState {
    const { frontEnd, scaler, model } = this
    return {
      format: 'ser-core/pipeline',
      version: 1,
      frontEnd: { ...frontEnd },
      scaler: scaler?.toJSON() ?? null,
      model: model.state(),
    }
  }

  /** The pipeline that a state describes. */
  static fromState(state: PipelineState): Pipeline {
    const { frontEnd, scaler, model } = checkFormat('Pipeline.fromState', state, 'pipeline', 'Pipeline')
    return new Pipeline({
      frontEnd,
      scaler: scaler === null ? null : Standardizer.fromJSON(scaler),
      model: Sequential.fromState(model),
    })
  }

  private input(where: string, name: string, value: RecordingLike, speaker?: string): FloatNdArray {
    const recording = checkedRecording(where, name, value)
    checkSpeakers(where, 'speaker', this.scaler, [speaker])
    const features = recordingFeatures(where, name, recording, this.frontEnd)
    return scaled(this.scaler, [features], speaker === undefined ? undefined : [speaker])[0]
  }

  private named(where: string): readonly string[] {
    if (this.classes !== null) return this.classes
    throw new StateError(`${where}: the classes have no names yet; call fit first, or give the network "classes"`)
  }
}

/** Whether the value is a recording, not samples. */
function isRecording(value: VectorLike | RecordingLike): value is RecordingLike {
  return typeof value === 'object' && value !== null && 'sampleRate' in value
}

/** The front end, if it has one: features that are given need no pipeline. */
function computedFrontEnd(where: string, frontEnd: ResolvedFrontEnd): SoundFrontEnd {
  if (frontEnd.given === undefined) return frontEnd
  throw new RangeError(
    `${where}: "frontEnd.given" is for systems: a pipeline computes features of recordings; Standardizer and Sequential take given ones`,
  )
}

function frontEndText({ spectral, set, functionals }: SoundFrontEnd): string {
  return set === undefined ? spectral : `${functionals ? 'functionals of ' : ''}${[set].flat().join(', ')}`
}

function prediction(classes: readonly string[], posterior: FloatArray): PipelinePrediction {
  return {
    label: classes[argmax(posterior)],
    probabilities: Object.fromEntries(classes.map((name, k) => [name, posterior[k]])),
  }
}
