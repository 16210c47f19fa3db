import { StateError } from '../core/errors.ts'

/** Lets one training run at a time. */
export class Exclusive {
  private readonly what: string
  private busy = false

  /** `what` names the object in messages, such as `network` or `model`. */
  constructor(what: string) {
    this.what = what
  }

  /** Throws while a training runs. */
  check(where: string): void {
    if (this.busy) throw new StateError(`${where}: this ${this.what} is being fitted already; await that call first`)
  }

  /** Runs the training; throws StateError while another runs. */
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
