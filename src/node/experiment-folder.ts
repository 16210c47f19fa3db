/**
 * Files in a folder that an experiment has written, and may overwrite and remove. The folder has a marker; folders of 0.1.0, which
 * have none, and copies without hidden files are known by their plan. Within it each file is known by its beginning.
 */
import { existsSync } from 'node:fs'
import { lstat, open, readdir, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StateError } from '../core/errors.ts'

/** Name and content of the marker. */
export const MARKER = '.ser-experiment'
export const markerText: string =
  'ser-core/experiment 1\nThis folder is of an experiment of ser: its files may be overwritten, and removed by --fresh.\n'

/** Folders of an experiment, with the paths of their files. */
const folders: Readonly<Record<string, RegExp>> = {
  folds: /^folds\/[^/]+\/[^/]+\/seed-[^/]+\/[^/]+\.json$/,
  pretrained: /^pretrained\/[^/]+\/[^/]+\/seed-[^/]+\.safetensors$/,
  starts: /^starts\/[^/]+\.json$/,
}
/** Everything that an experiment writes into its folder, except reports; the plan last, as it identifies the others. */
const OWN_NAMES = ['results.json', ...Object.keys(folders), 'data.json', 'plan.json']

/** Beginnings of files, by their names. */
const beginnings: readonly [name: RegExp, beginning: RegExp][] = [
  [/^(plan|data|results)\.json$/, /^\s*\{\s*"format"\s*:\s*"ser-core\/(plan|data|(dimension-)?results)"/],
  [/^folds\//, /^\s*\{\s*"job"\s*:/],
  [/^starts\//, /^\s*\{\s*"started"\s*:/],
  [/^report\.md$/, /^# .*, \d+ (class(es)?|targets?): /],
  [/^report\.html$/, /<title>Emotions in speech: /],
  [/^\.ser-experiment$/, /^ser-core\/experiment /],
]
const BEGINNING_BYTES = 8192
/** Names under which files are written before they are whole. */
const draft = /\.\d+-[0-9a-f]{8}\.tmp$/

async function beginningOf(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BEGINNING_BYTES), 0, BEGINNING_BYTES, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/**
 * Whether a file is one of a user, by its beginning. Pipes are, which a writer would wait for; empty files and devices are not, nor are
 * zeros, as crashes leave them.
 */
async function isForeign(folder: string, name: string): Promise<boolean> {
  const path = join(folder, name)
  const there = await stat(path).catch(() => null)
  if (there?.isFIFO() || there?.isSocket()) return true
  if (there === null || !there.isFile() || there.size === 0) return false
  const [, beginning] = beginnings.find(([pattern]) => pattern.test(name.replaceAll('\\', '/'))) ?? []
  const text = await beginningOf(path)
  return beginning !== undefined && !beginning.test(text) && text.replaceAll('\0', '') !== ''
}

/**
 * Checks that a file is not there or was written by an experiment, before it is overwritten.
 *
 * @param name - its path in the folder
 * @throws StateError that names it
 */
export async function checkNotForeign(folder: string, name: string): Promise<void> {
  if (!(await isForeign(folder, name))) return
  const remedy = 'move it, or give another folder'
  throw new StateError(`"${join(folder, name)}" was not written by ser, so that it is not overwritten; ${remedy}`)
}

/** Whether the folder has the marker or a plan. */
async function isOfExperiment(folder: string): Promise<boolean> {
  for (const name of [MARKER, 'plan.json']) {
    const there = await stat(join(folder, name)).catch(() => null)
    if (there?.isFile() && there.size > 0 && !(await isForeign(folder, name))) return true
  }
  return false
}

/**
 * Checks that what an experiment would overwrite or remove in a folder is of an experiment and has not just the same
 * name.
 *
 * @throws StateError that names what stands in the way
 */
export async function checkOwnFolder(folder: string): Promise<void> {
  if (await isOfExperiment(folder)) {
    for (const name of OWN_NAMES) await checkNotForeign(folder, name)
    return
  }
  const other = OWN_NAMES.find((name) => existsSync(join(folder, name)))
  if (other === undefined) return
  const reason = `has "${other}" but no plan of an experiment, so that nothing there is overwritten or removed`
  throw new StateError(`the folder ${folder} ${reason}; give another folder`)
}

/** Removes files of an experiment from one of its folders, and what is empty then; paths are below `folder`. */
async function clearFolder(folder: string, path: string, own: RegExp): Promise<void> {
  for (const entry of await readdir(join(folder, path), { withFileTypes: true }).catch(() => [])) {
    const inner = `${path}/${entry.name}`
    if (entry.isDirectory()) await clearFolder(folder, inner, own)
    else if (draft.test(inner) || (own.test(inner) && !(await isForeign(folder, inner)))) {
      await rm(join(folder, inner), { force: true })
    }
  }
  await rmdir(join(folder, path)).catch(() => {}) // holds files of others, or is a link
}

/** Removes everything that an experiment has written into a folder, and no other file. */
export async function clearOwnFolder(folder: string): Promise<void> {
  for (const name of OWN_NAMES) {
    const there = await lstat(join(folder, name)).catch(() => null)
    if (there === null) continue
    if (Object.hasOwn(folders, name)) await clearFolder(folder, name, folders[name])
    else if (!there.isDirectory()) await rm(join(folder, name), { force: true })
  }
  for (const name of await readdir(folder).catch(() => [])) {
    if (draft.test(name) && OWN_NAMES.some((own) => name.startsWith(`${own}.`)))
      await rm(join(folder, name), { force: true })
  }
}
