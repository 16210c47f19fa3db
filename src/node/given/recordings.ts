/** The recordings that features on disk are of, without a corpus. */
import { FormatError } from '../../core/errors.ts'
import type { FloatNdArray } from '../../core/types.ts'
import type { ResolvedFrontEnd } from '../../pipelines/front-end.ts'
import { openCollection } from './collection.ts'
import { rowOf } from './rows.ts'

/** Features of one recording; of a table in which a recording has several rows and systems take one, of each row. */
export interface NamedFeatures {
  path: string
  read(): Promise<FloatNdArray>
}

/**
 * The recordings of features in a folder or a file, in its order.
 *
 * @param frontEnd - of the system that takes them
 * @throws FormatError where they cannot be read, or name their columns otherwise than the system
 */
export async function namedFeatures(path: string, { given }: ResolvedFrontEnd): Promise<NamedFeatures[]> {
  const collection = await openCollection(path)
  const all: NamedFeatures[] = []
  for (const key of collection.keys) {
    const read = async (): Promise<FloatNdArray> => {
      const rows = await collection.read(key)
      if (rows === null) throw new FormatError(`"${key}" has no features`)
      const j = given?.names?.findIndex((name, i) => rows.names !== null && rows.names[i] !== name) ?? -1
      if (j < 0 || rows.features.shape[1] !== given?.columns) return rows.features
      throw new FormatError(`column ${j + 1} is "${rows.names?.[j]}", of the recogniser "${given.names?.[j]}"`)
    }
    const spans = given?.form === 'vector' ? collection.spans(key) : []
    if (spans.length < 2) all.push({ path: key, read })
    else spans.forEach((name, t) => void all.push({ path: name, read: async () => rowOf(await read(), t) }))
  }
  return all
}
