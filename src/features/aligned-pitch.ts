/** Alignment of pitch with other features. */
import { checkOptions } from '../core/check.ts'
import { resolveFrames } from './frames.ts'
import type { LogMelOptions } from './mfcc-options.ts'
import { mfccOptionNames, resolveSpectrum } from './mfcc-settings.ts'
import type { PitchOptions } from './pitch-settings.ts'

/**
 * Options of `pitch` for rows aligned with those of `mfcc` and `logMel` with the given options: the same number of rows
 * at the same times, at any sample rate.
 *
 * @example
 * ```ts
 * const options = { sampleRate: 16000, ...mfccPresets.librosa }
 * const samples = syntheticCorpus()[0].samples()
 * concatenateColumns(mfcc(samples, options), pitch(samples, alignedPitch(options))).shape[1] // 22
 * ```
 *
 * @throws TypeError, RangeError as `mfcc`, and RangeError for Kaldi's mirrored edges, which pitch does not support
 */
export function alignedPitch(options: LogMelOptions): PitchOptions {
  const where = 'alignedPitch'
  checkOptions(where, options, [...mfccOptionNames, 'energyColumn'])
  const { sampleRate, length, step, mirrored, centered, pad } = resolveFrames(where, options)
  if (mirrored) throw new RangeError(`${where}: "snipEdges" expected true, got false: pitch has no mirrored edges`)
  const { fftLength } = resolveSpectrum(where, options, length)
  const span = options.windowPlacement === 'middle' ? Math.max(length, fftLength) : length
  const lastFrame = pad ? 'pad' : 'drop'
  return { sampleRate, alignSeconds: span / sampleRate, frameStepSeconds: step / sampleRate, centered, lastFrame }
}
