import { randomBytes } from 'node:crypto'
import type { FinishedFold, FoldJob } from '../experiments/jobs.ts'
import type { ComputedFrom } from './data-record.ts'
import type { FoldStore } from './fold-store.ts'

/**
 * Records in an experiment's folder the working time of one start and the number of its folds. It is written after
 * every fold, so that a killed experiment loses only the time since the last one. A start without a finished fold
 * leaves no record.
 */
export class StartClock {
  private readonly store: FoldStore
  private readonly started: Date
  private readonly name: string
  /** Seconds since the start when this began, and the time then of a clock that nobody sets. */
  private readonly before: number
  private readonly began = performance.now()
  private folds = 0
  private written: Promise<unknown> = Promise.resolve()

  constructor(store: FoldStore, started: Date) {
    this.store = store
    this.started = started
    this.before = Math.max(0, (Date.now() - started.getTime()) / 1000)
    // Random, since parts on several machines may share the folder and start at the same time.
    this.name = `${started.toISOString().replaceAll(':', '-')}-${randomBytes(4).toString('hex')}`
  }

  /**
   * Writes a finished fold, then the time until now, so that a fold that cannot be written is not counted. Returns the
   * fold as it will be read.
   */
  async keep(job: FoldJob, finished: FinishedFold, from?: ComputedFrom): Promise<FinishedFold> {
    const kept = await this.store.write(job, finished, from)
    this.folds++
    await this.write()
    return kept
  }

  /** Records the end of this start. */
  async end(): Promise<void> {
    if (this.folds > 0) await this.write()
  }

  /** Writes times in order, so that the latest remains. Failing to write a time loses no fold. */
  private async write(): Promise<void> {
    const start = {
      started: this.started.toISOString(),
      seconds: this.before + (performance.now() - this.began) / 1000,
      folds: this.folds,
    }
    this.written = this.written.then(() => this.store.writeStart(this.name, start)).catch(() => {})
    await this.written
  }
}
