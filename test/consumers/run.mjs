/**
 * The package in other people's projects: packed, installed by npm, and run from their bundlers, test runners and compilers.
 * `npm run test:consumers` builds it first; `npm run test:consumers -- vite jest` runs those whose names have one of the words.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { showHelp } from '../../scripts/show-help.mjs'
import { installProject, installTools } from './project.mjs'

showHelp(import.meta.url)

const home = mkdtempSync(join(tmpdir(), 'ser-consumers-'))
const counts = { passed: 0, failed: 0, skipped: 0 }
const wanted = process.argv.slice(2)

/** Tells a process that died of its own engine, by the native stack that it then prints: seen once in some fifty runs on Node 20. */
const engineDied = /\bv8::internal::/

/** Runs a consumer, which returns why it was skipped, or throws. */
async function attempt(name, consume, project, tries = 2) {
  const start = performance.now()
  let outcome = 'passed'
  let more = ''
  try {
    const reason = await consume(project)
    if (reason !== undefined) [outcome, more] = ['skipped', `: ${reason}`]
  } catch (error) {
    if (engineDied.test(error.message) && tries > 1) {
      console.log(`again   ${name}: the JavaScript engine died: ${error.message.slice(-300)}`)
      return await attempt(name, consume, project, tries - 1)
    }
    ;[outcome, more] = ['failed', `: ${error.message}`]
  }
  counts[outcome]++
  console.log(`${outcome.padEnd(7)} ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)${more}`)
}

async function runAll() {
  // These import what was only now installed.
  const { bundlers } = await import('./bundlers.mjs')
  const { nodeBundles } = await import('./node-bundles.mjs')
  const { jest, types } = await import('./tools.mjs')
  const { runtimes } = await import('../runtimes/consumers.mjs')
  const project = join(home, 'project')
  await attempt('npm install, with no word of ours', () => installProject(project, home))
  if (!existsSync(join(project, 'node_modules', 'ser-core'))) return
  const isWanted = ([name]) => wanted.length === 0 || wanted.some((word) => name.includes(word))
  const waiting = [...runtimes, ...types, ...jest, ...nodeBundles, ...bundlers].filter(isWanted)
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await attempt(...next, project)
  }
  await Promise.all([work(), work()])
}

try {
  const reason = await installTools()
  if (reason === undefined) await runAll()
  else await attempt('all: their tools cannot be had', () => reason)
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 })
}
console.log(`Consumers: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exitCode = counts.failed > 0 ? 1 : 0
