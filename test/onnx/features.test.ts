/** Models of feature columns as files, run by onnxruntime. */
import { describe, expect, it } from 'vitest'
import { LogisticRegression, type MatrixLike, Standardizer } from '../../src/index.ts'
import { toOnnx } from '../../src/onnx/to-onnx.ts'
import { difference, drawn, rowsOf, TOLERANCE, worstOf } from './support/compare.ts'
import { runRows, sessionOf } from './support/runtime.ts'

/** Columns whose means are large beside their deviations, and one that is constant. */
const shifted = (data: Float32Array): Float32Array => data.map((value, i) => [2000 + value, -0.1 * value, 7][i % 3])

describe('a Standardizer', () => {
  const sequences = drawn('a', [40, 30], 3).map(shifted)
  const rows = sequences.map((data) => rowsOf(data, 3))
  const transform = (scaler: Standardizer) => ({
    transform: (x: MatrixLike) => scaler.transform(x),
  })

  it('of a training set loses nothing where means are large', async () => {
    const scaler = new Standardizer().fit(rows)
    expect(await worstOf(scaler, transform(scaler), sequences, 3)).toBeLessThan(TOLERANCE)
  })

  it('of a training set leaves masked columns as they are', async () => {
    const scaler = new Standardizer({ mask: [false, true, false] }).fit(rows)
    expect(await worstOf(scaler, transform(scaler), sequences, 3)).toBeLessThan(TOLERANCE)
  })

  it('of an utterance takes the statistics of its real frames', async () => {
    const scaler = new Standardizer({ statistics: 'utterance', mask: [false, true, false] })
    expect(
      await worstOf(
        scaler,
        transform(scaler),
        sequences.map((x) => x.slice(0, 60)),
        3,
      ),
    ).toBeLessThan(TOLERANCE)
    const small = drawn('b', [5, 9, 1], 3)
    expect(await worstOf(scaler, transform(scaler), small, 3)).toBeLessThan(TOLERANCE)
  })

  it('of speakers is refused, as is one without statistics', () => {
    const bySpeaker = new Standardizer({ statistics: 'speaker' }).fit(rows, { groups: ['a', 'b'] })
    expect(() => toOnnx(bySpeaker)).toThrow(/^toOnnx: a Standardizer of "speaker" statistics needs to know who speaks/)
    expect(() => toOnnx(new Standardizer())).toThrow(
      'toOnnx: the Standardizer is not fitted; call fit(sequences) first',
    )
    expect(() => toOnnx(new Standardizer({ statistics: 'utterance' }))).toThrow('no number of columns')
  })
})

describe('a LogisticRegression', () => {
  it.each([2, 3])('of %i classes gives the same rows', async (classes) => {
    const [data] = drawn('c', [60], 4)
    const labels = Array.from({ length: 60 }, (_, i) => i % classes)
    const model = new LogisticRegression().fit(rowsOf(data, 4), labels)
    const session = await sessionOf(toOnnx(model))
    const { y } = await runRows(session, data, 4)
    expect(y.dims).toEqual([60, classes])
    expect(difference(y.data, model.forward(rowsOf(data, 4)).data)).toBeLessThan(TOLERANCE)
  })

  it('that learned nothing is refused', () => {
    expect(() => toOnnx(new LogisticRegression())).toThrow('toOnnx: the LogisticRegression is not fitted')
  })
})
