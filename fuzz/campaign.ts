/**
 * The campaign: mutants of files to every door, kills, full disks, aborts, other decoders. `npm run test:campaign -- --help`.
 * Once each section was tried whole, in one run or in several, docs/results/campaign.md is written of the newest outcomes; what a run
 * tried is in fuzz/found/campaign.md until then. Inputs that fell are kept in fuzz/found.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import { type Outcome, pageOf, versions } from './page.ts'
import type { Finding } from './report.ts'
import { sections } from './sections/index.ts'
import type { Section, Tried } from './sections/section.ts'
import { targets } from './targets/index.ts'
import { inputOf } from './watch.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const found = join(root, 'fuzz', 'found')
const page = join(root, 'docs', 'results', 'campaign.md')
const began = new Date().toISOString()
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
  page?: boolean
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
  .option('--page', 'writes docs/results/campaign.md of the sections that were tried whole so far, and tries nothing')
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

/** A section that tells nothing for so long hangs, s; the longest of its own limits is shorter. */
const HANG = 1200
/** Time in which a section must end once it is stopped, ms. */
const ENDING = 10_000

/**
 * Runs a section until it ends, or has hung, or was stopped and does not end.
 *
 * @param alive - tells when the section told something last
 */
async function watched(
  name: string,
  run: (stop: AbortSignal) => Promise<Tried>,
  alive: () => number,
  stop: AbortSignal,
) {
  const own = new AbortController()
  const signal = AbortSignal.any([stop, own.signal])
  let timer: NodeJS.Timeout | undefined
  let stopped = 0
  const given = new Promise<string>((resolve) => {
    timer = setInterval(() => {
      if (!signal.aborted && Date.now() - alive() > 1000 * HANG) own.abort()
      if (!signal.aborted) return
      stopped ||= Date.now()
      if (Date.now() - stopped > ENDING) resolve(`${name}: it does not end`)
    }, 200)
  })
  try {
    const tried = await Promise.race([run(signal).catch((error) => `${name}: ${error?.stack ?? error}`), given])
    const fault = own.signal.aborted ? `${name}: nothing in ${HANG} s` : undefined
    return typeof tried === 'string' ? { fault: fault ?? tried } : { tried, fault }
  } finally {
    clearInterval(timer)
  }
}

/** Tries a section; the outcome tells whether nothing was left out. */
async function outcomeOf(section: Section, stop: AbortSignal, kept: Promise<void>[]): Promise<Outcome> {
  const { name, title } = section
  const findings: Finding[] = []
  const wanted = (name: string): boolean => flags.only === undefined || flags.only.includes(name)
  const started = Date.now()
  let told = started
  const onFinding = (finding: Finding): void => {
    findings.push(finding)
    kept.push(keep(finding))
  }
  const run = (signal: AbortSignal): Promise<Tried> =>
    section.run({
      ...{ seed: flags.seed, count: flags.count, signal, wanted, onFinding },
      onProgress: (part, done, all) => {
        told = Date.now()
        show(`${part} ${done} of ${all}, ${findings.length} fell`)
      },
    })
  const { tried = { columns: [], rows: [], text: 'It did not end.' }, fault } = await watched(
    name,
    run,
    () => told,
    stop,
  )
  if (fault !== undefined) onFinding({ section: name, index: 0, kind: 'hang', text: fault })
  const isWhole = wanted(name) && !stop.aborted && fault === undefined
  const minutes = (Date.now() - started) / 60_000
  const { seed, count } = flags
  return { name, title, tried, findings, isWhole, minutes, seed, count, run: began, versions: versions() }
}

/** The newest outcomes of sections that were tried whole, in the order of the page. */
function wholeOutcomes(): Outcome[] {
  return sections.flatMap(({ name }) => {
    const file = join(found, `${name}.json`)
    return existsSync(file) ? [JSON.parse(readFileSync(file, 'utf8')) as Outcome] : []
  })
}

function writePage(path: string, outcomes: readonly Outcome[]): void {
  const missing = sections.filter(({ name }) => !outcomes.some((one) => one.name === name))
  writeFileSync(
    path,
    pageOf(
      outcomes,
      missing.map(({ title }) => title),
    ),
  )
  console.log(`the page is ${path}`)
}

async function campaign(): Promise<number> {
  mkdirSync(found, { recursive: true })
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop.abort())
  const timer = setTimeout(() => stop.abort(), 60_000 * flags.minutes)
  const kept: Promise<void>[] = []
  const outcomes: Outcome[] = []
  const attempt = async (section: Section): Promise<void> => {
    if (stop.signal.aborted) return
    const outcome = await outcomeOf(section, stop.signal, kept)
    outcomes.push(outcome)
    if (outcome.isWhole) writeFileSync(join(found, `${section.name}.json`), JSON.stringify(outcome))
    show('')
    console.log(`${section.title}: ${outcome.minutes.toFixed(1)} minutes, ${outcome.findings.length} fell`)
  }
  const chosen = sections.filter(({ name, parts = [] }) =>
    [name, ...parts].some((one) => flags.only === undefined || flags.only.includes(one)),
  )
  const beside = chosen.filter((one) => one.beside).map(attempt)
  for (const section of chosen.filter((one) => !one.beside)) await attempt(section)
  await Promise.all(beside)
  clearTimeout(timer)
  await Promise.race([Promise.all(kept), new Promise((resolve) => setTimeout(resolve, ENDING))])
  const all = wholeOutcomes()
  if (all.length === sections.length) writePage(page, all)
  else writePage(join(found, 'campaign.md'), outcomes)
  return outcomes.every(({ findings }) => findings.length === 0) ? 0 : 1
}

if (flags.input !== undefined) {
  const [target, index] = flags.input.split(':')
  process.stdout.write(await inputOf(target, flags.seed, Number(index)))
} else if (flags.page) writePage(page, wholeOutcomes())
else process.exit(await campaign()) // whatever a section that hangs still waits for
