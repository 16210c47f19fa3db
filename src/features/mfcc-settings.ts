/** Checks all options of the front end, once, when a public function is called. */
import { checkDtype } from '../core/array.ts'
import { checkBoolean, checkInteger, checkNumber, checkOneOf, checkOptions } from '../core/check.ts'
import { withDefaults } from '../core/defaults.ts'
import { expectation } from '../core/errors.ts'
import type { Dtype } from '../core/types.ts'
import { nextPowerOfTwo, type SpectrumKind } from '../kernels/spectrum.ts'
import type { DctNorm } from './dct.ts'
import type { DeltaSettings } from './delta-rows.ts'
import { deltaEdges, deltaFits, widestDelta } from './deltas.ts'
import { type FrameSettings, frameOptionNames, longestFrame, placedInMiddle, resolveFrames } from './frames.ts'
import { type FilterbankSettings, filterbankOptionNames, resolveFilterbank } from './mel-filterbank.ts'
import type { EnergyKind, LogMelOptions, MfccOptions, PreEmphasisScope, SpectrumOptions } from './mfcc-options.ts'
import { mfccPresets } from './presets.ts'
import { type WindowName, windowNames } from './windows.ts'

/** Checked settings from frame to spectrum. */
export interface SpectrumSettings {
  window: WindowName
  removeMean: boolean
  preEmphasis: number
  preEmphasisScope: PreEmphasisScope
  /** Points of the transform; fewer than the samples of a frame where frames are cut. */
  fftLength: number
  kind: SpectrumKind
}

/** Checked settings from log mel energies to cepstrum. */
export interface CepstrumSettings {
  coefficients: number
  dct: DctNorm
  lifter: number
  lifterOffset: number
  c0: 'first' | 'last'
}

/** All checked settings of the analysis of a signal. */
export interface FrontEndSettings {
  frames: FrameSettings
  spectrum: SpectrumSettings
  filterbank: FilterbankSettings
  /** Factor on natural logarithms. */
  logUnit: number
  floor: number
  /** Infinity when off. */
  topDecibels: number
  energy: EnergyKind
  /** Undefined where log mel energies are the features. */
  cepstrum: CepstrumSettings | undefined
  deltas: number
  dynamics: DeltaSettings
  dtype: Dtype
}

/** The names of the options of spectra, `SpectrumOptions`. */
export const spectrumOptionNames = [
  'window',
  'removeMean',
  'preEmphasis',
  'preEmphasisScope',
  'fftLength',
  'fftRounding',
  'longFrames',
  'windowPlacement',
  'spectrum',
] as const

// biome-ignore format: one line says it all
const ownNames = [
  'log', 'floor', 'topDecibels', 'coefficients', 'dct', 'lifter', 'lifterOffset', 'energy', 'c0', 'deltas', 'deltaWindow', 'deltaEdges',
  'deltaFit', 'dtype',
] as const

/** The names of `MfccOptions`. */
export const mfccOptionNames: readonly [
  ...typeof frameOptionNames,
  ...typeof spectrumOptionNames,
  ...typeof filterbankOptionNames,
  ...typeof ownNames,
] = [...frameOptionNames, ...spectrumOptionNames, ...filterbankOptionNames, ...ownNames]

const energies = ['none', 'frame', 'spectrum'] as const

/** ln(power) times this is the power in decibels. */
export const decibelsPerLn: number = 10 / Math.LN10

function resolveFftLength(where: string, options: SpectrumOptions, frameLength: number): number {
  const { fftLength, fftRounding, longFrames } = withDefaults(options, mfccPresets.study)
  const rounded = checkOneOf(where, 'fftRounding', fftRounding, ['powerOfTwo', 'none']) === 'powerOfTwo'
  const cut = checkOneOf(where, 'longFrames', longFrames, ['refuse', 'cut']) === 'cut'
  if (fftLength === undefined) return nextPowerOfTwo(frameLength)
  checkInteger(where, 'fftLength', fftLength, { min: 2, max: longestFrame })
  if (fftLength < frameLength && !cut) {
    throw new RangeError(`${where}: "fftLength" expected at least a frame of ${frameLength} samples, got ${fftLength}`)
  }
  return rounded ? nextPowerOfTwo(fftLength) : fftLength
}

/** The frames, moved to the middle of the FFT where `windowPlacement` asks for that. */
export function resolvePlacement(
  where: string,
  options: SpectrumOptions,
  frames: FrameSettings,
  fftLength: number,
): FrameSettings {
  const { windowPlacement } = withDefaults(options, mfccPresets.study)
  const middle = checkOneOf(where, 'windowPlacement', windowPlacement, ['start', 'middle']) === 'middle'
  return middle && fftLength > frames.length ? placedInMiddle(frames, fftLength) : frames
}

/** Checked {@link SpectrumOptions} for frames of `frameLength` samples. */
export function resolveSpectrum(where: string, options: SpectrumOptions, frameLength: number): SpectrumSettings {
  const o = withDefaults(options, mfccPresets.study)
  return {
    window: checkOneOf(where, 'window', o.window, windowNames),
    removeMean: checkBoolean(where, 'removeMean', o.removeMean),
    preEmphasis: checkNumber(where, 'preEmphasis', o.preEmphasis, { min: 0, max: 1 }),
    preEmphasisScope: checkOneOf(where, 'preEmphasisScope', o.preEmphasisScope, ['frame', 'signal']),
    fftLength: resolveFftLength(where, options, frameLength),
    kind: checkOneOf(where, 'spectrum', o.spectrum, ['power', 'magnitude', 'periodogram']),
  }
}

function resolveLog(where: string, options: MfccOptions): Pick<FrontEndSettings, 'logUnit' | 'floor' | 'topDecibels'> {
  const o = withDefaults(options, mfccPresets.study)
  const decibels = checkOneOf(where, 'log', o.log, ['ln', 'decibel']) === 'decibel'
  const off = o.topDecibels === 'off'
  if (!off && !decibels) throw new RangeError(`${where}: "topDecibels" needs "log" to be "decibel"`)
  return {
    logUnit: decibels ? decibelsPerLn : 1,
    floor: checkNumber(where, 'floor', o.floor, { above: 0 }),
    topDecibels: off ? Number.POSITIVE_INFINITY : checkNumber(where, 'topDecibels', o.topDecibels, { min: 0 }),
  }
}

/** Shortest lifter; below 1 it has no meaning, and far below its weights are not finite. */
const SHORTEST_LIFTER = 1e-6

function checkLifter(where: string, value: unknown): number {
  const lifter = checkNumber(where, 'lifter', value, { min: 0 })
  if (lifter === 0 || lifter >= SHORTEST_LIFTER) return lifter
  throw new RangeError(expectation(where, 'lifter', `0 or a number >= ${SHORTEST_LIFTER}`, value))
}

function resolveCepstrum(where: string, options: MfccOptions, filters: number): CepstrumSettings {
  const o = withDefaults(options, mfccPresets.study)
  return {
    coefficients: checkInteger(where, 'coefficients', o.coefficients, { min: 1, max: filters }),
    dct: checkOneOf(where, 'dct', o.dct, ['ortho', 'htk']),
    lifter: checkLifter(where, o.lifter),
    lifterOffset: checkInteger(where, 'lifterOffset', o.lifterOffset, { min: 0, max: 1 }),
    c0: checkOneOf(where, 'c0', o.c0, ['first', 'last']),
  }
}

function resolveDynamics(where: string, options: MfccOptions): DeltaSettings {
  const { deltaWindow = 2, deltaEdges: edges = 'nearest', deltaFit: fit = 'line' } = options
  return {
    window: checkInteger(where, 'deltaWindow', deltaWindow, { min: 1, max: widestDelta }),
    held: checkOneOf(where, 'deltaEdges', edges, deltaEdges) === 'interp',
    polynomial: checkOneOf(where, 'deltaFit', fit, deltaFits) === 'polynomial',
  }
}

function resolveChain(where: string, options: MfccOptions): Omit<FrontEndSettings, 'energy' | 'cepstrum'> {
  const { deltas = 0, dtype = 'float32' } = options
  const frames = resolveFrames(where, options)
  const spectrum = resolveSpectrum(where, options, frames.length)
  return {
    frames: resolvePlacement(where, options, frames, spectrum.fftLength),
    spectrum,
    filterbank: resolveFilterbank(where, options, frames.sampleRate, spectrum.fftLength),
    ...resolveLog(where, options),
    deltas: checkInteger(where, 'deltas', deltas, { min: 0, max: 2 }),
    dynamics: resolveDynamics(where, options),
    dtype: checkDtype(where, dtype),
  }
}

/** Checked options of an MFCC analysis. */
export function mfccSettings(where: string, options: MfccOptions): FrontEndSettings {
  checkOptions(where, options, mfccOptionNames)
  const chain = resolveChain(where, options)
  const { energy } = withDefaults(options, mfccPresets.study)
  return {
    ...chain,
    energy: checkOneOf(where, 'energy', energy, energies),
    cepstrum: resolveCepstrum(where, options, chain.filterbank.filters),
  }
}

/** Checked options of a log mel analysis. */
export function logMelSettings(where: string, options: LogMelOptions): FrontEndSettings {
  checkOptions(where, options, [...mfccOptionNames, 'energyColumn'])
  const energy = checkOneOf(where, 'energyColumn', options.energyColumn ?? 'none', energies)
  return { ...resolveChain(where, options), energy, cepstrum: undefined }
}
