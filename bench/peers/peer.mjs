// What every peer in JavaScript does: it is given a folder with cases.json and their inputs, and prints a report as JSON.
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromNpy } from '../data.mjs'
import { cpuMs, measure } from '../measure.mjs'

/** `makers[kind](size, data)` gives the function to be timed, for the kinds of cases that the peer has. */
export async function serve(folder, packages, makers) {
  const cases = JSON.parse(await readFile(join(folder, 'cases.json'), 'utf8'))
  const times = {}
  for (const { kind, size, title, inputs } of cases) {
    if (!(kind in makers)) continue
    const run = await makers[kind](size, await load(folder, inputs))
    if (run !== null) times[title] = await measure(run, { clock: cpuMs })
  }
  console.log(JSON.stringify({ versions: packages.map(versionOf), times }))
}

async function load(folder, inputs) {
  const read = async ([name, { file, shape }]) => [name, fromNpy(await readFile(join(folder, file)), shape)]
  return Object.fromEntries(await Promise.all(Object.entries(inputs).map(read)))
}

function versionOf(name) {
  const { version } = JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), 'utf8'))
  return `${name} ${version}`
}
