/** The script of the threads that run folds, built to `dist/fold-worker.js`. */

import type { MessagePort } from 'node:worker_threads'
import { isDOMException } from '../core/realm.ts'
import { type FinishedFold, type FoldJob, runFoldJob } from '../experiments/jobs.ts'
import { followKernels, type KernelsChoice } from '../kernels/index.ts'
import { extractFeatures } from '../pipelines/front-end.ts'
import type { TrainingProgress } from '../pipelines/system.ts'
import type { FeatureRows, FeaturesTask } from './long-features.ts'
import type { Opened, Opening } from './queue/opening.ts'
import { type SharedFoldData, viewShared } from './shared-data.ts'

/** The message that gives a thread its job. */
export interface FoldTask extends KernelsChoice {
  job: FoldJob
  data: SharedFoldData
  /** Receives the progress. */
  port: MessagePort
}

/** The message that has a thread open recordings. */
export interface OpeningTask extends KernelsChoice {
  opening: Opening
  /** Receives features and problems. */
  port: MessagePort
}

/** Runs a job, opens recordings, or computes features. */
export default async function run(
  task: FoldTask | OpeningTask | FeaturesTask,
): Promise<FinishedFold | [string, Opened][] | FeatureRows> {
  followKernels(task)
  if ('sound' in task) {
    const { data, shape } = extractFeatures(task.sound, task.frontEnd)
    return { data, shape }
  }
  return 'job' in task ? await runFold(task) : await open(task)
}

async function open({ opening, port }: OpeningTask): Promise<[string, Opened][]> {
  // Loaded here, since threads that train need none of it.
  const { sendData } = await import('./queue/opening.ts')
  return await sendData(opening, port)
}

async function runFold({ job, data, port }: FoldTask): Promise<FinishedFold> {
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
