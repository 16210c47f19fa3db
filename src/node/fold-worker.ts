/** The script of the threads that run folds, built to `dist/fold-worker.js`. */

import type { MessagePort } from 'node:worker_threads'
import { isDOMException } from '../core/realm.ts'
import { type FinishedFold, type FoldJob, runFoldJob } from '../experiments/jobs.ts'
import { followKernels, type KernelsChoice } from '../kernels/index.ts'
import type { TrainingProgress } from '../pipelines/system.ts'
import { type SharedFoldData, viewShared } from './shared-data.ts'

/** The message that gives a thread its job. */
export interface FoldTask extends KernelsChoice {
  job: FoldJob
  data: SharedFoldData
  /** Receives the progress. */
  port: MessagePort
}

/** Runs a job. */
export default async function run({ job, data, port, ...kernels }: FoldTask): Promise<FinishedFold> {
  followKernels(kernels)
  const clock = (): number => performance.now() / 1000
  // Picks these fields, since some trainings report more, including values that cannot be cloned.
  const onEpoch = ({ epoch, epochs, loss }: TrainingProgress): void => port.postMessage({ epoch, epochs, loss })
  try {
    return await runFoldJob(job, viewShared(data), { clock, onEpoch })
  } catch (error) {
    // A DOMException would lose its message in the transfer.
    throw isDOMException(error) ? new Error(error.message, { cause: error.stack }) : error
  }
}
