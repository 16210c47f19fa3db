/**
 * Makes `dist/jsr` of a fresh build: the modules as npm has them, with their types beside them. jsr.json publishes that folder:
 * `npm run jsr -- --dry-run` tries, `-- --publish` does it, by the Deno of test/consumers; see docs/decisions/jsr.md.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findDeno, installTools } from '../test/consumers/project.mjs'
import { showHelp } from './show-help.mjs'

showHelp(import.meta.url)

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

/** Packages that the library imports by name when they are needed: Deno has them by their addresses. */
const named = Object.entries({ tinypool: manifest.dependencies.tinypool, ...manifest.peerDependencies })
const addresses = Object.fromEntries(named.map(([name, version]) => [name, `npm:${name}@${version}`]))

/** Code of a module in which those packages are found in Deno too; JSR rewrites only imports that it can read. */
function withAddresses(code) {
  const [head, ...more] = code.split(/^async function importUnbundled\(name\) \{$/m)
  if (more.length === 0) return code
  found++
  const names = JSON.stringify(addresses)
  return `${head}async function importUnbundled(given) {\n\tconst name = 'Deno' in globalThis ? (${names}[given] ?? given) : given;${more.join('')}`
}

let found = 0

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
    writeFileSync(new URL(name, out), own + withAddresses(text(new URL(name, dist)).replace(/^#!.*\n/, '')))
  }
}
for (const [name, types] of Object.entries({ ...scripts, 'fold-worker': foldWorker }))
  writeFileSync(new URL(`${name}.d.ts`, out), types)
if (found !== 1) throw new Error(`importUnbundled was found ${found} times in dist, expected once`)
console.log(`${readdirSync(out).length} files in ${fileURLToPath(out)}`)

const flags = { '--dry-run': ['--dry-run', '--allow-dirty'], '--publish': ['--allow-dirty'] }[process.argv[2]]
if (flags !== undefined) {
  await installTools()
  const deno = await findDeno()
  if (deno === undefined) throw new Error('no Deno for this machine')
  const { status } = spawnSync(deno, ['publish', ...flags], { cwd: root, stdio: 'inherit' })
  process.exitCode = status ?? 1
}
