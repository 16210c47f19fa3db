import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { Random } from '../../src/numerics/random.ts'
import type { FrontEndOptions } from '../../src/pipelines/front-end.ts'
import type { NetworkState } from '../../src/pipelines/network-system.ts'
import { Recognizer } from '../../src/pipelines/recognizer.ts'
import type { LabelledFeatures, TrainingProgress } from '../../src/pipelines/system.ts'
import { createSystem, type SystemConfig, type SystemName } from '../../src/pipelines/systems.ts'
import { trainRecognizer } from '../../src/pipelines/train-recognizer.ts'

const frontEnd: FrontEndOptions = { spectral: 'logMel', filters: 4, coefficients: 4, deltas: 0, pitch: false }
const options = { frontEnd, units: 3, rectifier: 4, epochs: 2, batchSize: 4, learningRate: 0.02 }
/** Options of a training that changes nothing that float32 shows. */
const still = { ...options, epochs: 1, learningRate: 1e-30, averaging: 0 }

function data(seed: number, classes = 2): LabelledFeatures {
  const random = new Random(seed)
  const labels = Int32Array.from({ length: 12 }, (_, i) => i % classes)
  const sequences = Array.from(labels, (label) => {
    const x = new Float32Array(5 * 12)
    random.normalInto(x)
    for (let t = 0; t < 12; t++) x[5 * t] += 3 * label
    return view(x, [12, 5])
  })
  return { sequences, labels, speakers: Array.from(labels, (_, i) => `s${i % 3}`) }
}

const classes = ['joy', 'sadness']
const config = (system: SystemName, more: object): SystemConfig => ({ system, options: more }) as SystemConfig

async function trained(system: SystemName, more: object): Promise<Recognizer> {
  return await trainRecognizer(data(1), config(system, more), { classes, seed: 1 })
}

const stateOf = (recognizer: Recognizer): NetworkState => recognizer.trainedState() as NetworkState
const weightsOf = (recognizer: Recognizer): number[] => Array.from(stateOf(recognizer).network.parameters)

describe('a training that starts from a recogniser', () => {
  it('begins with all its weights, and fits the scaler to its own data', async () => {
    const start = await trained('lstm', options)
    const tuned = await trainRecognizer(data(2), config('lstm', still), { classes, seed: 2, start })
    expect(weightsOf(tuned)).toEqual(weightsOf(start))
    const drawn = await trainRecognizer(data(2), config('lstm', still), { classes, seed: 2 })
    expect(weightsOf(drawn)).not.toEqual(weightsOf(start))
    expect(stateOf(tuned).scaler).toEqual(stateOf(drawn).scaler)
    expect(stateOf(tuned).scaler).not.toEqual(stateOf(start).scaler)
  })

  it('goes on from a file as from the recogniser itself, and leaves that one unchanged', async () => {
    const start = await trained('lstm', options)
    const before = weightsOf(start)
    const [one, two] = [start, Recognizer.from(start.save())].map((from) =>
      trainRecognizer(data(2), config('lstm', options), { classes, seed: 2, start: from }),
    )
    expect(weightsOf(await one)).toEqual(weightsOf(await two))
    expect(weightsOf(start)).toEqual(before)
    expect(weightsOf(await one)).not.toEqual(before)
  })

  it('draws the output layer where the classes are others', async () => {
    const start = await trained('lstm', options)
    const others = ['joy', 'sadness', 'anger']
    const three = await trainRecognizer(data(2, 3), config('lstm', still), { classes: others, seed: 2, start })
    const below = weightsOf(start).length - 2 * (3 * 3 + 1) // mean, max, sd of three cells
    expect(weightsOf(three).slice(0, below)).toEqual(weightsOf(start).slice(0, below))
    const turned = await trainRecognizer(data(2), config('lstm', still), {
      classes: ['sadness', 'joy'],
      seed: 2,
      start,
    })
    expect(weightsOf(turned).slice(0, below)).toEqual(weightsOf(start).slice(0, below))
    expect(weightsOf(turned).slice(below)).not.toEqual(weightsOf(start).slice(below))
  })

  it('keeps features that were learnt, and counts the epochs of the network alone', async () => {
    const { rectifier: _, ...recurrent } = options
    const more = { ...recurrent, hidden: 4, crbmEpochs: 2, cepstra: 0 }
    const start = await trained('crbm-lstm', more)
    const told: TrainingProgress[] = []
    const onEpoch = (progress: TrainingProgress): unknown => told.push(progress)
    const tuned = await trainRecognizer(data(2), config('crbm-lstm', more), { classes, seed: 2, start, onEpoch })
    expect(stateOf(tuned).learnt?.features).toEqual(stateOf(start).learnt?.features)
    expect(stateOf(tuned).learnt?.scaler).not.toEqual(stateOf(start).learnt?.scaler)
    expect(told.map(({ epoch, epochs }) => [epoch, epochs])).toEqual([
      [1, 2],
      [2, 2],
    ])
  })

  it.each<[string, SystemName, object, RegExp]>([
    [
      'layers',
      'lstm',
      { ...options, units: 5 },
      /another architecture: layers\.\d\.Wxi \[5, 4\] here, .*\[3, 4\] there/,
    ],
    ['number of layers', 'lstm', { ...options, layers: 2 }, /another architecture: layers\./],
    ['system', 'blstm', options, /"start" expected a "blstm", got "lstm"/],
    ['front end', 'lstm', { ...options, frontEnd: { ...frontEnd, filters: 5 } }, /"start" has another front end/],
    ['kind of system', 'functionals-mlp', { frontEnd, cepstra: 3 }, /"functionals-mlp" cannot start from a trained/],
  ])('refuses another %s', async (_, system, more, message) => {
    const start = await trained('lstm', options)
    const training = trainRecognizer(data(2), config(system, more), { classes, seed: 2, start })
    await expect(training).rejects.toThrow(message)
    await expect(training).rejects.toBeInstanceOf(RangeError)
  })

  it('refuses what is no recogniser', async () => {
    const start = { system: 'lstm' } as never
    const training = trainRecognizer(data(2), config('lstm', options), { classes, start })
    await expect(training).rejects.toThrow(/trainRecognizer: "start" expected a Recognizer/)
  })

  it('is told by each system with a network over time', () => {
    expect(createSystem('blstm-rectifier').startable).toBe(true)
    expect(createSystem('measures-logistic').startable).toBeUndefined()
  })
})
