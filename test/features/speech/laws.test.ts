/** Measures of speech see the speech: neither its level, nor an offset, nor silence about it. */
import { beforeAll, describe, expect, it } from 'vitest'
import { resample } from '../../../src/audio/resample.ts'
import { syntheticCorpus } from '../../../src/corpora/synthetic.ts'
import { speechMeasures } from '../../../src/features/speech/measures.ts'
import { speechMeasureNames } from '../../../src/features/speech/names.ts'
import { Random } from '../../../src/numerics/random.ts'

const RATE = 16000
const voices = syntheticCorpus({ speakers: 2, sentences: 1 }).map((voice) => Float64Array.from(voice.samples()))

function measuresOf(samples: Float64Array, sampleRate: number = RATE): Float64Array {
  return speechMeasures(samples, { sampleRate }).data as Float64Array
}

/** Names of measures that differ by more than `tolerance` of their deviation over recordings, NaN from NaN by nothing. */
function changed(got: Float64Array, wanted: Float64Array, tolerance: number): string[] {
  return speechMeasureNames.flatMap((name, i) => {
    if (Number.isNaN(got[i]) && Number.isNaN(wanted[i])) return []
    const change = Math.abs(got[i] - wanted[i]) / (deviations[i] || 1)
    return change <= tolerance ? [] : [`${name}: ${change}`]
  })
}

let measured: Float64Array[] = []
let deviations: Float64Array = new Float64Array(0)

beforeAll(() => {
  measured = voices.map((voice) => measuresOf(voice))
  deviations = Float64Array.from(speechMeasureNames, (_, i) => {
    const values = measured.map((row) => row[i])
    const mean = values.reduce((a, b) => a + b) / values.length
    return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length)
  })
})

function each(change: (voice: Float64Array) => Float64Array, tolerance: number, sampleRate: number = RATE): void {
  for (const [i, voice] of voices.entries()) {
    expect(changed(measuresOf(change(voice), sampleRate), measured[i], tolerance)).toEqual([])
  }
}

describe('speechMeasures', () => {
  it.each([-30, -12, 6, 20])('of the sound %i dB louder are the same', (gain) => {
    each((voice) => voice.map((x) => x * 10 ** (gain / 20)), 1e-9)
  })

  it.each([0.2, -0.05, 1])('with an offset of %d are the same', (offset) => {
    each((voice) => voice.map((x) => x + offset), 1e-9)
  })

  it.each([
    [0, 4000, 0],
    [0, 1234, 0],
    [0.3, 777, 0.2],
    [-0.1, 16000, 0],
  ])('with %d before and behind for %i samples, offset by %d, are the same', (silence, length, offset) => {
    each((voice) => {
      const x = new Float64Array(voice.length + 3 * length).fill(silence)
      x.set(
        voice.map((value) => value + offset),
        length,
      )
      return x
    }, 1e-9)
  })

  it('at 48 kHz with silence of any length are the same', () => {
    const high = voices.map((voice) => resample(voice, RATE, 48000))
    for (const voice of high) {
      const x = new Float64Array(voice.length + 1000)
      x.set(voice, 791)
      // The filter's tail may end in a few zeros, which are then cut off with the silence.
      expect(changed(measuresOf(x, 48000), measuresOf(voice, 48000), 1e-7)).toEqual([])
    }
  })

  it.each([22050, 24000, 32000, 44100, 48000])('at %i Hz differ by the error of the resampler', (rate) => {
    each((voice) => resample(voice, RATE, rate), 0.02, rate)
  })

  it('have a level that alone follows the gain, that of the sound in dB', () => {
    const noise = new Float64Array(16000)
    new Random(7).normalInto(noise, 0, 0.1)
    const { data } = speechMeasures(noise, { sampleRate: RATE, level: true })
    expect(data.length).toBe(168)
    // Of white noise from 0 to 8 kHz, what lies from 60 to 7200 Hz.
    expect(data[167]).toBeCloseTo(-20 + 10 * Math.log10(7140 / 8000), 1)
    const softer = speechMeasures(
      noise.map((x) => x / 8 + 0.1),
      { sampleRate: RATE, level: true },
    )
    expect(softer.data[167]).toBeCloseTo(data[167] - 20 * Math.log10(8), 9)
    expect(softer.data.subarray(0, 15)).toEqual(data.subarray(0, 15))
  })

  it.each([RATE, 22050])(
    'at %i Hz have the same bits of samples in float32, behind a constant run, as of float64',
    (rate) => {
      const x = new Float32Array(voices[0].length + 1000).fill(0.25)
      x.set(voices[0], 1000)
      const [single, double] = [x, Float64Array.from(x)].map((samples) => speechMeasures(samples, { sampleRate: rate }))
      expect(single).toEqual(double)
    },
  )
})
