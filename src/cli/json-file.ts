import { FormatError, messageOf } from '../core/errors.ts'
import { readNamed } from '../node/files.ts'
import type { Options } from './system-options.ts'

/** Reads the JSON file of a flag. */
export async function readJsonFile(flag: string, path: string): Promise<unknown> {
  try {
    return JSON.parse((await readNamed(path)).toString('utf8'))
  } catch (cause) {
    throw new FormatError(`${flag} ${path}: ${messageOf(cause)}`, { cause })
  }
}

/** Reads an object from a JSON file. */
export async function readJson(flag: string, path: string): Promise<Options> {
  const value = await readJsonFile(flag, path)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Options
  throw new FormatError(`${flag} ${path}: expected a JSON object`)
}
