/** HTML templates: values are escaped unless they are {@link Markup}. */
import { escapeHtml } from '../core/escape-html.ts'

/** HTML text, which is not escaped again. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Values of a template; null and undefined give an empty text. */
export type MarkupValue = string | number | Markup | null | undefined | readonly MarkupValue[]

function textOf(value: MarkupValue): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Markup) return value.text
  return typeof value === 'object' ? value.map(textOf).join('') : escapeHtml(String(value))
}

/** Tag of HTML templates: `html\`<p>${text}</p>\`` escapes the text. */
export function html(strings: TemplateStringsArray, ...values: MarkupValue[]): Markup {
  return new Markup(strings.map((text, i) => text + (i < values.length ? textOf(values[i]) : '')).join(''))
}
