/** Facts that files of models state about themselves. */
import { describe, expect, it } from 'vitest'
import { fileOf } from '../../fuzz/targets/target.ts'
import { version } from '../../src/core/version.ts'
import { RBM } from '../../src/energy/rbm.ts'
import { decodeNpz } from '../../src/io/npz.ts'
import { encodeNpz } from '../../src/io/npz-encode.ts'
import { readMetadata } from '../../src/io/read-metadata.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/io/safetensors.ts'
import { saveModel } from '../../src/io/save-model.ts'
import { Dense } from '../../src/layers/dense.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { AdamW } from '../../src/optim/adam.ts'
import { LBFGS } from '../../src/optim/lbfgs.ts'
import { loadModel } from '../../src/pipelines/load-model.ts'

const sequences = [
  [
    [0.1, 0.2],
    [0.3, 0.4],
  ],
  [[1, 0.2]],
  [[0.5, 0.5]],
]
const labels = ['calm', 'anger', 'calm']

async function trained(epochs: number): Promise<Sequential> {
  const net = new Sequential([new LSTM({ inputs: 2, units: 3 }), new Dense({ units: 2, activation: 'softmax' })], {
    seed: 1,
  })
  const optimizer = new AdamW({ learningRate: 0.01, weightDecay: 0.1 })
  const validation = { sequences: sequences.slice(1), labels: labels.slice(1) }
  await net.fit(sequences, labels, { optimizer, epochs, batchSize: 2, seed: 'a', validation })
  return net
}

describe('a file of a model', () => {
  it('states architecture, options, version and training, without a clock', async () => {
    const net = await trained(3)
    const bytes = saveModel(net, { metadata: { corpus: 'emodb' } })
    const { kind, library, state, training, tensors, texts } = readMetadata(bytes)
    expect([kind, library, texts.corpus, texts.version]).toEqual(['sequential', `ser-core ${version}`, 'emodb', '1'])
    const types = (state as { layers: { type: string }[] }).layers.map(({ type }) => type)
    expect(types).toEqual(['lstm', 'dense'])
    expect(tensors?.['layers.1.W']).toEqual({ dtype: 'F32', shape: [3, 2] })
    expect(training).toEqual(net.trained)
    expect(training).toMatchObject({
      ...{ epochs: 3, bestEpoch: 3, stoppedEarly: false, batchSize: 2, cases: 3, seed: 'a' },
      optimizer: { kind: 'adamw', learningRate: 0.01, weightDecay: 0.1 },
    })
    expect((training as { validationLoss: number }).validationLoss).toBeGreaterThan(0)
    expect(saveModel(await trained(3), { metadata: { corpus: 'emodb' } })).toEqual(bytes)
  })

  it('keeps the facts when it is loaded and saved again', async () => {
    const net = await trained(2)
    const again = loadModel(saveModel(net), Sequential)
    expect(again.trained).toEqual(net.trained)
    expect(saveModel(again)).toEqual(saveModel(net))
    const mlp = new MLP({ layers: [2, 2] })
    await mlp.fit(
      [
        [0, 1],
        [1, 0],
      ],
      [0, 1],
      { optimizer: new LBFGS({ maxIterations: 2 }) },
    )
    expect(loadModel(saveModel(mlp), MLP).trained).toMatchObject({
      batchSize: null,
      cases: 2,
      optimizer: { kind: 'lbfgs' },
    })
  })

  it('of a model that has not been trained states no training', () => {
    const rbm = new RBM({ visible: 3, hidden: 2 })
    expect(readMetadata(saveModel(rbm))).toMatchObject({
      kind: 'RBM',
      training: null,
      state: { options: { visible: 3 } },
    })
    expect(readMetadata(saveModel(new Dense({ inputs: 1, units: 1 })))).toMatchObject({ kind: 'layer', training: null })
    expect(new MLP({ layers: [2, 2] }).trained).toBeNull()
  })

  it('of 0.1.0 states what it has', () => {
    const { kind, library, training } = readMetadata(fileOf('test/fixtures/0.1.0/models/layer-Dense.safetensors'))
    expect([kind, library, training]).toEqual(['layer', null, null])
  })

  it('has texts of its own that nobody may replace', () => {
    const rbm = new RBM({ visible: 3, hidden: 2 })
    for (const name of ['format', 'version', 'library', 'kind', 'state', 'training']) {
      expect(() => saveModel(rbm, { metadata: { [name]: 'a' } })).toThrow(
        `"metadata" expected other names than format, version, library`,
      )
    }
    expect(() => saveModel(rbm, { metadata: { a: 1 } as never })).toThrow(
      'saveModel: "metadata.a" expected text, got 1',
    )
  })

  it('whose facts are damaged is refused', () => {
    const { tensors, metadata } = decodeSafetensors(saveModel(new Sequential([new Dense({ inputs: 1, units: 1 })])))
    const damaged = (training: string): Uint8Array =>
      encodeSafetensors(tensors, { metadata: { ...metadata, training } })
    expect(() => loadModel(damaged('{'))).toThrow('loadModel: "training" is not JSON')
    expect(() => loadModel(damaged('[1]'))).toThrow(
      'loadModel: "training" expected an object, got an array of length 1',
    )
    expect(() => readMetadata(damaged('{'))).toThrow('readMetadata: "training" is not JSON')
  })
})

// np.savez(file, x=np.arange(3, dtype=np.int8)), and metadata.json by zipfile.
const npz = new Uint8Array(
  Buffer.from(
    [
      'UEsDBC0AAAAAAAAAIQCsmP8z//////////8FABQAeC5ucHkBABAAgwAAAAAAAACDAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJ3xpMScsICdmb3J0cmFuX29yZGVyJzogRmFsc2Us',
      'ICdzaGFwZSc6ICgzLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAECUEsDBBQAAAAAAEWffl1MGj6LDAAAAAwA',
      'AAANAAAAbWV0YWRhdGEuanNvbnsicnVuIjogImEifVBLAQItAy0AAAAAAAAAIQCsmP8zgwAAAIMAAAAFAAAAAAAAAAAAAACAAQAAAAB4Lm5weVBLAQIUAxQAAAAAAEWffl1MGj6LDAAA',
      'AAwAAAANAAAAAAAAAAAAAACAAboAAABtZXRhZGF0YS5qc29uUEsFBgAAAAACAAIAbgAAAPEAAAAAAA==',
    ].join(''),
    'base64',
  ),
)

describe('readMetadata', () => {
  it('gives the texts of encodeNpz, which decodeNpz passes over', () => {
    const file = encodeNpz({ x: [1, 2] }, { metadata: { run: 'é' } })
    expect(readMetadata(file).texts).toEqual({ run: 'é' })
    expect(Object.keys(decodeNpz(file))).toEqual(['x'])
    expect(readMetadata(encodeNpz({ x: [1] })).texts).toEqual({})
    expect(() => encodeNpz({ x: [1] }, { metadata: { run: 1 } } as never)).toThrow(
      'encodeNpz: "metadata.run" expected text, got 1',
    )
  })

  it('gives the texts of any file of safetensors, and refuses others', () => {
    const file = encodeSafetensors({ a: Float32Array.of(1, 2) }, { metadata: { run: 'a' } })
    expect(readMetadata(file)).toEqual({
      ...{ texts: { run: 'a' }, tensors: { a: { dtype: 'F32', shape: [2] } } },
      ...{ kind: null, library: null, state: null, training: null },
    })
    expect(readMetadata(npz)).toMatchObject({ texts: { run: 'a' }, tensors: null, kind: null })
    expect(Object.keys(decodeNpz(npz))).toEqual(['x'])
    expect(() => readMetadata(Uint8Array.of(1, 2, 3))).toThrow(/^readMetadata: .*not a safetensors file/)
    expect(() => readMetadata(Uint8Array.of(0x50, 0x4b, 3, 4))).toThrow('readMetadata: not a ZIP archive')
    expect(() => readMetadata('a' as never)).toThrow(TypeError)
  })
})
