import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { NonFiniteError, StateError } from '../../src/core/errors.ts'
import { Dense } from '../../src/layers/dense.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { EarlyStopping } from '../../src/numerics/early-stopping.ts'
import { Random } from '../../src/numerics/random.ts'
import { Adam } from '../../src/optim/adam.ts'
import { SGD } from '../../src/optim/sgd.ts'
import type { FitOptions } from '../../src/training/fit-options.ts'
import type { Checkpoint, EpochReport } from '../../src/training/history.ts'
import { normalSequences } from '../support/random.ts'

const make = (seed = 1): Sequential =>
  new Sequential([new LSTM({ inputs: 2, units: 4 }), new Dense({ units: 2, activation: 'softmax' })], { seed })
const sequences = normalSequences('fit', [6, 4, 5, 3, 6, 2, 5, 4], 2)
const labels = [0, 1, 1, 0, 1, 0, 0, 1]
const options = (more: Partial<FitOptions> = {}): FitOptions => ({
  optimizer: new Adam({ learningRate: 0.02 }),
  batchSize: 3,
  ...more,
})

describe('what a network learns', () => {
  it('remembers the sign of the first frame to the end of the sequence', async () => {
    const random = new Random('memory')
    const classes = Array.from({ length: 80 }, (_, i) => i % 2)
    const x = classes.map((label) => {
      const data = new Float32Array(24)
      random.normalInto(data, 0, 0.3)
      data[0] = label === 0 ? -1 : 1
      return view(data, [12, 2])
    })
    const network = make(3)
    await network.fit(x.slice(0, 60), classes.slice(0, 60), options({ epochs: 25 }))
    expect(network.evaluate(x.slice(60), classes.slice(60)).accuracy).toBe(1)
    expect(network.predict(x[60])[classes[60]]).toBeGreaterThan(0.9)
  })
})

describe('early stopping', () => {
  const validation = { sequences: normalSequences('held out', [4, 5, 3], 2), labels: [1, 0, 1] }

  it('stops when patience is over and keeps the best weights', async () => {
    const network = make()
    const seen: EpochReport[] = []
    const history = await network.fit(sequences, labels, {
      ...options({ epochs: 200, validation, earlyStopping: { patience: 3 } }),
      onEpoch: (report) => seen.push(report),
    })
    expect(history.stoppedEarly).toBe(true)
    const losses = seen.map(({ validationLoss }) => validationLoss as number)
    const best = Math.min(...losses)
    expect(losses.length - (losses.indexOf(best) + 1)).toBe(3)
    expect(history.bestEpoch).toBe(losses.indexOf(best) + 1)
    expect(network.evaluate(validation.sequences, validation.labels).loss).toBe(best)
  })

  it('restores the best weights after an abort', async () => {
    const network = make()
    const stop = new AbortController()
    const losses: number[] = []
    const fitting = network.fit(sequences, labels, {
      ...options({ epochs: 200, validation, earlyStopping: { patience: 100 }, signal: stop.signal }),
      onEpoch: ({ epoch, validationLoss }) => {
        losses.push(validationLoss as number)
        if (epoch === 30) stop.abort()
      },
    })
    await expect(fitting).rejects.toMatchObject({ name: 'AbortError' })
    expect(losses).toHaveLength(30)
    expect(network.evaluate(validation.sequences, validation.labels).loss).toBe(Math.min(...losses))
  })

  it('watches accuracy when told to', async () => {
    const network = make()
    const earlyStopping = { patience: 2, monitor: 'accuracy' as const }
    const history = await network.fit(sequences, labels, options({ epochs: 50, validation, earlyStopping }))
    const accuracies = history.epochs.map((record) => record.validationAccuracy as number)
    expect(history.bestEpoch).toBe(accuracies.indexOf(Math.max(...accuracies)) + 1)
  })

  it('refuses to watch an accuracy that outputs have not', async () => {
    const network = new Sequential([new LSTM({ inputs: 2, units: 2 })])
    const more = options({ validation, earlyStopping: { monitor: 'accuracy' } })
    await expect(network.fit(sequences, labels, more)).rejects.toThrow(/"earlyStopping" by accuracy needs/)
  })

  it('takes any score for better than one that is not a number', () => {
    const stopping = new EarlyStopping({ patience: 2, minDelta: 0 })
    const scores = [Number.NaN, -3, Number.NaN, -2]
    expect(scores.map((score, i) => stopping.observe(i + 1, score, Float64Array.of(i)))).toEqual(
      scores.map(() => false),
    )
    expect(stopping.best).toEqual({ epoch: 4, score: -2, parameters: Float64Array.of(3) })
  })

  it('goes on from a checkpoint with the best weights so far', async () => {
    const earlyStopping = { patience: 4 }
    const whole = make()
    const history = await whole.fit(sequences, labels, options({ epochs: 60, validation, earlyStopping }))
    const halves = make()
    let resume: Checkpoint | undefined
    let late: EpochReport | undefined
    await halves.fit(sequences, labels, {
      ...options({ epochs: history.epochs.length - 1, validation, earlyStopping }),
      onEpoch: (report) => {
        resume = report.checkpoint()
        late = report
      },
    })
    expect(() => late?.checkpoint()).toThrow(/called after its onEpoch/)
    const resumed = make()
    const rest = await resumed.fit(sequences, labels, options({ epochs: 60, validation, earlyStopping, resume }))
    expect(rest).toEqual(history)
    expect(resumed.parameters.data).toEqual(whole.parameters.data)
  })
})

describe('stopping and failing', () => {
  it('rejects at once with the reason of an aborted signal, weights untouched', async () => {
    const network = make()
    const before = network.parameters.data.slice()
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(network.fit(sequences, labels, options({ signal }))).rejects.toThrow('enough')
    expect(network.parameters.data).toEqual(before)
  })

  it('stops on NaN and names epoch, batch and parameter', async () => {
    const network = make()
    const batches: number[] = []
    const fitting = network.fit(sequences, labels, {
      ...options({ epochs: 2, shuffle: false }),
      onBatch: ({ epoch, batch }) => {
        batches.push(batch)
        if (epoch === 2 && batch === 1) network.layers[0].params.Whf.set(2, 1, Number.NaN)
      },
    })
    const error = await fitting.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(NonFiniteError)
    expect(error).toMatchObject({ epoch: 2, batch: 2, parameter: 'layers.0.Whf' })
    expect((error as Error).message).toMatch(/epoch 2, batch 2: "layers\.0\.Whf" is not finite.*learningRate/)
    expect(batches).toEqual([1, 2, 3, 1])
  })

  it('undoes the update that makes a weight infinite', async () => {
    const network = make()
    const before = network.parameters.data.slice()
    const optimizer = new SGD({ learningRate: 1e50 })
    const error = await network.fit(sequences, labels, options({ optimizer, epochs: 1, batchSize: 8 })).catch((e) => e)
    expect(error).toBeInstanceOf(NonFiniteError)
    expect(error).toMatchObject({ epoch: 1, batch: 1, parameter: 'layers.0.Wxi' })
    expect(network.parameters.data).toEqual(before)
  })

  it('leaves the network as it was where a checkpoint does not fit', async () => {
    let resume: Checkpoint | undefined
    const onEpoch = (report: EpochReport): void => {
      resume = report.checkpoint()
    }
    await make().fit(sequences, labels, options({ epochs: 1, onEpoch }))
    const network = make()
    const before = network.parameters.data.slice()
    const resumed = (more: Partial<FitOptions>) =>
      network.fit(sequences, labels, options({ epochs: 2, resume, ...more }))
    await expect(resumed({ optimizer: new SGD({ learningRate: 1 }) })).rejects.toThrow(/trained with adam.*has sgd/)
    await expect(resumed({ seed: 99 })).rejects.toThrow(/trained with seed 1, this call has 99/)
    for (const wrong of [null, 3, {}, { ...resume, optimizer: undefined }, JSON.parse(JSON.stringify(resume))]) {
      await expect(resumed({ resume: wrong })).rejects.toThrow(/fit: "resume" expected a checkpoint/)
    }
    const short = { ...(resume as Checkpoint), parameters: [1, 2] as never }
    await expect(resumed({ resume: short })).rejects.toThrow(/a model of 2 parameters cannot become one of/)
    expect(network.parameters.data).toEqual(before)
  })

  it('waits for a slow onBatch and passes its error on', async () => {
    const onBatch = async ({ batch }: { batch: number }): Promise<void> => {
      await Promise.resolve()
      if (batch === 2) throw new Error('from onBatch')
    }
    await expect(make().fit(sequences, labels, options({ onBatch }))).rejects.toThrow('from onBatch')
  })

  it('refuses a second fit while one runs, and allows one after', async () => {
    const network = make()
    const first = network.fit(sequences, labels, options({ epochs: 2 }))
    await expect(network.fit(sequences, labels, options())).rejects.toBeInstanceOf(StateError)
    await first
    await network.fit(sequences, labels, options({ epochs: 1 }))
  })

  it('leaves the event loop alive', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 0)
    await make().fit(sequences, labels, options({ epochs: 60 }))
    clearInterval(timer)
    expect(turns).toBeGreaterThan(3)
  })
})

describe('clipping', () => {
  it('limits the norm or the elements of every update', async () => {
    const step = async (more: Partial<FitOptions>): Promise<Float32Array> => {
      const network = make()
      const before = network.parameters.data.slice()
      await network.fit(sequences, labels, {
        ...options({ optimizer: new SGD({ learningRate: 1 }), epochs: 1, batchSize: 8, ...more }),
      })
      return Float32Array.from(network.parameters.data, (x, i) => x - before[i])
    }
    const free = Math.hypot(...(await step({})))
    expect(Math.hypot(...(await step({ clipNorm: free / 3 })))).toBeCloseTo(free / 3, 5)
    expect(await step({ clipNorm: free * 2 })).toEqual(await step({}))
    const limit = 0.001
    expect(Math.max(...(await step({ clipValue: limit })).map(Math.abs))).toBeCloseTo(limit, 6)
  })
})

describe('averaging', () => {
  it('ends with the moving average of the weights of every update', async () => {
    const network = make()
    const average = Float64Array.from(network.parameters.data)
    let updates = 0
    const onBatch = (): void => {
      updates++
      const decay = Math.min(0.9, (1 + updates) / (10 + updates))
      network.parameters.data.forEach((w, i) => {
        average[i] = decay * average[i] + (1 - decay) * w
      })
    }
    await network.fit(sequences, labels, options({ epochs: 40, averaging: 0.9, onBatch }))
    expect(updates).toBe(120)
    network.parameters.data.forEach((w, i) => expect(Math.abs(w - average[i])).toBeLessThan(1e-5))
  })

  it('judges and keeps averages, and goes on from a checkpoint to the same bits', async () => {
    const validation = { sequences: sequences.slice(0, 3), labels: labels.slice(0, 3) }
    const more = { averaging: 0.95, validation, earlyStopping: { patience: 50 } }
    const whole = make()
    const history = await whole.fit(sequences, labels, options({ epochs: 12, ...more }))
    const best = history.epochs[history.bestEpoch - 1].validationLoss
    expect(whole.evaluate(validation.sequences, validation.labels).loss).toBe(best)
    let resume: Checkpoint | undefined
    const onEpoch = (report: EpochReport): void => {
      resume = report.checkpoint()
    }
    await make().fit(sequences, labels, options({ epochs: 7, onEpoch, ...more }))
    const resumed = make()
    await resumed.fit(sequences, labels, options({ epochs: 12, resume, ...more }))
    expect(resumed.parameters.data).toEqual(whole.parameters.data)
    await expect(make().fit(sequences, labels, options({ epochs: 12, resume }))).rejects.toThrow(
      /differ in "averaging"/,
    )
  })
})

describe('augmentation', () => {
  const jitter: FitOptions['augment'] = ({ data, shape }, random) => {
    const rows = 1 + random.integer(shape[0])
    return view(
      Float32Array.from(data.subarray(0, 2 * rows), (x) => x + random.normal()),
      [rows, 2],
    )
  }

  it('changes what is trained on, by the seed, and not the data', async () => {
    const before = sequences.map(({ data }) => data.slice())
    const run = async (more: Partial<FitOptions>): Promise<unknown> => {
      const network = make()
      await network.fit(sequences, labels, options({ epochs: 3, ...more }))
      return network.parameters.data
    }
    const augmented = await run({ augment: jitter })
    expect(await run({ augment: jitter })).toEqual(augmented)
    expect(await run({ augment: jitter, seed: 9 })).not.toEqual(augmented)
    expect(await run({})).not.toEqual(augmented)
    expect(await run({ augment: (x) => x })).toEqual(await run({}))
    sequences.forEach(({ data }, i) => expect(data).toEqual(before[i]))
  })

  it('may not change the columns, nor the length where every frame has a label', async () => {
    const wide = options({ augment: () => view(new Float32Array(6), [2, 3]) })
    await expect(make().fit(sequences, labels, wide)).rejects.toThrow(/shape \[T >= 1, 2\], got \[2, 3\]/)
    const frames = sequences.map(({ shape }) => new Int32Array(shape[0]))
    const short = options({ augment: () => view(new Float32Array(2), [1, 2]) })
    await expect(make().fit(sequences, frames, short)).rejects.toThrow(/"augment" expected to return shape/)
  })
})

describe('bad input is a clear error and trains nothing', () => {
  const bad = sequences.slice()
  bad[2] = view(Float64Array.of(1, 2, Number.NaN, 4), [2, 2])
  const cases: [string, unknown, unknown, unknown, RegExp][] = [
    ['no optimizer', sequences, labels, {}, /"optimizer" expected an optimiser such as new Adam\(\), got undefined/],
    ['a misspelt option', sequences, labels, options({ epoch: 3 } as never), /unknown option "epoch"/],
    ['no epochs', sequences, labels, options({ epochs: 0 }), /"epochs" expected an integer >= 1, got 0/],
    ['a batch size of half', sequences, labels, options({ batchSize: 0.5 }), /"batchSize" expected an integer >= 1/],
    ['no sequences', [], [], options(), /"sequences" expected at least 1 item, got 0/],
    ['a number for a sequence', [3], [0], options(), /"sequences\[0\]" expected a two-dimensional ndarray, got 3/],
    ['NaN', bad, labels, options(), /"sequences\[2\]" expected finite numbers, got NaN at row 1, column 0/],
    [
      'wrong columns',
      normalSequences(1, [3], 5),
      [0],
      options(),
      /"sequences\[0\]" expected shape .*2\], got \[3, 5\]/,
    ],
    ['too few labels', sequences, [0, 1], options(), /"labels" expected one for each of the 8 sequences, got 2/],
    ['a label too large', sequences, [0, 1, 2, 0, 0, 0, 0, 0], options(), /expected integers 0..1, got 2 at index 2/],
    ['no labels', sequences, undefined, options(), /"labels" expected class indices or targets, got undefined/],
    ['targets of another length', sequences, sequences.map(() => [0]), options(), /"labels\[0\]" expected 6 frames/],
    ['early stopping on nothing', sequences, labels, options({ earlyStopping: {} }), /needs "validation" data/],
    [
      'early stopping by an accuracy that is not known',
      sequences,
      labels,
      options({
        validation: { sequences: sequences.slice(0, 1), labels: [new Int32Array(6)] },
        earlyStopping: { monitor: 'accuracy' },
      }),
      /by accuracy needs validation labels/,
    ],
    [
      'smoothing of given targets',
      sequences,
      view(new Float64Array(16).fill(0.5), [8, 2]),
      options({ labelSmoothing: 0.1 }),
      /"labelSmoothing" needs class indices/,
    ],
    [
      'smoothing of given targets of frames',
      sequences,
      sequences.map(({ shape: [T] }) => view(new Float64Array(2 * T).fill(0.5), [T, 2])),
      options({ labelSmoothing: 0.1 }),
      /"labelSmoothing" needs class indices, "labels\[0\]" gives targets/,
    ],
    ['a signal of words', sequences, labels, options({ signal: 'stop' as never }), /"signal" expected an AbortSignal/],
    ['a callback of words', sequences, labels, options({ onEpoch: 'x' as never }), /"onEpoch" expected a function/],
    ['class weights', sequences, labels, options({ classWeights: [1] }), /"classWeights" expected 2 numbers, got 1/],
    [
      'an unknown loss',
      sequences,
      labels,
      options({ loss: 'hinge' as never }),
      /"loss" expected one of "crossEntropy"/,
    ],
  ]
  it.each(cases)('%s', async (_, x, y, fitOptions, message) => {
    const network = make()
    const before = network.parameters.data.slice()
    await expect(network.fit(x as never, y as never, fitOptions as never)).rejects.toThrow(message)
    expect(network.parameters.data).toEqual(before)
  })
})
