/** Worst differences of sound and features from the vectors of other tools; `scripts/methods.mjs` prints them. */
import { cases, deltaCases, deltaInput, featuresOf, signalsOf } from '../test/support/preset-cases.mjs'
import { base64, worst, worstOf } from './methods-worst.mjs'

/** Cases of one tool at every rate, on signals that need no corpus. */
function presetDifference(lib, { features }, wanted) {
  const differences = cases.filter(wanted).flatMap((one) =>
    one.rates.flatMap((rate) => {
      const signals = signalsOf(one, rate, null, lib)
      return features
        .filter(({ case: name, rate: r, signal }) => name === one.name && r === rate && signals[signal] !== undefined)
        .flatMap(({ signal, rows }) => {
          const ours = featuresOf(one, rate, signals[signal], lib)
          return rows.map(([t, ...row]) =>
            worst(
              row.map((_, j) => ours.get(t, j)),
              row,
              'absolute',
            ),
          )
        })
    }),
  )
  return worstOf(differences)
}

const inFloat64 = (pattern) => (one) => pattern.test(one.name) && one.tolerance <= 1e-10
const inFloat32 = (pattern) => (one) => pattern.test(one.name) && one.tolerance > 1e-10

function presets(lib, read) {
  const vectors = read('presets.json')
  const of = (wanted) => presetDifference(lib, vectors, wanted)
  const deltaJobs = deltaCases.flatMap((one) => one.rows.map((rows) => ({ ...one, rows })))
  return {
    librosa: of(inFloat64(/^librosa/)),
    librosaFloat32: of(inFloat32(/^librosa/)),
    torchaudio: of(inFloat64(/^torchaudio/)),
    kaldiNativeFbank: of(inFloat32(/^kaldi-native-fbank/)),
    psf: of((one) => one.preset.startsWith('psf')),
    htk: of((one) => one.preset === 'htk' && one.tolerance > 1e-10),
    study: of((one) => one.preset === 'study'),
    deltas: worstOf(
      deltaJobs.map(({ options, rows }, i) =>
        worst(lib.deltas(deltaInput(rows), { ...options, dtype: 'float64' }).data, vectors.deltas[i], 'absolute'),
      ),
    ),
  }
}

function frames(lib, read) {
  const { sampleRate, samples: text, zeroCrossings, logEnergy, melSlaney, windows } = read('features.json')
  const samples = new Int16Array(base64(text).buffer)
  const options = { sampleRate, dtype: 'float64' }
  const { melScale, filterShape, filterNorm, lowFrequency, highFrequency } = lib.mfccPresets.librosa
  const shape = { melScale, filterShape, filterNorm, lowFrequency, highFrequency, filters: 20 }
  const bank = lib.melFilterbank({ ...options, fftLength: 512, ...shape })
  const nameOf = (key) => (key === 'hannSymmetric' ? 'hann' : key)
  return {
    zeroCrossings: worst(lib.zeroCrossings(samples, { sampleRate }).data, zeroCrossings, 'absolute'),
    logEnergy: worst(lib.logEnergy(samples, options).data, logEnergy),
    melFilterbank: worst(bank.data, melSlaney.data, 'absolute'),
    windows: worstOf(
      Object.entries(windows).map(([key, values]) => worst(lib.windowFunction(nameOf(key), values.length), values)),
    ),
  }
}

/** Of each column: the difference over the value, or over 1 % of the column's largest where that is more. */
function worstOfColumns(got, wanted, columns) {
  const largest = new Float64Array(columns)
  for (const [i, value] of wanted.entries())
    largest[i % columns] = Math.max(largest[i % columns], Math.abs(value), Number.MIN_VALUE)
  return worstOf(
    Array.from(wanted, (value, i) => Math.abs(got[i] - value) / Math.max(Math.abs(value), 0.01 * largest[i % columns])),
  )
}

function sets(lib, read) {
  const { sampleRate, samples: text, frames: rows, functionals } = read('egemaps.json')
  const samples = new Int16Array(base64(text).buffer)
  const options = { sampleRate }
  const numbers = (encoded) => new Float32Array(base64(encoded).buffer)
  const speech = read('speech-measures.json')
  const doubles = (encoded) => new Float64Array(base64(encoded).buffer)
  const own = { sampleRate, level: true }
  return {
    egemaps: worst(lib.egemaps(samples, options).data, numbers(functionals)),
    egemapsFrames: worstOfColumns(lib.egemapsFrames(samples, options).data, numbers(rows), 25),
    speechTracks: worst(lib.speechTracks(samples, own).data, doubles(speech.tracks)),
    speechMeasures: worst(lib.speechMeasures(samples, own).data, doubles(speech.measures)),
  }
}

/** Five sines up to 3300 Hz, from rate to rate: the middle 80 % beside the true sum. */
function resampling(lib) {
  const sines = [110, 440, 1250, 2100, 3300]
  const at = (t) => sines.reduce((sum, f, k) => sum + Math.sin(2 * Math.PI * f * t + k) / 5, 0)
  const rates = [8000, 11025, 16000, 22050, 44100, 48000]
  const pairs = rates.flatMap((from) => rates.filter((to) => to !== from).map((to) => [from, to]))
  const differences = pairs.map(([from, to]) => {
    const y = lib.resample(
      Float64Array.from({ length: from / 5 }, (_, n) => at(n / from)),
      from,
      to,
    )
    const [first, last] = [Math.ceil(0.1 * y.length), Math.floor(0.9 * y.length)]
    return worst(
      y.subarray(first, last),
      Array.from({ length: last - first }, (_, i) => at((first + i) / to)),
      'absolute',
    )
  })
  return { pairs: pairs.length, worst: worstOf(differences) }
}

/** The three tools read noise there (test/audio/wav-files.test.ts). */
const disputed = 'WAV: PCM, 24 bits in 4 bytes'

function files(lib, read) {
  const given = read('wav-files.json').filter(({ name, channels }) => channels !== null && name !== disputed)
  const differences = given.flatMap(({ bytes, channels }) =>
    lib
      .decodeWav(base64(bytes))
      .channels.map((samples, c) => worst(samples, new Float32Array(base64(channels[c]).buffer), 'absolute')),
  )
  return { number: given.length, worst: worstOf(differences) }
}

/** All differences by name. */
export function featureDifferences(lib, read) {
  return {
    presets: presets(lib, read),
    frames: frames(lib, read),
    sets: sets(lib, read),
    resample: resampling(lib),
    files: files(lib, read),
  }
}
