// How far the functionals of `compatible: false` lie from openSMILE's: the figures of docs/guide/egemaps.md.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { egemaps, egemapsNames } from '../dist/index.js'
import { readAudioFile } from '../dist/node.js'

const HELP = `usage: npm run build && node scripts/egemaps-modes.mjs [--shared FOLDER]

Prints, for each functional over the recordings of emodb/wav and every 20th of corpora/ in FOLDER (../shared unless given), the
mean in both modes, the change from openSMILE's to the papers' in standard deviations of openSMILE's over the recordings (median
and 90th percentile of recordings), and the correlation of both.`

const root = fileURLToPath(new URL('..', import.meta.url))

/** Every recording below a folder, in order. */
function filesBelow(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => /\.(wav|flac)$/.test(name))
  return names.sort().map((name) => join(folder, name))
}

function quantile(values, q) {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.round(q * (sorted.length - 1))]
}

function momentsOf(values) {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length
  return [mean, Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length)]
}

function correlationOf(x, y) {
  const [[meanX, sdX], [meanY, sdY]] = [momentsOf(x), momentsOf(y)]
  return x.reduce((sum, v, i) => sum + (v - meanX) * (y[i] - meanY), 0) / x.length / (sdX * sdY)
}

async function functionalsOf(files) {
  const rows = []
  for (const file of files) {
    const { channels, sampleRate } = await readAudioFile(file)
    if (channels[0].length < 0.06 * sampleRate + 1) continue
    rows.push([true, false].map((compatible) => egemaps(channels[0], { sampleRate, compatible }).data))
  }
  return rows
}

function lineOf(name, i, rows) {
  const [theirs, ours] = [0, 1].map((side) => rows.map((row) => row[side][i]))
  const [mean, sd] = momentsOf(theirs)
  const changes = theirs.map((v, k) => Math.abs(ours[k] - v) / sd)
  const figures = [
    mean,
    momentsOf(ours)[0],
    quantile(changes, 0.5),
    quantile(changes, 0.9),
    correlationOf(theirs, ours),
  ]
  return `| ${name} | ${figures.map((v) => Number(v.toPrecision(3))).join(' | ')} |`
}

async function print(shared) {
  const corpora = filesBelow(join(shared, 'corpora')).filter((_, i) => i % 20 === 0)
  const rows = await functionalsOf([...filesBelow(join(shared, 'emodb/wav')), ...corpora])
  console.log(`| functional of ${rows.length} recordings | openSMILE's | papers' | median | 90 % | r |`)
  console.log('| --- | --- | --- | --- | --- | --- |')
  for (const [i, name] of egemapsNames.entries()) console.log(lineOf(name, i, rows))
}

const { values } = parseArgs({ options: { shared: { type: 'string' }, help: { type: 'boolean' } } })
if (values.help) console.log(HELP)
else await print(values.shared ?? join(root, '../shared'))
