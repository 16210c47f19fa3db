/** Calls from thread to thread: what is said on the line, and the side that answers. */
import { isError } from '../core/realm.ts'
import type { Port } from './host.ts'

/** What a worker can do, by name. Arguments and results are cloned between threads. */
export type Tasks = Record<string, (argument: unknown) => unknown>

/** A question to a worker. */
export interface Call {
  id: number
  task: string
  argument: unknown
}

/** Its answer: a value, or what was thrown. */
export type Answer = { id: number; value: unknown } | { id: number; error: { name: string; message: string } }

function answer(tasks: Tasks, { id, task, argument }: Call): Answer {
  try {
    if (!Object.hasOwn(tasks, task)) throw new RangeError(`worker: no task "${task}"; is worker.js of another version?`)
    return { id, value: tasks[task](argument) }
  } catch (error) {
    const { name, message } = isError(error) ? error : new Error(String(error))
    return { id, error: { name, message } }
  }
}

/** Answers calls, one after the other. */
export function serve(port: Port, tasks: Tasks): void {
  port.listen((call) => port.post(answer(tasks, call as Call)))
}

/** The error of an answer, as it was thrown but for its class. */
export function revivedError({ name, message }: { name: string; message: string }): Error {
  const error = new Error(message)
  error.name = name
  return error
}
