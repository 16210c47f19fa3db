// Outputs of a script as a page, as a notebook shows them below its cells.
import { writeFile } from 'node:fs/promises'

const outputs = []

/** Prints an output's text, and keeps its HTML for the page. */
export function show(value) {
  const display = value[Symbol.for('Jupyter.display')]
  console.log(String(display.call(value)['text/plain']))
  outputs.push(display.call(value)['text/html'])
}

const style =
  'td, th { padding: 1px 8px } body { font: 16px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em }'

/** Writes the page of all outputs, where a file is named on the command line. */
export async function writePage(title) {
  const file = process.argv[2]
  if (file === undefined) return
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">`
  const body = outputs.map((html) => `<div style="overflow-x:auto;margin:1.5em 0">${html}</div>`).join('\n')
  await writeFile(
    file,
    `<!doctype html>\n${head}\n<title>${title}</title><style>${style}</style>\n<h1>${title}</h1>\n${body}\n`,
  )
}
