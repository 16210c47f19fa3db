/** `ser predict --explain` computes the features of a recording once. */
import { expect, it, vi } from 'vitest'
import { explainAnswer, explainedAnswer } from '../../src/pipelines/explanation.ts'
import { heardSound } from '../../src/pipelines/recognizer-parts.ts'
import { smallRecognizer, systems, voices } from '../support/recognizer.ts'

vi.mock(import('../../src/pipelines/recognizer-parts.ts'), async (importOriginal) => {
  const original = await importOriginal()
  return { ...original, heardSound: vi.fn(original.heardSound) }
})

it('gives the answer of predict and the reasons of explainAnswer, of features that are computed once', async () => {
  const recognizer = await smallRecognizer(systems[0])
  const [{ samples, sampleRate }] = voices
  vi.mocked(heardSound).mockClear()
  const { recognition, explanation } = explainedAnswer(recognizer, samples(), sampleRate, { timeline: true })
  expect(heardSound).toHaveBeenCalledTimes(1)
  expect(recognition).toEqual(recognizer.predict(samples(), sampleRate))
  expect(explanation).toEqual(explainAnswer(recognizer, samples(), sampleRate))
  const silence = explainedAnswer(recognizer, new Float32Array(16000), 16000, { timeline: false })
  expect(silence.explanation).toBeNull()
  expect(silence.recognition).toMatchObject({ label: null, timeline: [] })
})
