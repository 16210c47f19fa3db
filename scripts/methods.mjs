// Measures how far the library is from the vectors of other tools, and writes METHODS.md.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { methodsPage } from './methods-page.mjs'

const HELP = `usage: npm run methods -- [--write]

Builds the library, compares it with test/vectors/*.json, and prints METHODS.md, or with --write writes it.`

const { values } = parseArgs({ options: { write: { type: 'boolean' }, help: { type: 'boolean' } } })
if (values.help) console.log(HELP)
else {
  const page = await methodsPage()
  if (values.write) writeFileSync(new URL('../METHODS.md', import.meta.url), page)
  else process.stdout.write(page)
}
