/** Options that are forgotten or no object are told under the name of the call, whatever it takes out of them first. */
import { describe, expect, it } from 'vitest'
import { Dense } from '../../src/layers/dense.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { utteranceSpec } from '../../src/report/utterance.ts'

const x = [[[1, 2]], [[2, 1]]]
const make = (): Sequential => new Sequential([new Dense({ inputs: 2, units: 2, activation: 'softmax' })])
const rows = [
  [1, 2],
  [2, 1],
]

const calls: [string, (options: never) => unknown][] = [
  ['Sequential.fit', (options) => make().fit(x, [0, 1], options)],
  ['Sequential.lossAndGradient', (options) => make().lossAndGradient(x, [0, 1], options)],
  ['Sequential.gaussNewtonProduct', (options) => make().gaussNewtonProduct(x, [0, 1], new Float32Array(6), options)],
  [
    'Sequential.hessianVectorProduct',
    (options) => make().hessianVectorProduct(x, [0, 1], new Float32Array(6), options),
  ],
  ['Sequential.evaluate', (options) => make().evaluate(x, [0, 1], options)],
  ['MLP.fit', (options) => new MLP({ layers: [2, 3, 2] }).fit(rows, [0, 1], options)],
  ['MLP.pretrain', (options) => new MLP({ layers: [2, 3, 2] }).pretrain(rows, options)],
  ['utteranceSpec', (options) => utteranceSpec(options)],
]

describe.each(calls)('%s', (where, call) => {
  it.each([null, 5, 'text'])('refuses %j in the place of its options', async (options) => {
    const refusal = await (async () => call(options as never))().catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(TypeError)
    expect((refusal as Error).message).toMatch(new RegExp(`^${where}: .*expected an object`))
  })
})

it('Sequential.fit without options says that they are missing', async () => {
  await expect(make().fit(x, [0, 1], undefined as never)).rejects.toThrow(
    'Sequential.fit: options expected an object, got undefined',
  )
})
