// Writes docs/notebooks: the scripts in examples/ as notebooks, with the outputs of Deno's kernel. Needs a build, Deno and Jupyter.
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { names, notebookOf, notebookPath } from './notebooks-cells.mjs'
import { missingForNotebooks, runNotebooks } from './notebooks-run.mjs'

const HELP = `usage: node scripts/notebooks.mjs [--python PYTHON]

Writes docs/notebooks/*.ipynb: cells from the scripts in examples/, outputs from Deno's kernel, run on the build in dist/.

  --python PYTHON  a Python with the package jupyter_client; default python3`

const { values } = parseArgs({ options: { python: { type: 'string', default: 'python3' }, help: { type: 'boolean' } } })
if (values.help) console.log(HELP)
else {
  const missing = missingForNotebooks(values.python)
  if (missing !== null) throw new Error(`notebooks: ${missing}`)
  mkdirSync(new URL('.', notebookPath('x')), { recursive: true })
  const written = runNotebooks(names.map(notebookOf), values.python)
  for (const [i, name] of names.entries()) writeFileSync(notebookPath(name), written[i])
}
