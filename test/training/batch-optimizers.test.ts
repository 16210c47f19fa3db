import { describe, expect, it, vi } from 'vitest'
import { view } from '../../src/core/array.ts'
import { NonFiniteError } from '../../src/core/errors.ts'
import { Dense } from '../../src/layers/dense.ts'
import { Dropout } from '../../src/layers/dropout.ts'
import { LayerChain } from '../../src/layers/layer-chain.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import type { BatchOptimizer, BatchProblem, IterationReport } from '../../src/numerics/optimizer.ts'
import { ParameterSet } from '../../src/numerics/parameters.ts'
import { Random } from '../../src/numerics/random.ts'
import { HessianFree } from '../../src/optim/hessian-free.ts'
import { LBFGS } from '../../src/optim/lbfgs.ts'
import { minimize } from '../../src/optim/minimize/minimize.ts'
import { CurrentBatch } from '../../src/training/batch-loss.ts'
import type { FitOptions } from '../../src/training/fit-options.ts'
import type { Checkpoint } from '../../src/training/history.ts'
import { objectiveOf } from '../support/objective.ts'
import { normalSequences } from '../support/random.ts'
import { tolerance } from '../support/tolerances.ts'

const sequences = normalSequences('batch', [6, 4, 5, 3, 6, 2, 5, 4], 2)
const labels = [0, 1, 1, 0, 1, 0, 0, 1]
const head = (): Dense => new Dense({ units: 2, activation: 'softmax' })

function lstm(dtype: 'float32' | 'float64' = 'float64'): Sequential {
  return new Sequential([new LSTM({ inputs: 2, units: 3 }), head()], { seed: 1, dtype })
}

function dropping(): Sequential {
  const dense = new Dense({ inputs: 2, units: 6, activation: 'tanh' })
  return new Sequential([dense, new Dropout({ rate: 0.4 }), new LSTM({ units: 3 }), new MeanPool(), head()], {
    seed: 2,
  })
}

const optimizers: [string, () => BatchOptimizer][] = [
  ['LBFGS', () => new LBFGS({ memory: 3, weightDecay: 1e-3 })],
  ['HessianFree', () => new HessianFree({ damping: 0.1, curvatureShare: 0.5, maxConjugateSteps: 20 })],
]

/** An optimiser that does what the test says with each batch. */
function scripted(
  run: (problem: BatchProblem, iteration: number) => Partial<IterationReport> | undefined,
): BatchOptimizer {
  let iterations = 0
  return {
    kind: 'scripted',
    maxIterations: 3,
    iterate: (problem) => ({ status: 'moved', message: 'as told', step: 1, ...run(problem, iterations++) }),
    reset: () => {},
    state: () => ({ kind: 'scripted', steps: iterations, vectors: {} }),
    restore: () => {},
  }
}

describe('LBFGS in fit', () => {
  it('takes the steps of minimize on the loss of the whole data', async () => {
    const network = lstm()
    const reference = lstm()
    const f = objectiveOf(reference, sequences, labels)
    const start = Float64Array.from(network.parameters.data)
    const { x, iterations } = minimize(f, start, { maxIterations: 25, memory: 5 })
    const seen: number[] = []
    const onBatch = ({ loss }: { loss: number }) => seen.push(loss)
    const history = await network.fit(sequences, labels, {
      optimizer: new LBFGS({ maxIterations: 25, memory: 5 }),
      onBatch,
    })
    expect(history.epochs).toHaveLength(iterations)
    expect(seen).toEqual(history.epochs.map(({ loss }) => loss))
    network.parameters.data.forEach((w, i) => expect(Math.abs(w - x[i])).toBeLessThan(tolerance.reorder))
  })

  it('ends where the gradient is small, and says so', async () => {
    const network = new Sequential([new Dense({ inputs: 2, units: 2, activation: 'softmax' })], { dtype: 'float64' })
    const weightDecay = 0.01
    const history = await network.fit(sequences, labels, {
      optimizer: new LBFGS({ weightDecay, gradientTolerance: 1e-9 }),
    })
    expect(history.ending).toEqual({
      status: 'converged',
      message: expect.stringMatching(/within "gradientTolerance"/),
    })
    expect(history.stoppedEarly).toBe(false)
    const last = history.epochs[history.epochs.length - 1]
    expect(history.epochs.length).toBeLessThan(200)
    expect(last.learningRate).toBe(0)
    expect(last.loss).toBe(network.evaluate(sequences, labels).loss)
    const { gradient } = network.lossAndGradient(sequences, labels)
    const { data, slots } = network.parameters
    for (const { offset, size, decay } of slots) {
      for (let i = offset; i < offset + size; i++) {
        expect(Math.abs(gradient[i] + (decay ? weightDecay * data[i] : 0))).toBeLessThan(1e-9)
      }
    }
  })

  it('ends where float32 hides what is left, at no higher loss', async () => {
    const network = lstm('float32')
    const history = await network.fit(sequences, labels, {
      optimizer: new LBFGS({ gradientTolerance: 0, weightDecay: 1e-3, maxIterations: 5000 }),
    })
    expect(history.ending?.status).toBe('lineSearchFailed')
    expect(history.ending?.message).toMatch(/float64/)
    expect(network.evaluate(sequences, labels).loss).toBeLessThan(0.1 * history.epochs[0].loss)
  })
})

describe('HessianFree in fit', () => {
  it.each<[string, () => Sequential]>([
    ['an LSTM', lstm],
    [
      'means of softmaxes',
      () => new Sequential([new LSTM({ inputs: 2, units: 3 }), head(), new MeanPool()], { seed: 3 }),
    ],
  ])('lowers the loss at every iteration: %s', async (_, make) => {
    const network = make()
    const history = await network.fit(sequences, labels, { optimizer: new HessianFree({ maxIterations: 20 }) })
    expect(history.epochs).toHaveLength(20)
    history.epochs.forEach(({ loss }, i, all) => i > 0 && expect(loss).toBeLessThan(all[i - 1].loss))
    expect(network.evaluate(sequences, labels).loss).toBeLessThan(0.1 * history.epochs[0].loss)
  })

  it('minimises squared error to rounding', async () => {
    const network = new Sequential([new Dense({ inputs: 2, units: 2 })], { dtype: 'float64' })
    const optimizer = new HessianFree({ gradientTolerance: 1e-9 })
    const history = await network.fit(sequences, sequences, { optimizer })
    expect(history.ending?.status).toBe('converged')
    const { data } = network.layers[0].params.W
    data.forEach((w, i) => expect(Math.abs(w - (i % 3 === 0 ? 1 : 0))).toBeLessThan(1e-7))
  })
})

describe.each(optimizers)('%s', (_, make) => {
  const run = async (more: Partial<FitOptions> = {}): Promise<Sequential> => {
    const network = dropping()
    await network.fit(sequences, labels, { optimizer: make(), epochs: 6, batchSize: 4, ...more })
    return network
  }

  it('same seed, same bits; another seed, others', async () => {
    const { data } = (await run()).parameters
    expect((await run()).parameters.data).toEqual(data)
    expect((await run({ seed: 9 })).parameters.data).not.toEqual(data)
  })

  it.each<[string, Partial<FitOptions>]>([
    ['mini-batches with dropout', {}],
    ['the whole data, averaging', { batchSize: undefined, averaging: 0.9 }],
    ['early stopping', { validation: { sequences, labels }, earlyStopping: { patience: 9 } }],
  ])('two halves from a checkpoint equal the whole: %s', async (__, more) => {
    const whole = await run(more)
    let half: Checkpoint | undefined
    await run({ ...more, epochs: 3, onEpoch: (report) => (half = report.checkpoint()) })
    const stored = JSON.parse(JSON.stringify(half, (___, v) => (ArrayBuffer.isView(v) ? Array.from(v as never) : v)))
    const resumed = await run({ ...more, resume: stored })
    expect(resumed.parameters.data).toEqual(whole.parameters.data)
  })

  it('the whole data keep their order: shuffling changes nothing', async () => {
    const [one, other] = await Promise.all(
      [true, false].map(async (shuffle) => {
        const network = lstm('float32')
        await network.fit(sequences, labels, { optimizer: make(), epochs: 4, shuffle })
        return network.parameters.data
      }),
    )
    expect(one).toEqual(other)
  })

  it('does not change the data, and stops when told to', async () => {
    const copies = sequences.map(({ data }) => data.slice())
    const stop = new AbortController()
    const epochs: number[] = []
    const onEpoch = ({ epoch }: { epoch: number }): void => {
      epochs.push(epoch)
      if (epoch === 2) stop.abort()
    }
    await expect(run({ onEpoch, signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' })
    expect(epochs).toEqual([1, 2])
    sequences.forEach(({ data }, i) => expect(data).toEqual(copies[i]))
  })

  it('leaves an iteration at once and undoes it where it is aborted in the middle', async () => {
    const network = lstm()
    const before = network.parameters.data.slice()
    const stop = new AbortController()
    const forward = vi.spyOn(LayerChain.prototype, 'forward')
    const tangent = vi.spyOn(LayerChain.prototype, 'tangent')
    const passes = (): number => forward.mock.calls.length + tangent.mock.calls.length
    let seen = 0
    const optimizer = make()
    const state = optimizer.state()
    const run = optimizer.iterateInSteps?.bind(optimizer) as NonNullable<BatchOptimizer['iterateInSteps']>
    // One step whatever the data: a first point that no step improves.
    optimizer.iterateInSteps = function* (problem) {
      const steps = run({
        parameters: problem.parameters,
        evaluate: () => problem.evaluate() + (seen++ > 0 ? 1 : 0),
        loss: () => problem.loss() + 1,
        gaussNewton: (share) => problem.gaussNewton(share),
      })
      for (;;) {
        const { done, value } = steps.next()
        if (done) return value
        stop.abort()
        seen = passes()
        yield
      }
    }
    try {
      await expect(network.fit(sequences, labels, { optimizer, signal: stop.signal })).rejects.toThrow('abort')
      expect(passes()).toBe(seen)
    } finally {
      vi.restoreAllMocks()
    }
    expect(network.parameters.data).toEqual(before)
    if (optimizer instanceof HessianFree) expect(optimizer.state()).toEqual(state)
  })

  it('takes the same steps while others use the network in between', async () => {
    const [network, alone] = [lstm(), lstm()]
    const options = { epochs: 3 }
    const reference = await alone.fit(sequences, labels, { ...options, optimizer: make() })
    const seen = new Set<string>()
    let busy = true
    const use = (): void => {
      seen.add(network.forward(sequences[0]).data.join())
      if (busy) setImmediate(use)
    }
    setImmediate(use)
    const history = await network.fit(sequences, labels, { ...options, optimizer: make() })
    busy = false
    expect(history).toEqual(reference)
    expect(network.parameters.data).toEqual(alone.parameters.data)
    // The weights before the first iteration, and after each: never those of a trial.
    expect(seen.size).toBeGreaterThan(1)
    expect(seen.size).toBeLessThanOrEqual(4)
  })

  it('names what is not finite and keeps the weights', async () => {
    const network = lstm()
    const before = network.parameters.data.slice()
    before[3] = Number.NaN
    network.parameters.data.set(before)
    const error = await network.fit(sequences, labels, { optimizer: make() }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(NonFiniteError)
    expect(error).toMatchObject({ epoch: 1, batch: 1, parameter: 'layers.0.Wxi' })
    expect(network.parameters.data).toEqual(before)
  })

  it.each<[string, Partial<FitOptions>, RegExp]>([
    ['clipNorm', { clipNorm: 1 }, /"clipNorm" does not go with (lbfgs|hessian-free)/],
    ['clipValue', { clipValue: 1 }, /"clipValue" does not go with/],
    ['truncated BPTT', { truncation: 2 }, /"truncation" does not go with .*; leave it out/],
  ])('refuses %s', async (__, more, message) => {
    await expect(lstm().fit(sequences, labels, { optimizer: make(), ...more })).rejects.toThrow(message)
  })

  it('refuses the checkpoint of another model and changes nothing', async () => {
    let resume: Checkpoint | undefined
    await run({ epochs: 2, onEpoch: (report) => (resume = report.checkpoint()) })
    const vectors = Object.fromEntries(Object.keys(resume!.optimizer.vectors).map((name) => [name, Float64Array.of(1)]))
    const bad = { ...resume!, optimizer: { ...resume!.optimizer, vectors } }
    const network = dropping()
    const before = network.parameters.data.slice()
    const fit = network.fit(sequences, labels, { optimizer: make(), epochs: 4, batchSize: 4, resume: bad })
    await expect(fit).rejects.toThrow(/1 numbers are not of a model of \d+ parameters/)
    expect(network.parameters.data).toEqual(before)
  })
})

describe('the problem that an optimiser sees', () => {
  it('repeats its random draws until the next iteration', async () => {
    const seen: number[] = []
    const optimizer = scripted((problem) => {
      const { data, gradient } = problem.parameters
      const [weight] = data
      const first = problem.evaluate()
      const slope = gradient.slice()
      data[0] += 0.5
      expect(problem.evaluate()).not.toBe(first)
      data[0] = weight
      expect(problem.evaluate()).toBe(first)
      expect(gradient).toEqual(slope)
      expect(problem.loss()).toBe(first)
      seen.push(first)
      return undefined
    })
    const augment: FitOptions['augment'] = ({ data, shape }, random) =>
      view(
        Float32Array.from(data, (x) => x + random.normal()),
        [...shape],
      )
    await dropping().fit(sequences, labels, { optimizer })
    await dropping().fit(sequences, labels, { optimizer, augment })
    expect(seen).toHaveLength(6)
    expect(new Set(seen).size).toBe(6)
  })

  it('measures curvature on all of the batch, or on other cases of it in each iteration', async () => {
    const network = lstm()
    const v = new Float64Array(network.parameters.data.length).fill(0.1)
    const alone = sequences.map((x, i) => network.gaussNewtonProduct([x], [labels[i]], v))
    const all = network.gaussNewtonProduct(sequences, labels, v)
    const seen: number[] = []
    const optimizer = scripted((problem) => {
      const product = new Float64Array(v.length)
      problem.gaussNewton(1)(v, product)
      expect(product).toEqual(all)
      problem.gaussNewton(0.01)(v, product)
      seen.push(alone.findIndex((wanted) => wanted.every((x, i) => x === product[i])))
      problem.gaussNewton(0.25)(v, product)
      const pairs = alone.flatMap((a, i) => alone.slice(i + 1).map((b) => a.map((x, k) => (x + b[k]) / 2)))
      const near = pairs.filter((wanted) => wanted.every((x, i) => Math.abs(x - product[i]) < tolerance.reorder))
      expect(near).toHaveLength(1)
      return undefined
    })
    await network.fit(sequences, labels, { optimizer, epochs: 12 })
    expect(seen).not.toContain(-1)
    expect(new Set(seen).size).toBeGreaterThan(3)
  })

  it('undoes what an iteration did that throws', async () => {
    const network = lstm()
    const before = network.parameters.data.slice()
    const optimizer = scripted(({ parameters }) => {
      parameters.data.fill(7)
      throw new Error('from the optimiser')
    })
    await expect(network.fit(sequences, labels, { optimizer })).rejects.toThrow('from the optimiser')
    expect(network.parameters.data).toEqual(before)
  })

  it('ends the training only where no batch of an epoch moved', async () => {
    const optimizer = scripted((_, i) => (i === 1 || i > 3 ? { status: 'converged', message: 'done' } : undefined))
    const history = await lstm().fit(sequences, labels, { optimizer, batchSize: 4, epochs: 9 })
    expect(history.epochs).toHaveLength(3)
    expect(history.ending).toEqual({ status: 'converged', message: 'done' })
  })

  it('is computed once where the last point of an iteration is the first of the next', () => {
    const parameters = ParameterSet.allocate([{ name: 'W', shape: [2], decay: true }], 'float64')
    const everything = Int32Array.of(0, 1)
    const count = (deterministic: boolean, act: (batch: CurrentBatch) => void): number => {
      let calls = 0
      const lossAndGradient = (): number => {
        parameters.gradient.fill(++calls)
        return calls
      }
      const batch = new CurrentBatch({ parameters, lossAndGradient, deterministic })
      batch.use(everything, new Random(1))
      batch.evaluate()
      parameters.gradient.fill(99)
      act(batch)
      return calls
    }
    const again = (batch: CurrentBatch): void => {
      batch.use(everything, new Random(2))
      expect(batch.evaluate()).toBe(parameters.gradient[0])
    }
    expect(count(true, again)).toBe(1)
    expect(count(false, again)).toBe(2)
    expect(count(true, (batch) => batch.use(everything.slice(), new Random(1)) ?? batch.evaluate())).toBe(2)
    expect(
      count(true, (batch) => {
        parameters.data[0]++
        batch.evaluate()
      }),
    ).toBe(2)
    expect(() => count(true, (batch) => batch.gaussNewton(1))).toThrow(/no Gauss-Newton products; take LBFGS/)
  })
})
