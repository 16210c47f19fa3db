/** The makers of a result: versions, kernels, commit. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ExperimentRun, ExperimentStart } from '../experiments/results.ts'
import { kernelsInUse } from '../kernels/index.ts'
import { findOwnFile } from './own-file.ts'
import { activeSeconds, spanOf } from './starts.ts'
import { version } from './version.ts'

/** The folder of the package that this file is a part of, built or not; null where it is in a bundle of its own. */
function packageFolder(): string | null {
  const isOurs = (folder: string): boolean => {
    const file = join(folder, 'package.json')
    return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'ser-core'
  }
  const own = findOwnFile('.')
  if (own === undefined) return null
  let folder = fileURLToPath(own)
  while (dirname(folder) !== folder) {
    if (isOurs(folder)) return folder
    folder = dirname(folder)
  }
  return null
}

/**
 * The commit of ser-core: what the variable SER_COMMIT says, or that of the checkout it runs from, with `-dirty` where files
 * were changed since; null where there is neither.
 */
export async function findCommit(): Promise<string | null> {
  const { SER_COMMIT } = process.env
  if (SER_COMMIT !== undefined && SER_COMMIT !== '') return SER_COMMIT
  try {
    const folder = packageFolder()
    if (folder === null || !existsSync(join(folder, '.git'))) return null
    const args = ['-C', folder, 'describe', '--always', '--dirty', '--abbrev=40', '--exclude=*']
    const { stdout } = await promisify(execFile)('git', args)
    return stdout.trim()
  } catch {
    return null // no git, or no repository
  }
}

/** The software that all folds of one experiment need: with another they would have other bits. */
export function software(): { 'ser-core': string; kernels: string } {
  return { 'ser-core': version, kernels: kernelsInUse() }
}

/**
 * Versions whose folds have the bits of this one's, so that this one may resume an experiment which one of them began. Whoever
 * changes what a system computes takes them out, and says so in the changelog.
 */
const VERSIONS_OF_THE_SAME_BITS: readonly string[] = ['0.1.0']

/** Software by what it computes: a version whose folds have the bits of this one's counts as this one. */
export function softwareByBits(recorded: ReturnType<typeof software>): ReturnType<typeof software> {
  return VERSIONS_OF_THE_SAME_BITS.includes(recorded['ser-core']) ? { ...recorded, 'ser-core': version } : recorded
}

/** How an experiment was run, once it has ended: by all its starts, or where none is known by its last, which did nothing. */
export function describeRun(
  command: string,
  began: Date,
  commit: string | null,
  starts: readonly ExperimentStart[],
): ExperimentRun {
  const { started, finished } = spanOf(starts) ?? { started: began.toISOString(), finished: new Date().toISOString() }
  return {
    command,
    versions: { 'ser-core': version, node: process.versions.node, v8: process.versions.v8 },
    kernels: kernelsInUse(),
    commit,
    started,
    finished,
    seconds: activeSeconds(starts),
    starts: [...starts],
  }
}
