import { StateError } from '../core/errors.ts'

/** Lets one training run at a time. */
export class Exclusive {
  private readonly what: string
  private busy = false

  /** Of a `network`, a `model`, as messages call it. */
  constructor(what: string) {
    this.what = what
  }

  /** Throws while a training runs. */
  check(where: string): void {
    if (this.busy) throw new StateError(`${where}: this ${this.what} is being fitted already; await that call first`)
  }

  /** Runs the training, unless one runs already. */
  async run<T>(where: string, training: () => Promise<T>): Promise<T> {
    this.check(where)
    this.busy = true
    try {
      return await training()
    } finally {
      this.busy = false
    }
  }
}
