import { describe, expect, it } from 'vitest'
import type { FloatArray } from '../../src/core/types.ts'
import { planBatch } from '../../src/layers/batch.ts'
import { MaxPool, MeanPool, StandardDeviationPool, StatisticsPool } from '../../src/layers/pool.ts'
import { type PoolStatistic, startRunning, takeSequenceIn, wantedFor } from '../../src/layers/running-statistics.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { normalSequences } from '../support/random.ts'

const D = 3
const [x] = normalSequences('running statistics', [7], D)
const frames = Array.from({ length: 7 }, (_, t) => Array.from({ length: D }, (_, j) => x.get(t, j)))

function kept(statistics: readonly PoolStatistic[]): Record<string, FloatArray> {
  const running = startRunning(1, D)
  for (const [from, rows] of [
    [0, 3],
    [3, 4],
  ]) {
    const data = (x.data as FloatArray).subarray(from * D, (from + rows) * D)
    const part = { data, cols: D, plan: planBatch([rows]) }
    takeSequenceIn(running, wantedFor(statistics), 0, part, new Int32Array(D), new Float64Array(2 * D))
  }
  return { ...running }
}

describe('running statistics', () => {
  const all = kept(['mean', 'max', 'sd'])
  const needs: [PoolStatistic, string[]][] = [
    ['mean', ['mean']],
    ['max', ['max']],
    ['sd', ['mean', 'deviations']],
  ]

  it.each(needs)('for %s keep up what it needs, to the same bits, and nothing else', (statistic, names) => {
    const { count, ...own } = kept([statistic])
    expect([...count]).toEqual([7])
    for (const [name, values] of Object.entries(own)) {
      expect([...values]).toEqual(names.includes(name) ? [...all[name]] : [0, 0, 0])
    }
    const { mean, deviations, max } = startRunning(2, D, wantedFor([statistic]))
    const lengths = Object.entries({ mean, deviations, max }).map(([name, { length }]) => [name, length])
    expect(lengths).toEqual(['mean', 'deviations', 'max'].map((name) => [name, names.includes(name) ? 2 * D : 0]))
  })
})

it.each([
  ['MeanPool', () => new MeanPool({ inputs: D })],
  ['MaxPool', () => new MaxPool({ inputs: D })],
  ['StandardDeviationPool', () => new StandardDeviationPool({ inputs: D })],
])('a stream above %s goes on from the state of 0.1.0, which holds every statistic', (_, pool) => {
  const net = new Sequential([pool()])
  const [stream, whole] = [net.stream(), new Sequential([new StatisticsPool({ inputs: D })]).stream()]
  for (const frame of frames.slice(0, 4)) for (const each of [stream, whole]) each.push(frame)
  const resumed = net.stream({ state: whole.state() })
  for (const frame of frames.slice(4)) expect(resumed.push(frame)).toEqual(stream.push(frame))
})
