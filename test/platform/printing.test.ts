/** Every object of a class that the package exports prints in a few lines, and within others in one. */
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import * as lib from '../../src/index.ts'
import * as node from '../../src/node/index.ts'
import { normalMatrix, normalSequences } from '../support/random.ts'

const { CRBM, Dense, LSTM, RBM, Sequential } = lib

const sequences = normalSequences('printing', [40, 30], 4)
const rows = normalMatrix(new lib.Random('rows'), 50, 4)
const rbm = new lib.GaussianRBM({ visible: 4, hidden: 5 })
const crbm = new CRBM({ visible: 4, hidden: 50, order: 2 })
const stack = new lib.StackedCRBM({ visible: 4, hidden: [5, 3], order: 2 })
const recognizer = lib.Recognizer.from(new Uint8Array(readFileSync('models/recognizer.safetensors')))
const network = new Sequential([new LSTM({ inputs: 4, units: 30 }), new Dense({ units: 2, activation: 'softmax' })])

/** The optimiser, with the memory of a training. */
async function used<T extends lib.Optimizer | lib.BatchOptimizer>(optimizer: T): Promise<T> {
  await network.fit(sequences, [0, 1], { optimizer, epochs: 2 })
  return optimizer
}

const objects: Record<string, () => object | Promise<object>> = {
  Adam: () => used(new lib.Adam()),
  AdamW: () => used(new lib.AdamW()),
  AugmentationStream: () => new lib.AugmentationStream(lib.changeGain(), { sampleRate: 16000 }),
  Bidirectional: () => new lib.Bidirectional(new LSTM({ inputs: 4, units: 3 })),
  CRBM: () => crbm,
  CRBMStream: () => crbm.stream(),
  ConfusionMatrix: () => new lib.ConfusionMatrix(['joy', 'anger']).add('joy', 'joy'),
  DBN: () => new lib.DBN({ layers: [4, 3, 2] }),
  Dense: () => network.layers[1],
  FeatureStream: () => new lib.FeatureStream({ sampleRate: 16000 }),
  GaussianRBM: () => rbm,
  GibbsChains: () => rbm.gibbs(rows),
  HessianFree: () => used(new lib.HessianFree()),
  LBFGS: () => used(new lib.LBFGS()),
  LSTM: () => network.layers[0],
  LabelEncoder: () => new lib.LabelEncoder(['anger', 'joy']),
  LogisticRegression: () => new lib.LogisticRegression().fit(rows, ['a', ...new Array(49).fill('b')]),
  MLP: () => new lib.MLP({ layers: [4, 30, 2] }),
  MfccStream: () => new lib.MfccStream({ sampleRate: 16000 }),
  NetworkStream: () => network.stream(),
  Pipeline: () => new lib.Pipeline({ frontEnd: { coefficients: 4, deltas: 0 }, model: network }),
  PitchStream: () => new lib.PitchStream({ sampleRate: 16000 }),
  RBM: () => new RBM({ visible: 4, hidden: 50 }),
  RMSprop: () => used(new lib.RMSprop()),
  Random: () => new lib.Random(1),
  Recognizer: () => recognizer,
  RecognizerStream: () => recognizer.stream({ sampleRate: 48000 }),
  ResampleStream: () => new lib.ResampleStream({ fromRate: 48000, toRate: 16000 }),
  Residual: () => new lib.Residual([new lib.Dense({ inputs: 4, units: 4 })]),
  Ridge: () => new lib.Ridge().fit(rows, rows),
  RidgeClassifier: () => new lib.RidgeClassifier().fit(rows, ['a', ...new Array(49).fill('b')]),
  SGD: () => used(new lib.SGD({ learningRate: 0.1, momentum: 0.9 })),
  SVC: () => new lib.SVC().fit(rows, ['a', ...new Array(49).fill('b')]),
  Sequential: () => network,
  SpeakerStatistics: () => new lib.SpeakerStatistics(4).add(rows),
  SpeechSegmentStream: () => new lib.SpeechSegmentStream({ sampleRate: 16000 }),
  StackedCRBM: () => stack,
  StackedCRBMStream: () => stack.stream(),
  Standardizer: () => new lib.Standardizer().fit(sequences),
  StandardizerStream: () => new lib.StandardizerStream({ columns: 4 }),
  WavStream: () => new lib.WavStream(),
}

/** Those that are no classes of the package themselves. */
const others: Record<string, () => object | Promise<object>> = {
  ParameterSet: () => network.parameters,
  History: () => network.fit(sequences, [0, 1], { optimizer: new lib.Adam(), epochs: 40 }),
  'History of an energy model': () => crbm.fit(sequences, { epochs: 12 }),
}

/** Classes that others are made from. */
const abstract = ['EnergyModel', 'EnergyStack', 'Layer', 'Recurrent', 'RestrictedBoltzmann']

/** A layer that needs no more than a size, if it is the class of one; a new layer need not be listed here. */
function plainLayer(name: string): (() => object) | undefined {
  const Class = (lib as Record<string, unknown>)[name] as { new (options: object): object; prototype: unknown }
  if (!(Class?.prototype instanceof lib.Layer) || abstract.includes(name)) return undefined
  return () => {
    try {
      return new Class({ inputs: 4, units: 3 })
    } catch {
      return new Class({ inputs: 4 })
    }
  }
}

function exportedClasses(): string[] {
  const isClass = (value: unknown): boolean =>
    typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value))
  const isError = (value: unknown): boolean => (value as { prototype: unknown }).prototype instanceof Error
  const entries = Object.entries({ ...lib, ...node } as Record<string, unknown>)
  return entries.filter(([, value]) => isClass(value) && !isError(value)).map(([name]) => name)
}

describe('consoles print', () => {
  const layers = exportedClasses().flatMap((name) => {
    const make = name in objects ? undefined : plainLayer(name)
    return make === undefined ? [] : [[name, make] as const]
  })

  it('every class of the package, that is, this test knows them all', () => {
    const known = [...Object.keys(objects), ...layers.map(([name]) => name), ...abstract]
    expect(known.sort()).toEqual(exportedClasses().sort())
  })

  it.each([...Object.entries({ ...objects, ...others }), ...layers])(
    '%s in a few lines, and within others in one',
    async (name, make) => {
      const object = await make()
      const text = inspect(object)
      expect(text.length, text).toBeLessThan(1000)
      expect(text.split('\n').length, text).toBeLessThan(16)
      for (const line of text.split('\n').slice(1)) expect(line.length, line).toBeLessThanOrEqual(80)
      if (name !== 'ConfusionMatrix') expect(text).toContain(name.split(' ')[0])
      const nested = inspect({ object }, { breakLength: Number.POSITIVE_INFINITY, compact: true })
      expect(nested.split('\n')).toHaveLength(1)
      expect(nested).toContain(name.split(' ')[0])
      expect(inspect(object, { breakLength: 40 })).not.toContain('Float32Array')
    },
  )
})
