/**
 * Standardisation of feature columns: z = (x - mean) / scale, with mean and standard deviation of each column over all
 * frames of the training set, of the utterance itself, or of its speaker.
 *
 *   mean_j = 1/n sum_t x_tj        scale_j = sqrt(1/n sum_t (x_tj - mean_j)^2), or 1 for a constant column
 *
 * The statistics are float64, by the running update of Welford (Technometrics 4, 1962), exact for constant columns.
 * Which statistics are used changes what a result means: those of the speaker need unlabelled recordings of every test
 * speaker, those of the utterance remove its level and mean pitch.
 */

import {
  allocate,
  checkDtype,
  checkFinite,
  checkOverflow,
  exactDtype,
  floatView,
  isArrayView,
  isVector,
  type Matrix,
  toMatrix,
  toVector,
} from '../core/array.ts'
import { checkArray, checkNumber, checkOneOf, checkOptions, checkString, checkStrings } from '../core/check.ts'
import { lookAt } from '../core/deferred.ts'
import { describe, FormatError, StateError } from '../core/errors.ts'
import { grouped } from '../core/groups.ts'
import { counted, Printed } from '../core/printed.ts'
import { isErrorNamed } from '../core/realm.ts'
import { checkFormat } from '../core/saved.ts'
import type { Dtype, FloatArray, FloatNdArray, MatrixLike, TypedNumbers, VectorLike } from '../core/types.ts'
import { type Moments, momentsOf, restore, standardise } from './standardizer-moments.ts'
import type {
  StandardizerFitOptions,
  StandardizerOptions,
  StandardizerTransformOptions,
} from './standardizer-options.ts'
import {
  checkJson,
  checkMask,
  readMoments,
  STATISTICS,
  type StandardizerFileState,
  type StandardizerState,
  type StandardizerStatistics,
} from './standardizer-state.ts'

/** Name of the group of the whole training set. */
const TRAINING = ''

/**
 * Standardises feature columns to zero mean and unit variance.
 *
 * @example
 * ```ts
 * const voices = syntheticCorpus({ speakers: 2, sentences: 1 })
 * const features = voices.map((voice) => mfcc(voice.samples(), { sampleRate: 16000 })) // [T, 13] each
 * const standardizer = new Standardizer()
 * const train = standardizer.fitTransform(features.slice(0, 4)) // the first speaker's
 * const test = features.slice(4).map((x) => standardizer.transform(x))
 * const again = Standardizer.fromJSON(JSON.parse(JSON.stringify(standardizer)))
 * ```
 */
export class Standardizer extends Printed {
  readonly statistics: StandardizerStatistics
  readonly mask: readonly boolean[] | null
  readonly epsilon: number
  readonly dtype: Dtype
  private moments: Map<string, Moments> = new Map()

  /** @throws TypeError for options of the wrong kind, RangeError for values out of range */
  constructor(options: StandardizerOptions = {}) {
    super()
    const where = 'Standardizer'
    checkOptions(where, options, ['statistics', 'mask', 'epsilon', 'dtype'])
    const { statistics = 'training', mask, epsilon = 1e-10, dtype = 'float32' } = options
    this.statistics = checkOneOf(where, 'statistics', statistics, STATISTICS)
    this.mask = mask === undefined ? null : checkMask(where, mask)
    this.epsilon = checkNumber(where, 'epsilon', epsilon, { min: 0 })
    this.dtype = checkDtype(where, dtype)
  }

  /** Description of the transform and its columns, which consoles print. */
  override toString(): string {
    const { statistics, moments, dtype } = this
    const [fitted] = moments.values()
    const source = {
      training: 'the training set',
      speaker: counted(moments.size, 'speaker'),
      utterance: 'each utterance',
    }
    const columns = fitted === undefined ? 'not fitted' : counted(fitted.mean.length, 'column')
    const facts = [`statistics of ${source[statistics]}`, ...(statistics === 'utterance' ? [] : [columns]), dtype]
    return `Standardizer: ${facts.join(', ')}`
  }

  /** Speakers with fitted statistics; empty unless with `speaker` statistics. */
  get speakers(): string[] {
    return this.statistics === 'speaker' ? [...this.moments.keys()] : []
  }

  /** Number of columns of its input; undefined where any number is accepted. @internal */
  get columns(): number | undefined {
    return this.mask?.length ?? this.moments.values().next().value?.mean.length
  }

  /** Column means of the training set, float64 [D], a copy; a StateError unless fitted with `training` statistics. */
  get mean(): FloatNdArray {
    return copyOf(this.momentsOfTraining('mean').mean)
  }

  /** Column scales of the training set, float64 [D], a copy; a StateError unless fitted with `training` statistics. */
  get scale(): FloatNdArray {
    return copyOf(this.momentsOfTraining('scale').scale)
  }

  /**
   * Computes the statistics of the sequences, each [T, D], pooled over all frames: of all sequences (`training`) or of
   * those of each speaker (`speaker`). A second call replaces the first; with `speaker` statistics it replaces or adds
   * the speakers in `groups` and keeps the others. With `utterance` statistics it has no effect.
   *
   * @throws TypeError or RangeError for wrong shapes, numbers that are not finite (naming sequence and row) or no
   *   frames; the standardizer is then unchanged
   */
  fit(sequences: readonly MatrixLike[], options: StandardizerFitOptions = {}): this {
    const where = 'Standardizer.fit'
    checkOptions(where, options, ['groups'])
    const list = checkArray<MatrixLike>(where, 'sequences', sequences, 1)
    const matrices = list.map((x, i) => take(where, `sequences[${i}]`, x))
    const settled = this.mask !== null || this.statistics === 'speaker' ? this.columns : undefined
    const cols = settled ?? matrices[0].cols
    matrices.forEach((x, i) => {
      checkColumns(where, `sequences[${i}]`, x, cols)
    })
    const groups = this.groupsOf(where, options.groups, list.length)
    if (this.statistics === 'utterance') return this
    // Computes all before keeping any, so that an error leaves the standardizer unchanged.
    const fitted = Array.from(
      grouped(matrices, groups),
      ([group, own]) => [group, this.measure(where, group, own)] as const,
    )
    for (const [group, moments] of fitted) this.moments.set(group, moments)
    return this
  }

  /**
   * Standardises a sequence [T, D]; a one-dimensional view is one frame [D].
   *
   * @throws StateError before `fit`, or for a speaker that was not fitted; TypeError or RangeError for wrong input
   */
  transform(sequence: MatrixLike, options?: StandardizerTransformOptions): FloatNdArray
  /**
   * Standardises one frame [D] into a new typed array, for frames between feature streams and `NetworkStream`. Not
   * possible with `utterance` statistics, which need the whole sequence.
   */
  transform(frame: TypedNumbers | readonly number[], options?: StandardizerTransformOptions): FloatArray
  transform(frame: VectorLike, options?: StandardizerTransformOptions): FloatNdArray | FloatArray
  transform(input: MatrixLike | VectorLike, options: StandardizerTransformOptions = {}): FloatNdArray | FloatArray {
    return this.convert('Standardizer.transform', input, options, standardise)
  }

  /** Converts a sequence or a frame, each column by its mean and scale. */
  private convert(
    where: string,
    input: MatrixLike | VectorLike,
    options: StandardizerTransformOptions,
    compute: typeof standardise,
  ): FloatNdArray | FloatArray {
    const frame = isVector(input)
    const taken = frame ? this.takeFrame(where, input) : this.takeSequence(where, input)
    const { rows, cols } = taken
    const data = lookAt(taken, (numbers) => {
      const x = { data: numbers, rows, cols }
      const out = allocate(numbers.length, this.dtype)
      compute(out, x, this.momentsFor(where, x, options))
      checkOverflow(where, frame ? 'frame' : 'sequence', out, numbers)
      return out
    })
    if (!frame) return floatView(data, [rows, cols])
    return isArrayView(input) ? floatView(data, [cols]) : data
  }

  private takeFrame(where: string, frame: VectorLike): Matrix {
    if (this.statistics === 'utterance') {
      throw new StateError(`${where}: one frame has no statistics of its utterance; give the whole sequence`)
    }
    const data = toVector(where, 'frame', frame, 'float64')
    checkFinite(where, 'frame', data)
    return { data, rows: 1, cols: data.length }
  }

  /** Converts input to a sequence; an empty one, `[]`, gets the number of fitted columns. */
  private takeSequence(where: string, sequence: MatrixLike): Matrix {
    const x = take(where, 'sequence', sequence)
    const { columns } = this
    return x.rows === 0 && x.cols === 0 && columns !== undefined ? { ...x, cols: columns } : x
  }

  /** {@link Standardizer.fit}, then {@link Standardizer.transform} of each sequence. */
  fitTransform(sequences: readonly MatrixLike[], options: StandardizerFitOptions = {}): FloatNdArray[] {
    this.fit(sequences, options)
    return sequences.map((x, i) => this.transform(x, { group: options.groups?.[i] }))
  }

  /**
   * Back from standardised to original values, of a sequence [T, D] or of one frame [D]: x = z scale + mean.
   *
   * @throws StateError as {@link Standardizer.transform}, and with `utterance` statistics, which are not kept
   */
  inverseTransform(sequence: MatrixLike, options?: StandardizerTransformOptions): FloatNdArray
  inverseTransform(frame: TypedNumbers | readonly number[], options?: StandardizerTransformOptions): FloatArray
  inverseTransform(frame: VectorLike, options?: StandardizerTransformOptions): FloatNdArray | FloatArray
  inverseTransform(
    input: MatrixLike | VectorLike,
    options: StandardizerTransformOptions = {},
  ): FloatNdArray | FloatArray {
    const where = 'Standardizer.inverseTransform'
    if (this.statistics === 'utterance') {
      throw new StateError(`${where}: the statistics of an utterance are not kept; keep the original sequence instead`)
    }
    return this.convert(where, input, options, restore)
  }

  /** @deprecated The old name of {@link Standardizer.inverseTransform}, kept until 1.0. */
  inverse(sequence: MatrixLike, options: StandardizerTransformOptions = {}): FloatNdArray {
    return this.inverseTransform(sequence, options)
  }

  /** Replaces the statistics by those of another standardizer with the same options. @internal */
  adopt({ moments }: Standardizer): void {
    this.moments = new Map(moments)
  }

  /** Options and statistics as plain JSON, to be stored with the model. */
  toJSON(): StandardizerState {
    const { statistics, mask, epsilon, dtype } = this
    const moments = Array.from(this.moments, ([group, { mean, scale }]) => ({
      group,
      mean: Array.from(mean),
      scale: Array.from(scale),
    }))
    return { statistics, mask: mask === null ? null : [...mask], epsilon, dtype, moments }
  }

  /**
   * Restores the standardizer exactly from the result of {@link Standardizer.toJSON}; FormatError for anything else.
   */
  static fromJSON(json: unknown): Standardizer {
    const where = 'Standardizer.fromJSON'
    try {
      const { moments, mask, ...options } = checkJson(where, json)
      const standardizer = new Standardizer(mask === null ? options : { ...options, mask })
      const cols = mask?.length ?? moments[0]?.mean?.length ?? 0
      standardizer.moments = new Map(moments.map((entry) => readMoments(where, entry, cols)))
      return standardizer
    } catch (error) {
      if (isErrorNamed(error, 'TypeError', 'RangeError')) throw new FormatError(error.message)
      throw error
    }
  }

  /** {@link Standardizer.toJSON} with a format name, for `saveModel`; {@link Standardizer.fromState} restores it. */
  state(): StandardizerFileState {
    return { format: 'ser-core/standardizer', version: 1, ...this.toJSON() }
  }

  /** Restores a standardizer exactly from its state; FormatError for anything else. */
  static fromState(state: StandardizerFileState): Standardizer {
    const where = 'Standardizer.fromState'
    const { format, version, ...json } = checkFormat(where, state, 'standardizer', 'Standardizer')
    return Standardizer.fromJSON(json)
  }

  private groupsOf(where: string, groups: unknown, count: number): string[] {
    if (this.statistics !== 'speaker') return new Array<string>(count).fill(TRAINING)
    if (groups === undefined) {
      throw new TypeError(`${where}: "groups" expected the speaker of each sequence for "speaker" statistics, got none`)
    }
    const names = checkStrings(where, 'groups', groups)
    if (names.length !== count) {
      throw new RangeError(`${where}: "groups" expected ${count} names, one for each sequence, got ${names.length}`)
    }
    return names
  }

  private momentsFor(where: string, x: Matrix, options: StandardizerTransformOptions): Moments {
    checkOptions(where, options, ['group'])
    if (this.statistics === 'utterance') {
      checkColumns(where, 'sequence', x, this.mask?.length ?? x.cols)
      return momentsOf(where, [x], this.mask, this.epsilon)
    }
    const moments = this.statistics === 'speaker' ? this.ofSpeaker(where, options.group) : this.moments.get(TRAINING)
    if (moments === undefined) throw new StateError(`${where}: not fitted; call fit(sequences) first`)
    checkColumns(where, 'sequence', x, moments.mean.length)
    return moments
  }

  private ofSpeaker(where: string, group: unknown): Moments {
    const name = checkString(where, 'group', group)
    const moments = this.moments.get(name)
    if (moments !== undefined) return moments
    const known = this.moments.size > 0 ? Array.from(this.moments.keys(), describe).join(', ') : 'none'
    throw new StateError(
      `${where}: no statistics of speaker ${describe(name)} (fitted: ${known}); ` +
        'call fit(sequences, { groups }) with recordings of that speaker first',
    )
  }

  private momentsOfTraining(name: string): Moments {
    const moments = this.statistics === 'training' ? this.moments.get(TRAINING) : undefined
    if (moments !== undefined) return moments
    const remedy =
      this.statistics === 'training'
        ? 'call fit(sequences) first'
        : `"${this.statistics}" statistics have no single one`
    throw new StateError(`Standardizer: no "${name}" of the training set; ${remedy}`)
  }

  private measure(where: string, group: string, matrices: readonly Matrix[]): Moments {
    if (matrices.every((x) => x.rows === 0)) {
      const whose = group === TRAINING ? '' : ` of speaker ${describe(group)}`
      throw new RangeError(`${where}: "sequences"${whose} expected at least one frame, got none`)
    }
    return momentsOf(where, matrices, this.mask, this.epsilon)
  }
}

function take(where: string, name: string, x: unknown): Matrix {
  // Without a copy, which would be twice as large as float32.
  const matrix = toMatrix(where, name, x, exactDtype(x))
  lookAt(matrix, (data) => checkFinite(where, name, data, matrix.cols))
  return matrix
}

function checkColumns(where: string, name: string, x: Matrix, cols: number): void {
  if (x.cols === cols) return
  throw new RangeError(`${where}: "${name}" expected shape [frames, ${cols}], got [${x.rows}, ${x.cols}]`)
}

function copyOf(values: Float64Array): FloatNdArray {
  return floatView(values.slice(), [values.length])
}
