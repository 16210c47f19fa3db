import { describe, expect, it } from 'vitest'
import { mfcc } from '../../src/features/mfcc.ts'
import { type MfccPresetName, mfccPresets } from '../../src/features/presets.ts'
import { hashOf } from '../support/hashes.ts'
import { chirpInNoise } from '../support/preset-cases.mjs'
import bits from '../vectors/preset-bits.json' with { type: 'json' }

/** Hashes that the build of 0.1.0 gave; at 11025, 22050 and 44100 Hz its `kaldi` was not Kaldi's, and none is kept. */
describe.each(Object.entries(bits))('%s', (preset, hashes) => {
  it.each(Object.entries(hashes).map(([rate, hash]) => [Number(rate), hash] as const))(
    'has the bits of 0.1.0 at %d Hz',
    (sampleRate, hash) => {
      const options = { sampleRate, ...mfccPresets[preset as MfccPresetName], deltas: 2, dtype: 'float64' } as const
      expect(hashOf(mfcc(chirpInNoise(sampleRate, Math.floor(sampleRate / 4)), options).data)).toBe(hash)
    },
  )
})
