import type { Tinypool } from 'tinypool'
import { describe, expect, it } from 'vitest'
import type { FinishedFold, FoldJob } from '../../src/experiments/jobs.ts'
import type { FoldTask } from '../../src/node/fold-worker.ts'
import { FoldThreads, startThreads } from '../../src/node/job-runners.ts'
import type { SharedFoldData } from '../../src/node/shared-data.ts'

const job = {} as FoldJob
const data = {} as SharedFoldData
const finished = { seconds: 1 } as FinishedFold

/** Threads whose jobs do what is given. */
function threadsThat(run: (task: FoldTask) => Promise<FinishedFold>): FoldThreads {
  return new FoldThreads({ run, destroy: async () => {} } as unknown as Tinypool)
}

describe('FoldThreads', () => {
  it('tells of every epoch, also where the answer overtakes the last', async () => {
    const epochs: number[] = []
    const threads = threadsThat(async ({ port }) => {
      for (const epoch of [1, 2, 3]) port.postMessage({ epoch, epochs: 3, loss: 0 })
      return finished
    })
    expect(await threads.run(job, data, { onEpoch: ({ epoch }) => epochs.push(epoch) })).toBe(finished)
    expect(epochs).toEqual([1, 2, 3])
  })

  it('fails with what a listener throws', async () => {
    const threads = threadsThat(({ port }) => {
      port.postMessage({ epoch: 1, epochs: 3, loss: 0 })
      return new Promise(() => {})
    })
    const onEpoch = (): never => {
      throw new Error('no more')
    }
    await expect(threads.run(job, data, { onEpoch })).rejects.toThrow('no more')
  })

  it('fails where the thread ends without an answer', async () => {
    const threads = threadsThat(({ port }) => {
      port.close()
      return new Promise(() => {})
    })
    await expect(threads.run(job, data, {})).rejects.toThrow('its thread has ended')
  })
})

describe('startThreads', () => {
  // Deno cannot end a thread that does, so that the process would stay.
  it('starts threads that do not sleep in Atomics.wait', async () => {
    const threads = await startThreads({ workers: 1, script: 'data:text/javascript,export default () => 1' })
    try {
      const { pool } = threads as unknown as { pool: Tinypool }
      expect(pool.options.useAtomics).toBe(false)
    } finally {
      await threads.close()
    }
  })
})
