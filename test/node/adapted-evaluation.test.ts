/** Evaluation with adaptation, against a recogniser adapted by hand to the recordings that the protocol allows. */
import { describe, expect, it } from 'vitest'
import { toMono } from '../../src/audio/mono.ts'
import { evaluateAdaptations, evaluateRecognizer } from '../../src/node/corpus-evaluation.ts'
import { syntheticSource } from '../../src/node/index.ts'
import { trainOnCorpus } from '../../src/node/train.ts'
import type { Probabilities } from '../../src/pipelines/recognition.ts'
import { systems } from '../support/recognizer.ts'

const frontEnd = { spectral: 'mfcc', coefficients: 5, deltas: 0 } as const
const emotions = ['sadness', 'anger'] as const
const training = syntheticSource({ speakers: 3, sentences: 2, emotions })
const { recognizer } = await trainOnCorpus(training, { system: 'measures-lda', options: { frontEnd, sharpness: 0.05 } })
const asked = syntheticSource({ speakers: 3, sentences: 2, seed: 5, emotions })
// The third speaker has one recording, of another the speaker is not known.
const of = (name: string) => asked.utterances.filter(({ speaker }) => speaker === name)
const utterances = [...of('s01'), ...of('s02'), of('s03')[0], { ...of('s03')[1], speaker: '' }]
const source = { ...asked, utterances }

const audioOf = async (at: number) => await utterances[at].read()

/** The answer for a recording after an adaptation to others. */
async function byHand(at: number, others: readonly number[], meansToo = true): Promise<Probabilities> {
  const recordings = await Promise.all(others.map(audioOf))
  const mine = meansToo ? recognizer.adapt(recordings) : recognizer.adaptTo(recognizer.statistics(recordings))
  const { sampleRate, ...audio } = await audioOf(at)
  return mine.predict(toMono(audio), sampleRate, { timeline: false }).probabilities
}

function expectSame(a: Probabilities, b: Probabilities): void {
  for (const [name, p] of Object.entries(a)) expect(p).toBeCloseTo(b[name], 6)
}

const indices = utterances.map((_, i) => i)
const others = (at: number): number[] => {
  return indices.filter((i) => i !== at && utterances[i].speaker === utterances[at].speaker)
}

describe('an evaluation with adaptation', async () => {
  const ways = [{ adapt: 'none' }, { adapt: 'corpus' }, { adapt: 'speaker' }] as const
  const [none, corpus, speaker] = await evaluateAdaptations(recognizer, source, ways)

  it('asks about each recording after an adaptation to the others of its speaker', async () => {
    for (const at of [0, 5]) expectSame(speaker.predictions[at].probabilities, await byHand(at, others(at)))
  })

  it('takes statistics of the corpus for a speaker without others, or not known', async () => {
    for (const at of [8, 9]) {
      const all = indices.filter((i) => i !== at)
      expectSame(speaker.predictions[at].probabilities, await byHand(at, all, false))
    }
    expect(speaker.adaptation).toMatchObject({ adapt: 'speaker', recordings: null, seed: 1, mix: null })
    expect(speaker.adaptation.sources).toEqual({ none: 0, corpus: 2, speaker: 8 })
    expect(speaker.adaptation.protocol).toMatch(/all other recordings of the speaker.*never to the one asked about/)
  })

  it('asks about each after an adaptation to the others of its corpus', async () => {
    for (const at of [0, 9]) {
      const all = indices.filter((i) => i !== at)
      expectSame(corpus.predictions[at].probabilities, await byHand(at, all))
    }
    expect(corpus.adaptation.sources).toEqual({ none: 0, corpus: 10, speaker: 0 })
  })

  it('is without adaptation what predict says', async () => {
    expect(none).toEqual(await evaluateRecognizer(recognizer, source))
    const { sampleRate, ...audio } = await audioOf(3)
    expectSame(none.predictions[3].probabilities, recognizer.predict(toMono(audio), sampleRate).probabilities)
    expect(none.predictions).not.toEqual(speaker.predictions)
  })

  it('draws recordings by the seed, of one class where that is asked for', async () => {
    const draw = async (seed: number) => {
      const { predictions } = await evaluateRecognizer(recognizer, source, { adapt: 'speaker', recordings: 1, seed })
      return predictions[0].probabilities
    }
    const drawn = await draw(1)
    expect(await draw(1)).toEqual(drawn)
    const single = await Promise.all(others(0).map((one) => byHand(0, [one])))
    const near = (p: Probabilities): boolean => Math.abs(p.anger - drawn.anger) < 1e-6
    expect(single.filter(near).length).toBe(1)
    const { predictions, adaptation } = await evaluateRecognizer(recognizer, source, { adapt: 'speaker', mix: 'anger' })
    const angry = others(0).filter((i) => utterances[i].label === 'anger')
    expectSame(predictions[0].probabilities, await byHand(0, angry))
    expect(adaptation.protocol).toContain('other recordings in anger')
  })

  it('never adapts to the sound asked about under another name, to overlapping parts of its file, or to sound without speech', async () => {
    const [first, second, third] = of('s01')
    const part = (one: typeof first, start: number, end?: number) => {
      return { ...one, path: `long.wav#t=${start},${end ?? ''}`, segment: { file: 'long.wav', start, end } }
    }
    const hum = Float32Array.from(
      { length: 16000 },
      (_, n) => 0.1 * Math.sign(Math.sin((2 * Math.PI * 50 * n) / 16000)),
    )
    const silent = {
      ...first,
      path: 'hum.wav',
      read: async () => ({ sampleRate: 16000, channels: [hum], warnings: [] }),
    }
    const utterances = [
      first,
      { ...first, path: 'again.wav', label: 'anger' },
      part(second, 0, 2),
      part(third, 1.5),
      silent,
    ]
    const ask = async (list: typeof utterances) => {
      return await evaluateRecognizer(
        recognizer,
        { ...asked, utterances: list as typeof asked.utterances },
        { adapt: 'speaker' },
      )
    }
    const { predictions, adaptation } = await ask(utterances)
    const by = async (recordings: typeof utterances) => {
      const mine = recognizer.adapt(await Promise.all(recordings.map((one) => one.read())))
      return async (one: (typeof utterances)[number]) => {
        const audio = await one.read()
        return mine.predict(toMono(audio), audio.sampleRate, { timeline: false }).probabilities
      }
    }
    // The first and its copy by the two parts, the parts by the first and its copy, what is no speech by all four.
    expectSame(predictions[0].probabilities, await (await by([second, third] as typeof utterances))(utterances[0]))
    expectSame(predictions[1].probabilities, predictions[0].probabilities)
    expectSame(predictions[2].probabilities, await (await by(utterances.slice(0, 2)))(utterances[2]))
    expectSame(predictions[4].probabilities, await (await by(utterances.slice(0, 4)))(utterances[4]))
    expect(adaptation.sources).toEqual({ none: 0, corpus: 0, speaker: 5 })
  })

  it('refuses what it cannot do', async () => {
    const evaluate = (options: object, one = recognizer) => evaluateRecognizer(one, source, options)
    await expect(evaluate({ adapt: 'room' })).rejects.toThrow('"adapt" expected one of "none", "corpus", "speaker"')
    await expect(evaluate({ recordings: 3 })).rejects.toThrow('"recordings" needs "adapt", whose recordings it chooses')
    await expect(evaluate({ adapt: 'speaker', recordings: 0 })).rejects.toThrow('"recordings" expected an integer >= 1')
    await expect(evaluate({ adapt: 'speaker', mix: 'joy' })).rejects.toThrow('"mix" expected one of')
    await expect(evaluateAdaptations(recognizer, source, [])).rejects.toThrow('"ways" expected at least 1 item')
    const { recognizer: other } = await trainOnCorpus(training, systems[0])
    await expect(evaluate({ adapt: 'speaker' }, other)).rejects.toThrow('"functionals-mlp" does not adapt to speakers')
  })
})
