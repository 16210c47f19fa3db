/** All options of the MFCC front end. The defaults are those of the preset `study` (presets.ts). */
import type { Dtype } from '../core/types.ts'
import type { EnergyKind } from '../kernels/frame-plan.ts'
import type { SpectrumKind } from '../kernels/spectrum.ts'
import type { DctNorm } from './dct.ts'
import type { DeltaEdges, DeltaFit } from './deltas.ts'
import type { MelScale } from './mel-scale.ts'
import type { WindowName } from './windows.ts'

/** Treatment of an incomplete last frame, see {@link FrameOptions}. */
export type LastFrame = 'drop' | 'pad'
/** Rounding of lengths in seconds to samples, see {@link FrameOptions}. */
export type FrameRounding = 'nearest' | 'down'
/** Treatment of `fftLength`, see {@link SpectrumOptions}. */
export type FftRounding = 'powerOfTwo' | 'none'
/** Position of a frame within the FFT, see {@link SpectrumOptions}. */
export type WindowPlacement = 'start' | 'middle'
/** Treatment of frames longer than the FFT, see {@link SpectrumOptions}. */
export type LongFrames = 'refuse' | 'cut'
/** Sample that precedes a frame in pre-emphasis, see {@link SpectrumOptions}. */
export type PreEmphasisScope = 'frame' | 'signal'
/** Axis over which the sides of a filter are straight, see {@link FilterbankOptions}. */
export type FilterShape = 'mel' | 'hertz' | 'bins'
/** Height of a filter, see {@link FilterbankOptions}. */
export type FilterNorm = 'peak' | 'area'
/** Treatment of filters without a bin, see {@link FilterbankOptions}. */
export type EmptyFilters = 'refuse' | 'keep'
export type { EnergyKind }

/** Options for scaling a signal and cutting it into frames. */
export interface FrameOptions {
  /** Hz. */
  sampleRate: number
  /** Samples per frame; give this or `frameLengthSeconds`. */
  frameLength?: number
  /** Samples from one frame to the next; give this or `frameStepSeconds`. */
  frameStep?: number
  /** Frame length, s; default 0.025, rounded to samples by `frameRounding`. */
  frameLengthSeconds?: number
  /** Frame step, s; default 0.01, rounded to samples by `frameRounding`. */
  frameStepSeconds?: number
  /**
   * Rounding of seconds to samples: `nearest` (default), 551.25 to 551 and 220.5 to 221, as in python_speech_features
   * and openSMILE; `down`, 551.25 to 551 and 220.5 to 220, as in Kaldi.
   */
  frameRounding?: FrameRounding
  /** Puts the middle of frame t at sample t * step, with floor(length / 2) zeros around the signal; default false. */
  centered?: boolean
  /**
   * Kaldi's `--snip-edges`: true (default) for frames within the signal. With false, a signal of N samples has
   * floor((N + floor(step / 2)) / step) frames, frame t begins at t * step + floor(step / 2) - floor(length / 2), and
   * the signal is mirrored at its edges, x[-1 - i] = x[i]; not together with `centered` or `lastFrame: 'pad'`.
   */
  snipEdges?: boolean
  /**
   * Treatment of an incomplete last frame: `drop` (default) omits it, so that a signal shorter
   * than a frame has no frames at all; `pad` completes them with zeros.
   */
  lastFrame?: LastFrame
  /** Factor on samples in [-1, 1): 1 (default), or 32768 for the range of 16 bit integers. */
  scale?: number
}

/** Options for the spectrum of a frame. */
export interface SpectrumOptions {
  /** Default `hamming`. */
  window?: WindowName
  /** Subtracts the mean from every frame, as the first step; default false. */
  removeMean?: boolean
  /** a of y[n] = x[n] - a x[n-1], before the window; 0 for none; default 0.97. */
  preEmphasis?: number
  /**
   * x[-1] in pre-emphasis: `frame` (default) repeats the first sample, y[0] = (1 - a) x[0]; `signal` takes
   * the sample before it in the signal, 0 before the signal's first.
   */
  preEmphasisScope?: PreEmphasisScope
  /** Points of the FFT, rounded by `fftRounding`; default the first power of two >= 4 that holds a frame. */
  fftLength?: number
  /**
   * `powerOfTwo` (default) rounds `fftLength` up to a power of two >= 4; `none` leaves it: 400 takes twice the time of
   * 512, prime numbers more.
   */
  fftRounding?: FftRounding
  /**
   * Frames longer than `fftLength`: `refuse` (default) throws; `cut` takes the first `fftLength` samples of each,
   * windowed as part of the whole, as `numpy.fft.rfft(frame, n)` does. The number of frames is that of whole frames.
   */
  longFrames?: LongFrames
  /**
   * Position of a frame shorter than the FFT: `start` (default), or `middle`, after floor((fftLength - length) / 2)
   * samples of window weight 0, as in librosa. Then `fftLength` samples must fit into the signal, and with `centered`
   * their middle is at t * step.
   */
  windowPlacement?: WindowPlacement
  /** `power` |X|^2 (default), `magnitude` |X|, or `periodogram` |X|^2 / fftLength. */
  spectrum?: SpectrumKind
}

/** The mel filters. */
export interface FilterbankOptions {
  /** Default 26. */
  filters?: number
  /** Lower edge of the first filter, Hz; default 20. */
  lowFrequency?: number
  /** Upper edge of the last filter, Hz, or `nyquist`; default 8000 Hz or half the sample rate, whichever is less. */
  highFrequency?: number | 'nyquist'
  /** Scale on which the corners of the filters are equally spaced; default `study`. */
  melScale?: MelScale
  /**
   * `mel` (default): triangles whose sides are straight lines over mel (HTK, Kaldi). `hertz`: straight over Hz
   * (librosa). `bins`: straight between corners rounded down to bins of the FFT (python_speech_features).
   */
  filterShape?: FilterShape
  /** `peak` (default): height 1. `area`: each filter times 2 / (its width in Hz), as in Slaney's Auditory Toolbox. */
  filterNorm?: FilterNorm
  /**
   * Filters so narrow that they contain no bin of the FFT: `refuse` (default) throws, naming the first; `keep` leaves
   * them without weights, so that their logarithm is always that of `floor`, as librosa (with a warning) and
   * python_speech_features do.
   */
  emptyFilters?: EmptyFilters
}

/** The logarithm of the filters' outputs. */
export interface LogOptions {
  /** `ln` (default) or `decibel`, 10 log10. */
  log?: 'ln' | 'decibel'
  /** Lower limit of values before the logarithm; default 1e-10. */
  floor?: number
  /**
   * Raises values to at least the clip's maximum minus this; needs `log: 'decibel'` and the whole clip; default `off`.
   */
  topDecibels?: number | 'off'
}

/** From log mel energies to cepstral coefficients. */
export interface CepstrumOptions {
  /** Columns, c0 (or the energy in its place) included; at most `filters`; default 13. */
  coefficients?: number
  /** Factors of the DCT-II over N filters: `ortho` (default) sqrt(1/N) in row 0, sqrt(2/N) below; `htk` sqrt(2/N). */
  dct?: DctNorm
  /** L of the weights 1 + L/2 sin(pi (n + o) / L) on c_n, o being `lifterOffset`; 0 for none; default 0. */
  lifter?: number
  /** o of the lifter: 0 (default), so that c0 keeps its weight 1, or 1 as in librosa. */
  lifterOffset?: 0 | 1
  /**
   * The value in place of c0: `none` leaves c0; `frame` (default) takes the log energy of the frame before
   * pre-emphasis and window; `spectrum` the log of the sum over its spectrum. Floor and unit are those of the filters.
   */
  energy?: EnergyKind
  /** Whether c0 (or the energy) is the first column (default) or the last. */
  c0?: 'first' | 'last'
}

/** Dynamic features and element type. */
export interface OutputOptions {
  /** 1 appends the deltas to every row, 2 the deltas of the deltas also; default 0. */
  deltas?: 0 | 1 | 2
  /** Frames used by a delta to either side; default 2. */
  deltaWindow?: number
  /**
   * As `edges` of `deltas`: `nearest` (default) repeats the first and the last frame; `interp`, librosa's default, uses
   * lines fitted to the first and the last 2 deltaWindow + 1 frames; fewer frames throw, in a stream at its end.
   */
  deltaEdges?: DeltaEdges
  /**
   * As `fit` of `deltas`: `line` (default), order 2 being the slope of the slopes, or `polynomial`, a parabola, as
   * librosa.
   */
  deltaFit?: DeltaFit
  /** Element type of the result; default `float32`. The arithmetic is float64 in any case. */
  dtype?: Dtype
}

/** Options of `mfcc` and `MfccStream`. */
export interface MfccOptions
  extends FrameOptions,
    SpectrumOptions,
    FilterbankOptions,
    LogOptions,
    CepstrumOptions,
    OutputOptions {}

/** Options of `logMel`; those of the cepstrum are accepted, so that any preset can be used, and ignored. */
export interface LogMelOptions extends MfccOptions {
  /** Appends a log energy to the log mel energies, as column `filters`: see `energy`; default `none`. */
  energyColumn?: EnergyKind
}
