import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import type { FloatNdArray } from '../../src/core/types.ts'
import { dctMatrix } from '../../src/features/dct.ts'
import { deltas } from '../../src/features/deltas.ts'
import { logEnergy } from '../../src/features/energy.ts'
import { melFilterbank } from '../../src/features/mel-filterbank.ts'
import { logMel, mfcc } from '../../src/features/mfcc.ts'
import type { MfccOptions } from '../../src/features/mfcc-options.ts'
import { MfccStream } from '../../src/features/mfcc-stream.ts'
import { mfccPresets } from '../../src/features/presets.ts'
import { Random } from '../../src/numerics/random.ts'
import { reference, sampleRate, samples, unitSamples } from './reference.ts'

/** For values that are equal but for the order of additions. */
const tolerance = 1e-10
const double = { sampleRate, dtype: 'float64' } as const
const presetNames = ['study', 'htk', 'kaldi', 'librosa', 'psf', 'psf512'] as const

function noise(length: number, seed = 'mfcc'): Float64Array {
  const x = new Float64Array(length)
  new Random(seed).uniformInto(x, -0.5, 0.5)
  return x
}

function expectClose(x: FloatNdArray, y: FloatNdArray, within = tolerance): void {
  expect(x.shape).toEqual(y.shape)
  let worst = 0
  for (let i = 0; i < x.data.length; i++) worst = Math.max(worst, Math.abs(x.data[i] - y.data[i]))
  expect(worst).toBeLessThan(within)
}

function columnsOf(x: FloatNdArray, from: number, to: number): number[] {
  return Array.from({ length: x.shape[0] * (to - from) }, (_, i) => {
    return x.get(Math.floor(i / (to - from)), from + (i % (to - from)))
  })
}

describe('mfcc', () => {
  it('equals the printed coefficients of a frame of two sines', () => {
    const printed = [-17.746481, 8.119757, -5.932431, -7.435484, -2.241011, -0.741047, -5.500298]
    printed.push(-9.299106, -5.345287, 2.832683, 6.886848, 4.208973, 0.058803)
    const tone = (n: number, f: number): number => Math.sin((2 * Math.PI * f * n) / 16000)
    const x = Float64Array.from({ length: 400 }, (_, n) => 0.5 * tone(n, 440) + 0.25 * tone(n, 1250))
    const c = mfcc(x, { ...double, lowFrequency: 0, energy: 'none' })
    expect(c.shape).toEqual([1, 13])
    for (const [n, value] of printed.entries()) {
      expect(Math.abs(c.get(0, n) - value)).toBeLessThan(5.1e-7)
      expect(Math.abs(c.get(0, n) - reference.referenceTone.mfcc[n])).toBeLessThan(tolerance)
    }
  })

  it('gives the program of the guide its shapes', () => {
    const x = mfcc(samples, { sampleRate: 16000, coefficients: 13, deltas: 2 })
    expect(x.shape).toEqual([58, 39])
    expect(x.data).toBeInstanceOf(Float32Array)
    expect(mfcc(samples, { sampleRate: 16000, ...mfccPresets.librosa }).shape).toEqual([19, 20])
  })

  it('is the study preset by default', () => {
    expect(mfcc(samples, double).data).toEqual(mfcc(samples, { ...double, ...mfccPresets.study }).data)
    expect(mfcc(samples, { ...double, window: undefined }).data).toEqual(mfcc(samples, double).data)
  })

  it('computes in float64 and rounds once', () => {
    for (const preset of presetNames) {
      const options = { sampleRate, ...mfccPresets[preset], deltas: 2 } as const
      const exact = mfcc(samples, { ...options, dtype: 'float64' }).data as Float64Array
      expect(mfcc(samples, options).data).toEqual(Float32Array.from(exact))
    }
  })

  it('takes floats, integers and strided views of the same samples alike, and changes none', () => {
    const expected = mfcc(unitSamples, double).data
    const spread = new Float64Array(2 * unitSamples.length)
    for (const [i, x] of unitSamples.entries()) spread[spread.length - 1 - 2 * i] = x
    const reversed = view(spread, [unitSamples.length], [-2], spread.length - 1)
    const before = samples.slice()
    for (const input of [samples, Int32Array.from(samples), Float32Array.from(unitSamples), reversed]) {
      expect(mfcc(input, double).data).toEqual(expected)
    }
    expect(samples).toEqual(before)
  })

  it('adds the logarithm of the squared scale to every log mel energy', () => {
    const x = logMel(noise(2000), double)
    const y = logMel(noise(2000), { ...double, scale: 32768 })
    for (let i = 0; i < x.data.length; i++) expect(y.data[i] - x.data[i]).toBeCloseTo(2 * Math.log(32768), 9)
  })

  it('gives no rows for less than a frame, one where it is padded, none without samples', () => {
    const short = noise(399)
    expect(mfcc(short, { sampleRate, deltas: 2 }).shape).toEqual([0, 39])
    expect(mfcc(short, { sampleRate, ...mfccPresets.htk }).shape).toEqual([0, 13])
    expect(mfcc(short, { sampleRate, ...mfccPresets.kaldi }).shape).toEqual([0, 13])
    expect(mfcc(short, { sampleRate, ...mfccPresets.psf }).shape).toEqual([1, 13])
    expect(mfcc(short, { sampleRate, ...mfccPresets.librosa }).shape).toEqual([1, 20])
    for (const preset of presetNames) {
      const nothing = mfcc(new Float32Array(0), { sampleRate, ...mfccPresets[preset], deltas: 1 })
      expect(nothing.shape).toEqual([0, preset === 'librosa' ? 40 : 26])
    }
  })

  it('stays finite in silence', () => {
    for (const preset of presetNames) {
      const x = mfcc(new Float32Array(5000), { sampleRate, ...mfccPresets[preset], deltas: 2 })
      expect([...x.data].every(Number.isFinite), preset).toBe(true)
    }
  })

  it.each([8000, 11025, 22050, 44100, 48000])('works at %d Hz in every preset', (rate) => {
    for (const preset of presetNames) {
      const x = mfcc(noise(rate), { sampleRate: rate, ...mfccPresets[preset] })
      expect(x.shape[0]).toBeGreaterThan(15)
      expect([...x.data].every(Number.isFinite), preset).toBe(true)
    }
  })

  it('lets a row depend on its own neighbourhood alone, to the last bit', () => {
    const x = noise(8000)
    const far = x.slice()
    // Row 20 with second deltas sees frames 16 to 24, samples 2560 to 4239.
    for (let i = 0; i < far.length; i++) if (i < 2560 || i > 4239) far[i] = 0.9 * Math.cos(i)
    const a = mfcc(x, { ...double, deltas: 2 })
    const b = mfcc(far, { ...double, deltas: 2 })
    for (let j = 0; j < 39; j++) expect(b.get(20, j)).toBe(a.get(20, j))
    for (const t of [19, 21]) expect(b.get(t, 30)).not.toBe(a.get(t, 30))
  })

  it('names the index of a sample that is not finite', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const x = new Float32Array(1000)
      x[123] = bad
      expect(() => mfcc(x, { sampleRate })).toThrow(
        new RangeError(`mfcc: "samples" expected finite numbers, got ${bad} at index 123`),
      )
    }
  })

  it.each<[object, string]>([
    [{ hopLength: 160 }, 'unknown option "hopLength"'],
    [{ energyColumn: 'frame' }, 'unknown option "energyColumn"'],
    [{ sampleRate: undefined }, '"sampleRate" expected a finite number > 0, got undefined'],
    [{ frameStep: 0 }, '"frameStep" expected an integer >= 1 and <= 1048576, got 0'],
    [{ frameLength: 100, frameLengthSeconds: 0.1 }, 'give either "frameLength" or "frameLengthSeconds", not both'],
    [{ fftLength: 256 }, '"fftLength" expected at least a frame of 400 samples, got 256'],
    [{ fftLength: 512.5 }, '"fftLength" expected an integer'],
    [{ fftRounding: 'up' }, '"fftRounding" expected one of "powerOfTwo", "none", got "up"'],
    [{ longFrames: 'drop' }, '"longFrames" expected one of "refuse", "cut", got "drop"'],
    [{ windowPlacement: 'end' }, '"windowPlacement" expected one of "start", "middle", got "end"'],
    [{ lifterOffset: 2 }, '"lifterOffset" expected an integer >= 0 and <= 1, got 2'],
    [{ window: 'kaiser' }, '"window" expected one of'],
    [{ removeMean: 1 }, '"removeMean" expected true or false, got 1'],
    [{ preEmphasis: 1.1 }, '"preEmphasis" expected a finite number >= 0 and <= 1, got 1.1'],
    [{ preEmphasisScope: 'clip' }, '"preEmphasisScope" expected one of "frame", "signal", got "clip"'],
    [{ spectrum: 'complex' }, '"spectrum" expected one of'],
    [{ filters: 200 }, 'filter 2 of 200 (38.1 to 56.6 Hz) meets no bin'],
    [{ emptyFilters: 'drop' }, '"emptyFilters" expected one of "refuse", "keep", got "drop"'],
    [{ ...mfccPresets.librosa, highFrequency: 5e-324 }, 'filter 0 of 128 (0.0 to 0.0 Hz) meets no bin'],
    [{ highFrequency: 9000 }, '"highFrequency" expected a finite number > 0 and <= 8000, got 9000'],
    [{ log: 'log2' }, '"log" expected one of "ln", "decibel", got "log2"'],
    [{ floor: 0 }, '"floor" expected a finite number > 0, got 0'],
    [{ topDecibels: 80 }, '"topDecibels" needs "log" to be "decibel"'],
    [{ log: 'decibel', topDecibels: 'on' }, '"topDecibels" expected a finite number >= 0, got "on"'],
    [{ coefficients: 27 }, '"coefficients" expected an integer >= 1 and <= 26, got 27'],
    [{ dct: 'none' }, '"dct" expected one of "ortho", "htk", got "none"'],
    [{ lifter: -1 }, '"lifter" expected a finite number >= 0, got -1'],
    [{ energy: true }, '"energy" expected one of "none", "frame", "spectrum", got true'],
    [{ c0: 'middle' }, '"c0" expected one of "first", "last", got "middle"'],
    [{ deltas: 3 }, '"deltas" expected an integer >= 0 and <= 2, got 3'],
    [{ deltaWindow: 0 }, '"deltaWindow" expected an integer >= 1 and <= 1000, got 0'],
    [{ deltaWindow: 1e9 }, '"deltaWindow" expected an integer >= 1 and <= 1000, got 1000000000'],
    [{ dtype: 'double' }, '"dtype" expected one of "float32", "float64", got "double"'],
  ])('refuses %o', (options, message) => {
    expect(() => mfcc(samples, { sampleRate, ...options } as MfccOptions)).toThrow(`mfcc: ${message}`)
  })

  it('refuses what is no vector', () => {
    expect(() => mfcc([0, '1'] as never, { sampleRate })).toThrow(TypeError)
    expect(() => mfcc(view(new Float32Array(4), [2, 2]), { sampleRate })).toThrow(
      'mfcc: "samples" expected one dimension',
    )
    expect(() => mfcc(samples, undefined as never)).toThrow('mfcc: options expected an object, got undefined')
  })
})

describe('the options of mfcc', () => {
  it('centered: equals frames of the clip between zeros', () => {
    const x = noise(1234)
    for (const frameLength of [400, 401]) {
      const margin = Math.floor(frameLength / 2)
      const padded = new Float64Array(1234 + 2 * margin)
      padded.set(x, margin)
      const expected = mfcc(padded, { ...double, frameLength })
      expect(mfcc(x, { ...double, frameLength, centered: true }).data).toEqual(expected.data)
    }
  })

  it('emptyFilters "keep": what meets no bin has the logarithm of the floor, all else is as without it', () => {
    const fine = { ...double, filters: 26, lowFrequency: 0, fftLength: 512 }
    expect(logMel(noise(1234), { ...fine, emptyFilters: 'keep' }).data).toEqual(logMel(noise(1234), fine).data)
    const narrow = { ...fine, filters: 200, floor: 1e-6, energyColumn: 'frame', emptyFilters: 'keep' } as const
    const bank = melFilterbank({ sampleRate, fftLength: 512, filters: 200, lowFrequency: 0, emptyFilters: 'keep' })
    const mel = logMel(noise(1234), narrow)
    for (let m = 0; m < 200; m++) {
      const empty = Array.from({ length: 257 }, (_, k) => bank.get(m, k)).every((weight) => weight === 0)
      for (let t = 0; t < mel.shape[0]; t++) expect(mel.get(t, m) === Math.log(1e-6)).toBe(empty)
    }
    const stream = new MfccStream({ ...fine, filters: 200, emptyFilters: 'keep' })
    const rows = [...stream.push(noise(1234)), ...stream.flush()].flatMap((row) => Array.from(row))
    expect(rows).toEqual(Array.from(mfcc(noise(1234), { ...fine, filters: 200, emptyFilters: 'keep' }).data))
  })

  it('emptyFilters: presets take after their tools', () => {
    const keeping = Object.entries(mfccPresets).filter(([, preset]) => preset.emptyFilters === 'keep')
    expect(keeping.map(([name]) => name)).toEqual(['librosa', 'psf', 'psf512'])
  })

  it('lastFrame "pad": equals a clip followed by zeros', () => {
    const padded = new Float64Array(400 + 3 * 160)
    padded.set(noise(800))
    expect(mfcc(noise(800), { ...double, lastFrame: 'pad' }).data).toEqual(mfcc(padded, double).data)
  })

  it('fftLength: is rounded up to a power of two, and may be longer than a frame', () => {
    const long = mfcc(samples, { ...double, fftLength: 1024 })
    expect(mfcc(samples, { ...double, fftLength: 600 }).data).toEqual(long.data)
    expect(long.data).not.toEqual(mfcc(samples, double).data)
  })

  it('fftRounding "none": takes the length as it is', () => {
    const exact = { ...double, fftRounding: 'none' } as const
    expect(mfcc(samples, { ...exact, fftLength: 512 }).data).toEqual(mfcc(samples, double).data)
    expect(mfcc(samples, { ...exact, fftLength: 400 }).data).not.toEqual(mfcc(samples, double).data)
    // Parseval: over all bins the periodogram adds up to the energy of the windowed frame, whatever the length.
    const sums = [400, 401].map((fftLength) => {
      return logMel(samples, { ...exact, fftLength, energyColumn: 'spectrum', spectrum: 'periodogram' }).get(20, 26)
    })
    expect(Math.abs(sums[0] - sums[1])).toBeLessThan(0.01)
  })

  it('longFrames "cut": equals frames of fftLength samples under the start of the window', () => {
    const cut = { ...double, fftLength: 256, longFrames: 'cut', window: 'rectangular', energy: 'spectrum' } as const
    const short = { ...double, frameLength: 256, window: 'rectangular', energy: 'spectrum' } as const
    const [a, b] = [mfcc(samples, cut), mfcc(samples, short)]
    expect(a.shape).toEqual([58, 13])
    expect(b.shape).toEqual([59, 13])
    expect([...a.data]).toEqual([...b.data].slice(0, 58 * 13))
    expect(mfcc(samples, { ...cut, window: 'hann' }).data).not.toEqual(mfcc(samples, { ...short, window: 'hann' }).data)
  })

  it('windowPlacement "middle": equals the samples ahead of which the clip begins', () => {
    const middle = { ...double, fftLength: 512, windowPlacement: 'middle', frameLength: 301 } as const
    const from = mfcc(samples.subarray(105), { ...double, fftLength: 512, frameLength: 301 })
    const placed = mfcc(samples, middle)
    expect(placed.shape[0]).toBe(1 + Math.floor((samples.length - 512) / 160))
    expect([...placed.data]).toEqual([...from.data].slice(0, placed.data.length))
    expect(mfcc(samples, { ...middle, centered: true }).shape[0]).toBe(1 + Math.floor(samples.length / 160))
  })

  it('snipEdges false: equals the clip between its mirrored ends', () => {
    for (const frameLength of [400, 401]) {
      const x = noise(1300)
      const before = Math.floor(frameLength / 2) - 80
      const mirrored = [...x.slice(0, before).reverse(), ...x, ...x.slice(1000).reverse()]
      const expected = mfcc(Float64Array.from(mirrored), { ...double, frameLength })
      const actual = mfcc(x, { ...double, frameLength, snipEdges: false })
      expect(actual.shape).toEqual([8, 13])
      expect([...actual.data]).toEqual([...expected.data].slice(0, 8 * 13))
      expect(logEnergy(x, { ...double, frameLength, snipEdges: false }).data).toEqual(
        Float64Array.from(columnsOf(actual, 0, 1)),
      )
    }
  })

  it('preEmphasisScope "signal": equals a clip that was emphasised before it was padded', () => {
    const x = noise(1000)
    const emphasised = x.map((value, i) => value - (i > 0 ? 0.97 * x[i - 1] : 0))
    for (const options of [{ lastFrame: 'pad' }, { centered: true }, { frameStep: 410, lastFrame: 'pad' }] as const) {
      const common = { ...double, ...options, energy: 'none' } as const
      const actual = mfcc(x, { ...common, preEmphasisScope: 'signal' })
      expectClose(actual, mfcc(emphasised, { ...common, preEmphasis: 0 }))
    }
  })

  it('removeMean: takes an offset out of features and energy', () => {
    const x = noise(1000)
    const offset = x.map((value) => value + 0.25)
    expectClose(mfcc(offset, { ...double, removeMean: true }), mfcc(x, { ...double, removeMean: true }), 1e-9)
    expect(mfcc(offset, double).get(0, 0)).not.toBeCloseTo(mfcc(x, double).get(0, 0), 2)
    const wholeSignal = { ...double, removeMean: true, preEmphasisScope: 'signal' } as const
    const [a, b] = [x, offset].map((samples) => mfcc(samples, wholeSignal))
    for (let t = 1; t < 4; t++) expect(Math.abs(a.get(t, 1) - b.get(t, 1))).toBeLessThan(1e-9)
  })

  it('spectrum: the periodogram is the power less ln(fftLength)', () => {
    const power = logMel(noise(1000), double)
    const periodogram = logMel(noise(1000), { ...double, spectrum: 'periodogram' })
    for (const [i, value] of power.data.entries()) expect(value - periodogram.data[i]).toBeCloseTo(Math.log(512), 10)
  })

  it('log: decibels are 10 log10', () => {
    const natural = logMel(noise(1000), double)
    const decibels = logMel(noise(1000), { ...double, log: 'decibel' })
    for (const [i, value] of natural.data.entries()) expect(decibels.data[i]).toBeCloseTo((10 * value) / Math.LN10, 9)
  })

  it('topDecibels: raises what lies further below the maximum of the clip, and nothing else', () => {
    const x = noise(2000).map((value, i) => (i < 1000 ? value : 1e-4 * value))
    const all = logMel(x, { ...double, log: 'decibel', energyColumn: 'frame' })
    const top = logMel(x, { ...double, log: 'decibel', energyColumn: 'frame', topDecibels: 20 })
    const max = Math.max(...columnsOf(all, 0, 26))
    const raised = columnsOf(all, 0, 26).map((value) => Math.max(value, max - 20))
    expect(columnsOf(top, 0, 26)).toEqual(raised)
    expect(raised).not.toEqual(columnsOf(all, 0, 26))
    expect(columnsOf(top, 26, 27)).toEqual(columnsOf(all, 26, 27))
  })

  it('energy: replaces c0 alone, by the log energy of the frame or of its spectrum', () => {
    const [none, frame, spectrum] = (['none', 'frame', 'spectrum'] as const).map((energy) => {
      return mfcc(samples, { ...double, window: 'rectangular', preEmphasis: 0, energy, floor: 1e-30 })
    })
    expect(columnsOf(frame, 1, 13)).toEqual(columnsOf(none, 1, 13))
    expect(columnsOf(spectrum, 1, 13)).toEqual(columnsOf(none, 1, 13))
    expect(columnsOf(frame, 0, 1)).toEqual([...logEnergy(samples, { ...double, floor: 1e-30 }).data])
    // Parseval: over all 512 bins, of which 257 are summed, the power is 512 times the energy.
    const impulse = Float64Array.from({ length: 400 }, (_, i) => (i === 7 ? 0.5 : 0))
    const one = mfcc(impulse, { ...double, window: 'rectangular', preEmphasis: 0, energy: 'spectrum' })
    expect(one.get(0, 0)).toBeCloseTo(Math.log(257 * 0.25), 10)
  })

  it('c0 "last": moves the first column behind the others', () => {
    for (const energy of ['none', 'frame'] as const) {
      const first = mfcc(samples, { ...double, energy })
      const last = mfcc(samples, { ...double, energy, c0: 'last' })
      expect(columnsOf(last, 0, 12)).toEqual(columnsOf(first, 1, 13))
      expect(columnsOf(last, 12, 13)).toEqual(columnsOf(first, 0, 1))
    }
  })

  it('lifter: weights c_n by 1 + L/2 sin(pi n / L)', () => {
    const plain = mfcc(samples, double)
    const liftered = mfcc(samples, { ...double, lifter: 22 })
    for (let n = 1; n < 13; n++) {
      const expected = (1 + 11 * Math.sin((Math.PI * n) / 22)) * plain.get(3, n)
      expect(Math.abs(liftered.get(3, n) - expected)).toBeLessThan(tolerance)
    }
    expect(columnsOf(liftered, 0, 1)).toEqual(columnsOf(plain, 0, 1))
  })

  it('lifterOffset 1: weights them by 1 + L/2 sin(pi (n + 1) / L), c0 too', () => {
    const plain = mfcc(samples, { ...double, energy: 'none' })
    const liftered = mfcc(samples, { ...double, energy: 'none', lifter: 22, lifterOffset: 1 })
    for (let n = 0; n < 13; n++) {
      const expected = (1 + 11 * Math.sin((Math.PI * (n + 1)) / 22)) * plain.get(3, n)
      expect(Math.abs(liftered.get(3, n) - expected)).toBeLessThan(tolerance)
    }
  })

  it('deltas: equal deltas() of the static features', () => {
    for (const deltaWindow of [1, 2, 4]) {
      const x = mfcc(samples, { ...double, deltas: 2, deltaWindow })
      const statics = mfcc(samples, double)
      expect(columnsOf(x, 0, 13)).toEqual([...statics.data])
      for (const order of [1, 2]) {
        const expected = deltas(statics, { order, window: deltaWindow, dtype: 'float64' })
        expect(columnsOf(x, order * 13, order * 13 + 13)).toEqual([...expected.data])
      }
    }
  })
})

describe('logMel', () => {
  it('is what mfcc takes the cosine transform of', () => {
    const x = logMel(samples, double)
    const c = mfcc(samples, { ...double, energy: 'none' })
    const { data } = dctMatrix(13, 26)
    expect(x.shape).toEqual([58, 26])
    for (let t = 0; t < 58; t++) {
      for (let n = 0; n < 13; n++) {
        let sum = 0
        for (let m = 0; m < 26; m++) sum += data[n * 26 + m] * x.get(t, m)
        expect(Math.abs(c.get(t, n) - sum)).toBeLessThan(tolerance)
      }
    }
  })

  it('appends an energy and deltas on request, and pays no heed to cepstral options', () => {
    const x = logMel(samples, { ...double, filters: 40, energyColumn: 'frame', deltas: 1 })
    expect(x.shape).toEqual([58, 82])
    expect(columnsOf(x, 40, 41)).toEqual([...logEnergy(samples, double).data])
    expect(columnsOf(x, 0, 40)).toEqual([...logMel(samples, { ...double, filters: 40 }).data])
    expect(logMel(samples, { sampleRate, filters: 10 }).shape).toEqual([58, 10])
    expect(logMel(samples, { sampleRate, ...mfccPresets.kaldi }).shape).toEqual([58, 23])
  })

  it('names itself in errors', () => {
    expect(() => logMel(samples, { sampleRate, frameStep: 0 })).toThrow('logMel: "frameStep" expected')
    expect(() => logMel(samples, { sampleRate, energyColumn: 'last' as never })).toThrow('logMel: "energyColumn"')
  })

  it('stays within the floor for any signal in [-1, 1)', () => {
    const amplitude = fc.double({ min: -1, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(amplitude, { minLength: 400, maxLength: 700 }), (values) => {
        const x = logMel(Float64Array.from(values), double)
        for (const value of x.data) expect(value).toBeGreaterThanOrEqual(Math.log(1e-10))
      }),
      { seed: 42, numRuns: 30 },
    )
  })
})
