/** The page of a campaign: docs/results/campaign.md. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { kernelsInUse } from '../src/kernels/index.ts'
import type { Finding } from './report.ts'
import type { Tried } from './sections/section.ts'

/** What came of a section. */
export interface Outcome {
  name: string
  title: string
  tried: Tried
}

/** Facts for the page. */
export interface CampaignFacts {
  outcomes: readonly Outcome[]
  findings: readonly Finding[]
  isWhole: boolean
  minutes: number
  seed: string
  count: number
  only?: readonly string[]
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

function versions(): string {
  const own = JSON.parse(readFileSync(fileURLToPath(new URL('../package.json', import.meta.url)), 'utf8')) as {
    version: string
  }
  const tools = [
    ['sox', '--version'],
    ['ffmpeg', '-version'],
    ['redis-server', '--version'],
  ]
  const found = tools
    .map(([program, option]) => [program, versionOf(program, option)])
    .filter(([, version]) => version !== undefined)
  const all = [['ser-core', `${own.version} and what is unreleased`], ['Node', process.versions.node], ...found]
  return `${all.map(([name, version]) => `${name} ${version}`).join(', ')}; kernels ${kernelsInUse()}`
}

/** The command that repeats it. */
function commandOf({ seed, count, only }: CampaignFacts): string {
  const chosen = only === undefined ? '' : ` --only ${only.join(',')}`
  return `npm run test:campaign -- --seed ${seed} --count ${count}${chosen}`
}

function foundOf(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'Nothing fell.\n'
  const shown = findings
    .slice(0, 50)
    .map(
      ({ section, index, kind, text }) =>
        `- ${section} ${index}: ${kind}: \`${text.split('\n')[0].replaceAll('`', "'").slice(0, 200)}\``,
    )
  return `${findings.length} fell:\n\n${shown.join('\n')}\n`
}

/** The text of the page. */
export function pageOf(facts: CampaignFacts): string {
  const { outcomes, findings, isWhole, minutes } = facts
  const head = `# A campaign against the doors

Written by \`${commandOf(facts)}\`${isWhole ? '' : ', which was ended early or did not try all'}, in ${minutes.toFixed(0)} minutes. ${versions()}.
The same seed gives the same inputs; \`-- --input TARGET:INDEX\` writes one of them, \`-- --help\` tells more.

${foundOf(findings)}`
  return [head, ...outcomes.map(({ title, tried }) => `## ${title}\n\n${tried.text}\n${tableOf(tried)}`)].join('\n')
}
