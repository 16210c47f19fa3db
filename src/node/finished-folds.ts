/** The finished folds that an experiment finds in its folder, as far as it can know them as its own. */
import { StateError } from '../core/errors.ts'
import type { ExpectedFold } from '../experiments/fold-check.ts'
import type { FinishedFold, FoldJob } from '../experiments/jobs.ts'
import { type DataRecord, strangeness } from './data-record.ts'
import type { StoredFold } from './fold-file.ts'
import { type FoldStore, listed } from './fold-store.ts'

/** Facts about the folds of an experiment by which they are verified. */
export interface KnownFolds {
  record: DataRecord
  /** Whether plan and data record of the folder vouch for folds of 0.1.0. */
  agreed: boolean
  expectedOf: (job: FoldJob) => ExpectedFold
}

/** A callback for folds that are done again. */
export interface RedoListener {
  /** Called for each fold of the folder that is done again, with the reason. */
  onRedo?: (job: FoldJob, reason: string) => void
}

/** Why the fold cannot be verified as one of the experiment, or undefined. */
function doubt({ computedFrom, fault }: StoredFold, { record, agreed }: KnownFolds): string | undefined {
  const strange = computedFrom && strangeness(computedFrom, record)
  if (strange !== undefined) return strange
  if (fault !== undefined) return `not of these recordings: ${fault}`
  if (computedFrom !== undefined || agreed) return undefined
  return 'of unknown recordings: it has no digest, and plan.json or data.json is missing or damaged'
}

function refusal(folder: string, doubts: readonly string[]): StateError {
  const remedy = 'Give another folder (--out), have these folds done again (--redo), or remove what is there (--fresh).'
  return new StateError(
    `"${folder}" holds folds that are not known to be of this experiment:${listed(doubts)}\n${remedy}`,
  )
}

/**
 * Reads the finished folds of a folder, by the ids of their jobs. Damaged ones and those of other settings count as
 * missing.
 *
 * @param redo - whether folds that cannot be verified count as missing too
 * @throws StateError that names folds that cannot be verified
 */
export async function readFinished(
  store: FoldStore,
  jobs: readonly FoldJob[],
  known: KnownFolds,
  { redo = false, onRedo }: RedoListener & { redo?: boolean } = {},
): Promise<Map<string, StoredFold>> {
  const finished = new Map<string, StoredFold>()
  const again: [FoldJob, string][] = []
  const doubts: string[] = []
  for (const job of jobs) {
    const found = await store.read(job, known.expectedOf(job))
    if (found === null) continue
    if (typeof found === 'string') {
      again.push([job, found])
      continue
    }
    const reason = doubt(found, known)
    if (reason === undefined) {
      finished.set(job.id, found)
      continue
    }
    again.push([job, reason])
    doubts.push(`${job.id}: ${reason}`)
  }
  if (doubts.length > 0 && !redo) throw refusal(store.folder, doubts)
  for (const [job, reason] of again) onRedo?.(job, reason)
  return finished
}

/** The folds alone. */
export function foldsAlone(stored: ReadonlyMap<string, StoredFold>): Map<string, FinishedFold> {
  return new Map(Array.from(stored, ([id, { finished }]) => [id, finished]))
}
