import { describe, expect, it } from 'vitest'
import { alignedPitch } from '../../src/features/aligned-pitch.ts'
import { concatenateColumns } from '../../src/features/columns.ts'
import { logMel, mfcc } from '../../src/features/mfcc.ts'
import type { MfccOptions } from '../../src/features/mfcc-options.ts'
import { pitch, pitchTrack } from '../../src/features/pitch.ts'
import { type MfccPresetName, mfccPresets } from '../../src/features/presets.ts'

const names = Object.keys(mfccPresets) as MfccPresetName[]
const rates = [8000, 11025, 16000, 22050, 24414, 32000, 44100, 48000]

function tone(length: number, rate: number): Float32Array {
  return Float32Array.from({ length }, (_, n) => 0.5 * Math.sin((2 * Math.PI * 200 * n) / rate))
}

describe.each(names)('pitch beside the preset %s', (name) => {
  it.each(rates)('has as many rows at %i Hz, whatever the length', (sampleRate) => {
    const options = { sampleRate, ...mfccPresets[name] }
    const window = Math.ceil(0.025 * sampleRate)
    for (const length of [0, 1, window - 1, window, window + 1, 2048, 2049, Math.round(0.3 * sampleRate)]) {
      const samples = tone(length, sampleRate)
      const contour = pitch(samples, alignedPitch(options))
      const joined = concatenateColumns(mfcc(samples, options), contour)
      expect(joined.shape[1]).toBe(mfccPresets[name].coefficients! + 2)
      expect(contour.shape[0]).toBe(logMel(samples, options).shape[0])
    }
  })
})

/** The frame whose middle is nearest to a click of one sample has the most energy: rows stand for the same instants. */
function loudestRow(samples: Float32Array, options: MfccOptions): number {
  const x = logMel(samples, { ...options, window: 'hann', topDecibels: 'off', removeMean: false, preEmphasis: 0 })
  const level = Array.from({ length: x.shape[0] }, (_, t) => x.get(t, 0))
  return level.indexOf(Math.max(...level))
}

describe('alignedPitch', () => {
  it.each(names)('puts the rows at the instants of %s', (name) => {
    const sampleRate = 16000
    const options = { sampleRate, ...mfccPresets[name] }
    for (const at of [4000, 8000, 12345]) {
      const samples = new Float32Array(sampleRate)
      samples[at] = 1
      const { times } = pitchTrack(samples, alignedPitch(options))
      const distances = Array.from(times, (time) => Math.abs(time - at / sampleRate))
      const nearest = distances.indexOf(Math.min(...distances))
      expect(Math.abs(loudestRow(samples, options) - nearest)).toBeLessThanOrEqual(1)
    }
  })

  it('keeps the default of pitch for the study, and hears the same tone by every preset', () => {
    const samples = tone(16000, 16000)
    const study = { sampleRate: 16000, ...mfccPresets.study }
    expect(pitch(samples, alignedPitch(study))).toEqual(pitch(samples, { sampleRate: 16000 }))
    for (const name of names) {
      const x = pitch(samples, alignedPitch({ sampleRate: 16000, ...mfccPresets[name] }))
      const row = Math.floor(x.shape[0] / 2)
      expect(Math.exp(x.get(row, 0))).toBeCloseTo(200, 0)
    }
  })

  it('takes frames in the middle of the FFT, and a librosa frame of any length', () => {
    const options = { sampleRate: 22050, ...mfccPresets.librosa, frameLength: 551, frameStep: 220 }
    for (const centered of [true, false]) {
      const samples = tone(5000, 22050)
      const placed = { ...options, centered }
      expect(pitch(samples, alignedPitch(placed)).shape[0]).toBe(mfcc(samples, placed).shape[0])
    }
  })

  it('refuses frames that pitch has not, and options that mfcc has not', () => {
    const kaldi = { sampleRate: 16000, ...mfccPresets.kaldi, snipEdges: false }
    expect(() => alignedPitch(kaldi)).toThrow(
      new RangeError('alignedPitch: "snipEdges" expected true, got false: pitch has no mirrored edges'),
    )
    expect(() => alignedPitch({ sampleRate: 16000, octaveCost: 1 } as never)).toThrow(TypeError)
  })
})
