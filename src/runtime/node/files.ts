import { randomBytes } from 'node:crypto'
import { access, constants, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf, StateError } from '../../core/errors.ts'

/**
 * Sees, before long work, that a file can be written.
 *
 * @throws StateError that says why not
 */
export async function checkWritable(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await access(dirname(path), constants.W_OK)
  } catch (cause) {
    throw new StateError(`cannot write "${path}": ${messageOf(cause)}`, { cause })
  }
  const there = await stat(path).catch(() => null)
  if (there?.isDirectory()) throw new StateError(`cannot write "${path}": it is a folder`)
}

/** Writes a file whole or not at all: a reader never meets half of it. Makes the folder where there is none. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  // Processes on several machines may write the same file at once, and share their ids.
  const draft = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
  try {
    await writeFile(draft, content)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
