/** Counts attempts at folds, to end where no worker is able, or somebody disturbs the queue without end. */
import { failureText } from './answers.ts'

/** Refused answers of a worker, after which it is not counted on. */
const MOST_REFUSED = 20
/** Folds that a worker says it cannot do, after which it is not counted on. */
const MOST_UNABLE = 3
/** Refusals and losses of one fold, whoever was named. */
const MOST_DISTURBED = 200
/** Times one fold was given back by workers that cannot do it while another might. */
const MOST_GIVEN_BACK = 100_000
/** Times BullMQ gave a fold up because one worker after the other was lost with it. */
const MOST_LOST = 3
/** First refusals after which a fold is requested again at once. */
const AT_ONCE = 3

/** The attempts at one fold. */
export class Tries {
  disturbed = 0
  givenBack = 0
  lost = 0
}

/** Either the reason to give up, or the time after which to ask again, ms. */
interface Next {
  end?: string
  wait: number
}

/** Failures of workers in an experiment, which tell whom to wait for. */
export class Attempts {
  private readonly workers: () => Promise<string[] | null>
  private readonly refusals = new Map<string, number>()
  private readonly inability = new Map<string, { times: number; reason: string }>()
  /** Time until which folds are spoken for that come back from workers that cannot do them, ms. */
  private paced = 0

  private readonly mostWait: number

  /**
   * @param workers - names of the workers that are connected; null where Redis does not tell
   * @param mostWait - longest time after which a disturbed fold is requested again, ms
   */
  constructor(workers: () => Promise<string[] | null>, mostWait: number) {
    this.workers = workers
    this.mostWait = mostWait
  }

  /** Whether a worker has not given this reason before. */
  isNew(worker: string, reason: string): boolean {
    return this.inability.get(worker)?.reason !== reason
  }

  /** A worker has done a fold, whatever others say of it. */
  succeeded(worker: string): void {
    this.inability.delete(worker)
    this.refusals.delete(worker)
  }

  /** A worker cannot do a fold. */
  async unable(tries: Tries, worker: string, reason: string): Promise<Next> {
    const times = (this.inability.get(worker)?.times ?? 0) + 1
    this.inability.set(worker, { times, reason })
    const back = ++tries.givenBack
    if (times >= MOST_UNABLE && !(await this.isOther(back >= MOST_REFUSED))) return { end: this.reasons(), wait: 0 }
    if (back >= MOST_GIVEN_BACK) return { end: `given back ${back} times\n${this.reasons()}`, wait: 0 }
    // A worker that refuses takes the next fold within a millisecond; others must find some, too.
    const at = Math.max(performance.now() + Math.min(100 * back, 1000), this.paced + 100)
    this.paced = at
    return { wait: at - performance.now() }
  }

  /** An answer is none, or the request was changed, by nobody knows whom where the worker is null. */
  async refused(tries: Tries, worker: string | null, last: string, lost = false): Promise<Next> {
    const times = (this.refusals.get(worker ?? '') ?? 0) + 1
    if (worker !== null) this.refusals.set(worker, times)
    if (lost && ++tries.lost >= MOST_LOST)
      return { end: `one worker after the other was lost with it (${last})`, wait: 0 }
    const all = ++tries.disturbed
    if (worker !== null && times >= MOST_REFUSED && !(await this.isOther(all >= MOST_REFUSED))) {
      return { end: `${times} answers were refused, the last of ${last}`, wait: 0 }
    }
    if (all >= MOST_DISTURBED) {
      return {
        end: `somebody disturbs the queue: it was refused or changed there ${all} times, the last of ${last}`,
        wait: 0,
      }
    }
    return { wait: all <= AT_ONCE ? 0 : Math.min(20 * (all - AT_ONCE), this.mostWait) }
  }

  /** Whether a worker is there that has not failed as often as it may; `spent` where Redis does not tell. */
  private async isOther(spent: boolean): Promise<boolean> {
    const workers = await this.workers()
    const isSpent = (worker: string): boolean =>
      (this.inability.get(worker)?.times ?? 0) >= MOST_UNABLE || (this.refusals.get(worker) ?? 0) >= MOST_REFUSED
    return workers === null ? !spent : workers.some((worker) => !isSpent(worker))
  }

  private reasons(): string {
    const all = Array.from(this.inability, ([worker, { reason }]) => failureText({ worker, reason }))
    return `${all.slice(0, 10).join('\n')}\nno worker that is there can do this fold; the same command goes on once another is`
  }
}
