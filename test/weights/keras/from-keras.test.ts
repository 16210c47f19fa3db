/** Files of Keras 3.15 against its own outputs; test/vectors/keras-models.py has the models. */
import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { FormatError } from '../../../src/core/errors.ts'
import { zipMembers } from '../../../src/io/zip.ts'
import { MLP } from '../../../src/networks/mlp.ts'
import { Sequential } from '../../../src/networks/sequential.ts'
import { fromKeras } from '../../../src/weights/keras/from-keras.ts'
import keras2 from '../../vectors/keras-2-models.json' with { type: 'json' }
import { cases, distance, fileOf, type KerasCase, refused, rowsOf, unpacked } from './files.ts'

const files = Object.entries(cases).flatMap(([name, { files }]) =>
  Object.keys(files).map((ending) => ({ name, ending })),
)

/** Models that Keras 2.15 itself saved; test/vectors/keras-2-models.py. */
const casesOf2 = keras2.cases as unknown as Record<string, KerasCase>
const filesOf2 = Object.entries(casesOf2).flatMap(([name, { files }]) =>
  Object.keys(files).map((ending) => ({ name, ending })),
)

/** A file of "lstm" with another configuration. */
function withConfig(change: (config: { class_name: string; config: { layers: Layer[] } }) => unknown): Uint8Array {
  const members = zipMembers(fileOf('lstm')).map(({ name, read }) => [name, read()] as const)
  const archive = Object.fromEntries(members)
  const config = JSON.parse(new TextDecoder().decode(archive['config.json']))
  archive['config.json'] = new TextEncoder().encode(JSON.stringify(change(config) ?? config))
  return zipSync(archive)
}

interface Layer {
  class_name: string
  config: Record<string, unknown>
}

const typesOf = (model: Sequential | MLP): string[] => model.layers.map(({ type }) => type)

describe('fromKeras', () => {
  it.each(files)('gives what Keras gives, to 1e-6: $name, $ending', ({ name, ending }) => {
    const { sequences, outputs, padded = [] } = cases[name]
    const model = fromKeras(fileOf(name, ending))
    sequences.forEach((data, i) => {
      const y = model.forward(rowsOf(data))
      const { shape } = outputs[i]
      expect(y.shape).toEqual(shape.length === 2 ? shape : [1, ...shape])
      expect(distance(y.data, outputs[i].data)).toBeLessThan(name === 'float64' ? 1e-14 : 1e-6)
      if (padded.length > 0) expect(distance(y.data, padded[i])).toBeLessThan(1e-6)
    })
  })

  it.each(filesOf2)('gives what Keras 2 gives, to 1e-6: $name, $ending', ({ name, ending }) => {
    const { sequences, outputs, files } = casesOf2[name]
    const model = fromKeras(unpacked(files[ending]))
    sequences.forEach((data, i) => {
      expect(distance(model.forward(rowsOf(data)).data, outputs[i].data)).toBeLessThan(1e-6)
    })
  })

  it('makes an MLP of dense layers on rows, where one has the activations and the dropout', () => {
    const kinds = Object.entries(cases)
      .filter(([, { rows }]) => rows)
      .map(([name]) => {
        const model = fromKeras(fileOf(name))
        return [name, model instanceof MLP ? model.options : typesOf(model)]
      })
    expect(Object.fromEntries(kinds)).toMatchObject({
      mlp: { layers: [3, 5, 4, 2], activation: 'relu', output: 'softmax', loss: 'crossEntropy', dropout: 0.2 },
      'mlp-plain': { layers: [3, 5, 1], activation: 'tanh', output: 'sigmoid', inputDropout: 0 },
      'mlp-dropout': { layers: [3, 4, 2], inputDropout: 0.1, dropout: 0 },
      'rows-dropout': ['dense', 'dropout', 'dense', 'dense'],
      'rows-mixed': ['dense', 'dense', 'dense'],
    })
  })

  it('computes normalisations into the weights beside them, and makes a layer only where none is there', () => {
    expect(typesOf(fromKeras(fileOf('normalization')))).toEqual(['lstm', 'lastPool', 'dense'])
    const made = fromKeras(fileOf('batch-normalization')).layers.map((layer) => `${layer.type} ${layer.words}`.trim())
    expect(made).toEqual([
      ...['bidirectional lstm', 'dense linear', 'meanPool', 'dense relu', 'dropout 0.3'],
      ...['dense relu', 'dense linear', 'dropout 0.3', 'dense softmax'],
    ])
  })

  it('keeps the dropout of a layer, also that of the inputs of a recurrent one', () => {
    const layers = fromKeras(fileOf('lstm-activations')).layers.map(({ words, type }) =>
      type === 'dropout' ? words : type,
    )
    expect(layers).toEqual(['lstm', '0.2, variational', 'lstm', 'lastPool'])
  })

  it('takes the element type of the weights, or that of the options, and names of classes', async () => {
    expect(fromKeras(fileOf('float64')).parameters.values).toBeInstanceOf(Float64Array)
    const model = fromKeras(fileOf('trained'), { dtype: 'float64', classes: ['calm', 'angry'], seed: 3 }) as Sequential
    expect(model).toBeInstanceOf(Sequential)
    expect(model.parameters.values).toBeInstanceOf(Float64Array)
    const x = rowsOf(cases.trained.sequences[2])
    expect(['calm', 'angry']).toContain(model.predictLabels(x))
    expect(Sequential.fromState(model.state()).predict(x)).toEqual(model.predict(x))
  })

  it.each([
    ['conv', 'layer "conv1d" (Conv1D) has no counterpart here; there are some for Dense, '],
    ['embedding', 'layer "embedding" (Embedding) has no counterpart here'],
    ['backwards', 'layer "lstm" (LSTM) has go_backwards'],
    ['gelu', 'layer "head" (Dense) has the activation "gelu", which is not here (linear, sigmoid, '],
    ['gru-relu', 'layer "gru" (GRU) has the activation "relu"'],
    ['hard-sigmoid', 'layer "lstm" (LSTM) has the recurrent_activation "hard_sigmoid"'],
    ['leaky', 'layer "leaky_re_lu" (LeakyReLU) has the slope 0.3 below 0'],
    ['merge', 'layer "bidirectional" (Bidirectional) has the merge_mode "mul"'],
    ['stacked-directions', 'layer "bidirectional" (Bidirectional) has several cells inside'],
    ['axis', 'layer "batch_normalization" (BatchNormalization) has the axis 1'],
    ['channels', 'layer "global_max_pooling1d" (GlobalMaxPooling1D) has data_format "channels_first"'],
    ['rescaling', 'layer "rescaling" (Rescaling) has no counterpart here'],
    ['lambda', 'layer "lambda" (Lambda) has no counterpart here'],
    ['residual', 'layer "add" (Add) has 2 inputs'],
    ['two-outputs', 'the model has several layers above "lstm"'],
    ['side-output', 'the model has other outputs than that of its last layer'],
    ['two-inputs', 'the model has several inputs, "input_layer" and "input_layer_1"'],
    ['shared', 'layer "dense" (Dense) is used 2 times'],
  ])('refuses by name: %s', (name, text) => {
    expect(() => fromKeras(unpacked(refused[name]))).toThrow(`fromKeras: ${text}`)
    expect(() => fromKeras(unpacked(refused[name]))).toThrow(FormatError)
  })

  it('has a test of each model that is to be refused', () => {
    expect(Object.keys(refused)).toHaveLength(18)
  })

  it.each<[string, string, (layers: Layer[]) => void]>([
    [
      'other units',
      'layer "lstm" (LSTM) has a kernel of shape [3, 16], where [3, 20] is expected',
      (layers) => {
        layers[1].config.units = 5
      },
    ],
    [
      'units that are no number',
      'layer "lstm" (LSTM) has no number of units',
      (layers) => {
        layers[1].config.units = '4'
      },
    ],
    [
      'biases that are not there',
      'layer "lstm" (LSTM) has 3 weights in "layers/lstm/cell/vars", where 2',
      (layers) => {
        layers[1].config.use_bias = false
      },
    ],
    [
      'a layer without weights',
      'layer "new" (Dense) has no weights: the file lacks "layers/dense_1/vars"',
      (layers) => {
        layers.push({ class_name: 'Dense', config: { name: 'new', units: 2 } })
      },
    ],
    [
      'a rate of 1',
      'the model: the file does not fit together: Dropout: "rate" expected',
      (layers) => {
        layers.push({ class_name: 'Dropout', config: { rate: 1 } })
      },
    ],
    [
      'an activation of a program',
      'layer "dense" (Dense) has the activation "mine"',
      (layers) => {
        layers[3].config.activation = { module: 'builtins', class_name: 'function', config: 'mine' }
      },
    ],
    ['no layers', 'the model has no layers', (layers) => void layers.splice(0)],
    [
      'an entry of another kind',
      'the configuration has null where a layer is expected',
      (layers) => {
        layers.push(null as never)
      },
    ],
  ])('refuses a configuration with %s', (_, text, change) => {
    expect(() => fromKeras(withConfig(({ config }) => change(config.layers)))).toThrow(`fromKeras: ${text}`)
  })

  it('refuses models that are classes of a program, and models within models without end', () => {
    expect(() => fromKeras(withConfig(() => ({ class_name: 'Mine', config: {} })))).toThrow('the model is a Mine')
    const nested = (depth: number): unknown => ({
      class_name: 'Sequential',
      config: { layers: depth === 0 ? [] : [nested(depth - 1)] },
    })
    expect(() => fromKeras(withConfig(() => nested(60)))).toThrow('levels of nesting')
  })

  it('asks no memory that the file has no numbers for', () => {
    const wide = { class_name: 'InputLayer', config: { batch_shape: [null, null, 100_000] } }
    const layers = [wide, { class_name: 'Activation', config: { activation: 'relu', name: 'a' } }]
    const file = withConfig(() => ({ class_name: 'Sequential', config: { layers } }))
    expect(() => fromKeras(file)).toThrow('layer "a" (Activation) of 100000 columns fits into no layer beside it')
  })

  it('tells weights alone, archives of others and damaged ones', () => {
    const alone = zipMembers(fileOf('lstm')).find(({ name }) => name === 'model.weights.h5')
    expect(() => fromKeras(alone?.read() as Uint8Array)).toThrow('these are weights alone')
    expect(() => fromKeras(zipSync({ 'a.txt': new Uint8Array(3) }))).toThrow('the archive lacks "config.json"')
    expect(() => fromKeras(new Uint8Array(9))).toThrow('fromKeras: not an HDF5 file, or cut off')
    expect(() => fromKeras('model.keras' as never)).toThrow(TypeError)
    expect(() => fromKeras(fileOf('lstm'), { layers: [] } as never)).toThrow('"layers"')
  })
})
