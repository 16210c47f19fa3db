import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resample } from '../../src/audio/resample.ts'
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { speechIn, speechPresence } from '../../src/pipelines/speech-presence.ts'
import { emodbFolder, emodbTitle, hasEmodb } from '../support/emodb.ts'
import { familyNames, heldOutNames, soundWithoutSpeech } from '../support/no-speech/index.mjs'

const voices = syntheticCorpus({ speakers: 4, sentences: 2, seed: 1 })
const isSpeech = (samples: Float32Array, sampleRate: number): boolean => speechPresence(samples, { sampleRate }).speech
const sine = (seconds: number, frequency: number, rate = 16000): Float32Array =>
  Float32Array.from({ length: seconds * rate }, (_, n) => 0.3 * Math.sin((2 * Math.PI * frequency * n) / rate))

/** Sounds of other seeds than those of the training: which were called speech, and how many there were. */
function calledSpeech(names: string[], each: number): { wrong: string[]; count: number } {
  const asked = names.flatMap((name) => Array.from({ length: each }, (_, i) => [name, 5000 + i] as const))
  const wrong = asked.filter(([name, i]) => {
    const { samples, sampleRate } = soundWithoutSpeech(name, i)
    return isSpeech(samples, sampleRate)
  })
  return { wrong: wrong.map(([name, i]) => `${name} ${i}`), count: asked.length }
}

/** Synthesisers that imitate voices in one way or another: harder than what people record. */
const adversaries = familyNames.filter((name) => /patch|bubbles|tape|wander|Wander|filterSweep/.test(name))

describe('sounds without speech', () => {
  it('are told in 99 of 100', () => {
    const names = familyNames.filter((name) => !adversaries.includes(name))
    const { wrong, count } = calledSpeech(names, 4)
    expect(count).toBeGreaterThan(250)
    expect(wrong.length, wrong.join(', ')).toBeLessThanOrEqual(count / 100)
  })

  it('are told mostly where a synthesiser comes close to a voice, and in families that never served for training', () => {
    const { wrong, count } = calledSpeech([...adversaries, ...heldOutNames], 6)
    expect(wrong.length, wrong.join(', ')).toBeLessThanOrEqual(count / 12)
  })

  it.each([
    ['silence', new Float32Array(16000)],
    ['an offset', new Float32Array(16000).fill(0.2)],
    ['no sample', new Float32Array(0)],
    ['31 ms', sine(0.031, 200)],
  ])('have probability 0 where there is nothing to tell by: %s', (_, samples) => {
    expect(speechPresence(samples, { sampleRate: 16000 })).toEqual({ probability: 0, speech: false, cues: null })
  })
})

describe('speech', () => {
  it('is heard in the synthetic voices, at any level, with an offset, at 8 to 48 kHz', () => {
    for (const voice of voices) {
      const x = voice.samples()
      for (const gain of [0.03, 1, 10])
        expect(
          isSpeech(
            x.map((v) => v * gain),
            voice.sampleRate,
          ),
        ).toBe(true)
      expect(
        isSpeech(
          x.map((v) => v + 0.2),
          voice.sampleRate,
        ),
      ).toBe(true)
      expect(isSpeech(resample(x, voice.sampleRate, 8000), 8000)).toBe(true)
      expect(isSpeech(resample(x, voice.sampleRate, 48000), 48000)).toBe(true)
    }
  })

  it('is heard in one of the pieces of a long sound', () => {
    const voice = voices[0].samples()
    const long = sine(24, 300)
    expect(isSpeech(long, 16000)).toBe(false)
    // Five pieces, of which the third has no tone.
    long.fill(0, 2 * 76_800, 3 * 76_800)
    long.set(voice, 2.5 * 76_800)
    expect(isSpeech(long, 16000)).toBe(true)
  })

  it('has cues on which level and offset have no influence', () => {
    const x = Float64Array.from(voices[0].samples())
    const { cues, probability } = speechPresence(x, { sampleRate: 16000 })
    for (const other of [x.map((v) => v * 1e-9), x.map((v) => v * 64 + 0.5)]) {
      const answer = speechPresence(other, { sampleRate: 16000 })
      expect(answer.probability).toBeCloseTo(probability, 3)
      for (const [name, value] of Object.entries(cues ?? {})) {
        expect(answer.cues?.[name as keyof typeof answer.cues], name).toBeCloseTo(value, 2)
      }
    }
  })

  it.skipIf(!hasEmodb)(emodbTitle('is heard in 99 of 100 recordings of people, distorted or not'), () => {
    const names = readdirSync(join(emodbFolder, 'wav')).filter((_, i) => i % 6 === 0)
    const missed = names.flatMap((name, i) => {
      const { channels, sampleRate } = decodeWav(readFileSync(join(emodbFolder, 'wav', name)))
      const x = Float32Array.from(channels[0])
      const kinds = {
        plain: x,
        quiet: x.map((v) => Math.round(v * 0.03 * 32768) / 32768),
        loud: x.map((v) => Math.max(-1, Math.min(1, 10 * v))),
        offset: x.map((v) => v + 0.2),
      }
      const asked = i % 2 === 0 ? kinds : { plain: x }
      return Object.entries(asked)
        .filter(([, sound]) => !isSpeech(sound, sampleRate))
        .map(([kind]) => `${name} ${kind}`)
    })
    expect(names.length).toBeGreaterThan(50)
    expect(missed).toEqual([])
  })
})

describe('speechIn', () => {
  it('says of every sound the same, in whichever piece there is speech', () => {
    const [{ samples, sampleRate }] = voices
    const voice = samples()
    const tone = sine(11, 300)
    // Three pieces, the last or the first without a tone.
    const [piece, early] = [Math.floor(tone.length / 3), Float32Array.from(tone)]
    early.fill(0, 0, piece).set(voice.subarray(0, piece))
    const late = Float32Array.from(tone)
    late.fill(0, 2 * piece).set(voice.subarray(0, piece), 2 * piece)
    const sounds = [voice, tone, late, early, new Float32Array(100), new Float32Array(0)]
    const told = sounds.map((sound) => speechIn(sound, sampleRate))
    expect(told).toEqual(sounds.map((sound) => isSpeech(sound, sampleRate)))
    expect(told).toEqual([true, false, true, true, false, false])
  })
})

describe('speechPresence', () => {
  it('leaves the samples as they are, and gives the same answer again', () => {
    const x = voices[1].samples()
    const copy = x.slice()
    expect(speechPresence(x, { sampleRate: 16000 })).toEqual(speechPresence(x, { sampleRate: 16000 }))
    expect(x).toEqual(copy)
  })

  it('refuses rates below 4000 Hz, unknown options, and samples that are not finite', () => {
    expect(() => speechPresence([0, 1], { sampleRate: 8 })).toThrow('speechPresence: "sampleRate" expected')
    expect(() => speechPresence([0, 1], { sampleRate: 8000, rate: 1 } as never)).toThrow('unknown option "rate"')
    expect(() => speechPresence([0, Number.NaN], { sampleRate: 8000 })).toThrow(RangeError)
    expect(() => speechPresence('a' as never, { sampleRate: 8000 })).toThrow(TypeError)
  })
})
