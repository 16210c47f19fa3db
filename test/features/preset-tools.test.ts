/** The presets against what the real tools said, see scripts/vectors.mjs (`npm run vectors`). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toMono } from '../../src/audio/mono.ts'
import { resample } from '../../src/audio/resample.ts'
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { deltas } from '../../src/features/deltas.ts'
import { logMel, mfcc } from '../../src/features/mfcc.ts'
import { mfccPresets } from '../../src/features/presets.ts'
import { emodbFolder, emodbTitle, hasEmodb } from '../support/emodb.ts'
import {
  cases,
  deltaCases,
  deltaInput,
  featuresOf,
  hashOf,
  type PresetCase,
  rates,
  recordingName,
  signalsOf,
} from '../support/preset-cases.mjs'
import vectors from '../vectors/presets.json' with { type: 'json' }

const lib = { mfcc, logMel, mfccPresets, resample }
/** Of deltas of numbers up to 50, printed to the last digit. */
const deltaTolerance = 1e-12

function loadRecording() {
  if (!hasEmodb) return null
  const audio = decodeWav(readFileSync(join(emodbFolder, 'wav', recordingName)))
  return { samples: toMono(audio), sampleRate: audio.sampleRate }
}

const recording = loadRecording()

function vectorsOf(one: PresetCase, rate: number, wanted: (signal: string) => boolean) {
  return vectors.features.filter((v) => v.case === one.name && v.rate === rate && wanted(v.signal))
}

function expectAsTheTool(one: PresetCase, rate: number, wanted: (signal: string) => boolean): void {
  const signals = signalsOf(one, rate, recording, lib)
  const expected = vectorsOf(one, rate, wanted)
  expect(expected.length).toBeGreaterThan(0)
  for (const { signal, hash, frames, rows } of expected) {
    expect(hashOf(signals[signal]), `${signal} is not what the tools had: npm run vectors`).toBe(hash)
    const ours = featuresOf(one, rate, signals[signal], lib)
    expect(ours.shape[0], `frames of ${signal}`).toBe(frames)
    for (const [t, ...row] of rows) {
      expect(ours.shape[1]).toBe(row.length)
      for (const [j, value] of row.entries()) {
        const place = `${signal}, row ${t}, column ${j}`
        expect(Math.abs(ours.get(t, j) - value), place).toBeLessThan(one.tolerance)
      }
    }
  }
}

describe.each(cases)('$preset as $name', (one) => {
  it.each(one.rates)('at %d Hz', (rate) => {
    expectAsTheTool(one, rate, (signal) => signal !== 'recording')
  })

  it.skipIf(!hasEmodb)(emodbTitle('of a real recording, at every rate'), () => {
    for (const rate of one.rates) expectAsTheTool(one, rate, (signal) => signal === 'recording')
  })
})

it('the vectors cover all presets, eight rates, and signals shorter than a window', () => {
  expect(new Set(cases.map(({ preset }) => preset))).toEqual(new Set(Object.keys(mfccPresets)))
  for (const preset of Object.keys(mfccPresets)) {
    const mine = vectors.features.filter((v) => v.preset === preset)
    expect(new Set(mine.map(({ rate }) => rate))).toEqual(new Set(rates))
    const short = ['silence', 'chirp', 'recording', 'one sample less', 'one window', 'one sample more']
    expect(new Set(mine.map(({ signal }) => signal))).toEqual(new Set(short))
  }
})

describe('deltas', () => {
  const jobs = deltaCases.flatMap((one) => one.rows.map((rows) => ({ ...one, rows })))

  it.each(jobs.map((one, i) => ({ ...one, expected: vectors.deltas[i] })))(
    'of $rows rows are those of $tool with $args',
    ({ options, rows, expected }) => {
      const ours = deltas(deltaInput(rows), { ...options, dtype: 'float64' })
      expect(expected).toHaveLength(ours.data.length)
      for (const [i, value] of ours.data.entries()) expect(Math.abs(value - expected[i])).toBeLessThan(deltaTolerance)
    },
  )
})
