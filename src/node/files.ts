import { randomBytes } from 'node:crypto'
import { access, constants, mkdir, mkdtemp, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { basename, dirname, extname, join } from 'node:path'
import { checkString } from '../core/check.ts'
import { expectation, messageOf, StateError } from '../core/errors.ts'

/** The value if it is a path; an empty one would be the current folder. */
export function checkPath(where: string, name: string, value: unknown): string {
  const path = checkString(where, name, value)
  if (path === '') throw new RangeError(expectation(where, name, 'a path', path))
  return path
}

function draftName(): string {
  // Processes on several machines may write the same file at once, and share their ids.
  return `${process.pid}-${randomBytes(4).toString('hex')}.tmp`
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** The folder if it is there, else the nearest above it that is. */
async function nearestFolder(folder: string): Promise<string> {
  try {
    if ((await stat(folder)).isDirectory()) return folder
  } catch (error) {
    if (!isMissing(error) || dirname(folder) === folder) throw error
    return await nearestFolder(dirname(folder))
  }
  throw new Error(`ENOTDIR: "${folder}" is no folder`)
}

/** Writes a file and removes it: permissions alone do not tell of a full disk. */
async function tryToWriteIn(folder: string): Promise<void> {
  const draft = join(folder, `.ser-${draftName()}`)
  try {
    await writeFile(draft, 'can it be written?')
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * Sees, before long work, that a file can be written. Nothing is left behind: folders that are missing are made when it is.
 *
 * @throws StateError that says why not
 */
export async function checkWritable(path: string): Promise<void> {
  const there = await stat(path).catch(() => null)
  if (there?.isDirectory()) throw new StateError(`cannot write "${path}": it is a folder`)
  try {
    if (there !== null && !there.isFile()) await access(path, constants.W_OK)
    else await tryToWriteIn(await nearestFolder(dirname(there === null ? path : await realpath(path))))
  } catch (cause) {
    throw new StateError(`cannot write "${path}": ${messageOf(cause)}`, { cause })
  }
}

/**
 * Sees, before long work, that files can be written into a folder, which need not be there yet.
 *
 * @throws StateError that says why not
 */
export async function checkWritableFolder(folder: string): Promise<void> {
  try {
    await tryToWriteIn(await nearestFolder(folder))
  } catch (cause) {
    throw new StateError(`cannot write into "${folder}": ${messageOf(cause)}`, { cause })
  }
}

/**
 * Writes a file whole or not at all: a reader never meets half of it. Makes the folder where there is none. What is no file,
 * such as `/dev/stdout` or a pipe, is written to as it is; behind a link, the file that it leads to is replaced.
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const there = await stat(path).catch(() => null)
  if (there !== null && !there.isFile()) return await writeFile(path, content)
  await mkdir(dirname(path), { recursive: true })
  const target = there === null ? path : await realpath(path)
  const draft = `${target}.${draftName()}`
  try {
    await writeFile(draft, content, there === null ? {} : { mode: there.mode })
    await rename(draft, target)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** Writes into a new folder of the temporary folder, or of the user's own; gives the path, or why there is none. */
async function keepElsewhere(
  name: string,
  content: string | Uint8Array,
): Promise<{ path: string } | { reason: string }> {
  const reasons: string[] = []
  for (const place of [tmpdir(), homedir()]) {
    let folder: string | undefined
    try {
      folder = await mkdtemp(join(place, 'ser-'))
      const path = join(folder, name)
      await writeWhole(path, content)
      return { path }
    } catch (error) {
      reasons.push(messageOf(error))
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    }
  }
  return { reason: reasons.join('; ') }
}

/**
 * Writes what long work has given. Where its place fails, as a full disk does, it is kept in another.
 *
 * @param what - it is, for the error, such as `the trained model`
 * @param name - of the file elsewhere, where that of `path` ends differently
 * @throws StateError that names the place where it is kept, or says that it is lost
 */
export async function writeOrKeep(
  path: string,
  content: string | Uint8Array,
  { what, name }: { what: string; name: string },
): Promise<void> {
  try {
    await writeWhole(path, content)
  } catch (cause) {
    const kept = await keepElsewhere(extname(path) === extname(name) ? basename(path) : name, content)
    const fate =
      'path' in kept ? `${what} is kept in "${kept.path}"` : `${what} is lost: nothing else takes it (${kept.reason})`
    throw new StateError(`cannot write "${path}": ${messageOf(cause)}\n${fate}`, { cause })
  }
}
