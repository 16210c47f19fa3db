import { describe, expect, it } from 'vitest'
import { toMono } from '../../src/audio/mono.ts'
import { resample } from '../../src/audio/resample.ts'
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { encodeWav } from '../../src/audio/wav-encode.ts'

// The values of the tools were printed by test/vectors/audio-conventions.py: sox 14.4.2, soxr 1.1.0, ffmpeg 5.1.9, soundfile 0.14.0 (libsndfile 1.2.2).

/** The sample x / 32768 as a step of 16 bits, after its way through a file. */
function stepOf(x: number): number {
  const bytes = encodeWav({ sampleRate: 16000, channels: [Float64Array.of(x / 32768)] })
  return decodeWav(bytes).channels[0][0] * 32768
}

describe('conventions beside those of other tools', () => {
  it.each([
    [1000, 363, 363],
    [1001, 363, 364],
    [12345, 4479, 4479],
    [44100, 16000, 16000],
    [44101, 16000, 16001],
  ])('%i samples at 44.1 kHz are %i at 16 kHz in sox and soxr, which round, and %i here', (count, rounded, here) => {
    expect(Math.round((count * 16000) / 44100)).toBe(rounded)
    expect(resample(new Float32Array(count), 44100, 16000)).toHaveLength(here)
  })

  it.each([
    [0.4, 0, 0],
    [0.6, 0, 1],
    [1.5, 1, 2],
    [-0.4, -1, 0],
    [-0.6, -1, -1],
    [-1.5, -2, -1],
  ])('%d steps of 16 bits are %i in soundfile, which rounds down, and %i here', (x, below, here) => {
    expect(Math.floor(x)).toBe(below)
    expect(stepOf(x) + 0).toBe(here)
  })

  it('two channels of 0.25 are 0.25, as in sox, where ffmpeg makes 0.354 of floats', () => {
    const channels = [Float32Array.of(0.25), Float32Array.of(0.25)]
    expect(toMono({ channels })[0]).toBe(0.25)
  })
})
