/** Kaldi's archives on disk, whole or by their script files. */
import { resolve } from 'node:path'
import { checkOptions, checkString } from '../core/check.ts'
import { FormatError, messageOf } from '../core/errors.ts'
import { decodeUtf8 } from '../core/utf8.ts'
import { decodeKaldiArk, readKaldiPlace } from '../io/kaldi-ark.ts'
import { parseKaldiScp } from '../io/kaldi-scp.ts'
import type { NpyArray } from '../io/npy.ts'
import { checkPath, readWhole } from './files.ts'
import { listRoot } from './list-root.ts'

/** Options of {@link readKaldiArchive}. */
export interface ReadKaldiOptions {
  /**
   * Folder from which relative paths of a script file count. Default: the working directory, as for Kaldi, or where the first file is
   * not there, the folder of the script file.
   */
  root?: string
}

async function readScript(path: string, { root }: ReadKaldiOptions): Promise<Map<string, NpyArray>> {
  const text = decodeUtf8(await readWhole(path))
  if (text === null) throw new FormatError('not in UTF-8')
  const places = parseKaldiScp(text)
  const files = places.map(({ file }) => file)
  const base = listRoot(path, files, root)
  const arrays = new Map<string, NpyArray>()
  let last: { file: string; bytes: Uint8Array } | undefined
  for (const place of places) {
    try {
      if (last?.file !== place.file) last = { file: place.file, bytes: await readWhole(resolve(base, place.file)) }
      arrays.set(place.key, readKaldiPlace(last.bytes, place))
    } catch (cause) {
      throw new FormatError(`"${place.key}" in "${place.file}": ${messageOf(cause)}`, { cause })
    }
  }
  return arrays
}

/**
 * Reads the matrices and vectors of a Kaldi archive (`.ark`), or those that a script file (`.scp`) names, as by `decodeKaldiArk`.
 * Programs in a script file are refused, never run.
 *
 * @returns the arrays by their keys, in the order of the file
 * @throws TypeError or RangeError for wrong arguments; FormatError that names the file and the key or the line
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 *
 * await writeFile('feats.ark', encodeKaldiArk({ a: [[1, 2], [3, 4]] }))
 * await writeFile('feats.scp', 'a feats.ark:2[0]\n') // its first row
 * const features = await readKaldiArchive('feats.scp')
 * features.get('a')?.shape // [1, 2]
 * ```
 */
export async function readKaldiArchive(path: string, options: ReadKaldiOptions = {}): Promise<Map<string, NpyArray>> {
  const where = 'readKaldiArchive'
  checkPath(where, 'path', path)
  checkOptions(where, options, ['root'])
  if (options.root !== undefined) checkString(where, 'root', options.root)
  try {
    if (/\.scp$/i.test(path)) return await readScript(path, options)
    return decodeKaldiArk(await readWhole(path))
  } catch (cause) {
    throw new FormatError(`${where}: "${path}": ${messageOf(cause)}`, { cause })
  }
}
