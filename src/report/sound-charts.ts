/** Charts of a recording: its waveform, its log mel energies, its pitch. */
import { checkFinite, toSamples, toVector } from '../core/array.ts'
import { checkInteger, checkNumber, checkObject } from '../core/check.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'
import type { PitchTrack } from '../features/pitch.ts'
import { type Chart, type ChartPart, chart, rounded } from './chart.ts'
import { ink } from './colors.ts'
import { checkLooks, type SoundChartOptions, secondsText } from './sound-options.ts'
import { envelopeOf, melLayer, melOf, timeAxis, waveLayer } from './sound-parts.ts'

/** Lowest sample rate for a chart of mel energies, Hz. */
const LOWEST_RATE = 4000
/** Most frames of a pitch contour in a chart. */
const MOST_FRAMES = 2000
/** Smallest range of the F0 axis, Hz. */
const [LOW, HIGH] = [65, 500]

function checkSignal(where: string, samples: VectorLike): FloatArray {
  const signal = toSamples(where, 'samples', samples, 'float32')
  if (signal.length === 0) throw new RangeError(`${where}: "samples" expected at least one sample, got none`)
  checkFinite(where, 'samples', signal)
  return signal
}

/**
 * The waveform of a recording: the least and the greatest sample in each of at most 760 columns, so that no peak is
 * lost.
 *
 * @param samples - one channel, [N], -1..1
 * @param sampleRate - Hz
 * @throws TypeError or RangeError for samples, a rate or options that are none, RangeError for a sample that is not
 * finite
 * @example
 * ```ts
 * const tone = Float32Array.from({ length: 8000 }, (_, n) => Math.sin((2 * Math.PI * 200 * n) / 16000) / 2)
 * waveformSpec(tone, 16000).description // 'Waveform, 0.5 s, largest amplitude 0.5.'
 * ```
 */
export function waveformSpec(samples: VectorLike, sampleRate: number, options: SoundChartOptions = {}): Chart {
  const where = 'waveformSpec'
  checkNumber(where, 'sampleRate', sampleRate, { above: 0 })
  const { width, looks } = checkLooks(where, options)
  const signal = checkSignal(where, samples)
  const duration = signal.length / sampleRate
  const envelope = envelopeOf(signal, sampleRate)
  const largest = envelope.reduce((most, { low, high }) => Math.max(most, -low, high), 0)
  const description = `Waveform, ${secondsText(duration)}, largest amplitude ${rounded(largest, 3)}.`
  return chart(description, { ...looks, ...waveLayer(envelope, timeAxis(duration, true), width) })
}

/**
 * The log mel energies of a recording over time, 40 filters up to 8 kHz or half the sample rate: frames of 25 ms every
 * 10 ms, averaged to at most 190 columns.
 *
 * @param samples - one channel, [N], at least 25 ms
 * @param sampleRate - Hz, an integer of at least 4000
 * @throws TypeError or RangeError for samples, a rate or options that are none, RangeError for a sample that is not
 * finite and for less than a frame
 * @example
 * ```ts
 * const tone = Float32Array.from({ length: 8000 }, (_, n) => Math.sin((2 * Math.PI * 200 * n) / 16000) / 2)
 * logMelSpec(tone, 16000, { title: 'A tone', width: 400 }).description // 'Log mel energies up to 8000 Hz, 0.5 s.'
 * ```
 */
export function logMelSpec(samples: VectorLike, sampleRate: number, options: SoundChartOptions = {}): Chart {
  const where = 'logMelSpec'
  checkInteger(where, 'sampleRate', sampleRate, { min: LOWEST_RATE })
  const { width, looks } = checkLooks(where, options)
  const signal = checkSignal(where, samples)
  const duration = signal.length / sampleRate
  const { mel, highestHertz } = melOf(signal, sampleRate)
  if (mel.length === 0) throw new RangeError(`${where}: "samples" expected at least a frame of 25 ms`)
  const description = `Log mel energies up to ${highestHertz} Hz, ${secondsText(duration)}.`
  const layer = melLayer({ mel, highestHertz, duration }, timeAxis(duration, true), width)
  return chart(description, { ...looks, ...layer })
}

function pitchPoints(hertz: FloatArray, seconds: FloatArray): ChartPart[] {
  const step = Math.ceil(hertz.length / MOST_FRAMES)
  return Array.from(seconds, (time, i): ChartPart => {
    return { seconds: rounded(time, 6), hertz: hertz[i] > 0 ? rounded(hertz[i], 5) : null }
  }).filter((_, i) => i % step === 0)
}

function pitchAxis(low: number, high: number): ChartPart {
  const scale = { type: 'log', nice: false, domain: [low, high] }
  return { type: 'quantitative', title: 'F0, Hz', scale, axis: { values: [65, 100, 150, 200, 300, 500], grid: true } }
}

/**
 * A pitch contour of `pitchTrack`: F0 in Hz over time, on a logarithmic axis, with gaps where speech is unvoiced.
 *
 * @throws TypeError unless the value is a pitch contour; RangeError for one without a frame
 * @example
 * ```ts
 * const tone = Float32Array.from({ length: 8000 }, (_, n) => Math.sin((2 * Math.PI * 200 * n) / 16000) / 2)
 * pitchSpec(pitchTrack(tone, { sampleRate: 16000 })).description // 'Pitch, 200 to 200 Hz, 48 of 48 frames voiced.'
 * ```
 */
export function pitchSpec(track: PitchTrack, options: SoundChartOptions = {}): Chart {
  const where = 'pitchSpec'
  const { width, looks } = checkLooks(where, options)
  const { f0, times } = checkObject<PitchTrack>(where, 'track', track, 'a contour, as pitchTrack gives it')
  const hertz = toVector(where, 'track.f0', f0, 'float64')
  const seconds = toVector(where, 'track.times', times, 'float64')
  checkFinite(where, 'track.times', seconds)
  if (hertz.length === 0 || hertz.length !== seconds.length) {
    throw new RangeError(
      `${where}: "track" expected as many times as f0, at least one, got ${seconds.length} and ${hertz.length}`,
    )
  }
  const voiced = Array.from(hertz).filter((value) => value > 0)
  const frames = `${voiced.length} of ${hertz.length} frames voiced`
  const low = voiced.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const high = voiced.reduce((most, value) => Math.max(most, value), 0)
  const range = voiced.length > 0 ? `${Math.round(low)} to ${Math.round(high)} Hz, ` : ''
  return chart(`Pitch, ${range}${frames}.`, {
    ...looks,
    data: { values: pitchPoints(hertz, seconds) },
    width,
    height: 120,
    mark: { type: 'line', strokeWidth: 2, color: ink.line, point: { size: 8, color: ink.line } },
    encoding: {
      x: { ...timeAxis(seconds[seconds.length - 1], true), field: 'seconds' },
      y: { ...pitchAxis(Math.min(LOW, low), Math.max(HIGH, high)), field: 'hertz' },
    },
  })
}
