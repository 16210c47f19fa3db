/** METHODS.md: how far the library is from the vectors of other tools, as measured now. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { featureDifferences } from './methods-features.mjs'
import { fittedDifferences } from './methods-fitted.mjs'
import { buildLibrary } from './methods-library.mjs'
import { modelDifferences } from './methods-models.mjs'
import { sectionsOf } from './methods-rows.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (name) => JSON.parse(readFileSync(join(root, 'test/vectors', name), 'utf8'))
const pageOf = (name) => readFileSync(join(root, 'docs/results', name), 'utf8')

const cellsOf = (line) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())

/** The cell of a page's first table that has such a row: by the heading of the column, or its number. */
function cell(page, first, column) {
  const lines = pageOf(page).split('\n')
  const at = lines.findIndex((line) => first.every((text, i) => cellsOf(line)[i] === text))
  if (at < 0) throw new Error(`${page} has no row ${first.join(', ')}`)
  const rule = lines.slice(0, at).findLastIndex((line) => /^\| ?-/.test(line))
  const index = typeof column === 'number' ? column : cellsOf(lines[rule - 1]).indexOf(column)
  const found = cellsOf(lines[at])[index]
  if (!found) throw new Error(`${page} has no column ${column} in the row ${first.join(', ')}`)
  return found.replaceAll('*', '')
}

function quote(page, pattern) {
  const found = pageOf(page).match(pattern)
  if (found === null) throw new Error(`${page} has nothing like ${pattern}`)
  return found[1]
}

/** The version of a tool that made a file of vectors. */
function v(file, tool) {
  const vectors = read(file)
  const version = (vectors.versions ?? vectors)[tool]
  if (typeof version !== 'string') throw new Error(`${file} does not say which ${tool} made it`)
  return version.replace('+cpu', '')
}

const INTRODUCTION = `# Methods

Each quantity that the library computes: how, from whom, the tool that it was compared with, how far the two are apart at worst, and the test
or script that has the comparison.

- Differences are over 1 + |value| unless a unit says otherwise, computed in float64 but where float32 is written. Most vectors are kept with 12
  digits: differences of some 1e-12 are theirs. Rates, medians and figures of recordings are those of the pages in \`docs/results/\`, whose
  scripts stand beside them.
- "Definition": no other tool is at hand; the test computes the quantity from its definition, by hand or in another way.
- Papers are named by authors and year; docs/math and the source have most in full.

\`npm run methods -- --write\` measures and writes this page.
`

const HEAD = [
  '| quantity | in | method | compared with | worst difference | held by |',
  '| --- | --- | --- | --- | --- | --- |',
]
const quoted = (words) =>
  words
    .split(' ')
    .map((word) => `\`${word}\``)
    .join(' ')

function rowFrom(line) {
  const [quantity, names, method, tool, difference, tests, ...rest] = line.split(' | ')
  if (tests === undefined || rest.length > 0 || /undefined|NaN|object/.test(line)) throw new Error(`no row: ${line}`)
  return `| ${[quantity, quoted(names), method, tool, difference, quoted(tests)].join(' | ')} |`
}

/** Sections as tables. */
function pageFrom(text) {
  const parts = text
    .split('\n\n')
    .map((part) => (part.startsWith('#') ? part : [...HEAD, ...part.split('\n').map(rowFrom)].join('\n')))
  return `${[INTRODUCTION.trimEnd(), ...parts].join('\n\n')}\n`
}

/** The page. */
export async function methodsPage() {
  const library = buildLibrary()
  const d = {
    ...featureDifferences(library, read),
    ...(await modelDifferences(library, read)),
    ...(await fittedDifferences(library, read)),
  }
  return pageFrom(sectionsOf({ d, cell, v, quote }))
}
