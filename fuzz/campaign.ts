/**
 * The campaign: mutants of files to every door, kills, full disks, aborts, wrong kinds. `npm run test:campaign -- --help`.
 * Whole runs write docs/results/campaign.md, others fuzz/found/campaign.md; inputs that fell are kept in fuzz/found.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import { type Outcome, pageOf } from './page.ts'
import type { Finding } from './report.ts'
import { sections } from './sections/index.ts'
import type { Settings } from './sections/section.ts'
import { targets } from './targets/index.ts'
import { inputOf } from './watch.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const found = join(root, 'fuzz', 'found')
const names = [...new Set(sections.flatMap(({ name, parts = [] }) => [name, ...parts]))]

function positive(text: string): number {
  const value = Number(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('expected a number above 0')
}

function known(text: string, before: string[] = []): string[] {
  const wanted = text.split(',')
  const strange = wanted.find((name) => !names.includes(name))
  if (strange !== undefined) throw new InvalidArgumentError(`"${strange}" is none of ${names.join(', ')}`)
  return [...before, ...wanted]
}

interface Flags {
  seed: string
  count: number
  minutes: number
  only?: string[]
  input?: string
}

const program = new Command('npm run test:campaign --')
  .description(
    'Tries what strangers may send, and what may happen to a process, and tells what fell. Ctrl-C ends it with what was found.',
  )
  .option('--seed <seed>', 'seed of the mutants', '1')
  .option('--count <number>', 'mutants of all targets together', positive, 120_000)
  .option('--minutes <number>', 'ends it after so long', positive, 240)
  .option('--only <names>', `only these sections or targets, separated by commas: ${names.join(', ')}`, known)
  .option('--input <target:index>', 'writes this mutant to standard output, and tries nothing')
  .parse()
const flags = program.opts<Flags>()

function show(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : '')
}

/** Keeps what fell, with the bytes of the input. */
async function keep(finding: Finding): Promise<void> {
  const { section, index, kind, text } = finding
  show('')
  console.log(`${section} ${index}: ${kind}: ${text.split('\n')[0].slice(0, 300)}`)
  mkdirSync(found, { recursive: true })
  appendFileSync(join(found, 'found.jsonl'), `${JSON.stringify({ seed: flags.seed, ...finding })}\n`)
  if (!targets.some(({ name }) => name === section)) return
  writeFileSync(join(found, `${section}-${flags.seed}-${index}`), await inputOf(section, flags.seed, index))
}

async function campaign(): Promise<number> {
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  const timer = setTimeout(() => stop.abort(), 60_000 * flags.minutes)
  const findings: Finding[] = []
  const kept: Promise<void>[] = []
  const settings: Settings = {
    ...{ seed: flags.seed, count: flags.count, signal: stop.signal },
    wanted: (name) => flags.only === undefined || flags.only.includes(name),
    onProgress: (section, done, all) => show(`${section} ${done} of ${all}, ${findings.length} fell`),
    onFinding: (finding) => {
      findings.push(finding)
      kept.push(keep(finding))
    },
  }
  const started = Date.now()
  const outcomes: Outcome[] = []
  for (const { name, title, parts = [], run } of sections) {
    if (stop.signal.aborted || ![name, ...parts].some(settings.wanted)) continue
    outcomes.push({ name, title, tried: await run(settings) })
    const seconds = ((Date.now() - started) / 1000).toFixed(0)
    if (!process.stderr.isTTY) console.log(`${title}: done after ${seconds} s, ${findings.length} fell`)
  }
  clearTimeout(timer)
  await Promise.all(kept)
  show('')
  const isWhole = flags.only === undefined && !stop.signal.aborted
  const page = isWhole ? join(root, 'docs', 'results', 'campaign.md') : join(found, 'campaign.md')
  mkdirSync(found, { recursive: true })
  const text = pageOf({ outcomes, findings, isWhole, ...flags, minutes: (Date.now() - started) / 60_000 })
  writeFileSync(page, text)
  console.log(`${findings.length} fell; the page is ${page}`)
  return findings.length === 0 ? 0 : 1
}

if (flags.input === undefined) process.exitCode = await campaign()
else {
  const [target, index] = flags.input.split(':')
  process.stdout.write(await inputOf(target, flags.seed, Number(index)))
}
