/** Processes that are killed between steps of the file system, and disks that are full at one of them. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Random } from '../../src/numerics/random.ts'
import { type Ended, runNode } from '../processes.ts'
import { scriptOf } from '../watch.ts'
import type { Section, Settings, Tried } from './section.ts'

const kinds: Record<string, string> = {
  files: 'ten files in new folders, then others in their places',
  experiment: 'an experiment of three folds',
  model: 'a recogniser in place of another',
  cache: 'features and their cache',
}
const preload = fileURLToPath(new URL('../../test/support/kill-at.mjs', import.meta.url))

/** A writer that has not ended after so long hangs, s; other processes may have the processor meanwhile. */
const HANG = 120

/** Runs the writer in a folder. */
async function write(kind: string, folder: string, env: Record<string, string>, signal: AbortSignal): Promise<Ended> {
  return await runNode(['--import', preload, scriptOf('writer'), kind, folder], {
    ...{ signal, seconds: HANG },
    env: { TMPDIR: folder, HOME: folder, ...env },
  })
}

/** Its answer and its steps when nothing disturbs it. */
async function calm(kind: string, signal: AbortSignal): Promise<{ answer: string; steps: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'ser-calm-'))
  try {
    const file = join(folder, 'steps')
    const { stdout } = await write(kind, folder, { STEPS: file }, signal)
    return { answer: stdout, steps: existsSync(file) ? readFileSync(file, 'utf8').split(' ') : [] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** So many of the places, drawn by the seed, in their order. */
function drawn(settings: Settings, kind: string, places: readonly number[], most: number): number[] {
  const order = new Random(`${settings.seed}/steps/${kind}`).permutation(places.length)
  return Array.from(order.subarray(0, most), (i) => places[i]).sort((a, b) => a - b)
}

interface Disturbance {
  /** The variable of the step. */
  env: 'KILL_AT' | 'FAIL_AT'
  /** Steps to disturb. */
  choose: (steps: readonly string[], kind: string, settings: Settings) => number[]
  /** Why the first process ended otherwise than it should, or undefined. */
  judge: (ended: Ended, folder: string) => string | undefined
}

const hangs = `no end in ${HANG} s`

/** Disturbs a writer at one step, and lets it begin again. */
async function disturb(kind: string, answer: string, at: number, how: Disturbance, signal: AbortSignal) {
  const folder = mkdtempSync(join(tmpdir(), 'ser-disturbed-'))
  try {
    const first = await write(kind, folder, { [how.env]: String(at) }, signal)
    const fault = first.hung ? hangs : how.judge(first, folder)
    if (fault !== undefined) return fault
    const { code, stdout, stderr, hung } = await write(kind, folder, {}, signal)
    if (hung) return `then ${hangs}`
    if (code !== 0) return `it does not go on: ${stderr}`
    return stdout === answer ? undefined : 'another result than undisturbed'
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A section for a kind of disturbance. */
function sectionOf(name: string, title: string, text: string, how: Disturbance): Section {
  const run = async (settings: Settings): Promise<Tried> => {
    const rows: Tried['rows'] = []
    for (const [kind, what] of Object.entries(kinds)) {
      if (settings.signal.aborted) break
      const { answer, steps } = await calm(kind, settings.signal)
      if (steps.length === 0 && !settings.signal.aborted)
        settings.onFinding({ section: name, index: 0, kind: 'hang', text: `${kind}: it does not end undisturbed` })
      const chosen = how.choose(steps, kind, settings)
      let fell = 0
      for (const [i, at] of chosen.entries()) {
        if (settings.signal.aborted) break
        const fault = await disturb(kind, answer, at, how, settings.signal)
        if (fault !== undefined && !settings.signal.aborted) {
          fell++
          settings.onFinding({ section: name, index: at, kind: 'wrong', text: `${kind} at ${steps[at - 1]}: ${fault}` })
        }
        settings.onProgress(`${name} ${kind}`, i + 1, chosen.length)
      }
      const renames = chosen.filter((at) => steps[at - 1] === 'rename').length
      rows.push([what, steps.length, chosen.length, renames, fell])
    }
    return { text, rows, columns: ['what is written', 'steps', 'disturbed at', 'of them renames', 'fell'] }
  }
  return { name, title, run }
}

const most: Record<string, number> = { files: 24, experiment: 28, model: 10, cache: 8 }

/** SIGKILL. */
export const killSection: Section = sectionOf(
  'kills',
  'Killed processes',
  'SIGKILL before a step of the file system (open, write, flush, close, rename, make and remove folders), at steps drawn by the ' +
    'seed; a rename is the step between the temporary name and the right one. Files must be whole, and the same program must go on ' +
    'to the result of an undisturbed one.',
  {
    env: 'KILL_AT',
    choose: (steps, kind, settings) => {
      const all = steps.map((_, i) => i + 1)
      const renames = all.filter((at) => steps[at - 1] === 'rename')
      const some = drawn(settings, `${kind} renames`, renames, most[kind] / 4)
      return [...new Set([...some, ...drawn(settings, kind, all, most[kind] - some.length)])].sort((a, b) => a - b)
    },
    judge: ({ signal }) => (signal === 'SIGKILL' ? undefined : 'it was not killed'),
  },
)

/** ENOSPC. */
export const fullSection: Section = sectionOf(
  'full',
  'Full disks',
  'Each write of an experiment in turn, and other writes and steps drawn by the seed, fail with ENOSPC. The error must be one that ' +
    'says so, no temporary file may be left, and the same program must go on to the result of an undisturbed one.',
  {
    env: 'FAIL_AT',
    choose: (steps, kind, settings) => {
      const places = (names: string[]): number[] => steps.flatMap((name, i) => (names.includes(name) ? [i + 1] : []))
      const writes = places(['writeFile'])
      // All of an experiment; those of other kinds are alike.
      const some = kind === 'experiment' ? writes : drawn(settings, `${kind} writes`, writes, 6)
      return [...some, ...drawn(settings, kind, places(['open', 'sync', 'rename', 'mkdir']), 4)].sort((a, b) => a - b)
    },
    judge: ({ code, stderr }, folder) => {
      const drafts = readdirSync(folder, { recursive: true }).filter((path) => String(path).endsWith('.tmp'))
      if (drafts.length > 0) return `temporary files are left: ${drafts.join(', ')}`
      return code === 0 || stderr.includes('ENOSPC') ? undefined : `its error does not tell: ${stderr}`
    },
  },
)
