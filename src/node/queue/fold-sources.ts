/** Recordings for a worker of a queue, opened once for all folds of an experiment. */
import { StateError } from '../../core/errors.ts'
import { throwIfAborted } from '../../core/realm.ts'
import type { Json } from '../../core/types.ts'
import { jsonDifferences } from '../../experiments/differences.ts'
import { type FoldData, systemOf } from '../../experiments/jobs.ts'
import { type FeatureMemory, type FeatureStore, storeOf } from '../feature-store.ts'
import { listed } from '../fold-store.ts'
import { software } from '../provenance.ts'
import { type SharedFoldData, shareData } from '../shared-data.ts'
import { type FoldRequest, originOf } from './fold-request.ts'
import { type Opening, type OpeningHooks, readData } from './opening.ts'
import { type Permission, permittedCorpus } from './permitted.ts'

/** Number of experiments whose features are kept. */
const KEPT = 2

type SharedData = ReadonlyMap<string, SharedFoldData>

/** The features of an experiment, and the folds that are using them. */
interface Opened {
  data: Promise<SharedData>
  store: FeatureStore
  users: number
}

/** Places of recordings and cached features. */
export interface FoldSourcesOptions extends FeatureMemory, Permission {
  /** Folder in which features are cached; null (default) for none. */
  cache?: string | null
  /**
   * Seconds after which opening the recordings of an experiment is ended, and likewise the thread of a fold. Default 86400, a
   * day.
   */
  longestSeconds?: number
  signal?: AbortSignal
  /** Called for each recording that cannot be used (`leftOut`), and for defects of those that can, or of their cached features. */
  onProblem?: (path: string, reason: string, leftOut: boolean) => void
}

/** Reads recordings: in this thread, or in one that can be ended. */
export type ReadData = (
  opening: Opening,
  hooks: OpeningHooks,
  store: FeatureStore,
) => Promise<ReadonlyMap<string, FoldData>>

/** Seconds that a worker gives a fold, and the opening of its recordings, by default. */
export const LONGEST_WORK_SECONDS = 86_400

/** Rejects with the signal's reason once it is aborted, also where the work goes on. */
async function until<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
  })
  return await Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', stop))
}

function refuse(what: string, there: unknown, here: unknown): void {
  const differences = jsonDifferences(there as Json, here as Json)
  if (differences.length > 0) throw new StateError(`${what} (experiment there, worker here):${listed(differences)}`)
}

/** Opens recordings and checks that they are those of the experiment. */
export class FoldSources {
  private readonly options: FoldSourcesOptions
  private readonly read: ReadData
  private readonly opened = new Map<string, Opened>()

  constructor(options: FoldSourcesOptions, read: ReadData = readData) {
    this.options = options
    this.read = read
  }

  /**
   * Calls `work` with the data of a request, by the keys of the front ends.
   *
   * @throws StateError with the differences of recordings or software from the experiment's
   */
  async use<T>(request: FoldRequest, work: (data: SharedData) => Promise<T>): Promise<T> {
    const { origin, job, settings } = request
    refuse('this worker has other software', origin.software, software())
    refuse('this worker has other settings', settings, systemOf(job).settings)
    const key = origin.recordings
    const one = this.opened.get(key) ?? this.open(request)
    one.users++
    this.opened.delete(key)
    this.opened.set(key, one) // the latest is the last
    const [oldest] = this.opened.keys()
    if (this.opened.size > KEPT) this.drop(oldest)
    try {
      const data = await one.data.catch((error: unknown) => {
        // Removed, so that the next request tries again.
        if (this.opened.get(key) === one) this.opened.delete(key)
        throw error
      })
      return await work(data)
    } finally {
      one.users--
      if (one.users === 0 && this.opened.get(key) !== one) one.store.close()
    }
  }

  /** Gives back the features of all experiments, once no fold uses them. */
  close(): void {
    for (const key of [...this.opened.keys()]) this.drop(key)
  }

  private drop(key: string): void {
    const one = this.opened.get(key)
    this.opened.delete(key)
    if (one?.users === 0) one.store.close()
  }

  private open(request: FoldRequest): Opened {
    const store = storeOf('worker', this.options)
    return { data: this.extract(request, store), store, users: 0 }
  }

  private async extract(request: FoldRequest, store: FeatureStore): Promise<SharedData> {
    const { cache, signal: stopped, onProblem, longestSeconds = LONGEST_WORK_SECONDS } = this.options
    const watchdog = AbortSignal.timeout(1000 * longestSeconds)
    const signal = stopped === undefined ? watchdog : AbortSignal.any([stopped, watchdog])
    const open = async (): Promise<ReadonlyMap<string, FoldData>> => {
      // A path may be that of a disk that does not answer.
      const corpus = await permittedCorpus(request, this.options)
      const { systems, job } = request
      return await this.read({ corpus, systems, folds: job.folds, cache }, { signal, onProblem }, store).catch(
        cannotRead,
      )
    }
    const data = await until(signal, open()).catch((error: unknown) => {
      throwIfAborted(stopped)
      if (!watchdog.aborted) throw error
      throw new StateError(
        `the fold took longer than ${longestSeconds} s and was ended while its recordings were opened`,
      )
    })
    refuse('this worker has other recordings', request.origin, originOf(data))
    return new Map(Array.from(data, ([key, one]) => [key, shareData(one)]))
  }
}

/** The text of the cause may quote files of this machine, and this one's goes to whoever reads the queue. */
function cannotRead(cause: unknown): never {
  throw new StateError("the recordings cannot be read here; this worker's own output tells why", { cause })
}
