/** The answer of the moment, large, and a bar for each class. */
import { byId, clock, element, percent } from './dom.ts'
import { colourName } from './palette.ts'
import type { Answer } from './protocol.ts'

/** The panel. */
export class NowPanel {
  private readonly bars = new Map<string, { bar: HTMLElement; text: HTMLElement }>()
  private classes: readonly string[] = []

  /** Bars for these classes. */
  clear(classes: readonly string[]): void {
    this.classes = classes
    this.bars.clear()
    const parts = classes.map((name) => {
      const bar = element('i')
      const text = element('span', '–')
      const value = element('dd', '')
      const track = element('span', '', { class: `track ${colourName(name, classes)}`, 'aria-hidden': 'true' })
      track.append(bar)
      value.append(track, text)
      const row = element('div')
      row.append(element('dt', name), value)
      this.bars.set(name, { bar, text })
      return row
    })
    byId('meters').replaceChildren(...parts)
    const key = classes.map((name, k) => {
      const item = element('span')
      item.append(element('i', '', { class: `line dash-${k % 4} ${colourName(name, classes)}` }), name)
      return item
    })
    byId('probability-key').replaceChildren(...key)
    this.say('Nothing heard yet', null, 'Press Listen and speak, or drop a recording anywhere on this page.')
  }

  /** Shows an answer. */
  show(answer: Answer): void {
    const { kind, start, end, speech, label, sure, probabilities } = answer
    for (const [name, { bar, text }] of this.bars) {
      bar.style.setProperty('--share', String(probabilities[name]))
      text.textContent = percent(probabilities[name])
    }
    byId('meters').classList.toggle('faint', !speech)
    const said = kind === 'turn' ? 'Last turn' : 'Now'
    if (label === null) this.say(said, null, 'No speech: no emotion is named.')
    else this.say(said, label, `${sure ? 'sure' : 'not sure'}, ${clock(start)} to ${clock(end)}`)
  }

  /** Shows a text in place of an answer. */
  say(kind: string, label: string | null, detail: string): void {
    byId('now-kind').textContent = kind
    const shown = byId('now-label')
    shown.textContent = label ?? '–'
    shown.className = label === null ? 'label' : `label ${colourName(label, this.classes)}`
    byId('now-detail').textContent = detail
  }
}
