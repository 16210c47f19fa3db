/** Option sets that reproduce the study's front end and well-known tools. */
import type {
  CepstrumOptions,
  FilterbankOptions,
  FrameOptions,
  LogOptions,
  MfccOptions,
  SpectrumOptions,
} from './mfcc-options.ts'

/** Options that a preset must set explicitly, even to the default. */
export type DecidedMfccOptions = Required<
  Omit<FrameOptions, 'sampleRate' | `frame${string}`> &
    Omit<SpectrumOptions, 'fftLength'> &
    Omit<FilterbankOptions, 'highFrequency'> &
    LogOptions &
    CepstrumOptions
>

/** All options that shape the static features, without sample rate, deltas and element type. */
export type MfccPreset = Readonly<
  DecidedMfccOptions & Omit<MfccOptions, 'sampleRate' | 'deltas' | `delta${string}` | 'dtype'>
>

/** Names of the presets. */
export type MfccPresetName = 'study' | 'htk' | 'kaldi' | 'librosa' | 'psf' | 'psf512'

const int16Range = 32768
const float32Epsilon = 2 ** -23

/** The preset `study` without frame lengths, which may be given in seconds or in samples. */
const chain: MfccPreset = {
  frameRounding: 'nearest',
  centered: false,
  snipEdges: true,
  lastFrame: 'drop',
  scale: 1,
  window: 'hamming',
  removeMean: false,
  preEmphasis: 0.97,
  preEmphasisScope: 'frame',
  fftRounding: 'powerOfTwo',
  longFrames: 'refuse',
  windowPlacement: 'start',
  spectrum: 'power',
  filters: 26,
  lowFrequency: 20,
  melScale: 'study',
  filterShape: 'mel',
  filterNorm: 'peak',
  emptyFilters: 'refuse',
  log: 'ln',
  floor: 1e-10,
  topDecibels: 'off',
  coefficients: 13,
  dct: 'ortho',
  lifter: 0,
  lifterOffset: 0,
  energy: 'frame',
  c0: 'first',
}

/** `highFrequency` is left at its default, 8 kHz where the sample rate allows it. */
const study: MfccPreset = { frameLengthSeconds: 0.025, frameStepSeconds: 0.01, ...chain }

const htk: MfccPreset = {
  ...study,
  scale: int16Range,
  spectrum: 'magnitude',
  lowFrequency: 0,
  highFrequency: 'nyquist',
  melScale: 'htk',
  floor: 1,
  dct: 'htk',
  lifter: 22,
  energy: 'none',
  c0: 'last',
}

const kaldi: MfccPreset = {
  ...study,
  frameRounding: 'down',
  scale: int16Range,
  window: 'povey',
  removeMean: true,
  filters: 23,
  highFrequency: 'nyquist',
  melScale: 'htk',
  floor: float32Epsilon,
  lifter: 22,
}

const librosa: MfccPreset = {
  ...chain,
  frameLength: 2048,
  frameStep: 512,
  centered: true,
  window: 'hannPeriodic',
  preEmphasis: 0,
  fftRounding: 'none',
  windowPlacement: 'middle',
  filters: 128,
  lowFrequency: 0,
  highFrequency: 'nyquist',
  melScale: 'slaney',
  filterShape: 'hertz',
  filterNorm: 'area',
  emptyFilters: 'keep',
  log: 'decibel',
  topDecibels: 80,
  coefficients: 20,
  lifterOffset: 1,
  energy: 'none',
}

const psf: MfccPreset = {
  ...study,
  lastFrame: 'pad',
  scale: int16Range,
  window: 'rectangular',
  preEmphasisScope: 'signal',
  spectrum: 'periodogram',
  lowFrequency: 0,
  highFrequency: 'nyquist',
  melScale: 'oshaughnessy',
  filterShape: 'bins',
  emptyFilters: 'keep',
  floor: Number.EPSILON,
  lifter: 22,
  energy: 'spectrum',
}

const psf512: MfccPreset = { ...psf, fftLength: 512, longFrames: 'cut' }

/**
 * Presets for `mfcc`, `logMel` and `MfccStream`: spread one beside `sampleRate` and override options as needed.
 *
 * - `study` (the default): 25 ms Hamming frames every 10 ms, power spectrum, 26 filters from 20 Hz to 8 kHz,
 *   13 columns, log frame energy in place of c0.
 * - `htk`: `HCopy` to `MFCC_0` with 26 channels; 12 coefficients, then c0. Where 25 ms are not a whole number of
 *   samples (11025, 22050, 44100 Hz) this preset rounds to the nearest; HCopy's own rule has not been verified.
 * - `kaldi`: `compute-mfcc-feats --dither=0`; `snipEdges: false` is its `--snip-edges=false`.
 * - `librosa`: `librosa.feature.mfcc(y=y, sr=sr)`. Its `topDecibels` needs the whole clip. `n_fft`, `win_length` and
 *   `hop_length` are `fftLength`, `frameLength` and `frameStep` here, `center=False` is `centered: false`.
 * - `psf`: `python_speech_features.mfcc(signal, sr, nfft=n)` on 16 bit samples, n being the first power of two that
 *   holds a frame.
 * - `psf512`: the same with that package's default, `nfft=512`: above 20.5 kHz it uses only the first 512 samples
 *   of a frame.
 *
 * At sample rates from 8 to 48 kHz they are within 1e-10 of tools that compute in float64 (librosa,
 * python_speech_features, the formulas of the others), and within the error of float32 of tools that compute in
 * float32: up to 4e-3 on speech and noise (docs/results/mfcc-presets.md), 2e-2 on single clicks in silence.
 *
 * @example
 * ```ts
 * const samples = syntheticCorpus()[0].samples()
 * const x = mfcc(samples, { sampleRate: 16000, ...mfccPresets.kaldi, deltas: 2 })
 * x.shape[1] // 39
 * ```
 */
export const mfccPresets: Readonly<Record<MfccPresetName, MfccPreset>> = { study, htk, kaldi, librosa, psf, psf512 }
