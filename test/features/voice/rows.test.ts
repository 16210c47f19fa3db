import { describe, expect, it } from 'vitest'
import { alignedPitch } from '../../../src/features/aligned-pitch.ts'
import { mfcc } from '../../../src/features/mfcc.ts'
import { pitchTrack } from '../../../src/features/pitch.ts'
import { type MfccPresetName, mfccPresets } from '../../../src/features/presets.ts'
import { formants } from '../../../src/features/voice/formants.ts'
import { harmonicDifferences } from '../../../src/features/voice/harmonic-differences.ts'
import { harmonicsToNoise } from '../../../src/features/voice/harmonics-to-noise.ts'
import { subharmonicPitchTrack } from '../../../src/features/voice/subharmonic-pitch.ts'
import { harmonicsInNoise } from '../../support/voice-signals.mjs'

describe.each(Object.keys(mfccPresets) as MfccPresetName[])(
  'rows of voice measures beside mfcc of the preset %s',
  (name) => {
    it.each([11025, 16000])('are as many, about the same instants, at %i Hz', (sampleRate) => {
      const { samples } = harmonicsInNoise(150, 20, { sampleRate, seconds: 0.7 })
      const preset = { sampleRate, ...mfccPresets[name] }
      const rows = alignedPitch(preset)
      const count = mfcc(samples, preset).shape[0]
      expect(formants(samples, rows).shape[0]).toBe(count)
      expect(harmonicsToNoise(samples, rows).shape[0]).toBe(count)
      const { f0, times } = subharmonicPitchTrack(samples, rows)
      expect(Array.from(times)).toEqual(Array.from(pitchTrack(samples, rows).times))
      expect(Math.abs(f0[count >> 1] - 150)).toBeLessThan(1)
      const differences = harmonicDifferences(samples, { sampleRate, track: pitchTrack(samples, rows) })
      expect(differences.shape[0]).toBe(count)
      expect(Math.abs(differences.get(count >> 1, 0) - 6)).toBeLessThan(0.5)
    })

    it('see the clip at the same places', () => {
      const sampleRate = 16000
      const { samples } = harmonicsInNoise(150, 30, { sampleRate, seconds: 1 })
      // Silence from 0.5 s on.
      samples.fill(0, 8000)
      const rows = alignedPitch({ sampleRate, ...mfccPresets[name] })
      const { times } = pitchTrack(samples, rows)
      const x = harmonicsToNoise(samples, rows)
      const y = formants(samples, { ...rows, windowSeconds: 0.03 })
      for (const [t, time] of times.entries()) {
        if (time < 0.03 || Math.abs(time - 0.5) < 0.03) continue
        expect(x.get(t) > 10).toBe(time < 0.5)
        expect(y.get(t, 0) > 0).toBe(time < 0.5)
      }
    })
  },
)
