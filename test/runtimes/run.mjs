/**
 * One suite on every runtime: `npm run test:runtimes` builds the package, packs it, installs the tarball and the runtimes and prints a table;
 * `-- Deno Bun` runs those whose names have one of the words, `-- --write` writes docs/results/runtimes.md.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { showHelp } from '../../scripts/show-help.mjs'
import { installProject, installTools } from '../consumers/project.mjs'
import { compare, pageOf, tableOf } from './compare.mjs'
import { engines } from './engines.mjs'
import { here, prepare } from './project.mjs'

showHelp(import.meta.url)

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const write = process.argv.includes('--write')
const home = mkdtempSync(join(tmpdir(), 'ser-runtimes-'))

async function runOne(engine, project) {
  const started = performance.now()
  try {
    const { command, reason } = await engine.find()
    if (command === undefined) return { name: engine.name, skipped: reason }
    const version = await engine.version(command)
    const { results, notes } = await engine.run(command, project, [])
    return {
      name: engine.name,
      sets: engine.sets,
      version,
      results,
      notes,
      seconds: (performance.now() - started) / 1000,
    }
  } catch (error) {
    return { name: engine.name, failure: String(error.stack ?? error) }
  }
}

try {
  const [user, project] = ['', 'runtimes'].map((name) => join(home, 'project', name))
  const reason = (await installTools()) ?? (await installProject(user, home))
  if (reason !== undefined) throw new Error(reason)
  await prepare(project)
  const runs = []
  for (const [i, engine] of engines.entries()) {
    if (i > 0 && words.length > 0 && !words.some((word) => engine.name.includes(word))) continue
    console.error(`${engine.name} ...`)
    runs.push(await runOne(engine, project))
  }
  const lines = compare(runs)
  console.log(tableOf(lines))
  for (const { name, problems } of lines)
    for (const problem of problems) console.log(`${name}: ${problem.slice(0, 1500)}`)
  const red = lines.some(({ problems }) => problems.length > 0)
  if (write && !red && words.length === 0) writeFileSync(join(here, '../../docs/results/runtimes.md'), pageOf(lines))
  process.exitCode = red ? 1 : 0
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 })
}
