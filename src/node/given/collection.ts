/** Collections of features on disk: a folder with a file for each recording, or one file of all. */
import { createHash } from 'node:crypto'
import { basename, extname, join } from 'node:path'
import { describe, FormatError, messageOf } from '../../core/errors.ts'
import { isErrorNamed } from '../../core/realm.ts'
import { type FeatureTable, parseFeatureTable } from '../../corpora/feature-table.ts'
import { type Segment, segmentPath } from '../../corpora/segment.ts'
import { decodeNpy, type NpyArray } from '../../io/npy.ts'
import { decodeNpz } from '../../io/npz.ts'
import { readNamed, readWhole } from '../files.ts'
import { readKaldiArchive } from '../kaldi-archive.ts'
import { isFolder, listFiles } from '../sound-folder.ts'
import { featureEnding, isFeatureName } from './names.ts'
import { type GivenRows, rowsOfArray, rowsOfTable } from './rows.ts'

/** Features by the names of recordings. */
export interface FeatureCollection {
  path: string
  /** The file or folder, for messages. */
  place: string
  keys: string[]
  /** Columns of a table that are no features. */
  left: string[]
  /** Whether rows have times, by which parts of one file are told apart. */
  timed: boolean
  /** The features of a key, of a part of its file by its times; null where it has none of these. */
  read(key: string, segment?: Segment): Promise<GivenRows | null>
  /** Names of the parts of a recording that its rows are of by their times; none where they have no times. */
  spans(key: string): string[]
  /** SHA-256 of the file, or of the list that `sha256sum` prints of those that were read, in the order of their names. */
  digest(): string
}

const hashOf = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex')

/** The features in a file of one recording. */
function rowsOfFile(name: string, bytes: Uint8Array): GivenRows {
  if (/\.(csv|tsv)$/i.test(name)) return rowsOfTable(parseFeatureTable(bytes))
  if (/\.npy$/i.test(name)) return rowsOfArray(decodeNpy(bytes))
  const arrays = Object.entries(decodeNpz(bytes))
  if (arrays.length === 1) return rowsOfArray(arrays[0][1])
  const names = arrays.map(([member]) => describe(member)).join(', ')
  throw new FormatError(`expected one array, got ${arrays.length}${arrays.length > 0 ? `: ${names}` : ''}`)
}

/** Adds the file to errors. */
function inPlace<T>(place: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new FormatError(`${place}: ${messageOf(cause)}`, { cause })
  }
}

async function folderCollection(path: string): Promise<FeatureCollection> {
  const problems: { path: string; reason: string }[] = []
  const files = (await listFiles(path, '', problems, isFeatureName)).sort()
  const [problem] = problems
  if (problem !== undefined) throw new FormatError(`features "${join(path, problem.path)}": ${problem.reason}`)
  if (files.length === 0) throw new FormatError(`features "${path}": no .npy, .npz or .csv file in the folder`)
  const byKey = new Map<string, string>()
  for (const file of files) {
    const key = file.replace(featureEnding, '')
    const other = byKey.get(key)
    if (other !== undefined) throw new FormatError(`features "${path}": both "${other}" and "${file}" are of "${key}"`)
    byKey.set(key, file)
  }
  const read = new Map<string, string>()
  return {
    ...{ path, place: `features "${path}"`, keys: [...byKey.keys()], left: [], timed: false },
    async read(key) {
      const file = byKey.get(key) as string
      const place = join(path, file)
      const bytes = await readWhole(place)
      read.set(file, hashOf(bytes))
      const rows = inPlace(`features "${place}"`, () => rowsOfFile(file, bytes))
      return { ...rows, place: `"${place}"` }
    },
    spans: () => [],
    digest: () =>
      hashOf(
        [...read.keys()]
          .sort()
          .map((file) => `${read.get(file)}  ${file}\n`)
          .join(''),
      ),
  }
}

/** The rows of each recording of a table. */
function rowsByFile({ rows }: FeatureTable): Map<string, number[]> {
  const byFile = new Map<string, number[]>()
  for (const [i, { file }] of rows.entries()) {
    const own = byFile.get(file)
    if (own === undefined) byFile.set(file, [i])
    else own.push(i)
  }
  return byFile
}

/** Times that tables round, s. */
const SLACK = 0.0015

/** Rows of a part of a file: those with its times, else those within it. */
function rowsWithin(table: FeatureTable, rows: readonly number[], { start, end }: Segment): number[] {
  const near = (a: number | undefined, b: number | undefined): boolean =>
    a === undefined || b === undefined || Math.abs(a - b) <= SLACK
  const timed = rows.filter((i) => table.rows[i].start !== undefined)
  const same = timed.filter((i) => near(table.rows[i].start, start) && near(table.rows[i].end, end))
  if (same.length > 0) return same
  return timed.filter((i) => {
    const row = table.rows[i]
    return (
      (row.start as number) >= start - SLACK &&
      (row.end ?? (row.start as number)) <= (end ?? Number.POSITIVE_INFINITY) + SLACK
    )
  })
}

function tableCollection(path: string, bytes: Uint8Array): FeatureCollection {
  const place = `features "${path}"`
  const table = inPlace(place, () => parseFeatureTable(bytes))
  if (!table.named) {
    throw new FormatError(
      `${place}: no column "file" that names the recording of each row; a table without is that of one recording in a folder`,
    )
  }
  const byFile = rowsByFile(table)
  if (byFile.size === 1 && byFile.has('unknown')) {
    throw new FormatError(`${place}: each row is of "unknown": SMILExtract names recordings by its option -instname`)
  }
  const digest = hashOf(bytes)
  return {
    ...{ path, place, keys: [...byFile.keys()], left: table.left, digest: () => digest },
    timed: table.rows.some(({ start }) => start !== undefined),
    spans: (key) => {
      const rows = (byFile.get(key) as number[]).map((i) => table.rows[i]).filter(({ start }) => start !== undefined)
      return rows
        .sort((a, b) => (a.start as number) - (b.start as number))
        .map(({ file, start, end }) => segmentPath({ file, start: start as number, end }))
    },
    async read(key, segment) {
      const all = byFile.get(key) as number[]
      const rows = segment === undefined ? all : rowsWithin(table, all, segment)
      return rows.length === 0 ? null : { ...rowsOfTable(table, rows), place: `"${path}"` }
    },
  }
}

/** Arrays of one file by their names. */
export function arrayCollection(
  path: string,
  arrays: ReadonlyMap<string, NpyArray>,
  digest: string,
): FeatureCollection {
  return {
    ...{
      path,
      place: `features "${path}"`,
      keys: [...arrays.keys()],
      left: [],
      timed: false,
      spans: () => [],
      digest: () => digest,
    },
    async read(key) {
      const place = `"${path}", "${key}"`
      return { ...inPlace(`features ${place}`, () => rowsOfArray(arrays.get(key) as NpyArray)), place }
    },
  }
}

/**
 * Opens features: a folder of `.npy`, `.npz` and `.csv` files, one for each recording; or one file of all, a table in CSV with a column `file`, an archive
 * `.npz` or Kaldi's `.ark` or `.scp`.
 *
 * @throws FormatError that names the place
 */
export async function openCollection(path: string): Promise<FeatureCollection> {
  if (await isFolder(path)) return await folderCollection(path)
  const ending = extname(path).toLowerCase()
  const place = `features "${path}"`
  try {
    if (ending === '.ark' || ending === '.scp') {
      return arrayCollection(path, await readKaldiArchive(path), hashOf(await readWhole(path)))
    }
    const bytes = await readNamed(path)
    if (ending === '.npz') {
      return arrayCollection(path, new Map(Object.entries(inPlace(place, () => decodeNpz(bytes)))), hashOf(bytes))
    }
    if (ending !== '.npy') return tableCollection(path, bytes)
  } catch (cause) {
    if (isErrorNamed(cause, 'FormatError') && messageOf(cause).startsWith(place)) throw cause
    throw new FormatError(`${place}: ${messageOf(cause)}`, { cause })
  }
  throw new FormatError(
    `${place}: one .npy file has no names of recordings; give a folder with one of each, ${basename(path)} among them, or a .npz file of all`,
  )
}
