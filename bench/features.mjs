import { egemaps, egemapsFrames, logMel, mfcc, pitch, resample, speechMeasures, speechTracks } from 'ser-core'
import { noise, voices } from './data.mjs'
import { ms, usPerFrame } from './units.mjs'

const SECONDS = 10
const FRAMES = 100 * SECONDS

const overSamples = (kind, unit, run, sound = noise) => ({
  kind,
  size: { seconds: SECONDS },
  unit,
  data: () => ({ samples: sound(SECONDS) }),
  setup:
    ({ samples }) =>
    () =>
      run(samples.data),
})

export const cases = [
  overSamples('mfcc 39', usPerFrame(FRAMES), (samples) => mfcc(samples, { sampleRate: 16_000, deltas: 2 })),
  overSamples('mfcc 13', usPerFrame(FRAMES), (samples) => mfcc(samples, { sampleRate: 16_000, deltas: 0 })),
  ...[400, 480, 552, 1200].map((fftLength) =>
    overSamples(`mfcc 13, FFT of ${fftLength}`, usPerFrame(FRAMES), (samples) =>
      mfcc(samples, { sampleRate: 16_000, fftLength, fftRounding: 'none' }),
    ),
  ),
  overSamples('pitch', usPerFrame(FRAMES), (samples) => pitch(samples, { sampleRate: 16_000 })),
  overSamples('egemaps 88', ms, (samples) => egemaps(samples, { sampleRate: 16_000 }), voices),
  overSamples('egemaps 25', usPerFrame(FRAMES), (samples) => egemapsFrames(samples, { sampleRate: 16_000 }), voices),
  overSamples('pitch of voices', usPerFrame(FRAMES), (samples) => pitch(samples, { sampleRate: 16_000 }), voices),
  overSamples('logMel of voices', usPerFrame(FRAMES), (samples) => logMel(samples, { sampleRate: 16_000 }), voices),
  overSamples('speech 53', usPerFrame(FRAMES), (samples) => speechTracks(samples, { sampleRate: 16_000 }), voices),
  overSamples('speech 167', usPerFrame(FRAMES), (samples) => speechMeasures(samples, { sampleRate: 16_000 }), voices),
  overSamples('resample 16000 to 11025', ms, (samples) => resample(samples, 16_000, 11_025)),
  ...[
    [44_100, 16_000],
    [22_050, 16_000],
    [44_100, 8000],
    [44_100, 48_000],
    [48_000, 16_000],
    [8000, 16_000],
    [16_000, 48_000],
  ].map(([from, to]) => ({
    kind: 'resample',
    size: { seconds: SECONDS, from, to },
    unit: ms,
    data: () => ({ samples: noise((SECONDS * from) / 16_000) }),
    setup:
      ({ samples }) =>
      () =>
        resample(samples.data, from, to),
  })),
]
