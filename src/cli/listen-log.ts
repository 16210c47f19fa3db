/** Output of `ser listen`: turns, or all events, and the live line. */
import type { RecognitionEvent } from '../pipelines/live/recognizer-stream.ts'
import { duration } from './progress-bar.ts'
import { terminal } from './terminal.ts'

function clock(seconds: number): string {
  const whole = Math.floor(seconds)
  return `${String(Math.floor(whole / 60)).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`
}

/** `start  end  label  probability`, separated by tabs, and `not sure` behind them. */
function turnLine({ start, end, label, probabilities, sure }: RecognitionEvent): string {
  const answer = [label, probabilities[label as string].toFixed(3), ...(sure ? [] : ['not sure'])]
  return [start.toFixed(2), end.toFixed(2), ...answer].join('\t')
}

/** The latest window as a line. */
function windowLine({ end, speech, probabilities }: RecognitionEvent): string {
  if (!speech) return `${clock(end)} no speech`
  const shares = Object.entries(probabilities).sort(([, a], [, b]) => b - a)
  return [clock(end), ...shares.map(([name, p]) => `${name} ${p.toFixed(2)}`)].join(' ')
}

/** Prints events, counts turns, and tells how long no speech was heard. */
export class ListenLog {
  private readonly json: boolean
  private readonly silence: number
  private readonly counts: Map<string, number> = new Map()
  private seconds = 0
  /** Ends of the latest answer, and of the latest that was speech, s. */
  private answered = 0
  private spoken = 0
  private over = false

  /** @param silence - s without speech after which it is over */
  constructor(json: boolean, silence: number = Number.POSITIVE_INFINITY) {
    this.json = json
    this.silence = silence
  }

  /** Whether no answer was speech for too long; sound that was not answered for yet may be. */
  get isOver(): boolean {
    return this.over
  }

  /** Takes the events of so many seconds of sound. */
  add(events: readonly RecognitionEvent[], seconds: number): void {
    this.seconds += seconds
    for (const event of events) {
      this.answered = Math.max(this.answered, event.end)
      if (event.speech) this.spoken = Math.max(this.spoken, event.end)
      if (this.answered - this.spoken >= this.silence) this.over = true
      if (this.json) terminal.result(`${JSON.stringify(event)}\n`)
      if (event.kind === 'turn') this.addTurn(event)
      else terminal.status(windowLine(event), true)
    }
  }

  private addTurn(event: RecognitionEvent): void {
    const label = event.label as string
    this.counts.set(label, (this.counts.get(label) ?? 0) + 1)
    if (!this.json) terminal.result(`${turnLine(event)}\n`)
  }

  /** Tells what was found. */
  end(): void {
    terminal.end()
    const time = duration(this.seconds)
    const all = Array.from(this.counts.values()).reduce((sum, count) => sum + count, 0)
    const each = Array.from(this.counts, ([label, count]) => `${count} ${label}`).join(', ')
    terminal.line(all === 0 ? `no turn of speech in ${time}` : `${all} turn${all === 1 ? '' : 's'} in ${time}: ${each}`)
  }
}
