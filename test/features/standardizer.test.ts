import fc from 'fast-check'
import ndarray, { type NdArray } from 'ndarray'
import { describe, expect, it } from 'vitest'
import { FormatError, StateError } from '../../src/core/errors.ts'
import type { ArrayView, FloatArray } from '../../src/core/types.ts'
import { mfcc } from '../../src/features/mfcc.ts'
import { MfccStream } from '../../src/features/mfcc-stream.ts'
import { Standardizer } from '../../src/features/standardizer.ts'
import type { StandardizerOptions } from '../../src/features/standardizer-options.ts'
import { saveModel } from '../../src/io/save-model.ts'
import { Dense } from '../../src/layers/dense.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Random } from '../../src/numerics/random.ts'
import { loadModel } from '../../src/pipelines/load-model.ts'

/** Of float64 sums over some hundred frames. */
const TOLERANCE = 1e-12

function matrix(rows: number[][], cols = rows[0]?.length ?? 0): NdArray<Float64Array> {
  return ndarray(Float64Array.from(rows.flat()), [rows.length, cols])
}

function randomMatrix(rows: number, cols: number, seed: number, offset = 0): NdArray<Float64Array> {
  const data = new Float64Array(rows * cols)
  new Random(seed).normalInto(data)
  return ndarray(
    data.map((value, i) => offset + (1 + (i % cols)) * (value + (i % cols))),
    [rows, cols],
  )
}

/** Mean and population standard deviation of each column, in two passes. */
function moments(matrices: ArrayView[]): { mean: number[]; deviation: number[] } {
  const rows = matrices.flatMap((x) =>
    Array.from({ length: x.shape[0] }, (_, t) => Array.from({ length: x.shape[1] }, (_, j) => x.get(t, j))),
  )
  const mean = rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0) / rows.length)
  const deviation = mean.map((m, j) => Math.sqrt(rows.reduce((sum, row) => sum + (row[j] - m) ** 2, 0) / rows.length))
  return { mean, deviation }
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = TOLERANCE): void {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i] - expected[i])).toBeLessThanOrEqual(tolerance)
}

const float64: StandardizerOptions = { dtype: 'float64' }
const a = randomMatrix(100, 4, 1)
const b = randomMatrix(37, 4, 2, 3)

describe('Standardizer with statistics of the training set', () => {
  it('pools all frames, so that the training set has mean 0 and variance 1', () => {
    const standardizer = new Standardizer(float64)
    const transformed = standardizer.fitTransform([a, b])
    const pooled = moments([a, b])
    expectClose(standardizer.mean.data, pooled.mean)
    expectClose(standardizer.scale.data, pooled.deviation)
    const { mean, deviation } = moments(transformed)
    expectClose(mean, [0, 0, 0, 0])
    expectClose(deviation, [1, 1, 1, 1])
  })

  it('gives a worked example', () => {
    const standardizer = new Standardizer().fit([matrix([[1, 10]]), matrix([[3, 30]])])
    expect(Array.from(standardizer.mean.data)).toEqual([2, 20])
    expect(Array.from(standardizer.scale.data)).toEqual([1, 10])
    expect(standardizer.transform(matrix([[4, 0]])).data).toEqual(Float32Array.of(2, -2))
    expect(standardizer.inverse(matrix([[2, -2]])).data).toEqual(Float32Array.of(4, 0))
  })

  it('keeps its digits far from zero', () => {
    const far = randomMatrix(200, 2, 4, 1e9)
    const { deviation } = moments([far])
    expectClose(new Standardizer().fit([far]).scale.data, deviation, 1e-6)
  })

  it('scales a constant column by 1, whatever its value, and a small one by its own measure', () => {
    const rows = Array.from({ length: 50 }, (_, t) => [0.1, -7e12, 0, 2 ** -66 * (t % 2)])
    const standardizer = new Standardizer(float64)
    const [z] = standardizer.fitTransform([matrix(rows)])
    expect(Array.from(standardizer.scale.data)).toEqual([1, 1, 1, 2 ** -67])
    for (let t = 0; t < 50; t++) {
      expectClose([z.get(t, 0), z.get(t, 1), z.get(t, 2), z.get(t, 3)], [0, 0, 0, t % 2 === 0 ? -1 : 1])
    }
  })

  it('takes a nearly constant column for constant by epsilon', () => {
    const x = matrix([[1], [1 + 1e-3]])
    expect(new Standardizer({ epsilon: 1e-2 }).fit([x]).scale.get(0)).toBe(1)
    expect(new Standardizer({ epsilon: 1e-4 }).fit([x]).scale.get(0)).toBeCloseTo(5e-4, 12)
  })

  it('passes masked columns through unchanged', () => {
    const standardizer = new Standardizer({ ...float64, mask: [false, true, false, true] })
    const [z] = standardizer.fitTransform([a])
    const [all] = new Standardizer(float64).fitTransform([a])
    for (let t = 0; t < a.shape[0]; t++) {
      expect([z.get(t, 1), z.get(t, 3)]).toEqual([a.get(t, 1), a.get(t, 3)])
      expect([z.get(t, 0), z.get(t, 2)]).toEqual([all.get(t, 0), all.get(t, 2)])
    }
  })

  it('is undone by inverse', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 20 }), (seed, rows) => {
        const x = randomMatrix(rows, 3, seed)
        const standardizer = new Standardizer(float64).fit([x, randomMatrix(5, 3, seed + 1)])
        expectClose(standardizer.inverse(standardizer.transform(x)).data, x.data)
      }),
      { seed: 42, numRuns: 50 },
    )
  })

  it('is fitted anew by a second fit, also to other columns', () => {
    const standardizer = new Standardizer().fit([randomMatrix(9, 2, 1)]).fit([a])
    expect(standardizer.mean.data).toEqual(new Standardizer().fit([a]).mean.data)
  })

  it('reads float32 and transposed views, leaves them alone and is float32 by default', () => {
    const transposed = ndarray(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]).transpose(1, 0)
    const standardizer = new Standardizer()
    const [z] = standardizer.fitTransform([transposed])
    expect(Array.from(standardizer.mean.data)).toEqual([2, 5])
    expect(z.data).toBeInstanceOf(Float32Array)
    expect(z.shape).toEqual([3, 2])
    expect(z.get(0, 1)).toBe(Math.fround(-Math.sqrt(1.5)))
    expect(transposed.data).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6))
  })

  it('hands out copies of its statistics', () => {
    const standardizer = new Standardizer().fit([a])
    standardizer.mean.data.fill(99)
    expect(standardizer.mean.get(0)).not.toBe(99)
  })
})

describe('Standardizer with statistics of the utterance', () => {
  const standardizer = new Standardizer({ ...float64, statistics: 'utterance' })

  it('uses the sequence itself and needs no fit', () => {
    for (const x of [a, b]) {
      const { mean, deviation } = moments([standardizer.transform(x)])
      expectClose(mean, [0, 0, 0, 0])
      expectClose(deviation, [1, 1, 1, 1])
    }
    expect(standardizer.fit([a]).transform(b).data).toEqual(standardizer.transform(b).data)
  })

  it('makes zeros of a single frame and nothing of none', () => {
    expect(standardizer.transform(matrix([[3, -4]])).data).toEqual(Float64Array.of(0, 0))
    expect(standardizer.transform(matrix([], 2)).shape).toEqual([0, 2])
  })

  it('has no statistics to show or to undo', () => {
    expect(() => standardizer.mean).toThrow(StateError)
    expect(() => standardizer.inverse(a)).toThrow(StateError)
  })
})

describe('Standardizer with statistics of the speaker', () => {
  const speaker: StandardizerOptions = { ...float64, statistics: 'speaker' }

  it('pools the sequences of each speaker', () => {
    const standardizer = new Standardizer(speaker)
    const c = randomMatrix(20, 4, 3, -8)
    const groups = ['ann', 'bob', 'ann']
    const [za, zb, zc] = standardizer.fitTransform([a, b, c], { groups })
    const ann = new Standardizer(float64).fitTransform([a, c])
    expect([za.data, zc.data]).toEqual([ann[0].data, ann[1].data])
    expect(zb.data).toEqual(new Standardizer(float64).fitTransform([b])[0].data)
    expectClose(standardizer.inverse(zb, { group: 'bob' }).data, b.data)
  })

  it('takes a new speaker in by another fit and keeps the others', () => {
    const standardizer = new Standardizer(speaker).fit([a], { groups: ['ann'] })
    const before = standardizer.transform(a, { group: 'ann' }).data
    expect(() => standardizer.transform(b, { group: 'bob' })).toThrow(StateError)
    expect(() => standardizer.transform(b, { group: 'bob' })).toThrow(
      'no statistics of speaker "bob" (fitted: "ann"); call fit(sequences, { groups }) with recordings of that speaker first',
    )
    standardizer.fit([b], { groups: ['bob'] })
    expect(standardizer.transform(b, { group: 'bob' }).data).toEqual(
      new Standardizer(float64).fit([b]).transform(b).data,
    )
    expect(standardizer.transform(a, { group: 'ann' }).data).toEqual(before)
  })

  it('wants names', () => {
    const standardizer = new Standardizer(speaker)
    expect(() => standardizer.fit([a])).toThrow(TypeError)
    expect(() => standardizer.fit([a, b], { groups: ['ann'] })).toThrow('expected 2 names')
    standardizer.fit([a], { groups: ['ann'] })
    expect(() => standardizer.fit([matrix([[1]])], { groups: ['bob'] })).toThrow(
      'expected shape [frames, 4], got [1, 1]',
    )
    expect(() => standardizer.fit([a], { groups: ['ann'] }).transform(a)).toThrow('"group" expected a string')
    expect(() => standardizer.mean).toThrow(StateError)
  })
})

describe('Standardizer as JSON', () => {
  it.each<StandardizerOptions>([
    float64,
    { mask: [true, false, false, false], epsilon: 1e-5 },
    { statistics: 'speaker', dtype: 'float64' },
    { statistics: 'utterance' },
  ])('comes back exactly: %o', (options) => {
    const standardizer = new Standardizer(options).fit([a, b], { groups: ['ann', '__proto__'] })
    const again = Standardizer.fromJSON(JSON.parse(JSON.stringify(standardizer)))
    expect(again.toJSON()).toEqual(standardizer.toJSON())
    for (const group of ['ann', '__proto__']) {
      expect(again.transform(b, { group }).data).toEqual(standardizer.transform(b, { group }).data)
    }
  })

  it.each<[string, (state: Record<string, unknown>) => unknown]>([
    ['nothing', () => undefined],
    ['a missing field', ({ statistics: _, ...rest }) => rest],
    ['an unknown field', (state) => ({ ...state, colour: 'red' })],
    ['a zero scale', (state) => ({ ...state, moments: [{ group: '', mean: [1], scale: [0] }] })],
    ['null for a number', (state) => ({ ...state, moments: [{ group: '', mean: [null], scale: [1] }] })],
    ['unequal lengths', (state) => ({ ...state, moments: [{ group: '', mean: [1, 2], scale: [1] }] })],
    ['a mask of another length', (state) => ({ ...state, mask: [true] })],
  ])('refuses %s', (_name, spoil) => {
    const state = JSON.parse(JSON.stringify(new Standardizer().fit([a])))
    expect(() => Standardizer.fromJSON(spoil(state))).toThrow(FormatError)
  })
})

describe('Standardizer refuses', () => {
  it('numbers that are not finite, naming sequence and row, and stays as it was', () => {
    const bad = matrix([
      [1, 2],
      [3, Number.NaN],
    ])
    const standardizer = new Standardizer().fit([
      matrix([
        [1, 2],
        [3, 4],
      ]),
    ])
    const before = standardizer.toJSON()
    expect(() => standardizer.fit([matrix([[0, 0]]), bad])).toThrow(
      'Standardizer.fit: "sequences[1]" expected finite numbers, got NaN at row 1, column 1',
    )
    expect(() => standardizer.transform(bad)).toThrow('"sequence" expected finite numbers, got NaN at row 1, column 1')
    expect(standardizer.toJSON()).toEqual(before)
  })

  it('a speaker without frames, and keeps none of the others', () => {
    const standardizer = new Standardizer({ statistics: 'speaker' })
    expect(() => standardizer.fit([a, matrix([], 4)], { groups: ['ann', 'bob'] })).toThrow('of speaker "bob" expected')
    expect(standardizer.toJSON().moments).toEqual([])
  })

  it.each<[string, () => unknown, new () => Error, string]>([
    [
      'to transform unfitted',
      () => new Standardizer().transform(a),
      StateError,
      'not fitted; call fit(sequences) first',
    ],
    ['to show unfitted means', () => new Standardizer().mean, StateError, 'call fit(sequences) first'],
    ['no sequences', () => new Standardizer().fit([]), RangeError, 'at least 1 item'],
    ['no frames', () => new Standardizer().fit([matrix([], 4)]), RangeError, 'at least one frame'],
    ['a matrix for a list', () => new Standardizer().fit(a as never), TypeError, '"sequences" expected an array'],
    [
      'unequal columns',
      () => new Standardizer().fit([a, matrix([[1]])]),
      RangeError,
      'expected shape [frames, 4], got [1, 1]',
    ],
    [
      'other columns',
      () => new Standardizer().fit([a]).transform(matrix([[1]])),
      RangeError,
      'expected shape [frames, 4]',
    ],
    ['a short mask', () => new Standardizer({ mask: [true] }).fit([a]), RangeError, 'expected shape [frames, 1]'],
    ['odd masks', () => new Standardizer({ mask: [1] as never }), TypeError, '"mask[0]" expected true or false'],
    ['odd words', () => new Standardizer({ statistics: 'global' as never }), RangeError, '"statistics"'],
    ['odd options', () => new Standardizer({ std: true } as never), TypeError, 'unknown option "std"'],
    ['odd fit options', () => new Standardizer().fit([a], { group: 'x' } as never), TypeError, 'unknown option'],
  ])('%s', (_name, call, kind, message) => {
    expect(call).toThrow(kind)
    expect(call).toThrow(message)
  })
})

describe('Standardizer of frames and of what streams give', () => {
  const standardizer = new Standardizer().fit([a, b])
  const row = (x: NdArray<Float64Array>, t: number): Float64Array => x.data.slice(4 * t, 4 * t + 4)

  it('takes a frame as a typed array or as plain numbers, and gives the numbers of its row', () => {
    const whole = standardizer.transform(a)
    for (const t of [0, 57, 99]) {
      const expected = whole.data.slice(4 * t, 4 * t + 4)
      expect(standardizer.transform(row(a, t))).toEqual(expected)
      expect(standardizer.transform(Array.from(row(a, t)))).toEqual(expected)
    }
    const wide = new Standardizer(float64).fit([a])
    expectClose(wide.inverseTransform(wide.transform(row(a, 3))), row(a, 3))
  })

  it('gives a view of one dimension back for one', () => {
    const frame = standardizer.transform(a.pick(3, null))
    expect(frame.shape).toEqual([4])
    expect(frame.data).toEqual(standardizer.transform(row(a, 3)))
  })

  it('gives [0, D] for no rows, as a stream gives none before a frame is whole', () => {
    expect(standardizer.transform([]).shape).toEqual([0, 4])
    expect(standardizer.inverseTransform([]).shape).toEqual([0, 4])
    expect(() => new Standardizer().transform([])).toThrow(StateError)
  })

  it('refuses frames of another length, of values that are not finite, and with statistics that a frame has not', () => {
    expect(() => standardizer.transform([1, 2])).toThrow('expected shape [frames, 4], got [1, 2]')
    expect(() => standardizer.transform([1, 2, Number.NaN, 4])).toThrow(RangeError)
    const utterance = new Standardizer({ statistics: 'utterance' })
    expect(() => utterance.transform([1, 2, 3, 4])).toThrow(StateError)
  })

  it('fits between MfccStream and a stream of a network, chunk by chunk and frame by frame', () => {
    const options = { sampleRate: 16000, coefficients: 4, deltas: 1 } as const
    const samples = new Float64Array(16000)
    new Random('sound').normalInto(samples)
    const features = mfcc(samples, options)
    const scaler = new Standardizer().fit([features])
    const net = new Sequential([new LSTM({ inputs: 8, units: 3 }), new Dense({ units: 2, activation: 'softmax' })])
    const expected = net.forward(scaler.transform(features)).data

    const byChunk = net.stream()
    const byFrame = net.stream()
    const source = new MfccStream(options)
    const rows: { chunk: number[]; frame: number[] } = { chunk: [], frame: [] }
    const take = (frames: FloatArray[]): void => {
      rows.chunk.push(...byChunk.forward(scaler.transform(frames)).data)
      for (const frame of frames) rows.frame.push(...byFrame.push(scaler.transform(frame)))
    }
    for (let at = 0; at < samples.length; at += 100) take(source.push(samples.subarray(at, at + 100)))
    take(source.flush())
    expect(rows.chunk).toEqual(Array.from(expected))
    expect(rows.frame).toEqual(Array.from(expected))
  })

  it('is kept by saveModel, exactly, also at 16 bits', () => {
    for (const options of [{}, { dtype: 'float16' }] as const) {
      const again = loadModel(saveModel(standardizer, options), Standardizer)
      expect(again.transform(a).data).toEqual(standardizer.transform(a).data)
      expect(again.toJSON()).toEqual(standardizer.toJSON())
    }
    const speakers = new Standardizer({ statistics: 'speaker', mask: [true, false, false, false] })
    speakers.fit([a, b], { groups: ['ann', 'bob'] })
    expect(loadModel(saveModel(speakers), Standardizer).toJSON()).toEqual(speakers.toJSON())
    const state = { ...standardizer.state(), version: 2 } as never
    expect(() => Standardizer.fromState(state)).toThrow(FormatError)
  })

  it('has inverse as the old name of inverseTransform', () => {
    const z = standardizer.transform(a)
    expect(standardizer.inverse(z).data).toEqual(standardizer.inverseTransform(z).data)
  })
})
