// Signals and settings by which the presets are compared with the real tools: scripts/vectors.mjs runs the tools, the tests ours.

export const rates = [8000, 11025, 16000, 22050, 24414, 32000, 44100, 48000]
export const recordingName = '03a01Fa.wav'

const frameSeconds = { length: 0.025, step: 0.01 }
/** The rates at which 25 and 10 ms come out as the same whole samples whether rounded or cut. */
const undisputed = [8000, 16000, 24414, 32000, 48000]

function powerOfTwo(n) {
  return 2 ** Math.ceil(Math.log2(n))
}

/** Samples of 25 and 10 ms. */
function lengthsAt(rate, round) {
  return { length: round(frameSeconds.length * rate), step: round(frameSeconds.step * rate) }
}

const nearest = (rate) => lengthsAt(rate, Math.round)
const down = (rate) => lengthsAt(rate, Math.floor)

/** Numbers in [-1, 1) from x = (1664525 x + 1013904223) mod 2^32. */
function* noise() {
  for (let x = 1; ; ) {
    x = (Math.imul(1664525, x) + 1013904223) >>> 0
    yield x / 2 ** 31 - 1
  }
}

/** A chirp in noise, 16 bits. */
export function chirpInNoise(rate, length) {
  const random = noise()
  return Int16Array.from({ length }, (_, n) => {
    const t = n / rate
    const chirp = Math.sin(2 * Math.PI * (200 * t + 0.4 * rate * t * t))
    return Math.round(12000 * chirp + 500 * random.next().value)
  })
}

/** The recording at another rate, as 16 bits. */
function recordingAt(rate, recording, { resample }) {
  return Int16Array.from(resample(recording.samples, recording.sampleRate, rate), (x) =>
    Math.max(-32768, Math.min(32767, Math.round(32768 * x))),
  )
}

/** The signals of a case at a rate by name; without a recording those that need none. */
export function signalsOf(one, rate, recording, lib) {
  const half = Math.round(rate / 2)
  const chirp = chirpInNoise(rate, half)
  const window = one.window(rate)
  const signals = { silence: new Int16Array(half), chirp }
  if (recording) signals.recording = recordingAt(rate, recording, lib)
  signals['one sample less'] = chirp.slice(0, window - 1)
  signals['one window'] = chirp.slice(0, window)
  signals['one sample more'] = chirp.slice(0, window + 1)
  return signals
}

/** The rows of a result that are kept as vectors; of one window the chirp's first row says as much. */
export function chosenRows(signal, rows) {
  if (rows === 0 || signal === 'one window') return []
  const wanted = { silence: [rows >> 1], chirp: [0, rows - 1], recording: [rows >> 1, rows - 1] }[signal] ?? [rows - 1]
  return [...new Set(wanted)]
}

/** FNV-1a, 32 bits, of samples: tells that ours are those that the tools had. */
export function hashOf(samples) {
  let hash = 0x811c9dc5
  for (const byte of new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  }
  return hash
}

function librosaCase(name, argsAt) {
  return {
    name: `librosa, ${name}`,
    preset: 'librosa',
    tool: 'librosa',
    tolerance: 1e-10,
    args: argsAt,
    window: (rate) => argsAt(rate).n_fft ?? 2048,
    options: (rate) => {
      const {
        n_fft = 2048,
        win_length = n_fft,
        hop_length = 512,
        center = true,
        lifter = 0,
        n_mels = 128,
      } = argsAt(rate)
      const sizes = { fftLength: n_fft, frameLength: win_length, frameStep: hop_length }
      return { ...sizes, centered: center, lifter, filters: n_mels }
    },
  }
}

/** Arguments of librosa for frames of so many samples in an FFT of a power of two. */
function shortWindow({ length, step }, rest = {}) {
  return { n_fft: powerOfTwo(length), win_length: length, hop_length: step, ...rest }
}

const librosaCases = [
  librosaCase('defaults', () => ({})),
  { ...librosaCase('defaults, in float32', () => ({})), args: () => ({ float32: true }), tolerance: 5e-4 },
  librosaCase('center=False', () => ({ center: false })),
  librosaCase('win_length=round(.025 sr), n_fft a power of two', (rate) => shortWindow(nearest(rate))),
  librosaCase('win_length=int(.025 sr), n_fft a power of two', (rate) => shortWindow(down(rate))),
  librosaCase('win_length=int(.025 sr), center=False', (rate) => shortWindow(down(rate), { center: false })),
  librosaCase('n_fft=int(.025 sr), n_mels=40', (rate) => {
    return { n_fft: down(rate).length, hop_length: down(rate).step, n_mels: 40 }
  }),
  {
    ...librosaCase('n_fft=256, n_mels=128, where filters are empty', () => ({ n_fft: 256, hop_length: 160 })),
    window: () => 256,
  },
  librosaCase('lifter=22', () => ({ lifter: 22 })),
]

function torchaudioKaldi(name, args, kind) {
  return [true, false].map((float64) => ({
    name: `torchaudio.compliance.kaldi, ${name}${float64 ? ', in float64' : ''}`,
    tool: 'torchaudio-kaldi',
    kind,
    tolerance: float64 ? 1e-10 : kind === 'mfcc' ? 5e-3 : 1.5e-3,
    args: () => ({ float64, ...args }),
  }))
}

const kaldiCases = [
  { name: 'kaldi in float64 (transcribed)', tool: 'kaldi64', tolerance: 1e-10, args: () => ({}) },
  {
    name: 'kaldi in float64 (transcribed), snip_edges=False',
    tool: 'kaldi64',
    tolerance: 1e-10,
    args: () => ({ snip_edges: false }),
    options: () => ({ snipEdges: false }),
  },
  { name: 'kaldi-native-fbank, mfcc', tool: 'knf', tolerance: 5e-3, args: () => ({}) },
  {
    name: 'kaldi-native-fbank, mfcc, snip_edges=False',
    tool: 'knf',
    tolerance: 5e-3,
    args: () => ({ snip_edges: false }),
    options: () => ({ snipEdges: false }),
  },
  { name: 'kaldi-native-fbank, fbank', tool: 'knf', kind: 'logMel', tolerance: 1.5e-3, args: () => ({ fbank: true }) },
  ...torchaudioKaldi('mfcc', { use_energy: true, energy_floor: 0 }, 'mfcc'),
  ...torchaudioKaldi('fbank', { fbank: true, energy_floor: 0 }, 'logMel'),
].map((one) => ({ ...one, preset: 'kaldi', window: (rate) => down(rate).length }))

/** torchaudio.transforms.MFCC with its defaults but for the edges, which it reflects: the preset of librosa has zeros there. */
const torchaudioCases = [true, false].map((float64) => ({
  name: `torchaudio MFCC, pad_mode='constant'${float64 ? ', in float64' : ''}`,
  preset: 'librosa',
  tool: 'torchaudio',
  tolerance: float64 ? 1e-10 : 5e-3,
  // It takes half of an odd rate for the whole number below, and puts all bins there.
  rates: rates.filter((rate) => rate % 2 === 0),
  args: () => ({ float64, melkwargs: { pad_mode: 'constant' } }),
  window: () => 400,
  options: () => ({
    ...{ fftLength: 400, frameLength: 400, frameStep: 200, centered: true },
    ...{ melScale: 'oshaughnessy', filterNorm: 'peak', filters: 128, coefficients: 40 },
  }),
}))

const nearestWindow = (rate) => nearest(rate).length
const psfCases = [
  { name: 'python_speech_features, mfcc, defaults (nfft=512)', preset: 'psf512', args: () => ({}) },
  {
    name: 'python_speech_features, logfbank, defaults (nfft=512)',
    preset: 'psf512',
    kind: 'logMel',
    args: () => ({ fbank: true }),
  },
  {
    name: 'python_speech_features, mfcc, nfft the power of two that holds a frame',
    preset: 'psf',
    args: (rate) => ({ nfft: powerOfTwo(nearest(rate).length) }),
  },
].map((one) => ({ ...one, tool: 'psf', tolerance: 1e-10, window: nearestWindow }))

const htkCases = [
  { name: 'HTK in float64 (transcribed)', tool: 'htk64', tolerance: 1e-10 },
  { name: 'openSMILE, htkcompatible=1', tool: 'opensmile', tolerance: 2e-3, rates: [8000, 16000, 32000, 48000] },
  {
    name: 'kaldi-native-fbank set up as HTK, fbank',
    tool: 'knf-htk',
    kind: 'logMel',
    tolerance: 1e-3,
    rates: undisputed,
    options: () => ({ floor: 1 }),
  },
].map((one) => ({ args: () => ({}), ...one, preset: 'htk', window: nearestWindow }))

const studyCase = {
  name: 'the study in float64 (transcribed)',
  preset: 'study',
  tool: 'study64',
  tolerance: 1e-10,
  args: () => ({}),
  window: nearestWindow,
}

/**
 * The cases: `rates` at which it must hold, `args` for the tool, `options` beside the preset for ours, `window` the
 * samples of which one less and one more are tried.
 */
export const cases = [studyCase, ...htkCases, ...kaldiCases, ...librosaCases, ...torchaudioCases, ...psfCases].map(
  (one) => ({
    rates,
    kind: 'mfcc',
    options: () => ({}),
    ...one,
  }),
)

/** Ours. */
export function featuresOf(one, rate, samples, lib) {
  const options = { sampleRate: rate, dtype: 'float64', ...lib.mfccPresets[one.preset], ...one.options(rate) }
  return lib[one.kind](samples, options)
}

/** A matrix of slow waves and noise for the deltas, [rows, 3]. */
export function deltaInput(rows) {
  const random = noise()
  return Array.from({ length: rows }, (_, t) => [0, 1, 2].map((j) => 8 * ((t * (j + 1)) % 7) + random.next().value))
}

/** Deltas of the tools: ours with `options`, of matrices of so many rows. */
export const deltaCases = [1, 2, 4].flatMap((window) => [
  { tool: 'psf', args: { N: window }, options: { window }, rows: [1, 2, 3, 9, 30] },
  { tool: 'psf', args: { N: window, twice: true }, options: { window, order: 2 }, rows: [1, 2, 3, 9, 30] },
  ...[1, 2].map((order) => ({
    tool: 'torchaudio',
    args: { win_length: 2 * window + 1, twice: order === 2 },
    options: { window, order },
    rows: [1, 2, 3, 9, 30],
  })),
  ...[1, 2].flatMap((order) =>
    ['nearest', 'interp'].map((mode) => ({
      tool: 'librosa',
      args: { width: 2 * window + 1, order, mode },
      options: { window, order, edges: mode, fit: 'polynomial' },
      rows: mode === 'interp' ? [2 * window + 1, 2 * window + 2, 30] : [2 * window + 1, 30],
    })),
  ),
])
