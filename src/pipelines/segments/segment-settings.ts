/** Options of segments in which somebody speaks. */
import { checkInteger, checkNumber, checkOptions } from '../../core/check.ts'
import { expectation } from '../../core/errors.ts'
import { LOWEST_RATE } from '../front-end.ts'

/** Options of {@link speechSegments} and {@link SpeechSegmentStream}. */
export interface SpeechSegmentsOptions {
  /** Hz, a whole number >= 4000. */
  sampleRate: number
  /** Shorter pauses do not part segments, s. Default 0.3. */
  pauseSeconds?: number
  /** Shorter segments are clicks, s. Default 0.1. */
  leastSeconds?: number
  /** Added before and behind each segment, s; segments whose margins meet are one. Default 0.05. */
  marginSeconds?: number
  /**
   * Longer segments are cut, s from 1 on, where the voice is weakest between half of this and all of it; both parts touch there.
   * Default: none is cut.
   */
  longestSeconds?: number
}

/** Checked options; s. */
export interface SegmentSettings {
  sampleRate: number
  pause: number
  least: number
  margin: number
  /** Infinite where no segment is cut. */
  longest: number
}

const names = ['sampleRate', 'pauseSeconds', 'leastSeconds', 'marginSeconds', 'longestSeconds'] as const

/** Checks {@link SpeechSegmentsOptions} and fills in the defaults. */
export function segmentSettings(where: string, options: SpeechSegmentsOptions): SegmentSettings {
  checkOptions(where, options, names)
  const seconds = (name: 'pauseSeconds' | 'leastSeconds' | 'marginSeconds', usual: number): number =>
    checkNumber(where, name, options[name] ?? usual, { min: 0 })
  const { longestSeconds: longest = Number.POSITIVE_INFINITY } = options
  if (typeof longest !== 'number') throw new TypeError(expectation(where, 'longestSeconds', 'a number >= 1', longest))
  if (!(longest >= 1)) throw new RangeError(expectation(where, 'longestSeconds', 'a number >= 1', longest))
  return {
    sampleRate: checkInteger(where, 'sampleRate', options.sampleRate, { min: LOWEST_RATE }),
    pause: seconds('pauseSeconds', 0.3),
    least: seconds('leastSeconds', 0.1),
    margin: seconds('marginSeconds', 0.05),
    longest,
  }
}
