/** Recognition of sound that comes from a stream. */
import { expectation } from '../../core/errors.ts'
import type { VectorLike } from '../../core/types.ts'
import type { RecognitionEvent, RecognizerStream } from './recognizer-stream.ts'

/** The used part of a reader of a `ReadableStream`. */
export interface SampleReader {
  read(): Promise<{ done: boolean; value?: VectorLike }>
  cancel(reason?: unknown): Promise<void>
  releaseLock(): void
}

/**
 * Chunks of samples: a `ReadableStream`, or anything that `for await` takes, such as an async generator or a Node stream in
 * object mode.
 */
export type SampleSource = AsyncIterable<VectorLike> | Iterable<VectorLike> | { getReader(): SampleReader }

/** Reads one chunk at a time; the stream is locked from the first, and leaving the loop cancels it. */
async function* chunksOf(source: { getReader(): SampleReader }): AsyncGenerator<VectorLike, void> {
  const reader = source.getReader()
  let isOver = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      yield value as VectorLike
    }
    isOver = true
  } finally {
    if (!isOver) await reader.cancel().catch(() => undefined)
    reader.releaseLock()
  }
}

/** Chunks of a source, one at a time. */
export function iterableOf(where: string, source: SampleSource): AsyncIterable<VectorLike> | Iterable<VectorLike> {
  if (typeof source === 'object' && source !== null) {
    // Not every browser iterates over a ReadableStream.
    if ('getReader' in source) return chunksOf(source)
    if (Symbol.asyncIterator in source || Symbol.iterator in source) return source
  }
  throw new TypeError(expectation(where, 'source', 'a ReadableStream or an AsyncIterable of chunks of samples', source))
}

async function* eventsOf(
  stream: RecognizerStream,
  chunks: AsyncIterable<VectorLike> | Iterable<VectorLike>,
): AsyncGenerator<RecognitionEvent, void> {
  for await (const chunk of chunks) yield* stream.push(chunk)
  yield* stream.flush()
}

/** The events of a stream fed by a source, which is asked for a chunk only when all events of the last were taken. */
export function listenTo(
  where: string,
  stream: RecognizerStream,
  source: SampleSource,
): AsyncGenerator<RecognitionEvent, void> {
  return eventsOf(stream, iterableOf(where, source))
}
