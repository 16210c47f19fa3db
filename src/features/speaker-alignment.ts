/**
 * Unsupervised speaker normalisation: shifts and scales each column of a speaker's frames to the mean and standard
 * deviation of the training speakers:
 *
 *   x'_tj = (x_tj - m_j) s*_j / s_j + m*_j
 *
 * m and s are the speaker's, m* and s* those of all frames of the training speakers together. For a test speaker this
 * uses the unlabelled recordings that are to be recognised: reports of results must say so.
 */
import { allocate, checkFinite, checkOverflow, exactDtype, floatView, type Matrix, toMatrix } from '../core/array.ts'
import { checkArray, checkInteger, checkString } from '../core/check.ts'
import { following, lookAt } from '../core/deferred.ts'
import { expectation } from '../core/errors.ts'
import type { FloatNdArray, MatrixLike } from '../core/types.ts'
import { spreadOf } from './standardizer-moments.ts'

/** A column counts as constant if its standard deviation is at most this times |mean|. */
const EPSILON = 1e-10

/** Factor and offset of each column. */
interface Shift {
  factor: Float64Array
  offset: Float64Array
}

/** The shift of a speaker; a column that is constant for the speaker or in training becomes the training mean. */
function shiftOf(own: readonly Matrix[], target: ReturnType<typeof spreadOf>): Shift {
  const { mean, deviation } = spreadOf('alignSpeakers', own)
  const varies = (sd: number, m: number): boolean => sd > EPSILON * Math.abs(m)
  const factor = deviation.map((sd, j) => {
    const both = varies(sd, mean[j]) && varies(target.deviation[j], target.mean[j])
    return both ? target.deviation[j] / sd : 0
  })
  return { factor, offset: target.mean.map((m, j) => m - factor[j] * mean[j]) }
}

function shifted(where: string, name: string, { data, rows, cols }: Matrix, { factor, offset }: Shift): FloatNdArray {
  const out = allocate(data.length, 'float32')
  for (let i = 0; i < out.length; i++) out[i] = factor[i % cols] * data[i] + offset[i % cols]
  checkOverflow(where, name, out, data)
  return floatView(out, [rows, cols])
}

function checkedMatrices(where: string, sequences: readonly MatrixLike[]): Matrix[] {
  const matrices = checkArray<MatrixLike>(where, 'sequences', sequences, 1).map((x, i) => {
    // Without a copy, which would be twice as large as float32.
    const matrix = toMatrix(where, `sequences[${i}]`, x, exactDtype(x))
    lookAt(matrix, (data) => checkFinite(where, `sequences[${i}]`, data, matrix.cols))
    return matrix
  })
  const { cols } = matrices[0]
  const odd = matrices.findIndex((x) => x.cols !== cols)
  if (odd < 0) return matrices
  throw new RangeError(
    `${where}: "sequences[${odd}]" expected ${cols} columns as the first has, got ${matrices[odd].cols}`,
  )
}

/**
 * Normalises the sequences [T, D] of every speaker to the mean and standard deviation of the training speakers; returns
 * new float32 arrays.
 *
 * @param sequences - of all speakers, in training or not
 * @param speakers - the speaker of each sequence
 * @param training - indices of the sequences of the training speakers
 * @throws TypeError or RangeError for inconsistent arguments, and for numbers that are not finite or overflow
 * @example
 * ```ts
 * const voices = syntheticCorpus({ speakers: 2, sentences: 1 })
 * const features = voices.map((voice) => mfcc(voice.samples(), { sampleRate: 16000 }))
 * const speakers = voices.map(({ speaker }) => speaker)
 * const aligned = alignSpeakers(features, speakers, [0, 1, 2, 3]) // all speakers as the first one is
 * aligned.length // 8
 * ```
 */
export function alignSpeakers(
  sequences: readonly MatrixLike[],
  speakers: readonly string[],
  training: ArrayLike<number>,
): FloatNdArray[] {
  const where = 'alignSpeakers'
  const matrices = checkedMatrices(where, sequences)
  const names = checkArray<string>(where, 'speakers', speakers).map((name) => checkString(where, 'speakers', name))
  if (names.length !== matrices.length) {
    throw new RangeError(`${where}: "speakers" expected ${matrices.length} names, one a sequence, got ${names.length}`)
  }
  if (typeof training !== 'object' || training === null) {
    throw new TypeError(expectation(where, 'training', 'indices (an array or typed array of integers)', training))
  }
  const chosen = Array.from(training, (i) => checkInteger(where, 'training', i, { min: 0, max: names.length - 1 }))
  if (chosen.every((i) => matrices[i].rows === 0)) {
    throw new RangeError(`${where}: "training" expected sequences with at least one frame, got none`)
  }
  const target = spreadOf(
    where,
    chosen.map((i) => matrices[i]),
  )
  const shiftFor = (speaker: string): Shift =>
    shiftOf(
      matrices.filter((_, i) => names[i] === speaker),
      target,
    )
  const shifts = new Map([...new Set(names)].map((speaker) => [speaker, shiftFor(speaker)]))
  return matrices.map((x, i) => {
    const shift = shifts.get(names[i]) as Shift
    return following(sequences[i], () => shifted(where, `sequences[${i}]`, x, shift))
  })
}
