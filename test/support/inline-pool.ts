import { serve, type Tasks } from '../../src/threads/calls.ts'
import type { Port } from '../../src/threads/host.ts'
import type { WorkerPool } from '../../src/threads/pool.ts'

/** What an inline pool is made of. */
export interface InlinePoolOptions {
  workers: number
  tasks: () => Tasks
  sharesMemory?: boolean
  /** Whether shared memory is only said to be shared, and copied in truth. */
  copies?: boolean
}

/** A pool whose workers live in this thread; messages are cloned as between threads, the last worker is the fastest. */
export function inlinePool({ workers, tasks, sharesMemory = true, copies = false }: InlinePoolOptions): WorkerPool {
  const callers = Array.from({ length: workers }, (_, i) => inlineWorker(tasks(), workers - i, copies))
  let tickets = 0
  return {
    size: workers,
    sharesMemory,
    ticket: () => tickets++,
    broadcast: (task, argument) => Promise.all(callers.map((call) => call(task, argument))),
    async map(task, items) {
      const results = new Array<unknown>(items.length)
      let next = 0
      const work = async (call: (task: string, argument: unknown) => Promise<unknown>): Promise<void> => {
        while (next < items.length) {
          const i = next++
          results[i] = await call(task, items[i])
        }
      }
      await Promise.all(callers.map(work))
      return results
    },
    close: async () => {},
  }
}

function inlineWorker(tasks: Tasks, delay: number, copies: boolean) {
  let ask: (data: unknown) => void = () => {}
  let answered: (answer: unknown) => void = () => {}
  const port: Port = {
    post: (message) => answered(structuredClone(message)),
    listen: (message) => {
      ask = message
    },
  }
  serve(port, tasks)
  return async (task: string, argument: unknown): Promise<unknown> => {
    const clone = structuredClone(argument)
    for (let i = 0; i < delay; i++) await new Promise((resolve) => setImmediate(resolve))
    const answer = new Promise<{ value?: unknown; error?: Error }>((resolve) => {
      answered = resolve as (answer: unknown) => void
    })
    ask({ id: 0, task, argument: copies ? unshared(clone) : clone })
    const { value, error } = await answer
    if (error !== undefined) throw Object.assign(new Error(error.message), { name: error.name })
    return value
  }
}

/** The same message with shared memory replaced by copies of it. */
function unshared(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return (value as Float32Array).slice()
  if (Array.isArray(value)) return value.map(unshared)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unshared(inner)]))
}
