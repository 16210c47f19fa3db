import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { egemaps, egemapsFrames } from '../../../../src/features/egemaps/egemaps.ts'
import { egemapsFrameNames, egemapsNames } from '../../../../src/features/egemaps/names.ts'
import { paperContoursOf } from '../../../../src/features/egemaps/papers/contours.ts'
import { smoothedPresent } from '../../../../src/features/egemaps/papers/functionals.ts'
import { alphaRatio, hammarbergIndex, spectralFlux } from '../../../../src/features/spectrum/descriptors.ts'
import { loudness } from '../../../../src/features/spectrum/loudness.ts'
import { deviations, harmonicsInNoise, noise, perturbation, pulses, vowel } from '../../../support/voice-signals.mjs'
import { sound } from '../reference.ts'

const options = { sampleRate: 16000, compatible: false }
const bandwidths = [60, 80, 120, 150, 200]

/** The values of a column whose name begins so, without the five rows at either end. */
function columnOf(samples: Float64Array, name: string, given: object = options): number[] {
  const x = egemapsFrames(samples, { ...options, ...given })
  const j = egemapsFrameNames.findIndex((one) => one.startsWith(name))
  return Array.from({ length: x.shape[0] - 10 }, (_, t) => x.get(t + 5, j))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length
}

function functional(samples: Float64Array, name: string, given: object = options): number {
  return egemaps(samples, { ...options, ...given }).get(egemapsNames.indexOf(name))
}

/** A vowel, hiss, a softer vowel, and silence before, between and behind. */
function utterance(): Float64Array {
  const random = noise(4)
  const hiss = Float64Array.from({ length: 4000 }, () => 0.01 * random.next().value)
  const { samples } = vowel(120, [700, 1220, 2600, 3300, 4200], bandwidths, { sampleRate: 16000, seconds: 0.4 })
  const silence = new Float64Array(1600)
  return Float64Array.of(...silence, ...samples, ...hiss, ...samples.map((v) => 0.6 * v), ...silence)
}

describe('measures as their papers define them, of signals of known truth', () => {
  it.each([80.3, 133.7, 251, 400])('F0, H1-H2 and noise ratio of harmonics of %d Hz', (f0) => {
    for (const decibels of [10, 20, 30, 40]) {
      const { samples } = harmonicsInNoise(f0, decibels)
      expect(Math.abs(mean(columnOf(samples, 'HNR')) - decibels)).toBeLessThan(0.4)
      const hertz = columnOf(samples, 'F0').map((semitones) => 27.5 * 2 ** (semitones / 12))
      expect(Math.abs(mean(hertz) / f0 - 1)).toBeLessThan(0.004)
    }
    // They fall by 6 dB an octave; openSMILE's H1-H2 is 3.5 dB, that of harmonics 2 and 3.
    const { samples } = harmonicsInNoise(f0, 40)
    expect(Math.abs(mean(columnOf(samples, 'logRelF0-H1-H2')) - 20 * Math.log10(2))).toBeLessThan(0.15)
    expect(Math.abs(mean(columnOf(samples, 'logRelF0-H1-H2', { compatible: true })) - 3.5)).toBeLessThan(0.4)
  })

  it.each([80.3, 133.7, 200])(
    'the noise ratio of a clip that begins within a voice of %d Hz is that of the voice',
    (f0) => {
      const { samples } = harmonicsInNoise(f0, 20)
      const seen = functional(samples, 'HNRdBACF_sma3nz_amean')
      expect(Math.abs(seen - mean(columnOf(samples, 'HNR')))).toBeLessThan(0.1)
      expect(functional(samples, 'HNRdBACF_sma3nz_stddevNorm')).toBeLessThan(0.1)
    },
  )

  it('formants at 8 kHz are those of the voice, none in the band that is missing', () => {
    const sampleRate = 8000
    const { samples } = vowel(120, [500, 1500, 2500, 3500], bandwidths.slice(0, 4), { sampleRate, seconds: 0.5 })
    for (const [i, hertz] of [500, 1500, 2500].entries()) {
      const seen = mean(columnOf(samples, `F${i + 1}frequency`, { sampleRate }))
      expect(Math.abs(seen / hertz - 1)).toBeLessThan(0.03)
    }
  })

  it.each<[string, number, number[]]>([
    ['a of a man', 110, [730, 1090, 2440, 3400, 4500]],
    ['i of a man', 130, [270, 2290, 3010, 3600, 4500]],
    ['a of a woman', 180, [850, 1220, 2810, 3800, 4800]],
    ['u of a man', 100, [300, 870, 2240, 3300, 4500]],
    ['vowel that openSMILE reads 582, 1703, 2415', 120, [300, 2300, 3000, 3600, 4500]],
  ])('formants of an %s', (_, f0, frequencies) => {
    const sampleRate = 11000
    const { samples } = vowel(f0, frequencies, bandwidths)
    for (let i = 0; i < 3; i++) {
      // Harmonics lie f0 apart: resonances between them are seen to a fraction of that.
      const found = mean(columnOf(samples, `F${i + 1}frequency`, { sampleRate }))
      expect(Math.abs(found - frequencies[i])).toBeLessThan(0.13 * f0)
      const width = mean(columnOf(samples, `F${i + 1}bandwidth`, { sampleRate }))
      expect(Math.abs(width - bandwidths[i])).toBeLessThan(0.8 * bandwidths[i])
      // At another rate, with resonances above the band too.
      const wide = vowel(f0, [...frequencies, 6500, 7500, 9000], [...bandwidths, 200, 200, 200], { sampleRate: 22000 })
      const same = mean(columnOf(wide.samples, `F${i + 1}frequency`, { sampleRate: 22000 }))
      expect(Math.abs(same - frequencies[i])).toBeLessThan(50)
    }
  })

  it('amplitudes of formants are levels of harmonics over the fundamental, H1-A3 that of F3 turned round', () => {
    // Harmonics of 200 Hz: a fundamental, and one near each formant.
    const levels: [number, number][] = [
      [200, 1],
      [600, 0.5],
      [1400, 0.25],
      [2600, 0.125],
    ]
    const x = Float64Array.from({ length: 8000 }, (_, n) => {
      return levels.reduce((sum, [f, a]) => sum + 0.3 * a * Math.sin((2 * Math.PI * f * n) / 16000), 0)
    })
    const { voice } = paperContoursOf(x, 16000)
    const [frequency, amplitude] = [voice[11][20], voice[13][20]]
    const near = levels.filter(([f]) => Math.abs(f / frequency - 1) <= 0.1)
    expect(near).toHaveLength(1)
    expect(Math.abs(amplitude - 20 * Math.log10(near[0][1]))).toBeLessThan(0.3)
    expect(voice[4][20]).toBe(-amplitude)
  })

  it.each([110, 150, 230])('jitter and shimmer of pulses about %d Hz', (f0) => {
    const [ofPeriods, ofAmplitudes] = [deviations(f0), deviations(f0 + 1)]
    const period = (i: number) => (1 + 0.02 * ofPeriods[i]) / f0
    const amplitude = (i: number) => 0.5 * (1 + 0.1 * ofAmplitudes[i])
    const { samples } = pulses({ period, amplitude })
    const count = Math.floor(0.99 * f0)
    const indices = Array.from({ length: count }, (_, i) => i)
    const jitter = functional(samples, 'jitterLocal_sma3nz_amean')
    expect(jitter / perturbation(indices.map(period), 2)).toBeCloseTo(1, 1)
    const decibels = indices.map((i) => 20 * Math.log10(amplitude(i)))
    const changes = decibels.slice(1).map((v, i) => Math.abs(v - decibels[i]))
    expect(functional(samples, 'shimmerLocaldB_sma3nz_amean') / mean(changes)).toBeCloseTo(1, 1)
  })

  it('amplitudes of 1 and 0.8 in turn are 1.94 dB apart, where openSMILE has 1.74', () => {
    const { samples } = pulses({ period: () => 1 / 123, amplitude: (i) => (i % 2 === 0 ? 0.5 : 0.4) })
    expect(functional(samples, 'shimmerLocaldB_sma3nz_amean')).toBeCloseTo(20 * Math.log10(1.25), 1)
  })

  it('spectral columns are the measures of their names', () => {
    const x = utterance()
    const frames = { sampleRate: 16000, frameLengthSeconds: 0.02, window: 'hamming', dtype: 'float64' } as const
    const { spectral } = paperContoursOf(x, 16000)
    const wanted = [loudness(x, { sampleRate: 16000, dtype: 'float64' }), alphaRatio(x, frames)]
    for (const [j, { data }] of [...wanted, hammarbergIndex(x, frames)].entries()) {
      expect(spectral[j].length).toBe(data.length)
      for (let t = 0; t < data.length; t++) expect(spectral[j][t]).toBeCloseTo(data[t], 9)
    }
    const flux = spectralFlux(x, frames)
    for (let t = 0; t < flux.shape[0]; t++) expect(spectral[5][t]).toBeCloseTo(flux.get(t), 9)
  })
})

describe('the level of the sound', () => {
  it('moves loudness, flux and level alone, by as much as it must', () => {
    const x = utterance()
    const [loud, soft] = [x, x.map((v) => v / 1024)].map((samples) => egemaps(samples, options))
    const moved = egemapsNames.filter((_, i) => Math.abs(loud.get(i) - soft.get(i)) > 1e-9 * Math.abs(loud.get(i)))
    expect(moved.filter((name) => !/^(loudness|spectralFlux)/.test(name))).toEqual(['equivalentSoundLevel_dBp'])
    const level = egemapsNames.indexOf('equivalentSoundLevel_dBp')
    expect(loud.get(level) - soft.get(level)).toBeCloseTo(20 * Math.log10(1024), 6)
    const flux = egemapsNames.indexOf('spectralFlux_sma3_amean')
    expect(loud.get(flux) / soft.get(flux)).toBeCloseTo(1024, 6)
  })

  it('beyond full scale is what it is: nothing is clipped or rounded', () => {
    const x = utterance()
    const [once, thrice] = [1, 4].map((gain) =>
      egemaps(
        x.map((v) => v * gain),
        options,
      ),
    )
    const names = ['F1frequency_sma3nz_amean', 'HNRdBACF_sma3nz_amean', 'slopeV0-500_sma3nz_amean']
    for (const name of names) {
      expect(thrice.get(egemapsNames.indexOf(name))).toBeCloseTo(once.get(egemapsNames.indexOf(name)), 9)
    }
  })

  it('silence has zeros, loudness at its least, one unvoiced segment and -120 dB', () => {
    const x = egemaps(new Float64Array(16000), options)
    const there = egemapsNames.filter((_, i) => Math.abs(x.get(i)) > 1e-12)
    expect(there.filter((name) => !name.startsWith('loudness_sma3'))).toEqual([
      'MeanUnvoicedSegmentLength',
      'equivalentSoundLevel_dBp',
    ])
    expect(x.get(egemapsNames.indexOf('MeanUnvoicedSegmentLength'))).toBeCloseTo(0.99, 12)
    expect(x.get(egemapsNames.indexOf('equivalentSoundLevel_dBp'))).toBe(-120)
    const frames = egemapsFrames(new Float64Array(16000), options)
    for (let t = 0; t < frames.shape[0]; t++) {
      for (let j = 1; j < 25; j++) expect(Math.abs(frames.get(t, j))).toBeLessThan(1e-12)
    }
  })
})

describe("Praat's values of the sound made for openSMILE", () => {
  const praat = JSON.parse(readFileSync(new URL('../../../vectors/egemaps-praat.json', import.meta.url), 'utf8')) as {
    rows: number[][]
    jitter: number
    shimmer: number
  }
  const samples = Float64Array.from(sound.samples, (v) => v / 32768)
  const { pitch, voice } = paperContoursOf(samples, sound.sampleRate)
  const both = praat.rows.flatMap(([f0], t) => (f0 > 0 && pitch[t] > 0 ? [t] : []))
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]

  it('voicing is the same but at edges, F0 is within a tenth of a semitone', () => {
    expect(praat.rows.length).toBe(pitch.length)
    const differ = praat.rows.filter(([f0], t) => f0 > 0 !== pitch[t] > 0)
    expect(differ.length).toBeLessThanOrEqual(4)
    expect(both.length).toBeGreaterThan(30)
    const misses = both.map((t) => Math.abs(pitch[t] - 12 * Math.log2(praat.rows[t][0] / 27.5)))
    expect(median(misses)).toBeLessThan(0.1)
  })

  it.each([
    [1, 5, 12],
    [2, 5, 12],
    [3, 8, 20],
  ])('formant %i is within some Hz', (i, frequency, bandwidth) => {
    const misses = (column: number, of: number) => both.map((t) => Math.abs(voice[column][t] - praat.rows[t][of]))
    expect(median(misses(2 + 3 * i, i))).toBeLessThan(frequency)
    expect(median(misses(3 + 3 * i, 3 + i))).toBeLessThan(bandwidth)
  })

  it('jitter and shimmer are alike', () => {
    expect(functional(samples, 'jitterLocal_sma3nz_amean') / praat.jitter).toBeCloseTo(1, 0)
    expect(functional(samples, 'shimmerLocaldB_sma3nz_amean') / praat.shimmer).toBeCloseTo(1, 0)
  })
})

describe('rows and options', () => {
  it('names, order and shapes are those of openSMILE, at any rate', () => {
    for (const sampleRate of [4000, 8000, 11025, 16000, 44100, 48000]) {
      const length = Math.round(0.3 * sampleRate)
      const samples = Float64Array.from({ length }, (_, n) => 0.3 * Math.sin((2 * Math.PI * 150 * n) / sampleRate) ** 3)
      const given = { sampleRate, compatible: false }
      const x = egemapsFrames(samples, given)
      expect(x.shape).toEqual(egemapsFrames(samples, { sampleRate }).shape)
      expect(x.data.every(Number.isFinite)).toBe(true)
      const semitones = x.get(10, egemapsFrameNames.indexOf('F0semitoneFrom27.5Hz_sma3nz'))
      expect(Math.abs((27.5 * 2 ** (semitones / 12)) / 150 - 1)).toBeLessThan(0.01)
      const row = egemaps(samples, given)
      expect(row.shape).toEqual([88])
      expect(row.data.every(Number.isFinite)).toBe(true)
    }
  })

  it('a pulse train of 60 ms gives two rows and numbers; shorter ones are refused', () => {
    const { samples } = pulses({ seconds: 0.06, period: () => 0.005 })
    expect(egemapsFrames(samples, options).shape).toEqual([2, 25])
    expect(egemaps(samples, options).data.every(Number.isFinite)).toBe(true)
    expect(() => egemaps(samples.subarray(1), options)).toThrow(
      'egemaps: "samples" expected at least 60 ms, 960 samples',
    )
    expect(() => egemaps(samples, { sampleRate: 16000, compatible: 1 } as never)).toThrow(
      'egemaps: "compatible" expected true or false, got 1',
    )
  })

  it('true is the default', () => {
    const x = utterance()
    expect(egemaps(x, { ...options, compatible: true }).data).toEqual(egemaps(x, { sampleRate: 16000 }).data)
    expect(egemaps(x, options).data).not.toEqual(egemaps(x, { sampleRate: 16000 }).data)
  })

  it('unvoiced rows have zeros in all columns of voices, and no value counts there', () => {
    const x = utterance()
    const frames = egemapsFrames(x, options)
    for (let t = 0; t < frames.shape[0]; t++) {
      if (frames.get(t, 10) > 0) expect(frames.get(t, 16)).toBeGreaterThan(0)
      else for (let j = 11; j < 25; j++) expect(frames.get(t, j)).toBe(0)
    }
    // Among openSMILE's there are those of -201 dB of the unvoiced half.
    expect(functional(x, 'F1amplitudeLogRelF0_sma3nz_amean')).toBeGreaterThan(-40)
    expect(functional(x, 'F1amplitudeLogRelF0_sma3nz_amean', { compatible: true })).toBeLessThan(-50)
  })

  it('deviations are not negative, falling slopes are positive, segments last as long as they do', () => {
    const x = utterance()
    const row = egemaps(x, options)
    for (const [i, name] of egemapsNames.entries()) {
      if (/stddev|Stddev|FallingSlope/.test(name)) expect(row.get(i)).toBeGreaterThanOrEqual(0)
    }
    // Two vowels of 400 ms, and what 60 ms windows see of them.
    expect(Math.abs(functional(x, 'MeanVoicedSegmentLengthSec') - 0.4)).toBeLessThan(0.045)
  })

  it('smoothing means what is present, and adds no row', () => {
    const x = Float64Array.of(3, 6, Number.NaN, 9, 1)
    expect([...smoothedPresent(x)]).toEqual([4.5, 4.5, Number.NaN, 5, 5])
  })
})
