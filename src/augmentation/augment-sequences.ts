/** The public door of the augmentation of feature sequences. */
import { checkFinite, toVector } from '../core/array.ts'
import {
  checkArray,
  checkInteger,
  checkNames,
  checkNumber,
  checkObject,
  checkOneOf,
  checkOptions,
} from '../core/check.ts'
import { limits } from '../core/limits.ts'
import type { FloatArray, FloatNdArray, MatrixLike, VectorLike } from '../core/types.ts'
import { type MelScale, melScales } from '../features/mel-scale.ts'
import type { Random } from '../numerics/random.ts'
import type { Bands, FilterEdges, MelColumns } from './frequency-warp.ts'
import { createAugmentation } from './sequences.ts'

/** Log mel energies among the columns of sequences. */
export interface LogMelColumns {
  /** Position of the lowest filter's column and number of filters; one entry more for each order of their deltas. */
  bands: readonly { start: number; filters: number }[]
  /** Of the sound, Hz. */
  sampleRate: number
  /** [D] by which the columns were standardised: those of the `Standardizer`. Default 0 and 1. */
  mean?: VectorLike
  scale?: VectorLike
  /** Of the filters, as for `logMel`, Hz. Default 20. */
  lowFrequency?: number
  /** Of the filters, as for `logMel`, Hz. Default 8000 or half the sample rate, whichever is less. */
  highFrequency?: number | 'nyquist'
  /** Of the filters, as for `logMel`. Default `study`. */
  melScale?: MelScale
}

/** Options of {@link augmentSequences}; amounts are in standard deviations of standardised columns. */
export interface SequenceAugmentationOptions {
  /** Longest random crop, in rows; 0 for whole sequences. Default 0. */
  crop?: number
  /** Standard deviation of white noise on every number. Default 0. */
  noise?: number
  /** Standard deviation of a random offset of each column, constant over the sequence. Default 0. */
  offset?: number
  /** Longest time mask, as a share of the sequence, over all columns. Default 0. */
  timeMask?: number
  /** Number of masks of up to 6 neighbouring filters; needs `mel`. Default 0. */
  bandMasks?: number
  /** w: frequencies are multiplied by a factor drawn from [1 - w, 1 + w] for each sequence; needs `mel`. Default 0. */
  vocalTract?: number
  mel?: LogMelColumns
}

/**
 * A function for the option `augment` of `fit`: random crops, noise, offsets, masks (SpecAugment, Park et al. 2019) and warps of the
 * frequency axis (Jaitly & Hinton 2013), as in the systems of this library. Sequences are standardised, masked numbers 0, their means.
 *
 * @example
 * ```ts
 * const augment = augmentSequences({ noise: 0.1, timeMask: 0.2 })
 * const x = matrix([[1, 2], [3, 4], [5, 6]])
 * augment(x, new Random(1)).shape // [3, 2]
 * // network.fit(sequences, labels, { augment, ... })
 * ```
 *
 * @returns a function of a sequence [T, D] and a random stream; computed in float32
 * @throws TypeError or RangeError for options that are none, and for `bandMasks` or `vocalTract` without `mel`
 */
export function augmentSequences(
  options: SequenceAugmentationOptions,
): (sequence: MatrixLike, random: Random) => FloatNdArray {
  const where = 'augmentSequences'
  checkOptions(where, options, ['crop', 'noise', 'offset', 'timeMask', 'bandMasks', 'vocalTract', 'mel'])
  const { crop = 0, noise = 0, offset = 0, timeMask = 0, bandMasks = 0, vocalTract = 0, mel } = options
  checkInteger(where, 'crop', crop, { min: 0 })
  checkNumber(where, 'noise', noise, { min: 0 })
  checkNumber(where, 'offset', offset, { min: 0 })
  checkNumber(where, 'timeMask', timeMask, { min: 0, below: 1 })
  checkInteger(where, 'bandMasks', bandMasks, { min: 0, max: 100 })
  checkNumber(where, 'vocalTract', vocalTract, { min: 0, below: 1 })
  const needs = bandMasks > 0 ? 'bandMasks' : vocalTract > 0 ? 'vocalTract' : null
  if (needs !== null && mel === undefined) throw new TypeError(`${where}: "${needs}" needs "mel"`)
  const columns = mel === undefined ? null : checkedColumns(where, mel)
  return createAugmentation({ crop, noise, offset, timeMask, bandMasks, vocalTract, mel: columns })
}

function checkedColumns(where: string, mel: LogMelColumns): MelColumns {
  const options = checkObject<LogMelColumns>(where, 'mel', mel)
  checkNames(`${where}: mel`, options, [
    'bands',
    'sampleRate',
    'mean',
    'scale',
    'lowFrequency',
    'highFrequency',
    'melScale',
  ])
  const bands = checkArray<Bands>(where, 'mel.bands', options.bands, 1).map((band, i) =>
    checkedBand(where, `mel.bands[${i}]`, band),
  )
  if (bands.some(({ filters }) => filters !== bands[0].filters)) {
    throw new RangeError(`${where}: "mel.bands" expected the same number of filters in each`)
  }
  const width = Math.max(...bands.map(({ start, filters }) => start + filters))
  const mean = numbersFor(where, 'mel.mean', options.mean, width, 0)
  const scale = numbersFor(where, 'mel.scale', options.scale, width, 1)
  const at = scale.findIndex((value) => value <= 0)
  if (at >= 0) throw new RangeError(`${where}: "mel.scale" expected numbers > 0, got ${scale[at]} at index ${at}`)
  return { bands, mean, scale, edges: checkedEdges(where, options) }
}

function checkedBand(where: string, name: string, band: Bands): Bands {
  const { start, filters } = checkObject<Bands>(where, name, band)
  checkInteger(where, `${name}.start`, start, { min: 0, limit: limits.units })
  checkInteger(where, `${name}.filters`, filters, { min: 1, limit: limits.filters })
  return { start, filters }
}

function checkedEdges(where: string, options: LogMelColumns): FilterEdges {
  const { sampleRate, lowFrequency = 20, highFrequency = 8000, melScale = 'study' } = options
  checkInteger(where, 'mel.sampleRate', sampleRate, { min: 1, limit: limits.sampleRate })
  checkNumber(where, 'mel.lowFrequency', lowFrequency, { min: 0, below: sampleRate / 2 })
  const high = highFrequency === 'nyquist' ? sampleRate / 2 : highFrequency
  checkNumber(where, 'mel.highFrequency', high, { above: lowFrequency })
  const scale = checkOneOf(where, 'mel.melScale', melScale, melScales)
  return { sampleRate, low: lowFrequency, high, scale }
}

/** At least `least` finite numbers, all of them `other` where none are given. */
function numbersFor(
  where: string,
  name: string,
  value: VectorLike | undefined,
  least: number,
  other: number,
): FloatArray {
  if (value === undefined) return new Float64Array(least).fill(other)
  const numbers = toVector(where, name, value, 'float64')
  if (numbers.length < least)
    throw new RangeError(`${where}: "${name}" expected at least ${least} numbers, got ${numbers.length}`)
  checkFinite(where, name, numbers)
  return numbers
}
