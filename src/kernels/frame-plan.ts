/** What the analysis of frames needs to know, and its scratch. Made once a signal or stream, checked where it is made. */
import type { SparseFilters } from './sparse-filters.ts'
import type { Spectrum } from './spectrum.ts'

/** Which log energy stands among the features, see `CepstrumOptions`. */
export type EnergyKind = 'none' | 'frame' | 'spectrum'

/** How a frame is taken from the signal before its spectrum. */
export interface FrameTaper {
  readonly removeMean: boolean
  /** a of y[n] = x[n] - a x[n-1]. */
  readonly preEmphasis: number
  /** Whether the sample before a frame's first is that of the signal, and not the first itself. */
  readonly wholeSignal: boolean
  /** [L] */
  readonly window: Float64Array
  /** Scratch: the samples of a frame, zeros up to the points of the spectrum. */
  readonly frame: Float64Array
}

/**
 * The way of a frame x of L samples to its features:
 *
 *     x -> x - mean -> energy -> pre-emphasis -> window -> |FFT| -> filters -> unit * ln(max(., floor)) -> matrix
 */
export interface FramePlan extends FrameTaper {
  /** Samples from one frame to the next. */
  readonly step: number
  readonly spectrum: Spectrum
  readonly filters: SparseFilters
  /** What the natural logarithm is multiplied by. */
  readonly logUnit: number
  readonly floor: number
  readonly energy: EnergyKind
  /** Where the log energy goes in a row of features; -1 where there is none. */
  readonly energyColumn: number
  /** [coefficients, filters] from log energies of the filters to features; null where those are the features. */
  readonly cepstrum: Float64Array | null
  /** Features of a frame. */
  readonly columns: number
  /** Scratch: the spectrum. */
  readonly bins: Float64Array
  /** Scratch: the filters' outputs. */
  readonly outputs: Float64Array
}
