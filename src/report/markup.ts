/** HTML text by template: what is put in is escaped unless it is markup already. */
import { escapeHtml } from '../core/escape-html.ts'

/** Text that is HTML. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What may stand in a template; null and undefined leave nothing. */
export type MarkupValue = string | number | Markup | null | undefined | readonly MarkupValue[]

function textOf(value: MarkupValue): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Markup) return value.text
  return typeof value === 'object' ? value.map(textOf).join('') : escapeHtml(String(value))
}

/** `html\`<p>${text}</p>\``: the text is escaped. */
export function html(strings: TemplateStringsArray, ...values: MarkupValue[]): Markup {
  return new Markup(strings.map((text, i) => text + (i < values.length ? textOf(values[i]) : '')).join(''))
}
