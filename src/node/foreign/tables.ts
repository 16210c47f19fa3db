/** Lists of nkululeko, databases of audformat and manifests of lhotse on disk. */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { FormatError } from '../../core/errors.ts'
import { audformatCsv, audformatEntries, type TableRow } from '../../corpora/foreign/audformat.ts'
import { utterancesOf } from '../../corpora/foreign/entries.ts'
import { type LhotseManifest, lhotseCuts, lhotseSupervisions } from '../../corpora/foreign/lhotse.ts'
import { parseNkululeko } from '../../corpora/foreign/nkululeko.ts'
import { manifestText } from '../../corpora/index.ts'
import { readWhole } from '../files.ts'
import { listRoot } from '../list-root.ts'
import { isFolder } from '../sound-folder.ts'
import { type FoundCorpus, inFile, readText } from './files.ts'
import { type ForeignOptions, listOf } from './options.ts'
import { parquetRows, parseYaml } from './packages.ts'

/** Largest manifest unpacked, bytes: far beyond any, and below what a string can hold. */
const LARGEST = 2 ** 28

/** Reads a list of nkululeko. */
export async function loadNkululeko(
  file: string,
  { labelFrom, speakerFrom, root, targets }: ForeignOptions,
): Promise<FoundCorpus> {
  if (await isFolder(file)) throw new FormatError('it is a folder: name its CSV file')
  const choice = { label: labelFrom as string | undefined, speaker: speakerFrom, targets }
  const list = parseNkululeko(await readText(file), choice)
  const base = listRoot(
    file,
    list.entries.map((entry) => entry.file),
    root,
  )
  return { ...utterancesOf(list), base }
}

/** A value of a Parquet file as text: spans of time in nanoseconds become seconds. */
function cellOf(value: unknown, column: string): string | null {
  if (value === null || value === undefined) return null
  const time = column === 'start' || column === 'end'
  // The smallest integer stands for none.
  if (time && typeof value === 'bigint') return value < 0n ? null : String(Number(value) / 1e9)
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return String(value)
}

async function readAudformatTable(
  folder: string,
  table: string,
  misc = false,
): Promise<{ name: string; rows: readonly TableRow[] }> {
  if (!/^[^/\\]+$/.test(table)) throw new FormatError(`db.yaml: a table of the name "${table}"`)
  const [parquet, csv, pickle] = ['parquet', 'csv', 'pkl'].map((ending) => `db.${table}.${ending}`)
  // CSV beside Parquet may be older.
  if (existsSync(join(folder, parquet))) {
    const rows = await inFile(parquet, async () => await parquetRows(await readWhole(join(folder, parquet))))
    return {
      name: parquet,
      rows: rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, cellOf(value, key)]))),
    }
  }
  if (existsSync(join(folder, csv))) {
    return { name: csv, rows: await inFile(csv, async () => audformatCsv(await readText(join(folder, csv)), misc)) }
  }
  const only = existsSync(join(folder, pickle)) ? `, but ${pickle}, which can run programs and is never read` : ''
  throw new FormatError(
    `neither ${parquet} nor ${csv} in the folder${only}: save it by db.save(folder, storage_format="csv")`,
  )
}

/** Reads a database of audformat. */
export async function loadAudformat(path: string, options: ForeignOptions): Promise<FoundCorpus> {
  const folder = (await isFolder(path)) ? path : dirname(path)
  const header = join(folder, 'db.yaml')
  if (!existsSync(header)) throw new FormatError('no db.yaml in the folder')
  const yaml = await inFile('db.yaml', async () => await parseYaml(await readText(header)))
  const tables = new Map<string, ReturnType<typeof readAudformatTable>>()
  const read = (table: string, misc?: boolean): ReturnType<typeof readAudformatTable> => {
    const found = tables.get(table) ?? readAudformatTable(folder, table, misc)
    tables.set(table, found)
    return found
  }
  const { table, labelFrom, speakerFrom, root, targets } = options
  const choice = { tables: listOf(table), label: labelFrom as string | undefined, speaker: speakerFrom, targets }
  return { ...utterancesOf(await audformatEntries(yaml, choice, read)), base: resolve(root ?? folder) }
}

async function readManifest(path: string): Promise<LhotseManifest> {
  const name = basename(path)
  const bytes = await readWhole(path)
  const plain =
    bytes[0] === 0x1f && bytes[1] === 0x8b
      ? await inFile(name, () => promisify(gunzip)(bytes, { maxOutputLength: LARGEST }))
      : bytes
  return { name, text: manifestText(plain) }
}

const endings = /\.jsonl(\.gz)?$/

/** The manifests that a path names: cuts, or supervisions with their recordings. */
async function manifestsOf(
  path: string,
): Promise<{ folder: string; cuts: string[]; supervisions: string[]; recordings: string[] }> {
  const whole = await isFolder(path)
  const folder = whole ? path : dirname(path)
  const all = (await readdir(folder)).filter((name) => endings.test(name)).sort()
  const kind = (word: string, names: readonly string[]): string[] => names.filter((name) => name.includes(word))
  const named = whole ? all : [basename(path)]
  const supervisions = kind('supervisions', named)
  const cuts =
    whole && supervisions.length > 0
      ? []
      : whole
        ? kind('cuts', named)
        : named.filter((name) => !supervisions.includes(name))
  if (cuts.length + supervisions.length === 0) {
    throw new FormatError('no manifests in the folder: expected *supervisions*.jsonl(.gz) with *recordings*, or *cuts*')
  }
  const beside = supervisions.map((name) => name.replace('supervisions', 'recordings').replace(endings, ''))
  const recordings = kind('recordings', all).filter((name) => whole || beside.includes(name.replace(endings, '')))
  if (supervisions.length > 0 && recordings.length === 0)
    throw new FormatError(`no manifest of recordings beside ${supervisions[0]}`)
  return { folder, cuts, supervisions, recordings }
}

/** Reads manifests of lhotse. */
export async function loadLhotse(path: string, { labelFrom, root }: ForeignOptions): Promise<FoundCorpus> {
  const { folder, ...names } = await manifestsOf(path)
  const readAll = (list: readonly string[]): Promise<LhotseManifest[]> =>
    Promise.all(list.map((name) => readManifest(join(folder, name))))
  const [cuts, supervisions, recordings] = [
    await readAll(names.cuts),
    await readAll(names.supervisions),
    await readAll(names.recordings),
  ]
  const label = labelFrom as string | undefined
  const list = cuts.length > 0 ? lhotseCuts(cuts, label) : lhotseSupervisions(recordings, supervisions, label)
  const base = listRoot(
    join(folder, 'manifest'),
    list.entries.map(({ file }) => file),
    root,
  )
  return { ...utterancesOf(list), base }
}
