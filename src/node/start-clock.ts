import { randomBytes } from 'node:crypto'
import type { FinishedFold, FoldJob } from '../experiments/jobs.ts'
import type { FoldStore } from './fold-store.ts'

/**
 * Keeps in an experiment's folder how long one start of it has worked and how many folds it did: written after every fold, so that a
 * killed experiment lacks only the time since its last one. A start that does no fold leaves nothing.
 */
export class StartClock {
  private readonly store: FoldStore
  private readonly started: Date
  private readonly name: string
  private folds = 0
  private written: Promise<unknown> = Promise.resolve()

  constructor(store: FoldStore, started: Date) {
    this.store = store
    this.started = started
    // Parts on several machines may share the folder and begin at once.
    this.name = `${started.toISOString().replaceAll(':', '-')}-${randomBytes(4).toString('hex')}`
  }

  /** Writes a finished fold, then the time until now: a fold that cannot be written is not counted. Gives it as it will be read. */
  async keep(job: FoldJob, finished: FinishedFold): Promise<FinishedFold> {
    const kept = await this.store.write(job, finished)
    this.folds++
    await this.write()
    return kept
  }

  /** All that this start had to do is done. */
  async end(): Promise<void> {
    if (this.folds > 0) await this.write()
  }

  /** Writes one time after the other, so that the latest stays. A time that cannot be written loses no fold. */
  private async write(): Promise<void> {
    const start = {
      started: this.started.toISOString(),
      seconds: (Date.now() - this.started.getTime()) / 1000,
      folds: this.folds,
    }
    this.written = this.written.then(() => this.store.writeStart(this.name, start)).catch(() => {})
    await this.written
  }
}
