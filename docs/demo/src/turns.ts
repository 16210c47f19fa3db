/** The table of turns, and its files. */
import { byId, clock, download, element, percent } from './dom.ts'
import { colourName } from './palette.ts'
import type { Answer } from './protocol.ts'

/** Rows of the table; files have all turns. */
const SHOWN = 500

/** A number of a file: rounded to thousandths. */
function thousandths(value: number): number {
  return Math.round(1000 * value) / 1000
}

/** Turns as CSV (RFC 4180), a column for each class. */
export function turnsCsv(turns: readonly Answer[], classes: readonly string[]): string {
  const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const head = ['turn', 'start', 'end', 'speech', 'label', 'sure', ...classes]
  const rows = turns.map(({ start, end, speech, label, sure, probabilities }, i) => [
    ...[i + 1, thousandths(start), thousandths(end), speech, label ?? '', sure],
    ...classes.map((name) => probabilities[name]),
  ])
  return [head, ...rows].map((row) => `${row.map((cell) => quoted(String(cell))).join(',')}\r\n`).join('')
}

/** Turns as JSON, with the source and the recogniser. */
export function turnsJson(turns: readonly Answer[], facts: Record<string, string>): string {
  const rows = turns.map(({ kind: _, ...turn }) => ({
    ...turn,
    start: thousandths(turn.start),
    end: thousandths(turn.end),
  }))
  return `${JSON.stringify({ ...facts, turns: rows }, null, 2)}\n`
}

/** The table in the page. */
export class TurnsTable {
  private readonly body: HTMLElement = byId('turns-body')
  private turns: Answer[] = []
  private classes: readonly string[] = []
  /** Of the source and the recogniser, for the JSON file. */
  facts: Record<string, string> = {}

  constructor() {
    byId('save-csv').addEventListener('click', () => {
      download('turns.csv', 'text/csv', turnsCsv(this.turns, this.classes))
    })
    byId('save-json').addEventListener('click', () => {
      download('turns.json', 'application/json', turnsJson(this.turns, this.facts))
    })
  }

  /** An empty table for these classes. */
  clear(classes: readonly string[]): void {
    this.turns = []
    this.classes = classes
    this.body.replaceChildren()
    const heads = ['Turn', 'From', 'To', 'Answer', ...classes].map((name, i) =>
      element('th', name, { scope: 'col', class: i === 3 ? 'left' : 'number' }),
    )
    byId('turns-head').replaceChildren(...heads)
    this.showState()
  }

  /** Adds a turn, the latest on top, and says it to screen readers. */
  add(turn: Answer): void {
    const { start, end, label, sure, probabilities } = turn
    const count = this.turns.push(turn)
    const row = element('tr')
    row.append(element('th', String(count), { scope: 'row', class: 'number' }))
    row.append(...[clock(start), clock(end)].map((text) => element('td', text, { class: 'number' })))
    const answer = element('td', '', { class: 'left' })
    if (label !== null) answer.append(element('i', '', { class: `swatch ${colourName(label, this.classes)}` }))
    answer.append(label ?? 'no speech')
    if (label !== null && !sure) answer.append(element('span', ' not sure', { class: 'unsure' }))
    row.append(answer)
    for (const name of this.classes) {
      const most = name === label
      row.append(element('td', percent(probabilities[name]), { class: most ? 'number most' : 'number' }))
    }
    this.body.prepend(row)
    if (count > SHOWN) this.body.lastElementChild?.remove()
    const said = label === null ? 'no speech' : `${label}, ${percent(probabilities[label])}${sure ? '' : ', not sure'}`
    byId('said').textContent = `Turn ${count}, ${(end - start).toFixed(1)} seconds: ${said}`
    this.showState()
  }

  private showState(): void {
    const none = this.turns.length === 0
    byId('turns').hidden = none
    byId('turns-none').hidden = !none
    for (const id of ['save-csv', 'save-json']) byId<HTMLButtonElement>(id).disabled = none
  }
}
