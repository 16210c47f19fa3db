/** Remote calls between threads: the messages, and the side that answers. */
import { isError } from '../core/realm.ts'
import type { Port } from './host.ts'

/** Tasks of a worker, by name. Arguments and results are cloned between threads. */
export type Tasks = Record<string, (argument: unknown) => unknown>

/** A request to a worker. */
export interface Call {
  id: number
  task: string
  argument: unknown
}

/** The answer: a value, or the error that was thrown. */
export type Answer = { id: number; value: unknown } | { id: number; error: { name: string; message: string } }

function answer(tasks: Tasks, { id, task, argument }: Call): Answer {
  try {
    if (!Object.hasOwn(tasks, task))
      throw new RangeError(`worker: no task "${task}"; is worker.js from another version?`)
    return { id, value: tasks[task](argument) }
  } catch (error) {
    const { name, message } = isError(error) ? error : new Error(String(error))
    return { id, error: { name, message } }
  }
}

/** Answers requests one after the other. */
export function serve(port: Port, tasks: Tasks): void {
  port.listen((call) => port.post(answer(tasks, call as Call)))
}

/** Recreates the error of an answer; its name is kept, its class is not. */
export function revivedError({ name, message }: { name: string; message: string }): Error {
  const error = new Error(message)
  error.name = name
  return error
}
