import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kernelsInUse, useKernels } from '../src/kernels/index.ts'
import { Dense } from '../src/layers/dense.ts'
import { Dropout } from '../src/layers/dropout.ts'
import { LSTM } from '../src/layers/lstm.ts'
import { Sequential } from '../src/networks/sequential.ts'
import { Adam } from '../src/optim/adam.ts'
import { createWorkerPool, type WorkerPool } from '../src/threads/pool.ts'
import type { FitOptions } from '../src/training/fit-options.ts'
import { gradientTasks } from '../src/training/gradient-worker.ts'
import { inlinePool } from './support/inline-pool.ts'
import { normalSequences } from './support/random.ts'
import { root } from './support/run.ts'

// The worker's script, built from the source that is tested and not from what `npm run build` left.
const folder = mkdtempSync(join(tmpdir(), 'ser-worker-'))
const outfile = join(folder, 'worker.mjs')
const pools: WorkerPool[] = []

beforeAll(async () => {
  await build({
    entryPoints: [`${root}src/worker.ts`],
    outfile,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    logLevel: 'error',
  })
})
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()))
  rmSync(folder, { recursive: true })
})

function start(workers: number): WorkerPool {
  const pool = createWorkerPool({ workers, script: pathToFileURL(outfile) })
  pools.push(pool)
  return pool
}

const sequences = normalSequences('threads', [9, 2, 5, 7, 7, 1, 4], 3)

async function weights(more: Partial<FitOptions>): Promise<ArrayLike<number>> {
  const layers = [
    new LSTM({ inputs: 3, units: 6 }),
    new Dropout({ rate: 0.3 }),
    new Dense({ units: 2, activation: 'softmax' }),
  ]
  const network = new Sequential(layers, { seed: 1 })
  await network.fit(sequences, [0, 1, 0, 1, 0, 1, 0], {
    ...{ optimizer: new Adam({ learningRate: 0.02 }), batchSize: 4, epochs: 3 },
    ...more,
  })
  return network.parameters.data
}

const inline = (): WorkerPool => inlinePool({ workers: 1, tasks: gradientTasks })

describe('a fit on threads', () => {
  it('has the same bits on 1, 2 and 3 threads as in this one', async () => {
    const wanted = await weights({ workers: inline() })
    for (const workers of [1, 2, 3]) expect(await weights({ workers: start(workers) })).toEqual(wanted)
  })

  it('has the same bits where memory is copied', async () => {
    const pool = start(2)
    const copying: WorkerPool = {
      size: 2,
      sharesMemory: false,
      ticket: () => pool.ticket(),
      broadcast: (task, argument) => pool.broadcast(task, argument),
      map: (task, items) => pool.map(task, items),
      close: () => pool.close(),
    }
    const more = { weightNoise: 0.1 }
    expect(await weights({ workers: copying, ...more })).toEqual(await weights({ workers: inline(), ...more }))
  })

  it('uses the kernels that this thread uses', async () => {
    const before = kernelsInUse()
    const pool = start(1)
    const simd = await weights({ workers: pool })
    try {
      useKernels('js')
      const js = await weights({ workers: inline() })
      expect(await weights({ workers: pool })).toEqual(js)
      if (before !== 'js') expect(js).not.toEqual(simd)
    } finally {
      useKernels(before)
    }
    expect(await weights({ workers: pool })).toEqual(simd)
  })

  it('rejects when the pool is closed under it', async () => {
    const pool = start(2)
    const onBatch = ({ epoch }: { epoch: number }): unknown => (epoch === 2 ? pool.close() : undefined)
    await expect(weights({ workers: pool, onBatch })).rejects.toThrow('the pool of workers is closed')
  })
})
