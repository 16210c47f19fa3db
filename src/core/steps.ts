/** Long computations in short steps, which a caller finishes at once or with a living event loop between them. */
import { throwIfAborted } from './realm.ts'
import { yieldToEventLoop } from './yield.ts'

/** A computation that pauses between its steps, there tells P, and returns R. */
export type Steps<R, P = void> = Generator<P, R, void>

/** Takes the remaining steps at once. */
export function finish<R, P>(steps: Steps<R, P>, onStep?: (told: P) => unknown): R {
  try {
    for (;;) {
      const { done, value } = steps.next()
      if (done) return value
      onStep?.(value)
    }
  } finally {
    steps.return(undefined as R)
  }
}

/**
 * Takes the remaining steps at once; looks at the signal after each, since `onProgress` may abort it.
 *
 * @throws the signal's reason once it is aborted
 */
export function finishWith<R, P>(
  steps: Steps<R, P>,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (told: P) => unknown },
): R {
  throwIfAborted(signal)
  return finish(steps, (told) => {
    onProgress?.(told)
    throwIfAborted(signal)
  })
}

/**
 * Takes the remaining steps with a turn of the event loop after each, and looks at the signal there. A promise of
 * `onStep` is awaited.
 *
 * @throws the signal's reason once it is aborted
 */
export async function finishInTurns<R, P>(
  steps: Steps<R, P>,
  { signal, onStep }: { signal?: AbortSignal; onStep?: (told: P) => unknown },
): Promise<R> {
  try {
    throwIfAborted(signal)
    for (;;) {
      const { done, value } = steps.next()
      if (done) return value
      await onStep?.(value)
      await yieldToEventLoop()
      throwIfAborted(signal)
    }
  } finally {
    steps.return(undefined as R)
  }
}
