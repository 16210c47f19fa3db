/** Tests of the repository that are campaigns of their own: wrong kinds, damaged states, hostile clients of a queue. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { globSync } from 'tinyglobby'
import { runNode } from '../processes.ts'
import type { Section, Settings, Tried } from './section.ts'

/** Tests that have not ended after so long hang, s. */
const HANG = 900

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Patterns of files, with what they try. */
const suites: readonly [title: string, patterns: string[]][] = [
  [
    'every export with arguments of 40 wrong kinds',
    ['test/laws/wrong-kinds*.test.ts', 'test/node/wrong-kinds*.test.ts'],
  ],
  ['states with wrong values in every place', ['test/laws/damaged-states.test.ts']],
  ['queues, their hostile clients, frozen and restarted servers', ['test/node/queue*.test.ts']],
]

interface VitestReport {
  numPassedTests: number
  numPendingTests: number
  testResults: {
    name: string
    message?: string
    assertionResults: { status: string; fullName: string; failureMessages?: string[] }[]
  }[]
}

async function vitest(files: readonly string[], signal: AbortSignal): Promise<VitestReport | null> {
  const folder = mkdtempSync(join(tmpdir(), 'ser-vitest-'))
  try {
    const report = join(folder, 'report.json')
    const runner = join(root, 'node_modules', 'vitest', 'vitest.mjs')
    const args = [runner, 'run', ...files, '--reporter=json', `--outputFile=${report}`]
    await runNode(args, { cwd: root, signal, seconds: HANG })
    return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function run(settings: Settings): Promise<Tried> {
  const rows: Tried['rows'] = []
  for (const [i, [title, patterns]] of suites.entries()) {
    if (settings.signal.aborted) break
    const files = globSync(patterns, { cwd: root }).sort()
    const report = await vitest(files, settings.signal)
    if (settings.signal.aborted) break
    const failed = (report?.testResults ?? []).flatMap(({ name, message = '', assertionResults }) => {
      const own = assertionResults.filter(({ status }) => status === 'failed')
      const file = relative(root, name)
      if (own.length === 0) return message === '' ? [] : [`${file}: ${message}`]
      return own.map(({ fullName, failureMessages = [] }) => `${file}: ${fullName}: ${failureMessages[0] ?? ''}`)
    })
    if (report === null) failed.push(`${title}: no report of vitest in ${HANG} s`)
    for (const text of failed) settings.onFinding({ section: 'tests', index: i, kind: 'wrong', text })
    rows.push([title, files.length, report?.numPassedTests ?? 0, report?.numPendingTests ?? 0, failed.length])
    settings.onProgress('tests', i + 1, suites.length)
  }
  return {
    columns: ['what is tried', 'files', 'tests passed', 'skipped', 'fell'],
    rows,
    text: 'Tests of `npm test` that attack as well; those of a queue are skipped without a server of Redis. They need a build.',
  }
}

/** The section of tests. */
export const testSection: Section = {
  ...{ name: 'tests', title: 'Wrong kinds, damaged states, queues' },
  beside: true,
  run,
}
