import { Presets, SingleBar } from 'cli-progress'

/** Shows how far long work is. */
export interface Progress {
  update(done: number, all: number, text: string): void
  /** Writes a line that stays. */
  line(text: string): void
  stop(): void
}

const SECONDS_BETWEEN_LINES = 10

/** A bar with the time left where stderr is a terminal. */
class BarProgress implements Progress {
  private readonly bar = new SingleBar(
    {
      format: '{bar} {percentage} %  {eta_formatted} left  {text}',
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 200,
    },
    Presets.shades_classic,
  )
  private running = false

  update(done: number, all: number, text: string): void {
    if (!this.running) this.bar.start(all, 0, { text })
    this.running = true
    this.bar.setTotal(all)
    this.bar.update(done, { text })
  }

  line(text: string): void {
    if (this.running) process.stderr.write('\r\x1b[K')
    process.stderr.write(`${text}\n`)
  }

  stop(): void {
    if (this.running) this.bar.stop()
    this.running = false
  }
}

/** A plain line now and then where stderr is a file or a pipe. */
class LineProgress implements Progress {
  private last = Number.NEGATIVE_INFINITY

  update(done: number, all: number, text: string): void {
    const now = performance.now()
    if (now - this.last < 1000 * SECONDS_BETWEEN_LINES && done < all) return
    this.last = now
    this.line(`${((100 * done) / all).toFixed(0).padStart(3)} %  ${text}`)
  }

  line(text: string): void {
    process.stderr.write(`${text}\n`)
  }

  stop(): void {}
}

/** Progress for people or for logs, by what stderr is. */
export function createProgress(): Progress {
  return process.stderr.isTTY ? new BarProgress() : new LineProgress()
}
