/** The loop over epochs and mini-batches that every `fit` runs. */

import { expectation, StateError } from '../core/errors.ts'
import { isAbortSignal, throwIfAborted } from '../core/realm.ts'
import { yieldToEventLoop } from '../core/yield.ts'
import type { Random } from './random.ts'

/** Position in the training, part of every `onBatch` report. */
export interface BatchPosition {
  epoch: number
  /** Counted from 1. */
  batch: number
  batches: number
}

/** Members of every `onEpoch` report beside the epoch's record. */
export interface EpochPosition<C> {
  epochs: number
  /** Complete state after this epoch, to pass as `resume`. Call it inside `onEpoch`. */
  checkpoint: () => C
}

/** Callbacks and cancellation of a running `fit`. */
export interface LoopHooks<R, B, C> {
  /** Stops training; `fit` then rejects with the signal's reason. */
  signal?: AbortSignal
  /** Called after each epoch; a promise is awaited. */
  onEpoch?: (report: R & EpochPosition<C>) => unknown
  /** Called after each update; a promise is awaited. */
  onBatch?: (report: B & BatchPosition) => unknown
}

/** A training as seen by the loop: R is the record of an epoch, B the report of an update, C a checkpoint. */
export interface Training<R, B, C> {
  epochs: number
  /** Records of the completed epochs. */
  records: R[]
  hooks: LoopHooks<R, B, C>
  /** Whether training has already stopped early in a completed epoch. */
  isExhausted(): boolean
  /** The cases of each mini-batch of an epoch. */
  batches(epoch: number): Int32Array[]
  /** One update; `batch` counts from 0. */
  step(members: Int32Array, epoch: number, batch: number): B | Promise<B>
  /** Completes an epoch; `exhausted` ends the training. */
  finish(epoch: number): { record: R; exhausted: boolean }
  checkpoint(epoch: number): C
}

/** Throws TypeError unless hooks are functions and the signal is an `AbortSignal`. */
export function checkHooks(where: string, options: object, names: readonly string[]): void {
  const hooks = options as Record<string, unknown>
  for (const name of names) {
    if (hooks[name] !== undefined && typeof hooks[name] !== 'function') {
      throw new TypeError(expectation(where, name, 'a function', hooks[name]))
    }
  }
  if (hooks.signal !== undefined && !isAbortSignal(hooks.signal)) {
    throw new TypeError(expectation(where, 'signal', 'an AbortSignal', hooks.signal))
  }
}

/** The indices 0..n-1 as mini-batches, in an order that depends only on the stream and the epoch. */
export function miniBatches(
  n: number,
  { batchSize, shuffle }: { batchSize: number; shuffle: boolean },
  random: Random,
  epoch: number,
): Int32Array[] {
  const order = shuffle
    ? random.substream('shuffle').substream(epoch).permutation(n)
    : Int32Array.from({ length: n }, (_, i) => i)
  const batches: Int32Array[] = []
  for (let from = 0; from < n; from += batchSize) batches.push(order.subarray(from, from + batchSize))
  return batches
}

/** Runs the remaining epochs; returns whether training stopped before the last. */
export async function runEpochs<R, B, C>(training: Training<R, B, C>): Promise<boolean> {
  const { epochs, records, hooks } = training
  if (training.isExhausted()) return true
  let reporting = 0
  for (let epoch = records.length + 1; epoch <= epochs; epoch++) {
    const batches = training.batches(epoch)
    for (let i = 0; i < batches.length; i++) {
      throwIfAborted(hooks.signal)
      const report = await training.step(batches[i], epoch, i)
      await hooks.onBatch?.({ ...report, epoch, batch: i + 1, batches: batches.length })
      await yieldToEventLoop()
    }
    const { record, exhausted } = training.finish(epoch)
    records.push(record)
    reporting = epoch
    const checkpoint = (): C => {
      if (reporting === epoch) return training.checkpoint(epoch)
      throw new StateError(`fit: checkpoint() of epoch ${epoch} was called after its onEpoch; call it inside`)
    }
    await hooks.onEpoch?.({ ...record, epochs, checkpoint })
    reporting = 0
    if (exhausted) return true
  }
  return false
}
