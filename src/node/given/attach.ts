/** Gives the recordings of a corpus features, all of which are looked at first. */
import { basename, resolve } from 'node:path'
import { describe, FormatError } from '../../core/errors.ts'
import { counted } from '../../core/printed.ts'
import { throwIfAborted } from '../../core/realm.ts'
import type { FloatNdArray } from '../../core/types.ts'
import { yieldToEventLoop } from '../../core/yield.ts'
import { checkAllFound, matchRecordings } from '../../corpora/recording-names.ts'
import type { GivenRecord } from '../../experiments/given-features.ts'
import type { GivenColumns } from '../../pipelines/front-end.ts'
import type { CorpusUtterance } from '../corpus-types.ts'
import type { FeatureCollection } from './collection.ts'
import type { GivenRows } from './rows.ts'

/** Most columns whose names a plan, a fold and a recogniser carry. */
const MOST_NAMES = 1024

/** Progress and cancellation of looking at features. */
export interface AttachHooks {
  signal?: AbortSignal
  /** Called after each recording whose features were looked at. */
  onRecording?: (done: number, all: number) => void
}

/** Collects shapes and faults of features, to tell all of them at once. */
class Inspection {
  private readonly collection: FeatureCollection
  /** Of the first recording with each number of columns. */
  private readonly widths = new Map<number, { path: string; count: number }>()
  private faults = 0
  private faulty = 0
  private firstFault = ''
  private names: string[] | null = null
  private readonly steps: number[] = []
  /** Largest number of rows. */
  longest = 0

  constructor(collection: FeatureCollection) {
    this.collection = collection
  }

  look(path: string, { features, names, rowsInFile, starts, place }: GivenRows): void {
    const [rows, columns] = features.shape
    const { data } = features
    const width = this.widths.get(columns) ?? { path, count: 0 }
    this.widths.set(columns, { ...width, count: width.count + 1 })
    this.longest = Math.max(this.longest, rows)
    this.checkNames(path, names)
    if (starts !== null && rows > 1) this.steps.push((starts[rows - 1] - starts[0]) / (rows - 1))
    const before = this.faults
    for (let i = 0; i < data.length; i++) {
      if (Number.isFinite(data[i])) continue
      this.faults++
      if (this.firstFault !== '') continue
      const [t, j] = [Math.floor(i / columns), i % columns]
      const column = names === null ? `column ${j + 1}` : `column ${j + 1}, ${describe(names[j])}`
      this.firstFault = `${data[i]} in ${place}, row ${rowsInFile?.[t] ?? t + 1}, ${column}, of ${describe(path)}`
    }
    if (this.faults > before) this.faulty++
  }

  private checkNames(path: string, names: string[] | null): void {
    this.names ??= names
    const j = names?.findIndex((name, i) => (this.names as string[])[i] !== name) ?? -1
    if (j < 0 || names?.length !== this.names?.length) return
    throw new FormatError(
      `${this.collection.place}: column ${j + 1} of ${describe(path)} is ${describe(names?.[j])}, of others ${describe(this.names?.[j])}`,
    )
  }

  /** The columns of the features; throws where they differ in columns or have numbers that are not finite. */
  result(stepSeconds: number | undefined): GivenColumns {
    const { place } = this.collection
    if (this.widths.size > 1) {
      const each = Array.from(this.widths, ([columns, { path, count }]) => {
        return `${counted(columns, 'column')} in ${counted(count, 'recording')}, the first ${describe(path)}`
      })
      throw new FormatError(`${place}: expected one number of columns, got ${each.join('; ')}`)
    }
    if (this.faults > 0) {
      const all = `${counted(this.faults, 'number')} of ${counted(this.faulty, 'recording')}`
      throw new FormatError(
        `${place}: expected finite numbers, got ${this.firstFault}; ${all} ${this.faults === 1 ? 'is' : 'are'} not finite`,
      )
    }
    const [columns] = this.widths.keys()
    const names = this.names !== null && columns <= MOST_NAMES ? { names: this.names } : {}
    if (this.longest === 1) return { columns, form: 'vector', ...names }
    return { columns, form: 'sequence', ...names, stepSeconds: stepSeconds ?? this.step() }
  }

  /** The median step of the rows by their times, to the microsecond; the library's own where they have none. */
  private step(): number {
    const steps = this.steps.sort((a, b) => a - b)
    const middle = steps[Math.floor(steps.length / 2)]
    return middle > 0 ? Math.round(1e6 * middle) / 1e6 || 0.01 : 0.01
  }
}

/**
 * The recordings with their features, of which every number has been looked at.
 *
 * @param stepSeconds - from row to row of a sequence. Default: by the times of a table, else 0.01
 * @throws FormatError where recordings have no features, two fit one, the numbers of columns differ, or numbers are not finite
 */
export async function attachFeatures(
  utterances: readonly CorpusUtterance[],
  collection: FeatureCollection,
  stepSeconds: number | undefined,
  { signal, onRecording }: AttachHooks = {},
): Promise<GivenRecord & { utterances: CorpusUtterance[] }> {
  const { place, keys, timed } = collection
  const found = matchRecordings(utterances, keys, place, timed)
  checkAllFound(utterances, found, keys, place)
  const inspection = new Inspection(collection)
  const readers: (() => Promise<GivenRows | null>)[] = []
  const empty: (true | null)[] = []
  for (const [i, { path, segment }] of utterances.entries()) {
    throwIfAborted(signal)
    const read = (): Promise<GivenRows | null> => collection.read(found[i] as string, timed ? segment : undefined)
    const rows = await read()
    readers.push(read)
    empty.push(rows === null ? null : true)
    if (rows !== null) inspection.look(path, rows)
    onRecording?.(i + 1, utterances.length)
    if (i % 64 === 0) await yieldToEventLoop()
  }
  checkAllFound(utterances, empty, keys, place)
  return {
    columns: inspection.result(stepSeconds),
    sources: [
      {
        from: basename(resolve(collection.path)),
        sha256: collection.digest(),
        recordings: utterances.length,
        ...(collection.left.length === 0 ? {} : { otherColumns: collection.left }),
      },
    ],
    utterances: utterances.map((utterance, i) => {
      const features = async (): Promise<FloatNdArray> => ((await readers[i]()) as GivenRows).features
      return { ...utterance, features }
    }),
  }
}
