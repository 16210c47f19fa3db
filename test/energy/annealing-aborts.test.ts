import { describe, expect, it } from 'vitest'
import type { AisEstimate, AisProgress } from '../../src/energy/annealing.ts'
import { CRBM } from '../../src/energy/crbm.ts'
import type { AisPartitionOptions, EstimateOptions } from '../../src/energy/partition.ts'
import { RBM } from '../../src/energy/rbm.ts'
import { normalSequences } from '../support/random.ts'

type Estimates = AisEstimate | AisEstimate[]

const [sequence] = normalSequences('aborted', [5], 2)
const rbm = new RBM({ visible: 4, hidden: 3, seed: 1 })
const crbm = new CRBM({ visible: 2, hidden: 3, order: 2, seed: 1 })
const ais = { chains: 4, temperatures: 11 }

const models: [
  string,
  number,
  (options: AisPartitionOptions) => Estimates,
  (o: EstimateOptions) => Promise<Estimates>,
][] = [
  ['RBM', 1, (options) => rbm.logPartition(options), (options) => rbm.estimateLogPartition(options)],
  [
    'CRBM',
    3,
    (options) => crbm.logPartition(sequence, options),
    (options) => crbm.estimateLogPartition(sequence, options),
  ],
]

describe.each(models)('estimateLogPartition of %s', (_, frames, sync, estimate) => {
  it('gives the bits of logPartition', async () => {
    expect(await estimate(ais)).toEqual(sync({ method: 'ais', ...ais }))
    expect(await estimate({ ...ais, reverse: false })).toEqual(sync({ method: 'ais', ...ais, reverse: false }))
  })

  it.each([true, false])('tells its progress, which rises to the end (reverse: %s)', async (reverse) => {
    const told: AisProgress[] = []
    const onProgress = (progress: AisProgress): unknown => told.push(progress)
    await estimate({ ...ais, reverse, onProgress })
    const once = told.splice(0)
    // 50 steps for the base and 10 along the temperatures; as many backwards.
    const all = frames * (reverse ? 120 : 60)
    expect(new Set(once.map((progress) => progress.all))).toEqual(new Set([all]))
    expect([...new Set(once.map(({ done }) => done))]).toEqual(Array.from({ length: all }, (__, i) => i + 1))
    sync({ method: 'ais', ...ais, reverse, onProgress })
    expect(told).toEqual(once)
  })

  it('takes no step after an abort, wherever it comes', async () => {
    let steps = 0
    await estimate({ ...ais, onProgress: () => steps++ })
    for (let last = 1; last < steps; last += 7) {
      const stop = new AbortController()
      let told = 0
      const onProgress = (): void => {
        if (++told === last) stop.abort()
      }
      await expect(estimate({ ...ais, onProgress, signal: stop.signal })).rejects.toThrow('aborted')
      expect(told).toBe(last)
    }
  })

  it('lets the event loop turn', async () => {
    const stop = new AbortController()
    setImmediate(() => stop.abort())
    await expect(estimate({ ...ais, signal: stop.signal })).rejects.toThrow('aborted')
  })

  it('ends with an error of onProgress', () => {
    const onProgress = (): void => {
      throw new Error('enough')
    }
    expect(() => sync({ method: 'ais', ...ais, onProgress })).toThrow('enough')
  })

  it('refuses what is no signal, and no function', async () => {
    await expect(estimate({ signal: 1 as never })).rejects.toThrow(/"signal" expected an AbortSignal/)
    await expect(estimate({ onProgress: 1 as never })).rejects.toThrow(/"onProgress" expected a function/)
    expect(() => sync({ onProgress: () => 1 } as never)).toThrow(/"onProgress" expected nothing unless/)
  })
})
