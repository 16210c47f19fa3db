/** Where the given features of an experiment or a training come from. */
import { counted } from '../core/printed.ts'
import type { GivenColumns } from '../pipelines/front-end.ts'

/** Features of the recordings of a corpus, with the digest by which they are told from others. */
export interface GivenSource {
  /** The corpus, where there are several. */
  corpus?: string
  /** Name of the file or folder. */
  from: string
  /** SHA-256 of the file; of a folder that of the list of its files' digests, as `sha256sum` prints them in the order of their names. */
  sha256: string
  /** Number of recordings. */
  recordings: number
  /** Columns of a table that are no features, such as labels. */
  otherColumns?: string[]
}

/** Given features of all recordings. */
export interface GivenRecord {
  /** The front end of systems that take them is `{ given: columns }`. */
  columns: GivenColumns
  sources: GivenSource[]
}

/**
 * The features of several corpora as one.
 *
 * @throws RangeError where their columns, their names or their forms differ
 */
export function joinedFeatures(where: string, records: readonly (GivenRecord & { corpus: string })[]): GivenRecord {
  const [first, ...others] = records
  for (const { corpus, columns } of others) {
    const own = first.columns
    if (own.columns !== columns.columns || own.form !== columns.form) {
      const text = ({ columns: d, form }: GivenColumns): string => `${form}s of ${d} columns`
      throw new RangeError(
        `${where}: the features of ${first.corpus} are ${text(own)}, those of ${corpus} ${text(columns)}`,
      )
    }
    const j = own.names?.findIndex((name, i) => columns.names !== undefined && columns.names[i] !== name) ?? -1
    if (j < 0) continue
    throw new RangeError(
      `${where}: column ${j + 1} is "${own.names?.[j]}" in the features of ${first.corpus}, "${columns.names?.[j]}" in those of ${corpus}`,
    )
  }
  const { names: _, ...plain } = first.columns
  const named = records.every(({ columns }) => columns.names !== undefined)
  return { columns: named ? first.columns : plain, sources: records.flatMap(({ sources }) => sources) }
}

/** The given features, a line for each file or folder. */
export function givenTexts({ columns: { columns, form, stepSeconds }, sources }: GivenRecord): string[] {
  const rows = form === 'vector' ? 'one row a recording' : `rows every ${stepSeconds} s`
  return sources.map(({ corpus, from, sha256, recordings }) => {
    const whose = corpus === undefined ? '' : `${corpus}: `
    return `${whose}${counted(columns, 'column')}, ${rows}, of ${counted(recordings, 'recording')} in ${from}, SHA-256 ${sha256.slice(0, 12)}`
  })
}
