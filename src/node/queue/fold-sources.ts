/** Recordings for a worker of a queue, opened once for all folds of an experiment. */
import { StateError } from '../../core/errors.ts'
import type { Json } from '../../core/types.ts'
import { frontEndsOf } from '../../experiments/assemble.ts'
import { jsonDifferences } from '../../experiments/differences.ts'
import { systemOf } from '../../experiments/jobs.ts'
import { extractData } from '../fold-data.ts'
import { listed } from '../fold-store.ts'
import { software } from '../provenance.ts'
import { type SharedFoldData, shareData } from '../shared-data.ts'
import { openSource } from '../source.ts'
import { type FoldRequest, originOf } from './fold-request.ts'

/** Number of experiments whose features are kept in memory. */
const KEPT = 2

type SharedData = ReadonlyMap<string, SharedFoldData>

/** Places of recordings and cached features. */
export interface FoldSourcesOptions {
  /** Path of the corpus on this machine. Default: that of the experiment. */
  data?: string
  /** Folder in which features are cached; null (default) for none. */
  cache?: string | null
  signal?: AbortSignal
}

function refuse(what: string, there: unknown, here: unknown): void {
  const differences = jsonDifferences(there as Json, here as Json)
  if (differences.length > 0) throw new StateError(`${what} (experiment there, worker here):${listed(differences)}`)
}

/** Opens recordings and checks that they are those of the experiment. */
export class FoldSources {
  private readonly options: FoldSourcesOptions
  private readonly opened = new Map<string, Promise<SharedData>>()

  constructor(options: FoldSourcesOptions) {
    this.options = options
  }

  /**
   * The data of a request, by the keys of the front ends.
   *
   * @throws StateError with the differences of recordings or software from the experiment's
   */
  async dataOf(request: FoldRequest): Promise<SharedData> {
    const { origin, job, settings } = request
    refuse('this worker has other software', origin.software, software())
    refuse('this worker has other settings', settings, systemOf(job).settings)
    const key = origin.recordings
    const data = this.opened.get(key) ?? this.open(request)
    this.opened.delete(key)
    this.opened.set(key, data) // the latest is the last
    const [oldest] = this.opened.keys()
    if (this.opened.size > KEPT) this.opened.delete(oldest)
    try {
      return await data
    } catch (error) {
      // Removed, so that the next request tries again.
      if (this.opened.get(key) === data) this.opened.delete(key)
      throw error
    }
  }

  private async open({ corpus, systems, origin, job }: FoldRequest): Promise<SharedData> {
    const { data: place, cache, signal } = this.options
    const source = await openSource(place === undefined ? corpus : { ...corpus, path: place }, { signal })
    const { data } = await extractData('worker', source, frontEndsOf(systems), { cache, signal }, job.folds)
    refuse('this worker has other recordings', origin, originOf(data))
    return new Map(Array.from(data, ([key, one]) => [key, shareData(one)]))
  }
}
