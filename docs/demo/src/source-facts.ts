/** Facts about the sound: where it comes from, what was done to it, how loud it is, what is lost, how fast answers are. */
import { byId } from './dom.ts'
import type { Microphone } from './microphone.ts'
import type { Reply, Tracks } from './protocol.ts'

/** Sound missing by the clock that is told, s: clocks of sound cards and computers differ a little. */
const LEAST_MISSING = 0.1
/** Samples at this level count as clipped. */
const CLIPPED = 0.99
/** Blocks of which one is shown, so that numbers can be read. */
const SHOWN_BLOCKS = 16
/** Answers whose delay is remembered. */
const REMEMBERED = 400
/** Entries of the browser's timeline before they are cleared: a quarter of an hour. */
const MEASURES = 4000

/** The facts' panel. */
export class SourceFacts {
  private loudest = 0
  private delays: number[] = []
  private measured = 0

  /** Begins another source. */
  clear(source: string, sampleRate: number, microphone: Microphone | null): void {
    this.loudest = 0
    this.delays = []
    this.set('source', source)
    this.set('rate', `${sampleRate.toLocaleString('en').replaceAll(',', ' ')} Hz`)
    this.set('processing', microphone === null ? 'none' : this.processing(microphone))
    for (const name of ['level', 'lost', 'latency']) this.set(name, '–')
  }

  private processing({ refused }: Microphone): string {
    if (refused.length === 0) return 'none: gain, noise suppression and echo cancellation are off'
    return `${refused.join(', ')} could not be switched off: answers suffer`
  }

  /** The recogniser in use. */
  model(text: string): void {
    this.set('model', text)
  }

  /** The peak level, which falls slowly. */
  level({ waveform }: Tracks): void {
    if (waveform.length === 0) return
    let most = 0
    for (const x of waveform) most = Math.max(most, Math.abs(x))
    this.loudest = Math.max(0.96 * this.loudest, most)
    const decibels = `${(20 * Math.log10(Math.max(this.loudest, 1e-5))).toFixed(0).replace('-', '−')} dBFS`
    this.set('level', `peak ${decibels}${most >= CLIPPED ? ', clipped: go back a little' : ''}`)
  }

  /** Blocks of the microphone, how many are missing, and sound that the browser lost before. */
  blocks({ blocks, lost, missing, heard }: Extract<Reply, { kind: 'heard' }>): void {
    if (blocks === 1 && heard !== null) performance.mark('first block', { startTime: heard - performance.timeOrigin })
    if (blocks % SHOWN_BLOCKS !== 1) return
    const before = missing < LEAST_MISSING ? '' : `, and ${missing.toFixed(1)} s by the browser: it is too busy`
    this.set('lost', `${lost} of ${blocks} blocks${before}`)
  }

  /** An answer's delay, ms after its last sample was handed over. */
  delay(milliseconds: number): void {
    this.delays.push(milliseconds)
    if (this.delays.length > REMEMBERED) this.delays.shift()
    const sorted = [...this.delays].sort((a, b) => a - b)
    const at = (share: number): string =>
      sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(0)
    this.set('latency', `${at(0.5)} ms; 95 of 100 within ${at(0.95)} ms`)
    performance.measure('answer', { start: performance.now() - milliseconds, duration: milliseconds })
    if (++this.measured % MEASURES === 0) performance.clearMeasures('answer')
  }

  private set(name: string, text: string): void {
    const shown = byId(`fact-${name}`)
    if (shown.textContent !== text) shown.textContent = text
  }
}
