/** Standardisation of rows that arrive one after the other, by running statistics of their speaker. */
import { allocate, checkDtype, checkFinite, checkOverflow, toMatrix } from '../core/array.ts'
import { checkInteger, checkNumber, checkOptions } from '../core/check.ts'
import { expectation, StateError } from '../core/errors.ts'
import { counted, Printed } from '../core/printed.ts'
import { memoryOf, type SoundStreamState, streamState } from '../core/stream-state.ts'
import type { Dtype, FloatArray, MatrixLike } from '../core/types.ts'
import { SpeakerStatistics, type SpeakerStatisticsJson } from './speaker-statistics.ts'
import { Standardizer } from './standardizer.ts'
import { addRow, type Moments, scaledMoments, standardise } from './standardizer-moments.ts'
import type { StandardizerOptions } from './standardizer-options.ts'
import { checkMask } from './standardizer-state.ts'

/** Options of {@link StandardizerStream}. */
export interface StandardizerStreamOptions extends Omit<StandardizerOptions, 'statistics'> {
  /** Numbers in a row. */
  columns: number
  /** Statistics of the speaker to go on from; not changed. Default: none. */
  speaker?: SpeakerStatistics
  /** A standardizer of a training set, whose moments count as `trainingRows` rows of the speaker. Default: none. */
  training?: Standardizer
  /** Default 300: 3 s of rows every 10 ms. `mask`, `epsilon` and `dtype` are by default those of `training`. */
  trainingRows?: number
}

/** Mean and sums of squares about it, of so many rows. */
interface Sums {
  rows: number
  mean: Float64Array
  squares: Float64Array
}

/** The moments of a training set, as sums of so many rows. */
function trainingSums(where: string, options: StandardizerStreamOptions): Sums | null {
  const { training, columns } = options
  const rows = checkInteger(where, 'trainingRows', options.trainingRows ?? 300, { min: 1 })
  if (training === undefined) return null
  if (!(training instanceof Standardizer))
    throw new TypeError(expectation(where, 'training', 'a Standardizer', training))
  const [mean, scale] = [training.mean.data, training.scale.data] as Float64Array[]
  checkColumns(where, 'training', mean.length, columns)
  return { rows, mean, squares: scale.map((one) => rows * one * one) }
}

function checkColumns(where: string, name: string, got: number, columns: number): void {
  if (got !== columns) throw new RangeError(`${where}: "${name}" expected ${columns} columns, got ${got}`)
}

/**
 * Standardises rows as they come, z = (x - mean) / scale, each by the statistics of the speaker's rows up to and with it:
 *
 * - row t is the last row of `new Standardizer({ statistics: 'utterance' }).transform(rows 0..t)`, bit for bit
 * - after all rows, `standardizer()` is that which `fit` makes of them, bit for bit
 *
 * With `training` the first rows, whose own statistics say little, are standardised by those of the training set, which the
 * speaker's replace by and by. Memory is two numbers a column.
 *
 * @example
 * ```ts
 * const stream = new StandardizerStream({ columns: 1 })
 * stream.push([[1], [3], [5]]).map(([z]) => z) // [0, 1, 1.2247449]
 * stream.flush()
 * stream.speaker.mean // [3]
 * ```
 */
export class StandardizerStream extends Printed {
  /** Numbers in a row. */
  readonly columns: number
  private readonly options: { mask: readonly boolean[] | null; epsilon: number; dtype: Dtype }
  private readonly training: Sums | null
  private readonly scratch: Moments
  private readonly known: SpeakerStatisticsJson
  private sums: Sums
  private recordings: number
  /** Rows since the last end of a recording. */
  private open = 0

  /** @throws TypeError for unknown options or values of the wrong kind, RangeError for values out of range */
  constructor(options: StandardizerStreamOptions) {
    super()
    const where = 'StandardizerStream'
    checkOptions(where, options, ['columns', 'speaker', 'training', 'trainingRows', 'mask', 'epsilon', 'dtype'])
    this.columns = checkInteger(where, 'columns', options.columns, { min: 1 })
    this.training = trainingSums(where, options)
    this.scratch = { mean: new Float64Array(this.columns), scale: new Float64Array(this.columns) }
    const { speaker, training } = options
    const { mask = training?.mask ?? null, epsilon = training?.epsilon ?? 1e-10, dtype = training?.dtype } = options
    if (mask !== null) checkColumns(where, 'mask', checkMask(where, mask).length, this.columns)
    this.options = {
      mask: mask && [...mask],
      epsilon: checkNumber(where, 'epsilon', epsilon, { min: 0 }),
      dtype: checkDtype(where, dtype ?? 'float32'),
    }
    if (speaker !== undefined && !(speaker instanceof SpeakerStatistics)) {
      throw new TypeError(expectation(where, 'speaker', 'SpeakerStatistics', speaker))
    }
    if (speaker !== undefined) checkColumns(where, 'speaker', speaker.columns, this.columns)
    this.known = (speaker ?? new SpeakerStatistics(this.columns)).toJSON()
    ;({ sums: this.sums, recordings: this.recordings } = this.begin())
  }

  /** One line with columns and rows so far, which consoles print. */
  override toString(): string {
    return `StandardizerStream: ${counted(this.columns, 'column')}, ${counted(this.sums.rows, 'row')} of the speaker`
  }

  /**
   * Takes rows [T, columns] (also none, such as the `[]` of a feature stream) and returns them standardised.
   *
   * @throws TypeError or RangeError for other shapes and numbers that are not finite or too large; the statistics are then
   *   unchanged
   */
  push(rows: MatrixLike): FloatArray[] {
    const where = 'StandardizerStream.push'
    const { data, rows: count, cols } = toMatrix(where, 'rows', rows, 'float64')
    if (count === 0) return []
    checkColumns(where, 'rows', cols, this.columns)
    checkFinite(where, 'rows', data, cols)
    const { mean, squares } = this.sums
    const sums = { rows: this.sums.rows, mean: mean.slice(), squares: squares.slice() }
    const out = Array.from({ length: count }, (_, t) => {
      addRow(sums.mean, sums.squares, data, t * cols, ++sums.rows)
      const x = data.subarray(t * cols, (t + 1) * cols)
      const z = allocate(cols, this.options.dtype)
      standardise(z, { data: x, rows: 1, cols }, this.momentsOf(sums))
      checkOverflow(where, 'rows', z, x)
      return z
    })
    const odd = sums.squares.findIndex((sum) => !Number.isFinite(sum))
    if (odd >= 0) throw new RangeError(`${where}: "rows" expected numbers whose squares can be summed in column ${odd}`)
    this.sums = sums
    this.open += count
    return out
  }

  /** Ends a recording, which then counts in `speaker`. Statistics go on; no row is left. */
  flush(): FloatArray[] {
    if (this.open > 0) this.recordings++
    this.open = 0
    return []
  }

  /** Forgets the speaker: back to the statistics that the stream was made with. */
  reset(): void {
    this.open = 0
    Object.assign(this, this.begin())
  }

  /** A copy of the statistics of the speaker's rows; a recording counts once it has ended. */
  get speaker(): SpeakerStatistics {
    const { rows, mean, squares } = this.sums
    const lists = { mean: Array.from(mean), squares: Array.from(squares) }
    return SpeakerStatistics.fromJSON({ recordings: this.recordings, rows, ...lists })
  }

  /**
   * A standardizer that has the present statistics for good.
   *
   * @throws StateError before the first row, where there is no `training` either
   */
  standardizer(): Standardizer {
    if (this.sums.rows === 0 && this.training === null) {
      throw new StateError('StandardizerStream.standardizer: no statistics yet; push(rows) first')
    }
    const { mean, scale } = this.momentsOf(this.sums)
    const { mask, epsilon, dtype } = this.options
    const moments = [{ group: '', mean: Array.from(mean), scale: Array.from(scale) }]
    return Standardizer.fromJSON({ statistics: 'training', mask: mask && [...mask], epsilon, dtype, moments })
  }

  /** A copy of the stream's memory. */
  state(): SoundStreamState {
    return streamState('standardizer-stream', this.settings, this.memory)
  }

  /**
   * Continues from the state of a stream of the same columns and options, whatever `speaker` that began with. If it throws,
   * nothing has changed.
   *
   * @throws FormatError for anything but such a state, RangeError for one of other options
   */
  restore(state: SoundStreamState): void {
    const where = 'StandardizerStream.restore'
    const memory = memoryOf(where, 'standardizer-stream', this.settings, this.memory, state)
    const { rows, mean, squares, recordings, open } = memory
    const odd = squares.findIndex((sum) => sum < 0)
    if (odd >= 0) checkNumber(where, `state.memory.squares[${odd}]`, squares[odd], { min: 0 })
    this.sums = { rows, mean, squares }
    this.recordings = recordings
    this.open = open
  }

  private get settings(): object {
    const { columns, options, training } = this
    const prior = training && { ...training, mean: Array.from(training.mean), squares: Array.from(training.squares) }
    return { columns, ...options, training: prior }
  }

  private get memory() {
    const { sums, recordings, open } = this
    return { ...sums, recordings, open }
  }

  private begin(): { sums: Sums; recordings: number } {
    const { recordings, rows, mean, squares } = this.known
    return { sums: { rows, mean: Float64Array.from(mean), squares: Float64Array.from(squares) }, recordings }
  }

  /** The moments of the speaker's rows and those of training (Chan, Golub & LeVeque, 1983); the next call overwrites them. */
  private momentsOf(own: Sums): Moments {
    const { training, scratch } = this
    const { mean, scale } = scratch
    const rows = own.rows + (training?.rows ?? 0)
    const share = (training?.rows ?? 0) / rows
    for (let j = 0; j < mean.length; j++) {
      const difference = training === null ? 0 : training.mean[j] - own.mean[j]
      const squares = training === null ? 0 : training.squares[j] + difference * difference * own.rows * share
      mean[j] = own.mean[j] + difference * share
      scale[j] = Math.sqrt((own.squares[j] + squares) / rows)
    }
    return scaledMoments(mean, scale, this.options.mask, this.options.epsilon)
  }
}
