/** The charts' axis of time: it follows the sound, or stands where someone looks back, or goes with the player. */
import { drawCharts } from './charts.ts'
import { byId, clock, element } from './dom.ts'
import { History } from './history.ts'
import type { Palette } from './palette.ts'
import { ROWS_PER_SECOND } from './protocol.ts'

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]
}

/** Least time between drawings, ms: sound comes every 20 ms, and answers are not to wait for drawings. */
const FRAME = 30

/** The charts with their controls; `onPlace` hears where a recording is played. */
export class Timeline {
  history: History = new History()
  private classes: readonly string[] = []
  /** The end of what is shown, s; null follows the sound. */
  private position: number | null = null
  private waiting = false
  /** When it was drawn last, ms. */
  private drawn = 0
  private readonly palette: () => Palette
  private readonly onPlace: (seconds: number) => void
  private readonly range = byId<HTMLInputElement>('position')
  private readonly span = byId<HTMLSelectElement>('span')
  private readonly player = element('audio', '', { id: 'player', controls: '', hidden: '' })

  constructor(palette: () => Palette, onPlace: (seconds: number) => void) {
    this.palette = palette
    this.onPlace = onPlace
    byId('player-place').replaceWith(this.player)
    this.range.addEventListener('input', () => {
      const { valueAsNumber, max } = this.range
      this.position = valueAsNumber >= Number(max) - 0.05 ? null : valueAsNumber
      this.draw()
    })
    this.span.addEventListener('change', () => this.draw())
    for (const name of ['play', 'seeked', 'pause', 'ended']) this.player.addEventListener(name, () => this.draw())
    new ResizeObserver(() => this.draw()).observe(byId('waveform'))
  }

  /** Begins another source. */
  clear(classes: readonly string[]): void {
    this.classes = classes
    this.history = new History()
    this.position = null
    this.play(null)
    this.draw()
  }

  /** Sound to play beside the charts; null is none. */
  play(sound: Blob | null): void {
    if (this.player.src !== '') URL.revokeObjectURL(this.player.src)
    this.player.hidden = sound === null
    if (sound === null) this.player.removeAttribute('src')
    else this.player.src = URL.createObjectURL(sound)
  }

  /** Shows a recording from its start. */
  rewind(): void {
    this.position = Math.min(this.history.end, this.history.first + this.seconds)
    this.draw()
  }

  /** Draws at the next frame. */
  draw(): void {
    if (this.waiting) return
    this.waiting = true
    const frame = (now: number): void => {
      if (now - this.drawn < FRAME) {
        requestAnimationFrame(frame)
        return
      }
      this.drawn = now
      this.waiting = false
      this.drawNow()
    }
    requestAnimationFrame(frame)
  }

  private get seconds(): number {
    return Number(this.span.value)
  }

  private drawNow(): void {
    const { player, history, seconds } = this
    const plays = !player.hidden && (!player.paused || player.currentTime > 0)
    const playhead = plays ? player.currentTime : null
    if (playhead !== null) this.onPlace(playhead)
    if (playhead !== null && !player.paused) this.follow(playhead)
    const to = Math.max(this.position ?? history.end, seconds)
    drawCharts(history, this.classes, this.palette(), { from: to - seconds, to, playhead })
    this.showPosition()
    if (playhead !== null && !player.paused) this.draw()
  }

  /** Turns the page when the player leaves it. */
  private follow(playhead: number): void {
    const to = Math.max(this.position ?? this.history.end, this.seconds)
    if (playhead > to || playhead < to - this.seconds) this.position = playhead + 0.9 * this.seconds
  }

  private showPosition(): void {
    const { history, range, seconds } = this
    byId('back').hidden = history.end <= seconds
    const first = Math.min(history.end, history.first + seconds)
    Object.assign(range, { min: first.toFixed(1), max: history.end.toFixed(1) })
    range.value = String(this.position ?? history.end)
    const text = this.position === null ? 'now' : `to ${clock(Math.min(this.position, history.end))}`
    byId('position-text').textContent = text
    range.setAttribute('aria-valuetext', text)
  }

  /** Says in words what the charts show. */
  describe(): void {
    const { history, classes } = this
    const pitches: number[] = []
    for (let i = Math.max(history.pitch.first, history.pitch.end - 10 * ROWS_PER_SECOND); i < history.pitch.end; i++) {
      if (history.pitch.at(i, 0) > 0) pitches.push(history.pitch.at(i, 0))
    }
    const heard = `${clock(history.end)} heard, ${history.turns.length} turns of speech`
    const pitch = pitches.length === 0 ? 'no voice' : `median ${median(pitches).toFixed(0)} hertz`
    const last = history.windows[history.windows.length - 1]
    const shares = classes.map((name) => `${name} ${last?.probabilities[name].toFixed(2)}`)
    const texts = {
      waveform: `Waveform: ${heard}`,
      mel: `Log-mel spectrogram: ${heard}`,
      pitch: `Pitch of the last 10 seconds: ${pitch}`,
      probabilities: `Probabilities at the end: ${last === undefined ? 'none' : shares.join(', ')}`,
    }
    for (const [id, text] of Object.entries(texts)) byId(id).setAttribute('aria-label', text)
  }
}
