/** Lists the sound files in a folder. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../core/errors.ts'
import { isSoundName } from '../corpora/names.ts'

/** An entry of a folder that is skipped, and why. */
interface Problem {
  path: string
  reason: string
}

/**
 * The sound files below a folder, as paths relative to `base`, without hidden ones. Folders that cannot be listed and
 * links to folders become problems.
 */
export async function listSounds(base: string, folder: string, problems: Problem[]): Promise<string[]> {
  return await listFiles(base, folder, problems, isSoundName)
}

/** As {@link listSounds}, of files whose names are wanted. */
export async function listFiles(
  base: string,
  folder: string,
  problems: Problem[],
  isWanted: (name: string) => boolean,
): Promise<string[]> {
  const entries = await readdir(join(base, folder), { withFileTypes: true }).catch((error: unknown) => {
    problems.push({ path: folder, reason: `cannot be listed: ${messageOf(error)}` })
    return []
  })
  const paths: string[] = []
  for (const entry of entries.filter(({ name }) => !name.startsWith('.'))) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) paths.push(...(await listFiles(base, path, problems, isWanted)))
    else if (entry.isSymbolicLink() && (await isFolder(join(base, path)))) {
      problems.push({ path, reason: 'a link to a folder is not followed' })
    } else if (isWanted(entry.name)) paths.push(path)
  }
  return paths
}

/** Whether the path is an existing folder. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
