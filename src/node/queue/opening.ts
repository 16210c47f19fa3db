/** Opens the recordings of a request, in a thread of its own that a watchdog can end. */
import type { MessagePort } from 'node:worker_threads'
import { floatView } from '../../core/array.ts'
import type { FloatNdArray } from '../../core/types.ts'
import { frontEndsOf } from '../../experiments/assemble.ts'
import type { CorpusReference } from '../../experiments/corpora.ts'
import type { FoldPlan } from '../../experiments/folds.ts'
import type { FoldData } from '../../experiments/jobs.ts'
import type { PlannedSystem } from '../../experiments/plan.ts'
import type { FeatureStore } from '../feature-store.ts'
import { extractData, type FeatureSink } from '../fold-data.ts'
import { openSource } from '../source.ts'

/** Recordings, and what is taken of them. */
export interface Opening {
  corpus: CorpusReference
  systems: PlannedSystem[]
  folds?: FoldPlan
  /** Folder in which features are cached; null for none. */
  cache?: string | null
}

/** Callbacks of an opening. */
export interface OpeningHooks {
  signal?: AbortSignal
  onProblem?: (path: string, reason: string, leftOut: boolean) => void
}

/** Reads the features of all systems by the keys of their front ends; the store holds them. */
export async function readData(
  { corpus, systems, folds, cache }: Opening,
  hooks: OpeningHooks,
  store: FeatureSink,
): Promise<Map<string, FoldData>> {
  const source = await openSource(corpus, { signal: hooks.signal })
  return (await extractData('worker', source, frontEndsOf(systems), { ...hooks, cache }, folds, store)).data
}

/** The data of a front end without features, and the indices of those among all that were sent. */
export interface Opened {
  rest: Omit<FoldData, 'sequences'>
  indices: number[]
}

/** A message of the thread: the next features, or a problem. */
export type OpeningMessage =
  | { features: { shape: number[]; data: Float32Array } }
  | { problem: [string, string, boolean] }

/** The store of the thread: sends features away, since a file that a thread has open is closed with it. */
class Sender {
  private readonly port: MessagePort
  private sent = 0

  constructor(port: MessagePort) {
    this.port = port
  }

  add({ shape, data }: FloatNdArray): number {
    this.port.postMessage({ features: { shape, data: Float32Array.from(data) } } satisfies OpeningMessage)
    return this.sent++
  }

  /** Arrays whose only number is the index under which the features were sent. */
  take(): FloatNdArray[] {
    return Array.from({ length: this.sent }, (_, i) => floatView(Float64Array.of(i), [1, 1]))
  }
}

/** Opens recordings in this thread and sends their features to the port. */
export async function sendData(opening: Opening, port: MessagePort): Promise<[string, Opened][]> {
  const onProblem = (...problem: [string, string, boolean]): void => {
    port.postMessage({ problem } satisfies OpeningMessage)
  }
  const data = await readData(opening, { onProblem }, new Sender(port))
  return Array.from(data, ([key, { sequences, ...rest }]) => [
    key,
    { rest, indices: sequences.map(({ data: [index] }) => index) },
  ])
}

/** A listener for the messages of an opening. */
export function receiver(store: FeatureStore, { onProblem }: OpeningHooks): (message: OpeningMessage) => void {
  return (message) => {
    if ('problem' in message) onProblem?.(...message.problem)
    else store.add(floatView(message.features.data, message.features.shape))
  }
}

/** The data of an opening, once all its messages have been received. */
export function receivedData(opened: readonly [string, Opened][], store: FeatureStore): Map<string, FoldData> {
  const stored = store.take()
  return new Map(opened.map(([key, { rest, indices }]) => [key, { ...rest, sequences: indices.map((i) => stored[i]) }]))
}
