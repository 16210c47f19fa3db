/**
 * Output in notebooks: kernels for JavaScript ask an object for its representations, by MIME type, under a registered
 * symbol. HTML takes the page's own colour of text, and other colours that are readable on light and dark pages.
 */
import { escapeHtml } from './escape-html.ts'

/** Representations of an object by MIME type. */
export type MimeBundle = Record<string, unknown>

/** Gives an object, or all that inherit from it, an output in notebooks; JSON, copies and comparisons are unaffected. */
export function displayedAs<T extends object>(object: T, bundle: (this: T) => MimeBundle): T {
  return Object.defineProperty(object, Symbol.for('Jupyter.display'), {
    value: bundle,
    configurable: true,
    writable: true,
  })
}

/** Colours with a contrast of at least 3 with white and with the dark grounds of notebooks and pages. */
export const midTones: readonly string[] = [
  '#2f7fc4',
  '#d1601d',
  '#1c9466',
  '#a866c8',
  '#b07d10',
  '#d0508a',
  '#7d8590',
  '#2596a8',
]

/** A cell: its text, or HTML as it stands. */
export type HtmlCell = string | { readonly html: string }

function htmlOf(cell: HtmlCell): string {
  return typeof cell === 'string' ? escapeHtml(cell).replaceAll('  ', '&nbsp; ') : cell.html
}

/** A table in the page's colours: the first column left, all others right. */
export function htmlTable(caption: string, head: readonly string[], rows: readonly (readonly HtmlCell[])[]): string {
  const side = (column: number): string => `style="text-align:${column === 0 ? 'left' : 'right'};padding:1px 8px"`
  const heads = head.map((cell, j) => `<th scope="col" ${side(j)}>${escapeHtml(cell)}</th>`)
  const body = rows.map(([name, ...cells]) => {
    const others = cells.map((cell, j) => `<td ${side(j + 1)}>${htmlOf(cell)}</td>`)
    return `<tr><th scope="row" ${side(0)}>${htmlOf(name)}</th>${others.join('')}</tr>`
  })
  return [
    '<table style="color:inherit;border-collapse:collapse">',
    `<caption style="color:inherit;text-align:left;padding:2px 8px">${escapeHtml(caption)}</caption>`,
    `<thead><tr>${heads.join('')}</tr></thead>`,
    `<tbody>${body.join('\n')}</tbody>`,
    '</table>',
  ].join('\n')
}
