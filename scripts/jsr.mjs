/**
 * Makes `dist/jsr` of a fresh build: the modules as npm has them, with their types beside them. jsr.json publishes that folder:
 * `npm run jsr -- --dry-run` tries, `-- --publish` does it, by the Deno of test/consumers; see docs/decisions/jsr.md.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findDeno, installTools } from '../test/consumers/project.mjs'

const root = new URL('../', import.meta.url)
const [dist, out] = [new URL('dist/', root), new URL('dist/jsr/', root)]
const text = (url) => readFileSync(url, 'utf8')
const manifest = JSON.parse(text(new URL('package.json', root)))

/** Types under the names that modules have; JSR knows a package's types by their address only. */
function moduleTypes(code) {
  return code
    .replace(/(from |import )'(\.\/[\w-]+)\.cjs'/g, "$1'$2.d.ts'")
    .replace(/(from |import )'ndarray'/g, `$1'npm:@types/ndarray@${manifest.dependencies['@types/ndarray']}'`)
}

/** Entries that are run, not imported: their types say so. */
const scripts = { cli: 'export {}\n', worker: 'export {}\n' }
/** The script of threads that fold, which takes jobs of `runPlan`. */
const foldWorker = 'declare const serve: (job: unknown) => Promise<unknown>\nexport default serve\n'

rmSync(out, { recursive: true, force: true })
mkdirSync(out)
const typed = ['index', 'node', 'fold-worker', ...Object.keys(scripts)]
for (const name of readdirSync(dist)) {
  if (name.endsWith('.d.cts'))
    writeFileSync(new URL(name.replace('.d.cts', '.d.ts'), out), moduleTypes(text(new URL(name, dist))))
  else if (/^(wide\.wasm|LICENSE-\w+)$/.test(name)) copyFileSync(new URL(name, dist), new URL(name, out))
  else if (name.endsWith('.js')) {
    const own = typed.includes(name.slice(0, -3)) ? `/* @ts-self-types="./${name.slice(0, -3)}.d.ts" */\n` : ''
    // The first line of a program for a shell, which JSR does not start.
    writeFileSync(new URL(name, out), own + text(new URL(name, dist)).replace(/^#!.*\n/, ''))
  }
}
for (const [name, types] of Object.entries({ ...scripts, 'fold-worker': foldWorker }))
  writeFileSync(new URL(`${name}.d.ts`, out), types)
console.log(`${readdirSync(out).length} files in ${fileURLToPath(out)}`)

const flags = { '--dry-run': ['--dry-run', '--allow-dirty'], '--publish': ['--allow-dirty'] }[process.argv[2]]
if (flags !== undefined) {
  await installTools()
  const deno = await findDeno()
  if (deno === undefined) throw new Error('no Deno for this machine')
  const { status } = spawnSync(deno, ['publish', ...flags], { cwd: root, stdio: 'inherit' })
  process.exitCode = status ?? 1
}
