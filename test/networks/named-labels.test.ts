/** Labels that are names of classes: a network learns, keeps and saves them, and does what it does with their indices. */
import { describe, expect, it } from 'vitest'
import { FormatError, StateError } from '../../src/core/errors.ts'
import { saveModel } from '../../src/io/save-model.ts'
import { Bidirectional } from '../../src/layers/bidirectional.ts'
import { Dense } from '../../src/layers/dense.ts'
import { LastPool } from '../../src/layers/last-pool.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Adam } from '../../src/optim/adam.ts'
import { LBFGS } from '../../src/optim/lbfgs.ts'
import { loadModel } from '../../src/pipelines/load-model.ts'
import { gradientTasks } from '../../src/training/gradient-worker.ts'
import type { Checkpoint, EpochReport } from '../../src/training/history.ts'
import { inlinePool } from '../support/inline-pool.ts'
import { normalSequences } from '../support/random.ts'

const sequences = normalSequences('named labels', [6, 4, 5, 7], 3)
const names = ['joy', 'anger', 'sadness', 'joy']
/** By the ascending order of the names: anger, joy, sadness. */
const indices = [1, 0, 2, 1]
const sorted = ['anger', 'joy', 'sadness']
const network = (options: object = {}): Sequential =>
  new Sequential([new LSTM({ inputs: 3, units: 4 }), new Dense({ units: 3, activation: 'softmax' })], {
    seed: 1,
    ...options,
  })
const training = () => ({ optimizer: new Adam({ learningRate: 0.05 }), epochs: 3, batchSize: 2 })
const [rows] = normalSequences('rows', [8], 3)
const rowNames = ['b', 'a', 'c', 'b', 'a', 'c', 'b', 'a']
const rowIndices = [1, 0, 2, 1, 0, 2, 1, 0]
const mlp = (options: object = {}): MLP => new MLP({ layers: [3, 4, 3], seed: 1, ...options })

describe('a network', () => {
  it('trained on names is that trained on their indices, held-out data among them', async () => {
    const [named, numbered] = [network(), network()]
    const more = { classWeights: 'balanced', labelSmoothing: 0.1, earlyStopping: { monitor: 'accuracy' } } as const
    const validation = { sequences, labels: names }
    const history = await named.fit(sequences, names, { ...training(), ...more, validation })
    const other = await numbered.fit(sequences, indices, {
      ...training(),
      ...more,
      validation: { sequences, labels: indices },
    })
    expect(history).toEqual(other)
    expect(named.parameters.data).toEqual(numbered.parameters.data)
    expect(named.classes).toEqual(sorted)
    expect(numbered.classes).toBeNull()
    expect(named.evaluate(sequences, names)).toEqual(numbered.evaluate(sequences, indices))
    expect(named.lossAndGradient(sequences, names)).toEqual(numbered.lossAndGradient(sequences, indices))
    const v = named.parameters.data.slice()
    expect(named.gaussNewtonProduct(sequences, names, v)).toEqual(numbered.gaussNewtonProduct(sequences, indices, v))
  })

  it('says the name of the likeliest class', async () => {
    const net = network()
    await net.fit(sequences, names, { ...training(), epochs: 60 })
    expect(net.predictLabels(sequences)).toEqual(names)
    expect(net.predictLabels(sequences[1])).toBe('anger')
    expect(net.predict(sequences[1])).toBeInstanceOf(Float32Array)
  })

  it('takes the order of the classes from an option, of its own or of fit', async () => {
    const order = ['joy', 'sadness', 'anger']
    const [own, ofFit] = [network({ classes: order }), network()]
    await own.fit(sequences, names, training())
    await ofFit.fit(sequences, names, { ...training(), classes: order })
    expect([own.classes, ofFit.classes]).toEqual([order, order])
    expect(own.parameters.data).toEqual(ofFit.parameters.data)
    const numbered = network()
    await numbered.fit(sequences, [0, 2, 1, 0], training())
    expect(own.parameters.data).toEqual(numbered.parameters.data)
  })

  it('learns names of frames', async () => {
    const net = network()
    const frames = sequences.map(({ shape }, i) => new Array<string>(shape[0]).fill(names[i]))
    await net.fit(sequences, frames, training())
    expect(net.classes).toEqual(sorted)
    const numbered = frames.map((list, i) => list.map(() => indices[i]))
    expect(net.evaluate(sequences, frames)).toEqual(net.evaluate(sequences, numbered))
  })

  it('keeps its classes in later trainings, of some of them and of indices', async () => {
    const net = network()
    await net.fit(sequences, names, training())
    await net.fit(sequences.slice(0, 2), ['joy', 'joy'], training())
    await net.fit(sequences, indices, training())
    expect(net.classes).toEqual(sorted)
    await expect(net.fit(sequences, ['joy', 'bored', 'joy', 'joy'], training())).rejects.toThrow(
      'Sequential.fit: "labels[1]" expected one of "anger", "joy", "sadness", got "bored"',
    )
    await expect(net.fit(sequences, names, { ...training(), classes: ['a', 'b', 'c'] })).rejects.toThrow(
      '"classes" expected "anger", "joy", "sadness", as known before, got "a", "b", "c"',
    )
    await net.fit(sequences, names, { ...training(), classes: sorted })
  })

  it('saves them', async () => {
    const net = network()
    await net.fit(sequences, names, training())
    const again = loadModel(saveModel(net), Sequential)
    expect(again.classes).toEqual(sorted)
    expect(again.predictLabels(sequences)).toEqual(net.predictLabels(sequences))
    expect(again.evaluate(sequences, names)).toEqual(net.evaluate(sequences, names))
    expect(Object.keys(network().state())).not.toContain('classes')
    const { classes, ...old } = net.state()
    expect(Sequential.fromState(old).classes).toBeNull()
  })

  it('refuses damaged classes of a file', async () => {
    const net = network({ classes: sorted })
    for (const classes of [['a', 'b'], ['a', 'a', 'b'], 'abc', [1, 2, 3]]) {
      const odd = { state: () => ({ ...net.state(), classes }) } as never
      expect(() => loadModel(saveModel(odd))).toThrow(FormatError)
    }
  })

  it('with workers is the same', async () => {
    const train = async (labels: readonly string[] | number[]): Promise<Float32Array> => {
      const net = network()
      const pool = inlinePool({ workers: 2, tasks: gradientTasks })
      await net.fit(sequences, labels, { ...training(), workers: pool })
      return net.parameters.data as Float32Array
    }
    expect(await train(names)).toEqual(await train(indices))
  })

  it('is as it was where labels do not fit', async () => {
    const net = network()
    const before = net.state()
    const call = async (labels: unknown, more: object = {}): Promise<unknown> =>
      net.fit(sequences, labels as never, { ...training(), ...more })
    await expect(call(['a', 'b', 'a', 'b'])).rejects.toThrow(
      'Sequential.fit: "labels" expected 3 names, one for each class of the output, got 2 ("a", "b"); give all of them',
    )
    await expect(call(['a', 'b', 'c', 'd'])).rejects.toThrow('expected 3 names')
    await expect(call(names, { classes: ['joy', 'anger'] })).rejects.toThrow('"classes" expected 3 names')
    await expect(call(names, { classes: ['joy', 'anger', 'bored'] })).rejects.toThrow('got "sadness"')
    await expect(call(['joy', 1, 'anger', 'joy'])).rejects.toThrow(
      '"labels[1]" expected a name, as the first label is, got 1',
    )
    await expect(call([1, 'joy', 0, 2])).rejects.toThrow('"labels" expected integers 0..2, got "joy" at index 1')
    await expect(call(names.slice(1))).rejects.toThrow('expected one for each of the 4 sequences')
    const validation = { sequences, labels: ['joy', 'anger', 'bored', 'joy'] }
    await expect(call(names, { validation })).rejects.toThrow(
      'Sequential.fit validation: "labels[2]" expected one of "anger", "joy", "sadness", got "bored"',
    )
    expect(net.classes).toBeNull()
    expect(net.state()).toEqual(before)
    expect(() => net.evaluate(sequences, names)).toThrow(StateError)
    expect(() => net.predictLabels(sequences)).toThrow('the classes have no names; train with labels that are names')
    expect(() => network({ classes: ['a', 'a', 'b'] })).toThrow('"classes" expected different names')
    expect(() => network({ classes: ['a'] })).toThrow('Sequential: "classes" expected 3 names')
  })

  it('shares the names with nobody', async () => {
    const given = ['joy', 'anger', 'sadness']
    const net = network({ classes: given })
    given[0] = 'other'
    expect(net.classes).toEqual(['joy', 'anger', 'sadness'])
    net.state().classes?.reverse()
    expect(net.classes).toEqual(['joy', 'anger', 'sadness'])
  })

  it('of posteriors that are pooled, too', async () => {
    const layers = [new Dense({ inputs: 3, units: 3, activation: 'softmax' }), new MeanPool()]
    const net = new Sequential(layers, { seed: 1 })
    await net.fit(sequences, names, training())
    expect(net.predictLabels(sequences)).toHaveLength(4)
  })
})

describe('an MLP', () => {
  it('trained on names is that trained on their indices', async () => {
    const [named, numbered] = [mlp(), mlp()]
    const validation = (labels: never) => ({ validation: { x: rows, labels } })
    await named.fit(rows, rowNames, { ...training(), ...validation(rowNames as never) })
    await numbered.fit(rows, rowIndices, { ...training(), ...validation(rowIndices as never) })
    expect(named.parameters.data).toEqual(numbered.parameters.data)
    expect(named.classes).toEqual(['a', 'b', 'c'])
    expect(named.score(rows, rowNames)).toBe(numbered.score(rows, rowIndices))
    expect(named.evaluate(rows, rowNames)).toEqual(numbered.evaluate(rows, rowIndices))
    expect(named.lossAndGradient(rows, rowNames)).toEqual(numbered.lossAndGradient(rows, rowIndices))
    expect(named.layerGradientNorms(rows, rowNames)).toEqual(numbered.layerGradientNorms(rows, rowIndices))
    const said = named.predict(rows)
    expect(said).toBeInstanceOf(Int32Array)
    expect(named.predictLabels(rows)).toEqual(Array.from(said, (k) => ['a', 'b', 'c'][k]))
  })

  it('of a single sigmoid has two classes, 0 and 1', async () => {
    const two = new MLP({ layers: [3, 1], seed: 1 })
    const labels = ['no', 'yes', 'no', 'yes', 'no', 'yes', 'no', 'no']
    await two.fit(rows, labels, { optimizer: new LBFGS({ maxIterations: 5 }) })
    expect(two.classes).toEqual(['no', 'yes'])
    const numbers = labels.map((name) => Number(name === 'yes'))
    expect(two.evaluate(rows, labels)).toEqual(two.evaluate(rows, numbers))
    expect(new Set(two.predictLabels(rows)).size).toBeGreaterThan(0)
  })

  it('saves them', async () => {
    const net = mlp({ classes: ['c', 'b', 'a'] })
    await net.fit(rows, rowNames, training())
    const again = loadModel(saveModel(net), MLP)
    expect(again.classes).toEqual(['c', 'b', 'a'])
    expect(again.predictLabels(rows)).toEqual(net.predictLabels(rows))
    expect(Object.keys(net.options)).not.toContain('classes')
    expect(Object.keys(mlp().state())).not.toContain('classes')
  })

  it('refuses what does not fit, and is as it was', async () => {
    const net = mlp()
    await expect(net.fit(rows, rowNames.slice(1), training())).rejects.toThrow('one for each of the 8 rows')
    await expect(
      net.fit(
        rows,
        rowNames.map(() => 'a'),
        training(),
      ),
    ).rejects.toThrow('MLP.fit: "labels" expected 3 names')
    expect(net.classes).toBeNull()
    expect(() => net.score(rows, rowNames)).toThrow(StateError)
    const values = new MLP({ layers: [3, 1], output: 'linear', seed: 1 })
    await expect(values.fit(rows, rowNames, training())).rejects.toThrow('need outputs that are classes')
  })
})

describe('a training that fails', () => {
  type Training = (labels: string[], more: object) => Promise<readonly string[] | null>
  const three = (names: string[]): string[] => names.concat(names).slice(0, 4)
  const trainings: Record<string, Training> = {
    Sequential: async (labels, more) => {
      const net = network()
      await net.fit(sequences, three(labels), { ...training(), ...more }).catch(() => {})
      return net.classes
    },
    MLP: async (labels, more) => {
      const net = mlp()
      await net.fit(rows, three(labels).concat(three(labels)), { ...training(), ...more }).catch(() => {})
      return net.classes
    },
  }

  it.each(Object.entries(trainings))('leaves a %s that has learned nothing without names', async (_, train) => {
    expect(await train(['x', 'y', 'typo'], { signal: AbortSignal.abort() })).toBeNull()
    expect(await train(['x', 'y', 'typo'], { resume: { seed: 'another' } })).toBeNull()
    expect(await train(['x', 'y', 'z'], {})).toEqual(['x', 'y', 'z'])
  })

  it.each(Object.entries(trainings))('leaves a %s that has learned with names', async (_, train) => {
    const controller = new AbortController()
    const onBatch = (): void => controller.abort()
    expect(await train(['x', 'y', 'z'], { signal: controller.signal, onBatch })).toEqual(['x', 'y', 'z'])
  })

  it('leaves layers free that a network with too few names has refused', () => {
    const layers = [new Dense({ inputs: 3, units: 2, activation: 'softmax' })]
    expect(() => new Sequential(layers, { classes: ['a'] })).toThrow(RangeError)
    expect(new Sequential(layers, { classes: ['a', 'b'] }).classes).toEqual(['a', 'b'])
  })
})

describe('a checkpoint', () => {
  const order = ['joy', 'sadness', 'anger']
  async function checkpointOf(net: Sequential | MLP, x: never, labels: string[], more: object): Promise<Checkpoint> {
    let saved: Checkpoint | undefined
    const onEpoch = ({ checkpoint }: EpochReport): void => {
      saved = checkpoint()
    }
    await (net as Sequential).fit(x, labels, { ...training(), ...more, onEpoch })
    return saved as Checkpoint
  }

  it.each([
    ['Sequential', network, sequences, names],
    ['MLP', mlp, rows, rowNames.map((name) => order['abc'.indexOf(name)])],
  ] as const)('brings the names along: %s', async (_, make, data, labels) => {
    const [x, list] = [data as never, [...labels]]
    const whole = make()
    await checkpointOf(whole, x, list, { classes: order, epochs: 6 })
    const resume = await checkpointOf(make(), x, list, { classes: order })
    const again = make()
    await (again as Sequential).fit(x, list, { ...training(), epochs: 6, resume })
    expect(again.classes).toEqual(order)
    expect(again.parameters.data).toEqual(whole.parameters.data)
    const others = make({ classes: sorted })
    const refused = (others as Sequential).fit(x, list, { ...training(), epochs: 6, resume })
    await expect(refused).rejects.toThrow('"resume" was trained on "joy", "sadness", "anger", this network knows')
    expect(others.classes).toEqual(sorted)
  })

  it('of 0.1.0 is refused where LastPool had another meaning', async () => {
    const make = (take?: 'lastFrame'): Sequential => {
      const layers = [new Bidirectional(new LSTM({ inputs: 3, units: 2 })), new LastPool({ take })]
      return new Sequential([...layers, new Dense({ units: 3, activation: 'softmax' })], { seed: 1 })
    }
    const { version, ...old } = await checkpointOf(make('lastFrame'), sequences as never, names, {})
    expect(version).toBe(2)
    const resumed = { ...training(), epochs: 4, resume: old }
    await expect(make().fit(sequences, names, resumed)).rejects.toThrow("new LastPool({ take: 'lastFrame' })")
    await make('lastFrame').fit(sequences, names, resumed)
  })
})
