// Measures of spectrum and voice beside the tools that have them: scripts/voice-features.mjs runs the tools, the tests ours.

import { chirpInNoise } from './preset-cases.mjs'

export const recordings = [
  'emodb/wav/03a01Fa.wav',
  'emodb/wav/08a02Tb.wav',
  'emodb/wav/11b03Wa.wav',
  'emodb/wav/14a07Fd.wav',
  'corpora/banglaser/03-01-01-01-01-01-01.flac',
  'corpora/banglaser/03-01-01-01-01-01-06.flac',
  'corpora/cremad/1001_IEO_ANG_HI.flac',
  'corpora/cremad/1002_IEO_SAD_HI.flac',
  'corpora/resd/10_happiness_anger_h_100.flac',
  'corpora/resd/18_happiness_neutral_h_180.flac',
]

const f64 = { dtype: 'float64' }

// ---------------------------------------------------------------------------------------------------------- librosa

/** librosa's frames; its edges are zeros with center=True, as here. */
const stft = { frameLength: 512, frameStep: 160, centered: true, ...f64 }
const librosaArgs = { n_fft: 512, hop_length: 160 }

function librosaCase(name, measure, ours, args = {}) {
  return {
    name,
    tool: 'librosa',
    measure,
    ours,
    args: { ...librosaArgs, ...args },
    scale: 'relative',
    vectors: ['chirp'],
  }
}

const mel = { filters: 40, lowFrequency: 0, highFrequency: 'nyquist', melScale: 'slaney', filterShape: 'hertz' }

export const librosaCases = [
  librosaCase('spectrogram, power', 'power', (lib, x, sampleRate) => lib.spectrogram(x, { sampleRate, ...stft })),
  librosaCase('spectrogram, magnitude', 'magnitude', (lib, x, sampleRate) =>
    lib.spectrogram(x, { sampleRate, ...stft, spectrum: 'magnitude' }),
  ),
  librosaCase(
    'spectrogram, dB',
    'decibel',
    (lib, x, sampleRate) => lib.spectrogram(x, { sampleRate, ...stft, log: 'decibel', topDecibels: 80 }),
    { top_db: 80 },
  ),
  librosaCase(
    'mel spectrogram',
    'mel',
    (lib, x, sampleRate) => lib.melSpectrogram(x, { sampleRate, ...stft, ...mel, filterNorm: 'area' }),
    { n_mels: 40 },
  ),
  librosaCase('centroid', 'spectral_centroid', (lib, x, sampleRate) =>
    lib.spectralCentroid(x, { sampleRate, ...stft }),
  ),
  librosaCase('spread', 'spectral_bandwidth', (lib, x, sampleRate) => lib.spectralSpread(x, { sampleRate, ...stft })),
  librosaCase('rolloff', 'spectral_rolloff', (lib, x, sampleRate) => lib.spectralRolloff(x, { sampleRate, ...stft })),
  librosaCase('flatness', 'spectral_flatness', (lib, x, sampleRate) =>
    lib.spectralFlatness(x, { sampleRate, ...stft }),
  ),
]

// -------------------------------------------------------------------------------------------------------- openSMILE

/** GeMAPS' frames; openSMILE takes 16-bit samples for -32767..32767. */
const gemaps = { frameLengthSeconds: 0.02, window: 'hamming', scale: 32768 / 32767, ...f64 }

function opensmileCase(name, unit, level, column, ours) {
  return { name, tool: 'openSMILE', measure: level, args: { level, column }, ours, scale: unit, vectors: [] }
}

const logSpectral = 'gemapsv01b_logSpectral'

export const opensmileCases = [
  opensmileCase('alpha ratio', 'dB', logSpectral, 2, (lib, x, sampleRate) =>
    lib.alphaRatio(x, { sampleRate, ...gemaps }),
  ),
  opensmileCase('Hammarberg index', 'dB', logSpectral, 3, (lib, x, sampleRate) =>
    lib.hammarbergIndex(x, { sampleRate, ...gemaps }),
  ),
  opensmileCase('slope 0 to 500 Hz', 'dB/Hz', logSpectral, 0, (lib, x, sampleRate) =>
    lib.spectralSlope(x, { sampleRate, ...gemaps, floor: 1e-14 }),
  ),
  opensmileCase('slope 500 to 1500 Hz', 'dB/Hz', logSpectral, 1, (lib, x, sampleRate) =>
    lib.spectralSlope(x, { sampleRate, ...gemaps, floor: 1e-14, lowFrequency: 500, highFrequency: 1500 }),
  ),
  opensmileCase('flux', 'relative', 'egemapsv02_logSpectral_flux', 0, (lib, x, sampleRate) =>
    lib.spectralFlux(x, { sampleRate, ...gemaps, highFrequency: 4999 }),
  ),
]

export const cases = [...librosaCases, ...opensmileCases]

/** Signals whose values by the tools are kept for the tests. */
export const vectorSignals = {
  chirp: () => ({ samples: Float64Array.from(chirpInNoise(16000, 4000), (v) => v / 32768), sampleRate: 16000 }),
}
