/**
 * audformat databases: a header `db.yaml` with schemes and tables, and the tables in files of their own. The types are those of the
 * schemes; values are taken as text, as they are written.
 */
import { describe, FormatError } from '../../core/errors.ts'
import { personOf } from '../people.ts'
import { checkTargetColumns, targetsIn } from '../target-columns.ts'
import { audformatPeople } from './audformat-people.ts'
import { csvRows, timeOf } from './csv.ts'
import { checkTimes, type ForeignEntry, type ForeignList } from './entries.ts'
import { chosenColumn, labelOf } from './nkululeko.ts'

type Yaml = unknown

/** The parts of a header that are read; every scalar is text. */
interface Header {
  schemes: Record<string, { dtype?: Yaml; labels?: Yaml }>
  tables: Record<string, { type?: Yaml; columns: Record<string, { scheme_id?: Yaml } | null> }>
}

/** A row of a table: its values as text, null where there is none. */
export type TableRow = Readonly<Record<string, string | null>>

/**
 * The rows of a table of the database, with `file`, and of a segmented one `start` and `end` in seconds, as text; `misc` for a table
 * without files.
 */
export type ReadTable = (table: string, misc?: boolean) => Promise<{ name: string; rows: readonly TableRow[] }>

/** Parts of a database to read. */
export interface AudformatChoice {
  /** Tables of the labels. Default: the only one that has their column, or that of the column's name. */
  tables?: readonly string[]
  /** Column of the labels. Default: `emotion`, else the only one of the scheme `emotion`. */
  label?: string
  /** Columns of numbers. Default: none; with some the tables are those of the first of them, and need no labels. */
  targets?: readonly string[]
  /** Column of the speakers, in any table. Default: `speaker`, where there is one. */
  speaker?: string
}

function mapOf(value: Yaml, name: string): Record<string, Yaml> {
  if (value === undefined || value === null || value === '') return {}
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, Yaml>
  throw new FormatError(`db.yaml: "${name}" expected a map, got ${describe(value)}`)
}

/** The header, checked. */
function headerOf(yaml: Yaml): Header {
  const { schemes, tables } = mapOf(yaml, 'the file')
  const named = Object.entries(mapOf(tables, 'tables')).map(([name, table]): [string, Header['tables'][string]] => {
    const { type, columns } = mapOf(table, `tables.${name}`)
    const own = Object.entries(mapOf(columns, `tables.${name}.columns`)).map(([column, facts]) => [
      column,
      mapOf(facts, `tables.${name}.columns.${column}`),
    ])
    return [name, { type, columns: Object.fromEntries(own) }]
  })
  const kinds = Object.entries(mapOf(schemes, 'schemes')).map(([name, scheme]) => [
    name,
    mapOf(scheme, `schemes.${name}`),
  ])
  if (named.length === 0) throw new FormatError('db.yaml: it has no tables')
  return { schemes: Object.fromEntries(kinds), tables: Object.fromEntries(named) }
}

function has(record: object, name: string): boolean {
  return Object.hasOwn(record, name)
}

/** The column of the labels; null where there are targets and none of a usual name. */
function labelColumn({ tables }: Header, { label: asked, targets = [] }: AudformatChoice): string | null {
  const all = Object.values(tables).flatMap(({ columns }) => Object.entries(columns))
  const names = [...new Set(all.map(([name]) => name))]
  const ofScheme = [...new Set(all.filter(([, facts]) => facts?.scheme_id === 'emotion').map(([name]) => name))]
  const usual = ofScheme.length === 1 ? ['emotion', ofScheme[0]] : ['emotion']
  checkTargetColumns(names, targets)
  if (targets.length > 0 && asked === undefined && !usual.some((name) => names.includes(name))) return null
  return chosenColumn(names, asked, usual)
}

/** The tables of the labels. */
function labelTables({ tables }: Header, column: string, asked: readonly string[] | undefined): string[] {
  for (const name of asked ?? []) {
    const known = Object.keys(tables).map(describe).join(', ')
    if (!has(tables, name)) throw new FormatError(`db.yaml: no table ${describe(name)}; there are ${known}`)
    if (!has(tables[name].columns, column)) {
      throw new FormatError(`db.yaml: the table ${describe(name)} has no column ${describe(column)}`)
    }
  }
  if (asked !== undefined) return [...asked]
  const found = Object.keys(tables).filter((name) => has(tables[name].columns, column))
  if (found.length === 1) return found
  if (found.includes(column)) return [column]
  throw new FormatError(
    `db.yaml: the table expected in "table": ${found.map(describe).join(', ')} have the column ${describe(column)}`,
  )
}

/** Labels that a scheme knows; undefined for any, or those of a table. */
function knownLabels(header: Header, table: string, column: string): Set<string> | undefined {
  const id = header.tables[table].columns[column]?.scheme_id
  const scheme = typeof id === 'string' && has(header.schemes, id) ? header.schemes[id] : {}
  const { dtype, labels } = scheme
  if (dtype === 'float' || dtype === 'time' || dtype === 'date') {
    throw new FormatError(
      `db.yaml: the column ${describe(column)} has values of the type ${dtype}, which are no classes`,
    )
  }
  if (Array.isArray(labels)) return new Set(labels.map(String))
  return typeof labels === 'object' && labels !== null ? new Set(Object.keys(labels)) : undefined
}

/** Places of rows: of a stretch of a file, whose times two tables write differently, and of a file. `place` is for errors. */
function keysOf({ file, start, end }: TableRow, place: string): string[] {
  const [from, to] = [timeOf(start ?? '', 'start', place), timeOf(end ?? '', 'end', place)]
  const rounded = [from ?? 0, to ?? null].map((time) => (time === null ? null : Math.round(time * 1e6)))
  return [JSON.stringify([file, ...rounded]), JSON.stringify([file])]
}

/** The values of a column by the places of the rows, from every table that has it. */
async function valuesOf(header: Header, column: string, read: ReadTable): Promise<(row: TableRow) => string | null> {
  const values = new Map<string, string>()
  for (const [table, { type, columns }] of Object.entries(header.tables)) {
    if (!has(columns, column)) continue
    const { name, rows } = await read(table)
    for (const [i, row] of rows.entries()) {
      const value = row[column]
      if (value === null || value === undefined) continue
      values.set(keysOf(row, `${name}: row ${i + 2}`)[type === 'segmented' ? 0 : 1], value)
    }
  }
  return (row) =>
    row[column] ??
    keysOf(row, column)
      .map((key) => values.get(key))
      .find((value) => value !== undefined) ??
    null
}

/**
 * Reads the labelled files or stretches of a database.
 *
 * @param yaml - the header, every scalar as text
 * @throws FormatError that names the header's part, or table and row
 */
export async function audformatEntries(yaml: Yaml, choice: AudformatChoice, read: ReadTable): Promise<ForeignList> {
  const header = headerOf(yaml)
  const { targets = [] } = choice
  const column = labelColumn(header, choice)
  const main = targets.length > 0 ? targets[0] : (column as string)
  const tables = labelTables(header, main, choice.tables)
  const names = new Set(Object.values(header.tables).flatMap(({ columns }) => Object.keys(columns)))
  if (choice.speaker !== undefined) chosenColumn([...names], choice.speaker, [])
  const speaker = await valuesOf(header, choice.speaker ?? 'speaker', read)
  const [gender, age, language] = [
    await valuesOf(header, 'gender', read),
    await valuesOf(header, 'age', read),
    await valuesOf(header, 'language', read),
  ]
  const people = await audformatPeople(yaml, choice.speaker ?? 'speaker', async (name) => await read(name, true))
  const others = await Promise.all(targets.map((name) => valuesOf(header, name, read)))
  const labels = column === null || targets.length === 0 ? null : await valuesOf(header, column, read)
  const entries: ForeignEntry[] = []
  for (const table of tables) {
    const known = targets.length > 0 ? undefined : knownLabels(header, table, main)
    const { name, rows } = await read(table)
    for (const [i, row] of rows.entries()) {
      const place = `row ${i + 2} of ${name}`
      const label = labelOf(labels === null ? (row[column ?? ''] ?? null) : labels(row), targets)
      if (row.file === null || row.file === undefined || row.file === '')
        throw new FormatError(`${place}: "file" is empty`)
      if (label !== null && known !== undefined && !known.has(label)) {
        throw new FormatError(`${place}: ${describe(label)} is no label of the scheme (${[...known].join(', ')})`)
      }
      const [start = 0, end] = [row.start, row.end].map((text, k) =>
        timeOf(text ?? '', k === 0 ? 'start' : 'end', `${name}: row ${i + 2}`),
      )
      checkTimes(place, start, end)
      const voice = speaker(row) ?? ''
      const told = people(voice)
      entries.push({
        ...{ file: row.file, start, label, speaker: voice, place },
        ...(end === undefined ? {} : { end }),
        ...personOf({
          gender: gender(row) ?? told.gender,
          age: age(row) ?? told.age,
          language: language(row) ?? told.language,
        }),
        ...(targets.length === 0 ? {} : targetsIn(targets, (target) => others[targets.indexOf(target)](row))),
      })
    }
  }
  return { entries, problems: [] }
}

/** The rows of a table in CSV; an empty cell has no value. A `misc` table needs no files. */
export function audformatCsv(text: string, misc = false): TableRow[] {
  const { columns, rows } = csvRows(text)
  if (!misc) chosenColumn(columns, undefined, ['file'], ' with the paths of the sound files')
  return rows.map(({ cells }) =>
    Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, cell === '' ? null : cell])),
  )
}
