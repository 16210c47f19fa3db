/** The folder from which the paths of a list count. */
import { existsSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'

/**
 * The folder from which relative paths of a list count: `root` if it is given, else the one in which the first of them is, the working
 * directory (as Kaldi and nkululeko have it) before the folder of the list.
 */
export function listRoot(list: string, files: readonly string[], root?: string): string {
  if (root !== undefined) return resolve(root)
  const own = dirname(resolve(list))
  const first = files.find((file) => !isAbsolute(file))
  if (first === undefined || !existsSync(resolve(first))) return own
  return resolve('.')
}
