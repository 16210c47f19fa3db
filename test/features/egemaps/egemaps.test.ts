import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import { egemaps, egemapsFrames } from '../../../src/features/egemaps/egemaps.ts'
import { egemapsFrameNames, egemapsNames } from '../../../src/features/egemaps/names.ts'
import { Random } from '../../../src/numerics/random.ts'
import { hasShared, sharedSounds, sharedTitle, sound } from './reference.ts'

/** Largest |difference| / max(|value|, 1 % of the column's largest) of every row; openSMILE's own numbers are float32. */
const TOLERANCES: [RegExp, number][] = [
  [/^(Loudness|spectralFlux|alphaRatio|hammarberg|F0)/, 1e-5],
  [/^(slope|mfcc)/, 3e-4],
  [/^(jitter|shimmer)/, 1e-4],
  [/^(HNR|logRelF0|F\d)/, 2e-5],
]
/** Functionals relative to max(|value|, 1e-3): most miss by 1e-6. */
const FUNCTIONAL_TOLERANCE = 1e-4

function toleranceOf(name: string): number {
  // F0semitone begins as a formant does.
  return (TOLERANCES.find(([pattern]) => pattern.test(name)) as [RegExp, number])[1]
}

/** Names of columns that miss their tolerance, with the worst miss. */
function missedColumns(got: { shape: number[]; get(t: number, j: number): number }, wanted: number[][]): string[] {
  expect(got.shape).toEqual([wanted.length, 25])
  return egemapsFrameNames.flatMap((name, j) => {
    const largest = Math.max(...wanted.map((row) => Math.abs(row[j])))
    const misses = wanted.map(
      (row, t) => Math.abs(got.get(t, j) - row[j]) / Math.max(Math.abs(row[j]), 0.01 * largest, 1e-12),
    )
    const worst = Math.max(...misses)
    return worst <= toleranceOf(name) ? [] : [`${name}: ${worst}`]
  })
}

function missedFunctionals(got: ArrayLike<number>, wanted: ArrayLike<number>): string[] {
  return egemapsNames.flatMap((name, i) => {
    const miss = Math.abs(got[i] - wanted[i]) / Math.max(Math.abs(wanted[i]), 1e-3)
    return miss <= FUNCTIONAL_TOLERANCE ? [] : [`${name}: ${got[i]} for ${wanted[i]}`]
  })
}

function rowsOf(data: Float32Array, cols: number): number[][] {
  return Array.from({ length: data.length / cols }, (_, t) => Array.from(data.subarray(t * cols, (t + 1) * cols)))
}

const options = { sampleRate: sound.sampleRate }
const functionals = egemaps(sound.samples, options)

describe('the values of openSMILE 2.6', () => {
  it('are those of all descriptors in all rows', () => {
    expect(missedColumns(egemapsFrames(sound.samples, options), rowsOf(sound.frames, 25))).toEqual([])
  })

  it('are those of all functionals', () => {
    expect(functionals.shape).toEqual([88])
    expect(missedFunctionals(functionals.data, sound.functionals)).toEqual([])
  })

  // On the pitch of so few frames nothing may be decided.
  it.each(sound.short)('are those of the functionals of $length samples from $first on', (piece) => {
    const samples = sound.samples.subarray(piece.first, piece.first + piece.length)
    expect(missedFunctionals(egemaps(samples, options).data, piece.functionals)).toEqual([])
  })

  it.each(sound.variants)('are those at $sampleRate Hz, times $gain', ({ sampleRate, gain, functionals: wanted }) => {
    const samples = sound.samples.map((x) => Math.max(-32768, Math.min(32767, Math.trunc(gain * x))))
    expect(missedFunctionals(egemaps(samples, { sampleRate }).data, wanted)).toEqual([])
  })
})

describe.skipIf(!hasShared)(sharedTitle('the values of openSMILE 2.6 of the shared sounds'), () => {
  const sounds = sharedSounds()

  it.each(sounds.filter(({ isRecording }) => isRecording).map((one) => [one.name, one] as const))(
    'recording %s',
    (_, { samples, sampleRate, frames, functionals: wanted }) => {
      expect(missedColumns(egemapsFrames(samples, { sampleRate }), frames)).toEqual([])
      expect(missedFunctionals(egemaps(samples, { sampleRate }).data, wanted)).toEqual([])
    },
    20000,
  )

  /** Of periodic signals the slopes of a constant pitch and the like are rounding noise. */
  const noise = /^(F0semi.*(Slope|range|stddevNorm)|jitter)/

  it.each(sounds.filter(({ isRecording }) => !isRecording).map((one) => [one.name, one] as const))(
    'made-up sound %s',
    (_, { samples, sampleRate, frames, functionals: wanted }) => {
      const misses = missedColumns(egemapsFrames(samples, { sampleRate }), frames)
      expect(misses.filter((miss) => !noise.test(miss) && !/: 0.000/.test(miss))).toEqual([])
      const missed = missedFunctionals(egemaps(samples, { sampleRate }).data, wanted)
      expect(missed.filter((miss) => !noise.test(miss)).length).toBeLessThanOrEqual(3)
    },
    20000,
  )
})

describe('what samples may be', () => {
  const floats = Float32Array.from(sound.samples, (x) => x / 32768)

  it('16-bit integers, floats, numbers and any view of them give the same bits', () => {
    const wide = new Float64Array(2 * floats.length)
    for (const [i, x] of floats.entries()) wide[2 * (floats.length - 1 - i) + 1] = x
    const view = ndarray(wide, [floats.length], [-2], 2 * floats.length - 1)
    for (const samples of [floats, Array.from(floats), view]) {
      expect(egemaps(samples, options).data).toEqual(functionals.data)
    }
  })

  it('leaves them as they are, and gives the same twice', () => {
    const copy = floats.slice()
    expect(egemapsFrames(floats, options).data).toEqual(egemapsFrames(floats, options).data)
    expect(floats).toEqual(copy)
  })

  it('clips beyond full scale', () => {
    const loud = floats.map((x) => 4 * x)
    const clipped = loud.map((x) => Math.max(-1, Math.min(1 - 2 ** -15, x)))
    expect(Math.max(...loud)).toBeGreaterThan(1)
    expect(egemaps(loud, options).data).toEqual(egemaps(clipped, options).data)
  })

  it('refuses two channels, clips below 60 ms, other rates and misspelt options by name', () => {
    const stereo = ndarray(new Float32Array(4000), [2000, 2])
    expect(() => egemaps(stereo, options)).toThrow('egemaps: "samples" expected one dimension')
    expect(() => egemapsFrames(new Float32Array(959), options)).toThrow(
      'egemapsFrames: "samples" expected at least 60 ms, 960 samples at 16000 Hz, got',
    )
    expect(() => egemaps(floats, { sampleRate: 3999 })).toThrow(
      'egemaps: "sampleRate" expected a finite number >= 4000 and <= 1000000, got 3999',
    )
    expect(() => egemaps(floats, { sampleRate: 16000, rate: 1 } as never)).toThrow(TypeError)
    expect(() => egemaps(Float32Array.of(...floats, Number.NaN), options)).toThrow(RangeError)
  })
})

describe('shape and range', () => {
  it('gives two rows and numbers for 60 ms exactly', () => {
    const samples = new Float32Array(960)
    new Random(1).normalInto(samples, 0, 0.1)
    expect(egemapsFrames(samples, options).shape).toEqual([2, 25])
    expect(egemaps(samples, options).data.every(Number.isFinite)).toBe(true)
  })

  it.each([8000, 11025, 22050, 44100, 48000, 96000])('gives numbers at %i Hz, silence included', (sampleRate) => {
    const samples = new Float32Array(sampleRate / 5)
    expect(egemaps(samples, { sampleRate }).data.every(Number.isFinite)).toBe(true)
    for (let n = 0; n < samples.length; n++) samples[n] = 0.3 * Math.sin((2 * Math.PI * 150 * n) / sampleRate) ** 3
    const x = egemapsFrames(samples, { sampleRate })
    expect(x.data.every(Number.isFinite)).toBe(true)
    const semitones = x.get(5, egemapsFrameNames.indexOf('F0semitoneFrom27.5Hz_sma3nz'))
    expect(Math.abs(27.5 * 2 ** (semitones / 12) - 150)).toBeLessThan(1.5)
  })
})
