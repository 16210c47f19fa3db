/** Long samplings stop at a signal within a step, tell their progress, and draw the same numbers in turns and at once. */
import { describe, expect, it } from 'vitest'
import { CRBM, DBN, GaussianRBM, RBM, StackedCRBM } from '../../src/index.ts'

const wave = Array.from({ length: 8 }, (_, t) => [Math.sin(t), Math.cos(t)])
type Hooks = { signal?: AbortSignal; onProgress?: (at: { done: number; all: number }) => unknown }
const shape = { visible: 2, hidden: 3, seed: 1 }
const atOnceOf = {
  RBM: (hooks: Hooks) => new RBM(shape).sample(3, { steps: 9, ...hooks }),
  GaussianRBM: (hooks: Hooks) => new GaussianRBM(shape).sample(3, { steps: 9, ...hooks }),
  DBN: (hooks: Hooks) => new DBN({ layers: [2, 3, 2] }).sample(3, { steps: 9, ...hooks }),
  CRBM: (hooks: Hooks) => new CRBM({ ...shape, order: 2 }).generate(wave, 9, hooks),
  StackedCRBM: (hooks: Hooks) => new StackedCRBM({ ...shape, hidden: [3, 2], order: 2 }).generate(wave, 9, hooks),
}
const inTurns = {
  RBM: (hooks: Hooks) => new RBM(shape).sampleAsync(3, { steps: 9, ...hooks }),
  GaussianRBM: (hooks: Hooks) => new GaussianRBM(shape).sampleAsync(3, { steps: 9, ...hooks }),
  DBN: (hooks: Hooks) => new DBN({ layers: [2, 3, 2] }).sampleAsync(3, { steps: 9, ...hooks }),
  CRBM: (hooks: Hooks) => new CRBM({ ...shape, order: 2 }).generateAsync(wave, 9, hooks),
  StackedCRBM: (hooks: Hooks) => new StackedCRBM({ ...shape, hidden: [3, 2], order: 2 }).generateAsync(wave, 9, hooks),
}

describe.each(Object.keys(inTurns) as (keyof typeof inTurns)[])('a sampling of %s', (name) => {
  const atOnce = atOnceOf[name]

  it('is the same in turns and at once, and tells each step', async () => {
    const told: number[][] = []
    const onProgress = ({ done, all }: { done: number; all: number }): number => told.push([done, all])
    const drawn = await inTurns[name]({ onProgress })
    expect(drawn.data).toEqual(atOnce({}).data)
    expect(told).toEqual(Array.from({ length: 9 }, (_, i) => [i + 1, 9]))
    expect(atOnce({ onProgress }).shape).toEqual(drawn.shape)
    expect(told).toHaveLength(18)
  })

  it('takes no step after an abort that comes between two turns of the event loop, or by its own progress', async () => {
    const stop = new AbortController()
    let steps = 0
    const onProgress = (): void => {
      if (++steps === 3) setImmediate(() => stop.abort(new Error('enough')))
    }
    await expect(inTurns[name]({ onProgress, signal: stop.signal })).rejects.toThrow('enough')
    expect(steps).toBeLessThanOrEqual(4)
    const own = new AbortController()
    let done = 0
    const stopping = (): void => {
      if (++done === 3) own.abort(new Error('mine'))
    }
    expect(() => atOnce({ onProgress: stopping, signal: own.signal })).toThrow('mine')
    expect(done).toBe(3)
    await expect(inTurns[name]({ signal: own.signal })).rejects.toThrow('mine')
  })
})
