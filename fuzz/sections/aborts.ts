/** Long work that is aborted at moments drawn by the seed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runNode } from '../processes.ts'
import { limitMilliseconds } from '../report.ts'
import { scriptOf } from '../watch.ts'
import { works } from '../works.ts'
import type { Section, Settings, Tried } from './section.ts'

/** Work that nothing ends is killed, ms. */
const HANG = 120_000

interface Moment {
  /** Time of the abort, ms. */
  after: number
  outcome: string
  /** Processor time until the work ended, ms. */
  late: number
}

async function abort(name: string, { seed, signal }: Settings): Promise<Moment[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ser-abort-'))
  try {
    const { code, stdout, stderr } = await runNode([scriptOf('aborting'), name, seed], {
      ...{ signal, seconds: HANG / 1000 },
      env: { CAMPAIGN_FOLDER: folder },
    })
    const moments = stdout.split('\n').flatMap((line): Moment[] => (line === '' ? [] : [JSON.parse(line)]))
    if (code !== 0) moments.push({ after: 0, outcome: `it did not end${stderr.slice(0, 200)}`, late: HANG })
    return moments
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function run(settings: Settings): Promise<Tried> {
  const rows: Tried['rows'] = []
  const names = Object.keys(works)
  for (const [i, name] of names.entries()) {
    if (settings.signal.aborted) break
    const moments = await abort(name, settings)
    if (settings.signal.aborted) break
    const late = Math.max(...moments.map((one) => one.late))
    const bad = moments.filter((one) => one.outcome !== 'aborted' || one.late > limitMilliseconds)
    for (const { after, outcome, late: ms } of bad) {
      const text = `${name}, aborted after ${after} ms: ${outcome}, ${ms.toFixed(0)} ms late`
      settings.onFinding({ section: 'aborts', index: after, kind: 'time', text })
    }
    rows.push([name, moments.length, late.toFixed(0), bad.length])
    settings.onProgress('aborts', i + 1, names.length)
  }
  return {
    columns: ['work', 'aborts', 'longest, ms', 'fell'],
    rows,
    text:
      'The processor time, of all threads, from the moment of an abort to the end of the work, after a first abort that is not counted ' +
      `since it compiles the code; more than ${limitMilliseconds} ms fall.`,
  }
}

/** The section of aborts. */
export const abortSection: Section = { name: 'aborts', title: 'Aborts', run }
