import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { logMel, mfcc } from '../../src/features/mfcc.ts'
import type { LogMelOptions } from '../../src/features/mfcc-options.ts'
import { logMelSettings, mfccSettings } from '../../src/features/mfcc-settings.ts'
import { MfccStream } from '../../src/features/mfcc-stream.ts'
import { framePlan } from '../../src/features/plan-frames.ts'
import { mfccPresets } from '../../src/features/presets.ts'
import { referenceFrameFeatures } from '../../src/kernels/frame-features.ts'
import { createKernels, kernelsInUse, kernelsNames, useKernels } from '../../src/kernels/index.ts'
import * as modules from '../../src/kernels/simd/bytes.ts'
import { frameFeatures } from '../../src/kernels/simd/frames.ts'
import { compileModule } from '../../src/kernels/simd/module.ts'
import { Random } from '../../src/numerics/random.ts'

const records = kernelsNames.flatMap((name) => (name === 'js' ? [] : (createKernels(name) ?? [])))
const presetNames = ['study', 'htk', 'kaldi', 'librosa', 'psf', 'psf512'] as const

function noise(length: number, seed: number | string, scale = 1): Float64Array {
  const x = new Float64Array(length)
  new Random(seed).uniformInto(x, -scale, scale)
  return x
}

type Plan = ReturnType<typeof framePlan>

type Kernel = typeof referenceFrameFeatures

function features(kernel: Kernel, plan: Plan, signal: Float64Array, start: number, frames: number, end: number) {
  const out = new Float64Array(frames * plan.columns + 2)
  kernel(out, 1, plan, signal, start, frames, end)
  return out
}

function expectSameBits(plan: Plan, signal: Float64Array, start = 0, end = signal.length): void {
  const rest = signal.length - start - plan.window.length
  const frames = rest < 0 ? 0 : 1 + Math.floor(rest / plan.step)
  expect(features(frameFeatures, plan, signal, start, frames, end)).toEqual(
    features(referenceFrameFeatures, plan, signal, start, frames, end),
  )
}

const anyOptions = fc
  .record({
    frameLength: fc.integer({ min: 1, max: 130 }),
    frameStep: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.constant(9000)),
    fftLength: fc.constantFrom(16, 32, 64, 100, 128, 201, 256),
    fftRounding: fc.constantFrom('powerOfTwo' as const, 'none' as const),
    window: fc.constantFrom('hamming' as const, 'povey' as const, 'rectangular' as const),
    removeMean: fc.boolean(),
    preEmphasis: fc.constantFrom(0, 0.97, 1),
    preEmphasisScope: fc.constantFrom('frame' as const, 'signal' as const),
    spectrum: fc.constantFrom('power' as const, 'magnitude' as const, 'periodogram' as const),
    filters: fc.integer({ min: 1, max: 6 }),
    energy: fc.constantFrom('none' as const, 'frame' as const, 'spectrum' as const),
    c0: fc.constantFrom('first' as const, 'last' as const),
    log: fc.constantFrom('ln' as const, 'decibel' as const),
    floor: fc.constantFrom(Number.MIN_VALUE, 1e-310, 1e-10, 1),
    highFrequency: fc.constantFrom(3000, 8000),
  })
  .map((o) => ({ ...o, sampleRate: 16000, melScale: 'htk', filterShape: 'hertz', lowFrequency: 0 }) as const)
  .map((o) => ({ ...o, fftLength: Math.max(o.fftLength, o.frameLength), filters: o.fftLength < 64 ? 1 : o.filters }))
  .map((o) => ({ ...o, coefficients: 1 + Math.floor(o.filters / 2) }))

it('node runs the kernel', () => {
  expect(compileModule(modules.frames)).toBeInstanceOf(WebAssembly.Module)
})

describe('frameFeatures', () => {
  it('has the bits of the typed arrays, whatever plan, count of frames, start and padding', () => {
    const signals = fc.record({
      length: fc.integer({ min: 0, max: 9500 }),
      start: fc.integer({ min: 0, max: 3 }),
      padding: fc.integer({ min: 0, max: 150 }),
      exponent: fc.integer({ min: -170, max: 150 }),
      seed: fc.nat(),
    })
    fc.assert(
      fc.property(anyOptions, fc.boolean(), signals, (options, mel, { length, start, padding, exponent, seed }) => {
        const { energy, ...rest } = options
        const melOptions: LogMelOptions = { ...rest, energyColumn: energy }
        const settings = mel ? logMelSettings('logMel', melOptions) : mfccSettings('mfcc', options)
        const signal = noise(length, seed, 10 ** exponent)
        const end = Math.max(0, length - padding)
        signal.fill(0, end)
        expectSameBits(framePlan('test', settings), signal, start, end)
      }),
      { seed: 93, numRuns: 200 },
    )
  })

  it.each(presetNames)('has them for %s, with one frame and many, odd and even counts', (preset) => {
    const plan = framePlan('test', mfccSettings('mfcc', { sampleRate: 16000, ...mfccPresets[preset] }))
    const { step, window } = plan
    for (const frames of [1, 2, 3, 31, 32, 33, 65]) {
      expectSameBits(plan, noise((frames - 1) * step + window.length, frames, plan.floor < 1 ? 1 : 32768))
    }
  })

  it.each([
    ['frames cut to the FFT', 44100, mfccPresets.psf512],
    ['an FFT of 400 points', 16000, { ...mfccPresets.librosa, frameLength: 400, fftLength: 400, filters: 40 }],
    ['an FFT of 275 points', 11025, { ...mfccPresets.librosa, frameLength: 275, fftLength: 275, filters: 40 }],
  ])('has them for %s', (_, sampleRate, options) => {
    const plan = framePlan('test', mfccSettings('mfcc', { sampleRate, ...options }))
    for (const frames of [1, 2, 33]) expectSameBits(plan, noise(frames * plan.step + 1200, frames))
  })

  it('has them for silence, infinities and NaN, and keeps them out of other frames', () => {
    const plan = framePlan('test', mfccSettings('mfcc', { sampleRate: 16000 }))
    expectSameBits(plan, new Float64Array(2000))
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MAX_VALUE]) {
      const signal = noise(2000, 'bad')
      signal[500] = bad
      expectSameBits(plan, signal)
    }
  })

  it('has them at every power of two, beyond what the module holds too', () => {
    for (let length = 4; length <= 16384; length *= 2) {
      const options = { sampleRate: 16000, frameLength: length, fftLength: length, filters: 1, coefficients: 1 }
      const plan = framePlan('test', mfccSettings('mfcc', { ...options, energy: 'none', lowFrequency: 0 }))
      expectSameBits(plan, noise(length + 3 * plan.step, length))
    }
  })

  it('takes plans in turn, and one anew', () => {
    const [a, b] = [{}, mfccPresets.kaldi].map((o) =>
      framePlan('test', mfccSettings('mfcc', { sampleRate: 8000, ...o })),
    )
    const signal = noise(2000, 'turn')
    for (const plan of [a, b, a, a, b]) expectSameBits(plan, signal)
  })
})

describe('features', () => {
  const before = kernelsInUse()
  afterAll(() => useKernels(before))

  it('have the same bits in every record, of clips and of streams', () => {
    const samples = Float32Array.from(noise(16000 + 77, 'clip', 0.5))
    const all = ['js' as const, ...records.map(({ name }) => name as 'simd' | 'relaxed')].map((name) => {
      useKernels(name)
      const clips = presetNames.map((preset) => {
        return mfcc(samples, { sampleRate: 16000, ...mfccPresets[preset], deltas: 2, dtype: 'float64' }).data
      })
      const stream = new MfccStream({ sampleRate: 16000, deltas: 2, dtype: 'float64' })
      const rows = [
        ...stream.push(samples.subarray(0, 5000)),
        ...stream.push(samples.subarray(5000)),
        ...stream.flush(),
      ]
      const mel = logMel(samples, { sampleRate: 16000, energyColumn: 'frame', dtype: 'float64' })
      return [...clips, rows.flatMap((row) => [...row]), mel.data]
    })
    for (const other of all.slice(1)) expect(other).toEqual(all[0])
  })
})
