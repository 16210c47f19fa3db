/** Rows of the demo's charts: the same for any chunks. */
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { MEL_BANDS, type Tracks } from '../../docs/demo/src/protocol.ts'
import { SoundClock } from '../../docs/demo/src/sound-clock.ts'
import { TrackStream } from '../../docs/demo/src/tracks.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'

// The sources, as the page's own build takes them, not the package.
vi.mock('ser-core', () => import('../../src/index.ts'))

const [voice] = syntheticCorpus({ sampleRate: 44100, emotions: ['anger'] })
const samples = voice.samples()

/** The tracks of chunks, taken after each of them. */
function tracksOf(lengths: readonly number[]): Tracks {
  const stream = new TrackStream(voice.sampleRate)
  const taken: Tracks[] = []
  let at = 0
  for (const length of [...lengths, samples.length]) {
    stream.push(samples.subarray(at, at + length))
    at = Math.min(samples.length, at + length)
    taken.push(stream.take(false))
  }
  taken.push(stream.take(true))
  return {
    waveform: Float32Array.from(taken.flatMap(({ waveform }) => [...waveform])),
    mel: Uint8Array.from(taken.flatMap(({ mel }) => [...mel])),
    pitch: Float32Array.from(taken.flatMap(({ pitch }) => [...pitch])),
  }
}

describe('TrackStream', () => {
  const whole = tracksOf([])

  it('gives an envelope, energies and pitch of the voice', () => {
    const seconds = samples.length / voice.sampleRate
    expect(whole.waveform.length / 2).toBe(Math.floor(200 * seconds))
    expect(Math.max(...whole.waveform)).toBeCloseTo(
      samples.reduce((most, x) => Math.max(most, x)),
      6,
    )
    expect(whole.mel.length / MEL_BANDS / 100).toBeCloseTo(seconds - 0.03, 1)
    const voiced = [...whole.pitch].filter((hertz) => hertz > 0)
    expect(voiced.length).toBeGreaterThan(0.4 * whole.pitch.length)
    expect([Math.min(...voiced), Math.max(...voiced)]).toEqual([
      expect.toSatisfy((x) => x > 60),
      expect.toSatisfy((x) => x < 510),
    ])
  })

  it('gives the same rows for any chunks', () => {
    const lengths = fc.array(fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.constant(1)), { maxLength: 40 })
    fc.assert(
      fc.property(lengths, (chunks) => {
        expect(tracksOf(chunks)).toEqual(whole)
      }),
      { seed: 20, numRuns: 12 },
    )
  })
})

describe('SoundClock', () => {
  const rate = 48000
  /** Missing sound after blocks of 1024 samples of which some came late and, from one on, some seconds are lost. */
  const missingAfter = (lost: number): number => {
    const clock = new SoundClock(rate)
    let missing = 0
    for (let i = 1; i <= 400; i++) {
      const late = i % 7 === 0 ? 300 : 0
      missing = clock.push(1024, (1000 * 1024 * i) / rate + late + (i > 200 ? 1000 * lost : 0))
    }
    return missing
  }

  it('tells sound that is missing from blocks that come late', () => {
    expect(missingAfter(0)).toBeCloseTo(0, 9)
    expect(missingAfter(0.5)).toBeCloseTo(0.5, 9)
  })
})
