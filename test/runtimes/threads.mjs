/** Trainings on threads, where there are some and where there are none. */
import { hashOf } from '../support/hashes.ts'

/** On one thread and on two: the same bits, or what went wrong. */
export async function threads(lib, script) {
  const { Adam, createWorkerPool, Dense, GRU, MeanPool, Sequential } = lib
  const random = new lib.Random('threads')
  const rows = (n) => Array.from({ length: n }, () => Float32Array.of(random.normal(), random.normal()))
  const sequences = [5, 3, 8, 2, 6, 4].map(rows)
  const train = async (workers) => {
    const net = new Sequential(
      [new GRU({ inputs: 2, units: 3 }), new MeanPool(), new Dense({ units: 2, activation: 'softmax' })],
      { seed: 1 },
    )
    const optimizer = new Adam({ learningRate: 0.01 })
    await net.fit(sequences, [0, 1, 0, 1, 0, 1], { optimizer, epochs: 2, batchSize: 4, workers })
    return hashOf(net.parameters.data)
  }
  try {
    lib.useKernels('js')
    const pool = createWorkerPool({ workers: 2, ...(script === undefined ? {} : { script }) })
    const [one, two] = [await train(1), await train(pool)]
    pool.close()
    return one === two ? { hash: one } : { error: `one thread has ${one}, two have ${two}` }
  } catch (error) {
    return { error: String(error.stack ?? error) }
  }
}

/** Where a host has no threads: they are refused in words. */
export async function noThreads(lib) {
  try {
    const net = new lib.Sequential([new lib.Dense({ inputs: 1, units: 2, activation: 'softmax' })])
    const optimizer = new lib.Adam({ learningRate: 0.01 })
    await net.fit([[[1]], [[2]], [[3]], [[4]]], [0, 1, 0, 1], { optimizer, epochs: 1, workers: 2 })
    return { error: 'threads were not refused' }
  } catch ({ message }) {
    return message.includes('there are no threads here') ? { text: 'refused' } : { error: message }
  }
}
