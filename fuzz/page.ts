/** The page of a campaign: docs/results/campaign.md. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kernelsInUse } from '../src/kernels/index.ts'
import type { Finding } from './report.ts'
import type { Tried } from './sections/section.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What came of a section. */
export interface Outcome {
  name: string
  title: string
  tried: Tried
  findings: Finding[]
  /** Whether nothing of it was left out. */
  isWhole: boolean
  minutes: number
  seed: string
  count: number
  /** When the run of the campaign began. */
  run: string
  versions: string
}

/** The first line that a program tells of its version; undefined without the program. */
export function versionOf(program: string, option: string): string | undefined {
  const { status, stdout, stderr } = spawnSync(program, [option], { encoding: 'utf8' })
  if (status !== 0) return undefined
  return /\d+\.\d+[\w.]*/.exec(stdout || stderr)?.[0]
}

function tableOf({ columns, rows }: Tried): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  if (rows.length === 0) return ''
  return `\n${[line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n')}\n`
}

/** Versions of all that takes part. */
export function versions(): string {
  const own: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  // Taken when the sources were bundled: the tree may change while the campaign runs.
  const { CAMPAIGN_COMMIT: commit = '' } = process.env
  const sources = commit === '' ? '' : ` at commit ${commit}`
  const tools = Object.entries({ sox: '--version', ffmpeg: '-version', 'redis-server': '--version' })
  const found = tools.flatMap(([program, option]) => {
    const version = versionOf(program, option)
    return version === undefined ? [] : [`${program} ${version}`]
  })
  const all = [`ser-core ${own.version} with what is unreleased${sources}`, `Node ${process.versions.node}`, ...found]
  return `${all.join(', ')}, kernels ${kernelsInUse()}`
}

/** The command that repeats sections, and its circumstances. */
function circumstances(name: string, outcomes: readonly Outcome[]): string {
  const [{ seed, count, versions: all }] = outcomes
  const only = name === 'all' ? '' : ` --only ${name}`
  const many = outcomes.some((one) => one.name === 'inputs') ? ` --count ${count}` : ''
  const ended = outcomes.every(({ isWhole }) => isWhole) ? '' : ', which was ended early or left some out'
  const minutes = Math.max(...outcomes.map((one) => one.minutes))
  const took = name === 'all' ? '' : `, ${minutes.toFixed(1)} minutes`
  return `\`npm run test:campaign --${only} --seed ${seed}${many}\`${ended}${took}; ${all}.`
}

function foundOf(findings: readonly Finding[]): string {
  const shown = findings.slice(0, 50).map(({ section, index, kind, text }) => {
    const line = text.split('\n')[0].replaceAll('`', "'").slice(0, 200)
    return `- ${section} ${index}: ${kind}: \`${line}\``
  })
  return shown.length === 0 ? '' : `\n${findings.length} fell:\n\n${shown.join('\n')}\n`
}

/**
 * The text of the page.
 *
 * @param missing - titles of sections that were not tried
 */
export function pageOf(outcomes: readonly Outcome[], missing: readonly string[]): string {
  const fell = outcomes.reduce((sum, { findings }) => sum + findings.length, 0)
  const left = missing.length === 0 ? '' : ` Not tried: ${missing.join(', ')}.`
  // One run needs its circumstances once.
  const isOne = missing.length === 0 && outcomes.every(({ run }) => run === outcomes[0].run)
  const head = `# A campaign against the doors

Written by \`npm run test:campaign\` (\`-- --help\`). The same seed gives the same inputs; \`-- --input TARGET:INDEX --seed SEED\`
writes one of them. ${fell === 0 ? 'Nothing fell.' : `${fell} fell.`}${left}
${isOne ? `\nAll sections are of one run: ${circumstances('all', outcomes)}\n` : ''}`
  const parts = outcomes.map((outcome) => {
    const { name, title, tried, findings, minutes } = outcome
    const how = isOne ? `${minutes.toFixed(1)} minutes.` : circumstances(name, [outcome])
    return `## ${title}\n\n${tried.text}\n\n${how}\n${tableOf(tried)}${foundOf(findings)}`
  })
  return [head, ...parts].join('\n')
}
