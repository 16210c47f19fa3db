import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import type { ArrayView } from '../../src/core/types.ts'
import { kernelsInUse, useKernels } from '../../src/kernels/index.ts'
import { Dense } from '../../src/layers/dense.ts'
import { Dropout } from '../../src/layers/dropout.ts'
import { GRU } from '../../src/layers/gru.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Adam } from '../../src/optim/adam.ts'
import { LBFGS } from '../../src/optim/lbfgs.ts'
import { SGD } from '../../src/optim/sgd.ts'
import type { Tasks } from '../../src/threads/calls.ts'
import type { WorkerPool } from '../../src/threads/pool.ts'
import type { FitOptions } from '../../src/training/fit-options.ts'
import { gradientTasks } from '../../src/training/gradient-worker.ts'
import type { Checkpoint, History } from '../../src/training/history.ts'
import { dealParts } from '../../src/training/parts.ts'
import type { Labels } from '../../src/training/targets.ts'
import { type InlinePoolOptions, inlinePool } from '../support/inline-pool.ts'
import { normalSequences } from '../support/random.ts'
import { tolerance } from '../support/tolerances.ts'

const lengths = [9, 2, 5, 7, 7, 1, 4, 6, 3, 8]
const sequences = normalSequences('parallel', lengths, 3)
const labels = [0, 1, 1, 0, 1, 0, 0, 1, 1, 0]

function make(dtype: 'float32' | 'float64' = 'float64'): Sequential {
  const top = new Dense({ units: 2, activation: 'softmax' })
  return new Sequential([new LSTM({ inputs: 3, units: 4 }), top], { seed: 1, dtype })
}

/** With draws in the layers' outputs and inside the recurrence. */
function makeRandom(): Sequential {
  const layers = [
    new GRU({ inputs: 3, units: 4, recurrentDropout: 0.3 }),
    new Dropout({ rate: 0.4 }),
    new Dense({ units: 2, activation: 'softmax' }),
    new MeanPool(),
  ]
  return new Sequential(layers, { seed: 2 })
}

const pool = (workers: number, more: Partial<InlinePoolOptions> = {}): WorkerPool =>
  inlinePool({ workers, tasks: gradientTasks, ...more })

const options = (more: Partial<FitOptions> = {}): FitOptions => ({
  optimizer: new Adam({ learningRate: 0.02 }),
  batchSize: 6,
  epochs: 3,
  ...more,
})

async function trained(
  network: Sequential,
  more: Partial<FitOptions> = {},
  data: { x?: ArrayView[]; y?: Labels } = {},
): Promise<{ network: Sequential; history: History }> {
  const history = await network.fit(data.x ?? sequences, data.y ?? labels, options(more))
  return { network, history }
}

/** The largest difference, relative to 1 and to the values. */
function distance(a: Sequential, b: Sequential): number {
  const [x, y] = [a.parameters.data, b.parameters.data]
  return Math.max(...Array.from(x, (value, k) => Math.abs(value - y[k]) / Math.max(1, Math.abs(value))))
}

describe('the parts of a batch', () => {
  it('have nearly equal frames, hold every member once and do not depend on the order', () => {
    const frames = (i: number): number => lengths[i]
    const parts = dealParts([3, 1, 4, 0, 9, 5, 7], frames, 3)
    // Lengths 9, 8, 7 | 7 | 6 | 2 | 1, each to the part that has the fewest frames.
    expect(parts.map((part) => [...part])).toEqual([
      [0, 1, 5],
      [9, 7],
      [3, 4],
    ])
    expect(parts.flatMap((part) => [...part]).sort()).toEqual([0, 1, 3, 4, 5, 7, 9])
    const sums = parts.map((part) => part.reduce((sum, i) => sum + lengths[i], 0))
    expect(Math.max(...sums) - Math.min(...sums)).toBeLessThanOrEqual(2)
    expect(dealParts([9, 7, 5, 4, 3, 1, 0], frames, 3)).toEqual(parts)
  })

  it('are not more than the members', () => {
    expect(dealParts([2, 0], (i) => lengths[i], 4)).toEqual([Int32Array.of(0), Int32Array.of(2)])
  })
})

describe('the result of a fit on workers', () => {
  it.each([
    ['an LSTM in float32', () => make('float32'), {}],
    ['dropout, recurrent dropout and weight noise', makeRandom, { weightNoise: 0.05 }],
    ['statistics, averaging and clipping', makeRandom, { statistics: true, averaging: 0.9, clipNorm: 0.1 }],
  ])('does not depend on their number: %s', async (_, create, more) => {
    const one = await trained(create(), { ...more, workers: pool(1) })
    for (const workers of [2, 3]) {
      const other = await trained(create(), { ...more, workers: pool(workers) })
      expect(other.network.parameters.data).toEqual(one.network.parameters.data)
      expect(other.history).toEqual(one.history)
    }
  })

  it('does not depend on how memory travels', async () => {
    const shared = await trained(makeRandom(), { workers: pool(2), weightNoise: 0.05 })
    for (const more of [{ sharesMemory: false }, { copies: true }]) {
      const { network, history } = await trained(makeRandom(), { workers: pool(2, more), weightNoise: 0.05 })
      expect(network.parameters.data).toEqual(shared.network.parameters.data)
      expect(history).toEqual(shared.history)
    }
  })

  it('depends on the number of parts by rounding alone, and is that without workers', async () => {
    const alone = await trained(make())
    for (const parts of [1, 2, 3, 4, 100]) {
      const { network, history } = await trained(make(), { workers: pool(2), parts })
      expect(distance(network, alone.network)).toBeLessThan(tolerance.reorder)
      history.epochs.forEach(({ loss, gradientNorm }, i) => {
        expect(loss).toBeCloseTo(alone.history.epochs[i].loss, 12)
        expect(gradientNorm).toBeCloseTo(alone.history.epochs[i].gradientNorm, 12)
      })
    }
  })

  const frameLabels = lengths.map((T) => Int32Array.from({ length: T }, (_, t) => t % 2))
  const frameWeights = lengths.map((T) => Float64Array.from({ length: T }, (_, t) => t % 3))
  const rows = view(
    Float64Array.from({ length: 20 }, (_, k) => Math.sin(k)),
    [10, 2],
  )
  it.each<[string, Labels, Partial<FitOptions>]>([
    ['class weights and smoothing', labels, { classWeights: [1, 3], labelSmoothing: 0.1 }],
    ['labels of frames, weighted', frameLabels, { frameWeights }],
    ['targets, squared error', rows, { loss: 'squaredError' }],
    ['truncation', labels, { truncation: 3 }],
    ['weight noise', labels, { weightNoise: 0.05 }],
  ])('is that without workers: %s', async (_, y, more) => {
    const alone = await trained(make(), more, { y })
    const { network } = await trained(make(), { ...more, workers: pool(2) }, { y })
    expect(distance(network, alone.network)).toBeLessThan(tolerance.reorder)
    expect(distance(network, make())).toBeGreaterThan(0.01)
  })

  it('sees what augment made of the sequences, of other lengths too', async () => {
    const augment: FitOptions['augment'] = (sequence, random) => {
      const T = 1 + random.integer(sequence.shape[0])
      return view(
        Float64Array.from({ length: 3 * T }, () => random.normal()),
        [T, 3],
      )
    }
    const alone = await trained(make(), { augment })
    const { network } = await trained(make(), { augment, workers: pool(2) })
    expect(distance(network, alone.network)).toBeLessThan(tolerance.reorder)
  })

  it('measures held-out data, stops early and keeps the best weights as without workers', async () => {
    const validation = { sequences: normalSequences('held out', [4, 5, 3], 3), labels: [1, 0, 1] }
    const more = { validation, earlyStopping: { patience: 2 }, epochs: 40 }
    const alone = await trained(make(), more)
    const { network, history } = await trained(make(), { ...more, workers: pool(3) })
    expect(history.stoppedEarly).toBe(true)
    expect(history.bestEpoch).toBe(alone.history.bestEpoch)
    expect(distance(network, alone.network)).toBeLessThan(1e-10)
  })

  it('tells how open gates stood, over the whole batch', async () => {
    const more = { statistics: true, batchSize: 10, epochs: 1 }
    const alone = await trained(make(), more)
    const { history } = await trained(make(), { ...more, workers: pool(2) })
    const gates = history.epochs[0].statistics?.gates as Record<string, { mean: number }>
    expect(Object.keys(gates)).toEqual(Object.keys(alone.history.epochs[0].statistics?.gates ?? {}))
    for (const [name, { mean }] of Object.entries(alone.history.epochs[0].statistics?.gates ?? {})) {
      expect(gates[name].mean).toBeCloseTo(mean, 12)
    }
  })

  it('goes on from a checkpoint, on another number of workers', async () => {
    const whole = await trained(makeRandom(), { epochs: 4, workers: pool(2) })
    let resume: Checkpoint | undefined
    await trained(makeRandom(), {
      ...{ epochs: 2, workers: pool(1) },
      onEpoch: (report) => {
        resume = report.checkpoint()
      },
    })
    const rest = await trained(makeRandom(), { epochs: 4, workers: pool(3), resume })
    expect(rest.network.parameters.data).toEqual(whole.network.parameters.data)
    expect(rest.history).toEqual(whole.history)
  })

  it('comes from the kernels in use', async () => {
    const before = kernelsInUse()
    const seen: string[] = []
    const tasks = (): Tasks =>
      Object.fromEntries(
        Object.entries(gradientTasks()).map(([name, run]) => [
          name,
          (argument: unknown) => {
            seen.push((argument as { kernels?: string }).kernels ?? '')
            return run(argument)
          },
        ]),
      )
    try {
      useKernels('js')
      await trained(make('float32'), { epochs: 1, workers: inlinePool({ workers: 1, tasks }) })
    } finally {
      useKernels(before)
    }
    expect(new Set(seen)).toEqual(new Set(['', 'js']))
  })
})

describe('a pool', () => {
  it('serves two trainings at once', async () => {
    const workers = pool(2)
    const wanted = await Promise.all([
      trained(make(), { workers: pool(2) }),
      trained(makeRandom(), { workers: pool(2) }),
    ])
    const got = await Promise.all([trained(make(), { workers }), trained(makeRandom(), { workers })])
    got.forEach(({ network }, i) => expect(network.parameters.data).toEqual(wanted[i].network.parameters.data))
  })

  it('lets go of a training that has ended', async () => {
    const tasks = gradientTasks()
    const workers = inlinePool({ workers: 1, tasks: () => tasks })
    await trained(make(), { workers })
    const job = { session: 0, part: 0, kernels: kernelsInUse(), members: Int32Array.of(0), batchSize: 1, draws: '' }
    expect(() => tasks['gradient.part'](job)).toThrow(/session 0/)
  })
})

describe('stopping and failing', () => {
  it('keeps the weights of the last whole update where the gradient stops being finite', async () => {
    const network = make()
    const fitting = network.fit(sequences, labels, {
      ...options({ optimizer: new SGD({ learningRate: 1e-3 }), workers: pool(2), shuffle: false }),
      onBatch: ({ epoch, batch }) => {
        if (epoch === 2 && batch === 1) network.parameters.data[0] = Number.NaN
      },
    })
    await expect(fitting).rejects.toMatchObject({ name: 'NonFiniteError', epoch: 2, batch: 2 })
  })

  it('is aborted after the update under way', async () => {
    const stop = new AbortController()
    const batches: number[] = []
    const fitting = make().fit(sequences, labels, {
      ...options({ workers: pool(2), signal: stop.signal, batchSize: 2 }),
      onBatch: ({ batch }) => {
        batches.push(batch)
        if (batch === 2) stop.abort()
      },
    })
    await expect(fitting).rejects.toMatchObject({ name: 'AbortError' })
    expect(batches).toEqual([1, 2])
  })

  it('rejects with the error of a worker and can be fitted again', async () => {
    const network = make()
    const before = network.parameters.data.slice()
    const tasks = (): Tasks => ({
      ...gradientTasks(),
      'gradient.part': () => {
        throw new RangeError('out of luck')
      },
    })
    const failing = network.fit(sequences, labels, options({ workers: inlinePool({ workers: 2, tasks }) }))
    await expect(failing).rejects.toMatchObject({ name: 'RangeError', message: 'out of luck' })
    expect(network.parameters.data).toEqual(before)
    await trained(network, { workers: pool(1), epochs: 1 })
  })

  it('leaves the gradient of another call alone until it has its own', async () => {
    const network = make()
    const other = make()
    const fitting = trained(network, { workers: pool(2), epochs: 2 })
    for (let i = 0; i < 20; i++) {
      network.lossAndGradient(sequences, labels)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await fitting
    await trained(other, { workers: pool(2), epochs: 2 })
    expect(network.parameters.data).toEqual(other.parameters.data)
  })

  it.each<[string, Partial<FitOptions>, RegExp]>([
    ['no workers', { workers: 0 }, /"workers" expected an integer >= 1, got 0/],
    ['a word', { workers: 'two' as never }, /"workers" expected an integer >= 1, got "two"/],
    ['no parts', { workers: pool(1), parts: 0 }, /"parts" expected an integer >= 1, got 0/],
    ['parts alone', { parts: 2 }, /"parts" needs "workers"/],
    ['chunks', { workers: pool(1), chunkLength: 3 }, /"workers" does not go with "chunkLength"/],
    ['batch optimisers', { workers: pool(1), optimizer: new LBFGS() }, /"workers" does not go with lbfgs/],
  ])('refuses %s', async (_, more, message) => {
    await expect(make().fit(sequences, labels, options(more))).rejects.toThrow(message)
  })

  it('is not for an MLP', async () => {
    const x = view(new Float32Array(4), [2, 2])
    const mlp = new MLP({ layers: [2, 2] })
    await expect(mlp.fit(x, [0, 1], { optimizer: new Adam(), workers: 2 } as never)).rejects.toThrow(/"workers"/)
  })
})
