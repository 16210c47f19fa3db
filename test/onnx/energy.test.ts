/** Energy models as files, run by onnxruntime. */
import { describe, expect, it } from 'vitest'
import { CRBM, type CRBMOptions, DBN, GaussianRBM, type MatrixLike, RBM, StackedCRBM } from '../../src/index.ts'
import type { ParameterSet } from '../../src/numerics/parameters.ts'
import { Random } from '../../src/numerics/random.ts'
import { toOnnx } from '../../src/onnx/to-onnx.ts'
import { difference, drawn, partOf, rowsOf, TOLERANCE, worstOf } from './support/compare.ts'
import { runPadded, runRows, sessionOf } from './support/runtime.ts'

function draw<M extends { parameters: ParameterSet }>(model: M, scale = 0.3): M {
  new Random('weights').normalInto(model.parameters.forWriting(), 0, scale)
  return model
}

const bits = (data: Float32Array): Float32Array => data.map((value) => Number(value > 0))

describe('a CRBM', () => {
  const make = (options: Partial<CRBMOptions> = {}): CRBM => {
    return draw(new CRBM({ visible: 3, hidden: 5, order: 2, ...options }))
  }

  it('has two outputs, each with its name', async () => {
    const model = make()
    const session = await sessionOf(toOnnx(model))
    expect(session.outputNames).toEqual(['transform', 'predictNext'])
    const [data] = drawn('a', [6], 3)
    const { transform, predictNext } = await runPadded(session, [data], 3)
    expect([transform.dims, predictNext.dims]).toEqual([
      [1, 6, 5],
      [1, 4, 3],
    ])
    expect(difference(transform.data, model.transform(rowsOf(data, 3)).data)).toBeLessThan(TOLERANCE)
    expect(difference(predictNext.data, model.predictNext(rowsOf(data, 3)).data)).toBeLessThan(TOLERANCE)
  })

  it.each(['linear', 'binary'] as const)('with %s units gives the same for any lengths', async (visibles) => {
    const model = make({ visibles })
    const outputs = { transform: model.transform.bind(model), predictNext: model.predictNext.bind(model) }
    const sequences = drawn('b', [7, 3, 4], 3).map((data) => (visibles === 'binary' ? bits(data) : data))
    expect(await worstOf(model, outputs as never, sequences, 3)).toBeLessThan(TOLERANCE)
  })

  it('asked for one output calls it y', async () => {
    const model = make({ order: 4 })
    const outputs = { predictNext: model.predictNext.bind(model) }
    expect(await worstOf(model, outputs, drawn('c', [9, 5], 3), 3)).toBeLessThan(TOLERANCE)
  })

  it('has no forecast for sequences as short as its order', async () => {
    const session = await sessionOf(toOnnx(make(), { outputs: ['predictNext'] }))
    const { y } = await runPadded(session, drawn('d', [4, 1], 3), 3)
    expect(y.dims).toEqual([2, 2, 3])
    expect([...partOf(y, 1)]).toEqual([0, 0, 0, 0, 0, 0])
    expect((await runPadded(session, drawn('d', [2, 1], 3), 3)).y.dims).toEqual([2, 0, 3])
  })

  it('in a stack gives the probabilities of the top', async () => {
    const model = new StackedCRBM({ visible: 3, hidden: [4, 6], order: [2, 1] })
    model.layers.forEach((layer) => draw(layer))
    const outputs = { transform: (x: MatrixLike) => model.transform(x) }
    expect(await worstOf(model, outputs, drawn('e', [1, 6, 3], 3), 3)).toBeLessThan(TOLERANCE)
  })
})

describe('an RBM', () => {
  it.each([
    ['binary', () => draw(new RBM({ visible: 6, hidden: 4 }))],
    ['Gaussian', () => draw(new GaussianRBM({ visible: 6, hidden: 4 }))],
    ['Gaussian, of learned deviations', () => draw(new GaussianRBM({ visible: 6, hidden: 4, variance: 'learned' }))],
    ['stacked', () => stacked(new DBN({ layers: [6, 5, 4] }))],
    [
      'stacked, Gaussian below',
      () => stacked(new DBN({ layers: [6, 5, 4], visibles: 'gaussian', variance: 'learned' })),
    ],
  ])('that is %s gives the same rows', async (name, make) => {
    const model = make()
    const session = await sessionOf(toOnnx(model, { outputs: ['transform', 'reconstruct'] }))
    expect(session.inputNames).toEqual(['x'])
    const [normals] = drawn('f', [5], 6)
    const data = name.includes('Gaussian') ? normals : bits(normals)
    const ran = await runRows(session, data, 6)
    expect(ran.transform.dims).toEqual([5, 4])
    expect(difference(ran.transform.data, model.transform(rowsOf(data, 6)).data)).toBeLessThan(TOLERANCE)
    expect(difference(ran.reconstruct.data, model.reconstruct(rowsOf(data, 6)).data)).toBeLessThan(TOLERANCE)
    expect((await sessionOf(toOnnx(model))).outputNames).toEqual(['y'])
  })

  function stacked(model: DBN): DBN {
    model.layers.forEach((layer) => draw(layer))
    return model
  }
})
