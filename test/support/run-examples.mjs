// Runs modules one after the other in one process and writes what went wrong with each to a file:
// `node run-examples.mjs RESULTS MODULE...`. They compare values by the global function `claim`.
import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { agrees } from './claims.mjs'

const [results, ...modules] = process.argv.slice(2)
const problems = {}
let failed = []
globalThis.claim = (value, told) => {
  if (!agrees(value, told)) failed.push(`told ${told}, got ${inspect(value)}`)
}
for (const module of modules) {
  failed = []
  try {
    await import(pathToFileURL(module).href)
  } catch (error) {
    failed.push(String(error))
  }
  problems[module] = failed
}
writeFileSync(results, JSON.stringify(problems))
