// Measures of spectrum and voice beside the tools that have them: scripts/voice-features.mjs runs the tools, the tests ours.

import { chirpInNoise } from './preset-cases.mjs'
import { deviations, harmonicsInNoise, perturbation, pulses, vowel } from './voice-signals.mjs'

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
  {
    ...librosaCase('LPC, Burg', 'lpc', (lib, x) => ({
      data: lib.lpc(x.slice(2000, 2400), { order: 12 }),
      shape: [13],
    })),
    args: { from: 2000, to: 2400, order: 12 },
  },
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
  opensmileCase('loudness', 'relative', 'gemapsv01b_loudness', 0, (lib, x, sampleRate) =>
    lib.loudness(x, { sampleRate, scale: gemaps.scale, ...f64 }),
  ),
]

// ------------------------------------------------------------------------------------------------------------ Praat

const contour = { floor: 65, ceiling: 500 }

/** Values of both where our contour is voiced and Praat has a number; rows are those of the same times. */
function voicedPairs(columns, isThere) {
  return (ours, theirs, lib, x, sampleRate) => {
    const { voiced } = lib.pitchTrack(x, { sampleRate })
    const width = ours.data.length / ours.shape[0]
    return columns.flatMap((column) => {
      const pairs = []
      for (let t = 0; t < Math.min(ours.shape[0], theirs.rows); t++) {
        const pair = [ours.data[t * width + column], theirs.data[t * theirs.cols + column + 1]]
        if (voiced[t] === 1 && pair.every(isThere)) pairs.push(pair)
      }
      return pairs
    })
  }
}

/** Rows of Praat at times of its own: the clip is cut at its start so that ours are at the same. */
function praatRows(name, unit, measure, args, columns, isThere, ours) {
  const pairs = voicedPairs(columns, isThere)
  return { name, tool: 'Praat', measure, args, scale: unit, vectors: [], aligned: true, pairs, ours }
}

const isFound = (value) => value > 0
const formantArgs = { count: 3, step: 0.01, ceiling: 5500, window: 0.05, preemphasis: 50 }
const ourFormants = (lib, x, sampleRate) => lib.formants(x, { sampleRate, ...f64 })

/** The contour behind Praat's three values; its first sample lies at half a sampling period. */
function contourOf({ data }, sampleRate) {
  const frames = Array.from({ length: (data.length - 3) / 2 }, (_, t) => [data[3 + 2 * t], data[4 + 2 * t]])
  const f0 = Float64Array.from(frames, ([, f]) => f)
  const times = Float64Array.from(frames, ([time]) => time - 0.5 / sampleRate)
  return { f0, times, voiced: Uint8Array.from(f0, (f) => (f > 0 ? 1 : 0)), strength: f0 }
}

/** One number for a whole clip, along the contour of ours or of Praat. */
function praatClip(measure, name, index) {
  const base = { tool: 'Praat', measure, args: contour, scale: 'relative', vectors: [] }
  const ours = (lib, x, sampleRate) => ({ data: [lib[measure](x, { sampleRate })[name]], shape: [1] })
  const along = (_, theirs, lib, x, sampleRate) => [
    [lib[measure](x, { sampleRate, track: contourOf(theirs, sampleRate) })[name], theirs.data[index]],
  ]
  return [
    { ...base, name: `${measure}, ${name}`, ours, pairs: (own, theirs) => [[own.data[0], theirs.data[index]]] },
    { ...base, name: `${measure}, ${name}, along Praat's F0`, ours, pairs: along },
  ]
}

const semitones = (value) => (value > 0 ? 12 * Math.log2(value / 27.5) : 0)
const oneColumn = ({ f0 }) => ({ data: f0.map(semitones), shape: [f0.length] })

/** F0 in semitones where both are voiced. */
function pitchPairs(ours, theirs) {
  const pairs = []
  for (let t = 0; t < Math.min(ours.shape[0], theirs.rows); t++) {
    const theirF0 = semitones(theirs.data[t * theirs.cols + theirs.cols - 1])
    if (ours.data[t] > 0 && theirF0 > 0) pairs.push([ours.data[t], theirF0])
  }
  return pairs
}

function pitchCase(name, tool, measure, args, ours) {
  return {
    name,
    tool,
    measure,
    args,
    scale: 'semitones',
    vectors: [],
    aligned: tool === 'Praat',
    pairs: pitchPairs,
    ours,
  }
}

const byPeriods = (lib, x, sampleRate) => oneColumn(lib.pitchTrack(x, { sampleRate }))
const byHarmonics = (lib, x, sampleRate) => oneColumn(lib.subharmonicPitchTrack(x, { sampleRate }))

export const praatCases = [
  pitchCase('F0, `pitchTrack`', 'Praat', 'pitch', contour, byPeriods),
  pitchCase('F0, `subharmonicPitchTrack`', 'Praat', 'pitch', contour, byHarmonics),
  pitchCase(
    'F0, `subharmonicPitchTrack`',
    'openSMILE',
    'gemapsv01b_logPitchRaw',
    { level: 'gemapsv01b_logPitchRaw', column: 0 },
    (lib, x, sampleRate) => oneColumn(lib.subharmonicPitchTrack(x, { sampleRate, alignSeconds: 0.06 })),
  ),
  ...[0, 1, 2].map((i) => praatRows(`formant F${i + 1}`, 'Hz', 'formants', formantArgs, [i], isFound, ourFormants)),
  ...[0, 1, 2].map((i) =>
    praatRows(`bandwidth B${i + 1}`, 'Hz', 'formants', formantArgs, [3 + i], isFound, ourFormants),
  ),
  {
    earlier: 0.005,
    ...praatRows(
      'HNR',
      'dB',
      'harmonicity',
      { method: 'cc', floor: 65, periods: 1 },
      [0],
      (value) => value > -60,
      (lib, x, sampleRate) => lib.harmonicsToNoise(x, { sampleRate, ...f64 }),
    ),
  },
  ...['local', 'rap', 'ppq5'].flatMap((name, i) => praatClip('jitter', name, i)),
  ...['local', 'decibels', 'apq3'].flatMap((name, i) => praatClip('shimmer', name, i)),
]

export const cases = [...librosaCases, ...opensmileCases, ...praatCases]

// ------------------------------------------------------------------------------------------------- signals of known truth

/** Signals whose values by the tools are kept for the tests. */
export const vectorSignals = {
  chirp: () => ({ samples: Float64Array.from(chirpInNoise(16000, 4000), (v) => v / 32768), sampleRate: 16000 }),
}

const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length
const inner = (list) => Array.from(list).slice(5, -5)
const column = (x, j) => Array.from({ length: x.shape[0] }, (_, t) => x.get(t, j))
const theirColumn = ({ data, rows, cols }, j) => Array.from({ length: rows }, (_, t) => data[t * cols + j])

function periods(period, seconds) {
  const list = []
  for (let i = 0, time = 0.003; time + period(i) < seconds - 0.003; time += period(i), i++) list.push(period(i))
  return list
}

const wide = { floor: 90, ceiling: 500 }

function jitterTruths(f0) {
  const random = deviations(f0)
  const period = (i) => (1 + 0.02 * random[i]) / f0
  const amplitude = (i) => 0.5 * (1 + 0.1 * random[i + 400])
  const make = () => pulses({ period, amplitude, seconds: 2 })
  const list = periods(period, 2)
  const sizes = list.map((_, i) => amplitude(i))
  const own = { lowFrequency: 90 }
  const widths = { local: 2, rap: 3, ppq5: 5, apq3: 3 }
  const of = (measure, name, index, values) => ({
    name: `pulses about ${f0} Hz, ${measure} ${name}`,
    unit: '%',
    truth: 100 * perturbation(values, widths[name]),
    make,
    job: { tool: 'Praat', measure, args: wide },
    ours: (lib, { samples, sampleRate }) => 100 * lib[measure](samples, { sampleRate, ...own })[name],
    theirs: ({ data }) => 100 * data[index],
  })
  return [
    ...['local', 'rap', 'ppq5'].map((name, i) => of('jitter', name, i, list)),
    of('shimmer', 'local', 0, sizes),
    of('shimmer', 'apq3', 2, sizes),
  ]
}

const vowels = {
  'a, man': [110, [730, 1090, 2440, 3400, 4500]],
  'i, man': [125, [270, 2290, 3010, 3600, 4500]],
  'u, man': [100, [300, 870, 2240, 3300, 4500]],
  'a, woman': [183, [850, 1220, 2810, 3800, 4800]],
}

function formantTruths([name, [f0, frequencies]]) {
  const bandwidths = [60, 80, 120, 150, 200]
  const make = () => vowel(f0, frequencies, bandwidths)
  const job = { tool: 'Praat', measure: 'formants', args: formantArgs }
  return [0, 1, 2, 3].map((i) => ({
    name: `vowel ${name}, ${i < 3 ? 'F' : 'B'}${(i % 3) + 1}`,
    unit: 'Hz',
    truth: [...frequencies.slice(0, 3), bandwidths[0]][i],
    make,
    job,
    ours: (lib, { samples, sampleRate }) => mean(inner(column(lib.formants(samples, { sampleRate, ...f64 }), i))),
    theirs: (answer) => mean(inner(theirColumn(answer, 1 + i))),
  }))
}

function noiseTruth(f0, decibels) {
  return {
    name: `harmonics of ${f0} Hz in noise, HNR`,
    unit: 'dB',
    truth: decibels,
    make: () => harmonicsInNoise(f0, decibels),
    job: { tool: 'Praat', measure: 'harmonicity', args: { method: 'cc', floor: 65, periods: 1 } },
    ours: (lib, { samples, sampleRate }) => mean(inner(lib.harmonicsToNoise(samples, { sampleRate, ...f64 }).data)),
    theirs: (answer) => mean(inner(theirColumn(answer, 1))),
  }
}

function differenceTruths(f0) {
  return {
    name: `harmonics of ${f0} Hz that fall by 6 dB an octave, H1-H2`,
    unit: 'dB',
    truth: 20 * Math.log10(2),
    make: () => harmonicsInNoise(f0, 40),
    ours: (lib, { samples, sampleRate }) =>
      mean(inner(column(lib.harmonicDifferences(samples, { sampleRate, ...f64 }), 0))),
  }
}

function pitchTruths(f0) {
  return {
    name: `harmonics of ${f0} Hz in noise of -20 dB, F0 by subharmonic summation`,
    unit: 'Hz',
    truth: f0,
    make: () => harmonicsInNoise(f0, 20),
    job: { tool: 'Praat', measure: 'shs', args: { floor: 65, ceiling: 500 } },
    ours: (lib, { samples, sampleRate }) => mean(inner(lib.subharmonicPitchTrack(samples, { sampleRate }).f0)),
    theirs: (answer) => mean(inner(theirColumn(answer, 1))),
  }
}

export const truths = [
  ...[80.3, 150.7, 233, 400].map(pitchTruths),
  ...[90, 150, 250].map(differenceTruths),
  ...[110, 150, 230].flatMap(jitterTruths),
  ...[97.3, 133.7, 251].flatMap((f0) => [5, 10, 20, 30, 40].map((decibels) => noiseTruth(f0, decibels))),
  ...Object.entries(vowels).flatMap(formantTruths),
]
