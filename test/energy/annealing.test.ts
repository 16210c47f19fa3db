import { beforeAll, describe, expect, it } from 'vitest'
import {
  type AisEstimate,
  type AisOptions,
  annealedImportanceSampling,
  checkTemperatures,
  temperatureLadder,
} from '../../src/energy/annealing.ts'
import { Enumeration } from '../../src/energy/enumeration.ts'
import type { Potential } from '../../src/energy/potential.ts'
import { Random } from '../../src/numerics/random.ts'
import { tolerance } from '../support/tolerances.ts'
import { randomPotential } from './potentials.ts'

/** Largest error of ln Z in nats that the sampler may make on a random model. */
const NATS = 0.1
const MODELS = 100

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
const sumOf = (x: Float64Array): number => x.reduce((a, b) => a + b, 0)

function truthOf(potential: Potential): number {
  return new Enumeration(potential).logPartition(potential.b, potential.c)
}

function sample(potential: Potential, options: Partial<AisOptions> & { seed?: number | string } = {}): AisEstimate {
  const { seed = 1, ...rest } = options
  return annealedImportanceSampling(potential, { chains: 50, temperatures: 100, random: new Random(seed), ...rest })
}

describe.each([
  ['binary', true, [0.1, 0.5, 1, 2]],
  ['Gaussian', false, [0.1, 0.3, 0.5, 0.7]],
] as const)('on a hundred %s models', (kind, binary, scales) => {
  const found: (AisEstimate & { truth: number })[] = []

  beforeAll(() => {
    for (let k = 0; k < MODELS; k++) {
      const potential = randomPotential(`${kind} ${k}`, 8 - (k % 3), 6, binary, scales[k % scales.length])
      found.push({ ...sample(potential, { seed: k, chains: 40, temperatures: 150 }), truth: truthOf(potential) })
    }
  })

  it('the estimate is close', () => {
    for (const { logZ, truth } of found) expect(Math.abs(logZ - truth)).toBeLessThan(NATS)
  })

  it('the interval covers the truth', () => {
    const covered = found.filter(({ low, high, truth }) => low <= truth && truth <= high)
    expect(covered.length).toBeGreaterThanOrEqual(0.95 * MODELS)
  })

  it('the standard error is that of the estimates', () => {
    const squares = found.map(({ logZ, truth, standardError }) => ((logZ - truth) / standardError) ** 2)
    const rms = Math.sqrt(squares.reduce((a, b) => a + b) / MODELS)
    expect(rms).toBeGreaterThan(0.8)
    expect(rms).toBeLessThan(1.3)
  })
})

describe('the estimate', () => {
  it.each([true, false])('is exact without weights from a base of the same biases (binary: %s)', (binary) => {
    for (const biasScale of [1, 1000]) {
      const potential = randomPotential(1, 5, 2500, binary, 0, biasScale)
      const { logZ, low, high, standardError, effectiveSampleSize } = sample(potential, {
        chains: 10,
        temperatures: 5,
        base: potential.b,
      })
      const visible = binary ? sumOf(potential.b.map(softplus)) : 2.5 * Math.log(2 * Math.PI)
      const truth = visible + sumOf(potential.c.map(softplus))
      for (const value of [logZ, low, high]) expect(Math.abs(value / truth - 1)).toBeLessThan(tolerance.reorder)
      expect(standardError).toBeLessThan(tolerance.reorder * truth)
      expect(effectiveSampleSize).toBeCloseTo(10, 6)
    }
  })

  it.each([true, false])('does not depend on the base, only its error does (binary: %s)', (binary) => {
    const potential = randomPotential(2, 6, 5, binary, 0.3)
    const far = sample(potential, { base: potential.b.map((b) => b + 1.5), chains: 400, temperatures: 300 })
    const near = sample(potential, { chains: 400, temperatures: 300 })
    const truth = truthOf(potential)
    for (const { logZ, standardError } of [far, near]) expect(Math.abs(logZ - truth)).toBeLessThan(3 * standardError)
    expect(near.standardError).toBeLessThan(far.standardError / 2)
  })

  it('gets better with more temperatures and with more chains', () => {
    const potential = randomPotential(3, 10, 8, true, 1)
    const { standardError } = sample(potential, { chains: 100, temperatures: 20 })
    expect(sample(potential, { chains: 100, temperatures: 320 }).standardError).toBeLessThan(standardError / 2)
    expect(sample(potential, { chains: 1600, temperatures: 20 }).standardError).toBeLessThan(standardError / 2)
  })

  it('has an interval of three standard errors, and the effective number of chains', () => {
    const { logZ, low, high, standardError, effectiveSampleSize } = sample(randomPotential(4, 8, 6, true, 1))
    expect(Math.exp(low - logZ)).toBeCloseTo(1 - 3 * standardError, 12)
    expect(Math.exp(high - logZ)).toBeCloseTo(1 + 3 * standardError, 12)
    expect(effectiveSampleSize).toBeCloseTo(50 / (1 + 49 * standardError ** 2), 9)
  })

  it('admits that it knows no lower end', () => {
    const base = new Float64Array(12).fill(-4)
    const hopeless = sample(randomPotential(5, 12, 10, false, 1), { chains: 5, temperatures: 2, base })
    expect(hopeless.standardError).toBeGreaterThan(1 / 3)
    expect(hopeless.effectiveSampleSize).toBeLessThan(2)
    expect(hopeless.low).toBe(Number.NEGATIVE_INFINITY)
  })

  it('draws its base from a stream apart', () => {
    const potential = randomPotential(6, 5, 4, true, 0.5)
    const stateAfter = (base?: Float64Array) => {
      const random = new Random(1)
      sample(potential, { random, base })
      return random.state()
    }
    expect(stateAfter()).toEqual(stateAfter(potential.b))
  })

  it('repeats by seed and leaves the potential alone', () => {
    const potential = randomPotential(6, 5, 4, false, 0.5)
    const kept = structuredClone(potential)
    const options = { chains: 5, temperatures: 10 }
    expect(sample(potential, options)).toEqual(sample(potential, options))
    expect(sample(potential, options)).not.toEqual(sample(potential, { ...options, seed: 2 }))
    expect(potential).toEqual(kept)
  })
})

describe('modes that forward chains miss', () => {
  const covers = ({ low, high }: AisEstimate, truth: number): boolean => {
    return low <= truth && truth <= high + tolerance.reorder * Math.abs(truth)
  }

  it('are told on strong Gaussian models, whose chains agree with one another', () => {
    let missed = 0
    for (let k = 0; k < 20; k++) {
      const potential = randomPotential(`strong ${k}`, 6, 8, false, 10)
      const truth = truthOf(potential)
      const estimate = sample(potential, { seed: k })
      if (covers({ ...estimate, high: estimate.logZ + Math.log1p(3 * estimate.standardError) }, truth)) continue
      missed++
      expect(estimate.reliable).toBe(false)
      expect(covers(estimate, truth)).toBe(true)
    }
    expect(missed).toBeGreaterThanOrEqual(3)
  })

  it.each([
    ['binary', true],
    ['Gaussian', false],
  ] as const)('cost no more than one in a hundred %s models with scales of 0.1 to 10', (kind, binary) => {
    let lost = 0
    let doubted = 0
    for (let k = 0; k < 100; k++) {
      const potential = randomPotential(`any ${kind} ${k}`, 6, 8, binary, 0.1 * 100 ** (k / 99))
      const truth = truthOf(potential)
      const estimate = sample(potential, { seed: k })
      if (estimate.reliable && !covers(estimate, truth)) lost++
      if (!estimate.reliable && covers({ ...estimate, high: estimate.logZ + 0.01 }, truth)) doubted++
    }
    expect(lost).toBeLessThanOrEqual(1)
    expect(doubted).toBeLessThanOrEqual(10)
  })

  it('are told where nearly all of the mass is in one state that no chain finds', () => {
    const W = Float64Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? 10 : -10))
    const b = new Float64Array(24)
    const potential: Potential = { visible: 24, hidden: 1, binary: true, W, b, c: Float64Array.of(-100) }
    const { logZ, effectiveSampleSize, reliable, bound, reverse, high } = sample(potential, {
      seed: 3,
      temperatures: 200,
    })
    const truth = truthOf(potential)
    expect(logZ).toBeLessThan(truth - 3)
    expect(effectiveSampleSize).toBeGreaterThan(49)
    expect(reliable).toBe(false)
    expect(bound).toBeLessThanOrEqual(truth * (1 + tolerance.reorder)) // both states were seen
    expect(reverse?.logZ).toBeGreaterThan(truth - 0.1)
    expect(high).toBeGreaterThanOrEqual(truth)
  })

  it('are told where chains of v and h are held fast beside the best mode, a flip of one unit away', () => {
    const W = Float64Array.of(
      ...[0, 0, 0, -9.5, 0, 0, 0, 0],
      ...[6.5, 0, 0, 0, 0, 0, 0, -21.8],
      ...[2.1, 3.1, 0, 3.5, 0, 6.7, 0, 0],
      ...[0, 0, 1.9, 0, 0, 0, -0.7, 0],
      ...[0, 0, 0, 5.4, -13.3, 0, 0, -5],
      ...[0, 0, -1.7, 0, 0, 0, 0, 0],
    )
    const zeros = (n: number): Float64Array => new Float64Array(n)
    const potential: Potential = { visible: 6, hidden: 8, binary: false, W, b: zeros(6), c: zeros(8) }
    const truth = truthOf(potential)
    for (const seed of [1, 2, 3]) {
      const estimate = sample(potential, { seed, chains: 100, temperatures: 1000 })
      expect(truth - estimate.logZ).toBeGreaterThan(5 * estimate.standardError)
      expect(estimate.reliable).toBe(false)
      expect(estimate.bound).toBeGreaterThan(truth - 0.05)
      expect(estimate.bound).toBeLessThanOrEqual(truth * (1 + tolerance.reorder))
      expect(covers(estimate, truth)).toBe(true)
    }
  })

  it('bound ln Z from below, and are not looked for from behind unless asked', () => {
    const potential = randomPotential(8, 6, 8, false, 1)
    const estimate = sample(potential)
    expect(estimate.bound).toBeLessThanOrEqual(truthOf(potential))
    expect(sample(potential, { reverse: false })).toEqual({ ...estimate, reverse: null })
  })
})

describe('temperatures', () => {
  it('are evenly spaced or as given', () => {
    expect(Array.from(temperatureLadder(5))).toEqual([0, 0.25, 0.5, 0.75, 1])
    expect(Array.from(checkTemperatures('ais', [0, 0.9, 1]))).toEqual([0, 0.9, 1])
    const potential = randomPotential(7, 4, 3, true, 1)
    expect(sample(potential, { temperatures: Array.from(temperatureLadder(20)) })).toEqual(
      sample(potential, { temperatures: 20 }),
    )
  })

  it.each<[unknown, string]>([
    [1, 'ais: "temperatures" expected an integer >= 2, got 1'],
    [[], 'ais: "temperatures" expected numbers that rise from 0 to 1, got an array of length 0'],
    [[0.1, 1], 'ais: "temperatures" expected numbers that rise from 0 to 1, got an array of length 2'],
    [[0, 0.9], 'ais: "temperatures" expected numbers that rise from 0 to 1, got an array of length 2'],
    [[0, 0.5, 0.5, 1], 'ais: "temperatures" expected numbers that rise from 0 to 1, got an array of length 4'],
    [[0, Number.NaN, 1], 'ais: "temperatures" expected numbers that rise from 0 to 1, got an array of length 3'],
  ])('%j are an error', (temperatures, message) => {
    expect(() => checkTemperatures('ais', temperatures)).toThrow(new RangeError(message))
  })

  it('are numbers, and chains two or more', () => {
    expect(() => checkTemperatures('ais', '10')).toThrow(TypeError)
    expect(() => sample(randomPotential(8, 2, 2, true, 1), { chains: 1 })).toThrow(
      new RangeError('annealedImportanceSampling: "chains" expected an integer >= 2, got 1'),
    )
  })
})
