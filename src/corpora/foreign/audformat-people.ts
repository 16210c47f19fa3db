/** Facts that a database of audformat tells about its speakers: in the labels of their scheme, or in a table of them (a misc table). */
import { describe, FormatError } from '../../core/errors.ts'

type Yaml = unknown
type Texts = Readonly<Record<string, string | null | undefined>>

/** Gender, age and language as texts. */
export interface PersonTexts {
  gender?: string | null
  age?: string | null
  language?: string | null
}

function mapOf(value: Yaml): Record<string, Yaml> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, Yaml>) : {}
}

function own(map: Record<string, Yaml>, key: string): Yaml {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

function textsOf(facts: Record<string, Yaml> | Texts): PersonTexts {
  const text = (name: string): string | null => {
    const value = own(facts as Record<string, Yaml>, name)
    return typeof value === 'string' ? value : null
  }
  return { gender: text('gender') ?? text('sex'), age: text('age'), language: text('language') }
}

/** The scheme of a column, in whatever table it is. */
function schemeOf(header: Record<string, Yaml>, column: string): Record<string, Yaml> {
  for (const table of Object.values(mapOf(header.tables))) {
    const id = mapOf(own(mapOf(mapOf(table).columns), column)).scheme_id
    if (typeof id === 'string') return mapOf(own(mapOf(header.schemes), id))
  }
  return {}
}

/** Name of the column of a misc table that has the labels: that of its first level. */
function levelOf(table: Record<string, Yaml>): string | undefined {
  const { levels } = table
  const names = Array.isArray(levels) ? levels : Object.keys(mapOf(levels))
  return names.length === 0 ? undefined : String(names[0])
}

/**
 * A function of speakers that gives what the database tells of them.
 *
 * @param yaml - the header, every scalar as text
 * @param column - that of the speakers
 * @param read - the rows of a misc table
 * @throws FormatError where the scheme's labels are in a table that is not there
 */
export async function audformatPeople(
  yaml: Yaml,
  column: string,
  read: (table: string) => Promise<{ rows: readonly Texts[] }>,
): Promise<(speaker: string) => PersonTexts> {
  const header = mapOf(yaml)
  const { labels } = schemeOf(header, column)
  // A database of one language names it.
  const spoken = Array.isArray(header.languages) && header.languages.length === 1 ? String(header.languages[0]) : null
  const people = new Map<string, PersonTexts>()
  if (typeof labels === 'string') {
    const table = own(mapOf(header.misc_tables), labels)
    if (table === undefined) throw new FormatError(`db.yaml: no misc table ${describe(labels)}, which has the speakers`)
    const level = levelOf(mapOf(table)) ?? labels
    for (const row of (await read(labels)).rows) people.set(String(row[level]), textsOf(row))
  } else {
    for (const [speaker, facts] of Object.entries(mapOf(labels))) people.set(speaker, textsOf(mapOf(facts)))
  }
  return (speaker) => {
    const told = people.get(speaker) ?? {}
    return { ...told, language: told.language ?? spoken }
  }
}
