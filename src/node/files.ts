import {
  access,
  constants,
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { basename, dirname, extname, join } from 'node:path'
import { checkString } from '../core/check.ts'
import { expectation, FormatError, messageOf, StateError } from '../core/errors.ts'

/** Checks a path; an empty one would mean the current folder. */
export function checkPath(where: string, name: string, value: unknown): string {
  const path = checkString(where, name, value)
  if (path === '') throw new RangeError(expectation(where, name, 'a path', path))
  return path
}

/** Throws unless the path is a file: a pipe would be waited for without end, and a device be read so. */
export async function checkFile(path: string): Promise<void> {
  if ((await stat(path)).isFile()) return
  throw new FormatError('no file but a pipe, device or folder')
}

/** Throws for a device, which may have no end. */
export async function checkEnding(path: string | URL): Promise<void> {
  const found = await stat(path)
  if (found.isCharacterDevice() || found.isBlockDevice()) throw new FormatError('no file but a device')
}

/** The bytes of a file, which is no pipe or device. */
export async function readWhole(path: string): Promise<Buffer> {
  await checkFile(path)
  return await readFile(path)
}

/** The bytes of a file or of a pipe that a user named, such as `<(gpg -d secret)`; a device is refused. */
export async function readNamed(path: string | URL): Promise<Buffer> {
  await checkEnding(path)
  return await readFile(path)
}

/** The JSON in a file. */
export async function readJson(path: string): Promise<unknown> {
  return JSON.parse((await readWhole(path)).toString('utf8'))
}

function draftName(): string {
  // Random, since processes on several machines may write the same file at once with equal process ids.
  return `${process.pid}-${crypto.randomUUID().slice(0, 8)}.tmp`
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** The folder if it exists, else the nearest existing one above it. */
async function nearestFolder(folder: string): Promise<string> {
  try {
    if ((await stat(folder)).isDirectory()) return folder
  } catch (error) {
    if (!isMissing(error) || dirname(folder) === folder) throw error
    return await nearestFolder(dirname(folder))
  }
  throw new Error(`ENOTDIR: "${folder}" is no folder`)
}

/** Writes a file and removes it, since permissions do not reveal a full disk. */
async function tryToWriteIn(folder: string): Promise<void> {
  const draft = join(folder, `.ser-${draftName()}`)
  try {
    await writeFile(draft, 'can it be written?')
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * Checks, before long work, that a file can be written. Leaves nothing behind: missing folders are made with the file.
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
 * Checks, before long work, that files can be written into a folder, which need not exist yet.
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

/** Errors of systems that cannot flush a folder. */
const unflushable = ['EINVAL', 'EPERM', 'EACCES', 'EISDIR', 'EBADF', 'ENOTSUP', 'ENOSYS']

/** Flushes the names in a folder to the disk, where the system can. */
async function flushFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined
  try {
    handle = await open(folder, 'r')
    await handle.sync()
  } catch (error) {
    if (!unflushable.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await handle?.close()
  }
}

/** Makes a folder and those above it; returns those whose names have changed. */
async function makeFolder(folder: string): Promise<string[]> {
  const first = await mkdir(folder, { recursive: true })
  const changed = [folder]
  if (first === undefined) return changed
  for (let above = folder; above !== dirname(first) && dirname(above) !== above; above = dirname(above)) {
    changed.push(dirname(above))
  }
  return changed
}

/** Options of {@link WholeFile}. */
export interface WholeFileOptions {
  /**
   * Whether the file is on the disk, after a power failure too, before {@link WholeFile.finish} returns; takes some 10 ms.
   * Default true; false for what has a checksum and can be made anew.
   */
  flush?: boolean
}

/**
 * A file that grows by parts and appears as a whole, so that readers never see a part of it, whenever the process or the machine
 * ends: it is written under another name, flushed, renamed, and its folder flushed. Devices and pipes, such as
 * `/dev/stdout`, are written to directly; for a link, the file that it points to is replaced.
 */
export class WholeFile {
  private readonly draft: FileHandle
  private readonly draftPath: string
  private readonly target: string | null
  /** Folders to flush. */
  private readonly folders: readonly string[]

  private constructor(draft: FileHandle, draftPath: string, target: string | null, folders: readonly string[]) {
    this.draft = draft
    this.draftPath = draftPath
    this.target = target
    this.folders = folders
  }

  /** Begins the file; makes missing folders. */
  static async open(path: string, { flush = true }: WholeFileOptions = {}): Promise<WholeFile> {
    const there = await stat(path).catch(() => null)
    if (there !== null && !there.isFile()) return new WholeFile(await open(path, 'w'), path, null, [])
    const target = there === null ? path : await realpath(path)
    const folders = await makeFolder(dirname(target))
    const draft = `${target}.${draftName()}`
    return new WholeFile(await open(draft, 'w', there?.mode), draft, target, flush ? folders : [])
  }

  async append(content: string | Uint8Array): Promise<void> {
    await this.draft.writeFile(content)
  }

  /** Puts the file in its place. */
  async finish(): Promise<void> {
    if (this.folders.length > 0) await this.draft.sync()
    await this.draft.close()
    if (this.target !== null) await rename(this.draftPath, this.target)
    for (const folder of this.folders) await flushFolder(folder)
  }

  /** Removes what was written, but from a device or pipe. */
  async discard(): Promise<void> {
    await this.draft.close().catch(() => undefined)
    if (this.target !== null) await rm(this.draftPath, { force: true })
  }
}

/** Writes a {@link WholeFile} at once. */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  options: WholeFileOptions = {},
): Promise<void> {
  const file = await WholeFile.open(path, options)
  try {
    await file.append(content)
    await file.finish()
  } catch (error) {
    await file.discard()
    throw error
  }
}

/** Writes into a new folder in the temporary folder or the user's home; returns the path, or why it failed. */
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
 * Writes the result of long work. If that fails, for example on a full disk, writes it to another place.
 *
 * @param what - description for the error, such as `the trained model`
 * @param name - name of the file in the other place if its extension differs from that of `path`
 * @throws StateError that names the other place, or says that the result is lost
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
