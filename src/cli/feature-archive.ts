/** Archives of features, which hold an array for each recording: NumPy's, Kaldi's; and files of one recording: NumPy's, HTK's. */
import { rm, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { encodeHtk } from '../io/htk.ts'
import { kaldiEntry } from '../io/kaldi-ark.ts'
import { encodeNpy } from '../io/npy.ts'
import { ZipWriter } from '../io/zip-write.ts'
import { WholeFile, writeOrKeep } from '../node/files.ts'
import { csvTable, type FeatureTable, type RecordingFeatures } from './feature-table.ts'

/** Forms of files. */
export const featureFormats = ['npy', 'npz', 'csv', 'ark', 'htk'] as const
export type FeatureFormat = (typeof featureFormats)[number]

/** The form of a file by its name, undefined for other names; standard output takes CSV. */
export function formatOf(output: string): FeatureFormat | undefined {
  if (output === '-') return 'csv'
  const ending = extname(output).slice(1).toLowerCase()
  return ending === 'scp' ? 'ark' : featureFormats.find((format) => format === ending)
}

/** Throws where neither the name nor a format tells the form of a file, and for other forms than CSV on standard output. */
export async function checkForm(output: string, format: FeatureFormat | undefined): Promise<void> {
  if (output === '-' && (format ?? 'csv') !== 'csv') {
    throw new InvalidArgumentError(`-o - writes CSV to standard output, got --format ${format}; name a file`)
  }
  if ((format ?? formatOf(output)) !== undefined) return
  const there = await stat(output).catch(() => null)
  if (there !== null && !there.isFile()) return // a device or a pipe, whose name tells nothing
  throw new InvalidArgumentError(
    `-o expected a name in .csv or .npy, got ${output}; .npz, .ark, .scp and .htk are known too, and --format tells any`,
  )
}

/** The archive and the script file of Kaldi's that a name means. */
export function kaldiNames(output: string): { ark: string; scp: string } {
  const stem = /\.(ark|scp)$/i.test(output) ? output.slice(0, -4) : output
  return { ark: `${stem}.ark`, scp: `${stem}.scp` }
}

/** The files that flags ask for; none for no output. */
export function outputsOf({ output, format }: { output?: string; format?: FeatureFormat }): string[] {
  if (output === undefined) return []
  return (format ?? formatOf(output)) === 'ark' ? Object.values(kaldiNames(output)) : [output]
}

/** A file of the one recording: a matrix, or for HTK parameters of the kind USER. */
export function singleTable(path: string, format: 'npy' | 'htk'): FeatureTable {
  return {
    async add({ features, stepSeconds }) {
      const content = format === 'npy' ? encodeNpy(features) : encodeHtk(features, { stepSeconds })
      await writeOrKeep(path, content, { what: 'the matrix of features', name: `features.${format}` })
    },
    finish: async () => path,
    discard: async () => undefined,
  }
}

/** A `.npz` file: a matrix for each recording, under its path. */
function npzTable(path: string): FeatureTable {
  const zip = new ZipWriter()
  let file: WholeFile | null = null
  return {
    async add({ path: recording, id = recording, features }) {
      const member = zip.member(`${id}.npy`, encodeNpy(features))
      file ??= await WholeFile.open(path)
      await file.append(member)
    },
    async finish() {
      await file?.append(zip.end())
      await file?.finish()
      return file === null ? null : path
    },
    async discard() {
      await file?.discard()
    },
  }
}

/** The key of a recording in Kaldi's tables, which hold no blanks. */
function keyOf({ path, id = path }: Pick<RecordingFeatures, 'path' | 'id'>): string {
  return id.replaceAll(/\s/g, '_')
}

/** Recordings in the order of a form: by the bytes of their keys in Kaldi's archives, whose programs search them so. */
export function inOrder<T extends Pick<RecordingFeatures, 'path' | 'id'>>(
  recordings: readonly T[],
  { output, format }: { output?: string; format?: FeatureFormat },
): readonly T[] {
  if (output === undefined || (format ?? formatOf(output)) !== 'ark') return recordings
  const keyed = recordings.map((recording) => ({ recording, key: Buffer.from(keyOf(recording)) }))
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ recording }) => recording)
}

/** Kaldi's archive with its script file, which names the archive as `path` does; recordings come {@link inOrder}. */
function arkTable(path: string): FeatureTable {
  const names = kaldiNames(path)
  const keys = new Map<string, string>()
  let files: { ark: WholeFile; scp: WholeFile } | null = null
  let at = 0
  return {
    async add(recording) {
      const key = keyOf(recording)
      const first = keys.get(key)
      if (first !== undefined) {
        throw new RangeError(`two recordings have the key "${key}" in ${names.ark}: ${first} and ${recording.path}`)
      }
      keys.set(key, recording.path)
      const { bytes, offset } = kaldiEntry('features', key, recording.features)
      files ??= { ark: await WholeFile.open(names.ark), scp: await WholeFile.open(names.scp) }
      await files.ark.append(bytes)
      await files.scp.append(`${key} ${names.ark}:${at + offset}\n`)
      at += bytes.length
    },
    async finish() {
      if (files === null) return null
      // One of an older archive would name wrong places in this one, should the process end between the two.
      await rm(names.scp, { force: true })
      await files.ark.finish()
      await files.scp.finish()
      return `${names.ark} and ${names.scp}`
    },
    async discard() {
      await files?.ark.discard()
      await files?.scp.discard()
    },
  }
}

/**
 * A table that writes a file.
 *
 * @param single - whether there is one recording
 * @param facts - names of the columns of CSV before the features
 */
export function tableOf(
  output: string,
  format: FeatureFormat,
  single: boolean,
  facts: readonly string[],
): FeatureTable {
  if (format === 'csv') return csvTable(output, facts)
  if (format === 'npz') return npzTable(output)
  if (format === 'ark') return arkTable(output)
  if (single) return singleTable(output, format)
  const remedy = format === 'npy' ? 'FILE.csv says which is which, FILE.npz and FILE.ark too' : 'FILE.ark holds many'
  throw new InvalidArgumentError(`-o FILE.${format} holds one recording; of several, ${remedy}`)
}
