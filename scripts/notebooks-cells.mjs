/** Notebooks of the scripts in examples/: their comments between blank lines become text, all else code. */
import { readFileSync } from 'node:fs'

const folder = new URL('../', import.meta.url)

/** Names of the scripts, and of their notebooks. */
export const names = ['features-and-pitch', 'dreaming-mfcc', 'unheard-speakers']

export function notebookPath(name) {
  return new URL(`docs/notebooks/${name}.ipynb`, folder)
}

const isComment = (line) => line.startsWith('//')

/** Blocks of a script: comments that stand alone, and code. */
function blocksOf(text) {
  const paragraphs = text.trim().split(/\n{2,}/)
  return paragraphs.map((paragraph) => {
    const lines = paragraph.split('\n')
    if (!lines.every(isComment)) return { kind: 'code', text: paragraph }
    return { kind: 'markdown', text: lines.map((line) => line.replace(/^\/\/ ?/, '')).join('\n') }
  })
}

/** The code as a notebook has it: packages by their names on npm, and what is shown as the last value of its cell. */
function codeOf(text) {
  const lines = text.split('\n').filter((line) => !/notebooks\/page\.mjs'|^await writePage\(/.test(line))
  const imports = lines.map((line) => line.replace(/^(import .* from '|} from ')(ser-core)/, '$1npm:$2'))
  const code = imports.map((line) => line.replace(/^show\((.*)\)$/, '$1')).join('\n')
  if (/\bshow\(/.test(code)) throw new Error(`notebooks: show(...) expected on a line of its own, got ${code}`)
  return code
}

/** The cells of a notebook, `{ kind, text }`. */
export function cellsOf(name) {
  const blocks = blocksOf(readFileSync(new URL(`examples/${name}.mjs`, folder), 'utf8'))
  const cells = blocks.map(({ kind, text }) => ({ kind, text: kind === 'code' ? codeOf(text) : text }))
  return cells.filter(({ text }) => text !== '')
}

/** The notebook without outputs, as JSON. */
export function notebookOf(name) {
  const cells = cellsOf(name).map(({ kind, text }, i) => {
    const cell = { cell_type: kind, id: `cell-${i + 1}`, metadata: {}, source: text.match(/.*\n|.+$/g) }
    return kind === 'code' ? { ...cell, execution_count: null, outputs: [] } : cell
  })
  return {
    cells,
    metadata: {
      kernelspec: { display_name: 'Deno', language: 'typescript', name: 'deno' },
      language_info: { file_extension: '.ts', mimetype: 'text/x.typescript', name: 'typescript' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  }
}
