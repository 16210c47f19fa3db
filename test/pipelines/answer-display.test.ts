/** Answers and timelines in notebooks. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  Dense,
  type FloatNdArray,
  posteriorTimeline,
  Recognizer,
  Sequential,
  syntheticCorpus,
} from '../../src/index.ts'
import { Random } from '../../src/numerics/random.ts'
import { displayedRecognition } from '../../src/pipelines/answer-display.ts'
import { displayOf } from '../support/display.ts'
import { normalMatrix } from '../support/random.ts'

const recognizer = Recognizer.from(readFileSync('models/recognizer.safetensors'))
const [voice] = syntheticCorpus({ speakers: 1, sentences: 1 })

describe('an answer of a recogniser', () => {
  const answer = recognizer.predict(voice.samples(), voice.sampleRate)

  it('shows class, probabilities and lines over time', () => {
    const { 'text/plain': text, 'text/html': html } = displayOf(answer)
    const { label, probabilities, sure, timeline } = answer
    expect(text.split('\n')[0]).toBe(`Recognition: ${label}${sure ? '' : ' (not sure)'}`)
    for (const [name, p] of Object.entries(probabilities)) {
      expect(text).toMatch(new RegExp(`^  ${name} +${p.toFixed(3)}$`, 'm'))
      expect(html).toContain(`width:${Math.round(200 * p)}px`)
    }
    expect(text).toContain(`timeline of ${timeline.length} windows, 0.5 s to `)
    expect(html.match(/<path[^>]*fill="none"/g)).toHaveLength(4)
    expect(html.length).toBeLessThan(8000)
  })

  it('and its timeline alone', () => {
    const { 'text/plain': text, 'text/html': html } = displayOf(answer.timeline)
    expect(text).toMatch(/^Timeline: \d+ windows, .*, joy, neutral, sadness, anger$/)
    expect(html).toContain('posterior by time, s: joy, neutral, sadness, anger')
  })

  it('without a timeline, without speech, not sure, with names that are escaped', () => {
    const shown = (words: object) =>
      displayOf(
        displayedRecognition({
          label: null,
          probabilities: { '<b>': 1 },
          speech: false,
          sure: false,
          timeline: [],
          ...words,
        }),
      )
    expect(shown({})['text/plain']).toBe('Recognition: no speech\n  <b>  1.000')
    expect(shown({})['text/html']).toContain('&lt;b&gt;')
    expect(shown({})['text/html']).not.toMatch(/<b>|<svg/)
    expect(shown({ label: '<b>', speech: true })['text/html']).toContain('>&lt;b&gt; (not sure)<')
    expect(displayOf(recognizer.predict(voice.samples(), voice.sampleRate, { timeline: false }).timeline)).toEqual({
      'text/plain': 'Timeline: no windows',
      'text/html': '<p>no windows</p>',
    })
  })

  it('stays plain', () => {
    expect(JSON.parse(JSON.stringify(answer))).toStrictEqual({ ...answer, timeline: [...answer.timeline] })
    expect(Reflect.ownKeys(structuredClone(answer))).toEqual(['label', 'probabilities', 'speech', 'sure', 'timeline'])
  })
})

it('a timeline of posteriors shows its classes by their numbers', () => {
  const net = new Sequential([new Dense({ inputs: 4, units: 2, activation: 'softmax' })], { seed: 1 })
  const classifier = { predict: (x: FloatNdArray) => net.predict(x).slice(0, 2), state: () => null }
  const timeline = posteriorTimeline(classifier, normalMatrix(new Random(1), 130, 4) as FloatNdArray)
  const { 'text/plain': text, 'text/html': html } = displayOf(timeline)
  expect(text).toBe('Timeline: 4 windows, 0.5 s to 0.8 s, class 0, class 1')
  expect(html.match(/<path[^>]*fill="none"/g)).toHaveLength(2)
})
