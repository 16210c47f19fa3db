/** Runs notebooks in Deno's kernel, in a project that has the build installed as the package `ser-core`. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

const answers = (command, args) => spawnSync(command, args, { encoding: 'utf8' }).status === 0

/** Reason why notebooks cannot be run here; null where they can. */
export function missingForNotebooks(python) {
  if (!answers('deno', ['jupyter', '--help'])) return 'no Deno in PATH'
  if (!answers(python, ['-c', 'import jupyter_client'])) return `no jupyter_client for ${python}`
  return null
}

const kernel = {
  argv: ['deno', 'jupyter', '--kernel', '--conn', '{connection_file}'],
  display_name: 'Deno',
  language: 'typescript',
}

/** Writes the project, with a kernel of its own, so that none need be installed. */
function writeProject(folder) {
  const packages = ['ser-core', 'vega', 'vega-lite']
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules/ser-core'))
  for (const name of packages.slice(1))
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  const dist = './node_modules/ser-core/dist'
  const imports = { 'npm:ser-core': `${dist}/index.js`, 'npm:ser-core/node': `${dist}/node.js` }
  writeFileSync(join(folder, 'deno.json'), JSON.stringify({ nodeModulesDir: 'manual', imports }))
  const dependencies = Object.fromEntries(packages.map((name) => [name, '*']))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', dependencies }))
  mkdirSync(join(folder, 'jupyter/kernels/deno'), { recursive: true })
  writeFileSync(join(folder, 'jupyter/kernels/deno/kernel.json'), JSON.stringify(kernel))
}

/** The notebooks with their outputs. */
export function runNotebooks(notebooks, python) {
  const folder = mkdtempSync(join(tmpdir(), 'ser-notebooks-'))
  try {
    writeProject(folder)
    const files = notebooks.map((_, i) => join(folder, `${i}.ipynb`))
    for (const [i, file] of files.entries()) writeFileSync(file, JSON.stringify(notebooks[i]))
    const env = { ...process.env, JUPYTER_PATH: join(folder, 'jupyter'), NO_COLOR: '1' }
    delete env.SER_EMODB
    const script = join(root, 'scripts/notebooks.py')
    const { status, stderr } = spawnSync(python, [script, folder, ...files], { env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`the notebooks do not run: ${stderr}`)
    return files.map((file) => readFileSync(file, 'utf8'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
