/** Settings and scratch of the analysis of frames, created once per signal or stream and checked where created. */
import type { SparseFilters } from './sparse-filters.ts'
import type { Spectrum } from './spectrum.ts'

/** Kind of log energy among the features, see `CepstrumOptions`. */
export type EnergyKind = 'none' | 'frame' | 'spectrum'

/** Preparation of a frame of the signal for its spectrum. */
export interface FrameTaper {
  readonly removeMean: boolean
  /** Coefficient a of y[n] = x[n] - a x[n-1]. */
  readonly preEmphasis: number
  /**
   * Whether x[-1] of a frame is the preceding sample of the signal; otherwise x[-1] = x[0], as for frames emphasised
   * each by itself.
   */
  readonly wholeSignal: boolean
  /** [L] */
  readonly window: Float64Array
  /** Scratch: the samples of a frame, zero-padded to the length of the transform. */
  readonly frame: Float64Array
}

/**
 * The steps from a frame x of L samples to its features:
 *
 *     x -> x - mean -> energy -> pre-emphasis -> window -> |FFT| -> filters -> unit * ln(max(., floor)) -> matrix
 */
export interface FramePlan extends FrameTaper {
  /** Hop: samples from one frame to the next. */
  readonly step: number
  readonly spectrum: Spectrum
  readonly filters: SparseFilters
  /** Factor on the natural logarithm, such as 10 / ln 10 for dB. */
  readonly logUnit: number
  readonly floor: number
  readonly energy: EnergyKind
  /** Column of the log energy in a row of features; -1 for none. */
  readonly energyColumn: number
  /** [coefficients, filters] DCT matrix with liftering; null where the log filter energies are the features. */
  readonly cepstrum: Float64Array | null
  /** Number of features per frame. */
  readonly columns: number
  /** Scratch: the spectrum. */
  readonly bins: Float64Array
  /** Scratch: the filters' outputs. */
  readonly outputs: Float64Array
}
