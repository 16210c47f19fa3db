/** Measures of spectrum and voice beside the values of the tools, which scripts/voice-features.mjs wrote. */
import { describe, expect, it } from 'vitest'
import * as lib from '../../../src/index.ts'
import { cases, vectorSignals } from '../../support/voice-cases.mjs'
import vectors from '../../vectors/voice-features.json' with { type: 'json' }

interface Vector {
  case: string
  signal: string
  rows: number
  cols: number
  /** Each row after its index. */
  values: number[][]
}

/** librosa keeps its mel filters in float32. */
const tolerances: Record<string, number> = { 'mel spectrogram': 1e-7 }

const signals = Object.fromEntries(Object.entries(vectorSignals).map(([key, make]) => [key, make()]))

describe('measures of spectrum beside librosa', () => {
  const chosen = (vectors.cases as Vector[]).filter(({ case: name }) =>
    cases.some((one) => one.name === name && one.tool === 'librosa'),
  )
  it('has vectors', () => expect(chosen.length).toBeGreaterThanOrEqual(8))

  it.each(chosen.map((one) => ({ title: `${one.case}, ${one.signal}`, one })))('$title', ({ one }) => {
    const { samples, sampleRate } = signals[one.signal]
    const found = cases.find(({ name }) => name === one.case)
    const ours = found?.ours(lib, samples, sampleRate) as lib.FloatNdArray
    expect(ours.shape).toEqual(one.cols === 1 ? [one.rows] : [one.rows, one.cols])
    const largest = Math.max(...one.values.flatMap(([, ...row]) => row.map(Math.abs)))
    for (const [t, ...row] of one.values) {
      for (const [j, value] of row.entries()) {
        const difference = Math.abs(ours.data[t * one.cols + j] - value)
        expect(difference).toBeLessThanOrEqual(
          (tolerances[one.case] ?? 1e-9) * Math.max(Math.abs(value), 0.01 * largest),
        )
      }
    }
  })
})
