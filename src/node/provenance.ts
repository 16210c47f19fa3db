/** Provenance of results: versions, kernels, commit. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { version } from '../core/version.ts'
import type { ExperimentRun, ExperimentStart } from '../experiments/results.ts'
import { kernelsInUse } from '../kernels/index.ts'
import { findOwnFile } from './own-file.ts'
import { activeSeconds, spanOf } from './starts.ts'

/** The folder of the package that contains this file, built or not; null in a bundle. */
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
 * The commit of ser-core: the environment variable SER_COMMIT, or the commit of the checkout it runs from, with
 * `-dirty` if files have changed; null if there is neither.
 */
export async function findCommit(): Promise<string | null> {
  const { SER_COMMIT } = process.env
  if (SER_COMMIT !== undefined && SER_COMMIT !== '') return SER_COMMIT
  try {
    const folder = packageFolder()
    if (folder === null || !existsSync(join(folder, '.git'))) return null
    const args = ['-C', folder, 'describe', '--always', '--dirty', '--abbrev=40', '--exclude=*']
    const { execFile } = await import('node:child_process')
    const { stdout } = await promisify(execFile)('git', args)
    return stdout.trim()
  } catch {
    return null // no git, or no repository
  }
}

/** The software, which must be the same for all folds of an experiment, since their bits depend on it. */
export function software(): { 'ser-core': string; kernels: string } {
  return { 'ser-core': version, kernels: kernelsInUse() }
}

/**
 * Versions whose folds have the same bits as this one's, so that this version may resume their experiments. Remove them
 * when you change the results of a system, and say so in the changelog.
 */
const VERSIONS_OF_THE_SAME_BITS: readonly string[] = ['0.1.0']

/** Replaces a version whose folds have the same bits by the current version, and the kernels `wide` by `simd`, whose bits they have. */
export function softwareByBits({ 'ser-core': by, kernels }: ReturnType<typeof software>): ReturnType<typeof software> {
  return {
    'ser-core': VERSIONS_OF_THE_SAME_BITS.includes(by) ? version : by,
    kernels: kernels === 'wide' ? 'simd' : kernels,
  }
}

/** Describes a finished experiment by all its recorded starts, or, if there are none, by the last one. */
export function describeRun(
  command: string,
  began: Date,
  commit: string | null,
  starts: readonly ExperimentStart[],
): ExperimentRun {
  const { started, finished } = spanOf(starts) ?? {
    started: began.toISOString(),
    finished: new Date(Math.max(began.getTime(), Date.now())).toISOString(), // the clock may have been set back
  }
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
