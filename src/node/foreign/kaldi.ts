/** Kaldi's data folders on disk. */
import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, FormatError, messageOf } from '../../core/errors.ts'
import { utterancesOf } from '../../corpora/foreign/entries.ts'
import { type KaldiTables, kaldiFiles, kaldiLabelFiles, parseKaldiData } from '../../corpora/foreign/kaldi.ts'
import { type AudioFile, decodeAudio, findFault, readRecording } from '../audio-file.ts'
import { checkFile } from '../files.ts'
import { listRoot } from '../list-root.ts'
import { isFolder } from '../sound-folder.ts'
import { type FoundCorpus, readText } from './files.ts'
import type { ForeignOptions } from './options.ts'

/** Bytes of the header that tells how long a RIFF file is. */
const RIFF_BYTES = 8
/** Sizes of files that were written to pipes. */
const UNKNOWN = [0, 0xffffffff, 0x7ffff000]

/** The file and the byte of an entry of an archive; undefined for a file of its own. */
function entryOf(place: string): { file: string; offset: number } | undefined {
  const [, file, offset] = /^(.+):(\d+)$/.exec(place) ?? []
  return file === undefined || existsSync(place) ? undefined : { file, offset: Number(offset) }
}

/** The bytes of a RIFF file within an archive. */
async function riffAt({ file, offset }: { file: string; offset: number }): Promise<Uint8Array> {
  await checkFile(file)
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const header = Buffer.alloc(RIFF_BYTES)
    await handle.read(header, 0, RIFF_BYTES, offset)
    if (header.toString('latin1', 0, 4) !== 'RIFF')
      throw new FormatError(`no RIFF file at byte ${offset} of the archive`)
    const stated = header.readUInt32LE(4)
    const length = Math.min(UNKNOWN.includes(stated) ? Number.POSITIVE_INFINITY : stated + RIFF_BYTES, size - offset)
    const bytes = Buffer.alloc(length)
    await handle.read(bytes, 0, length, offset)
    return bytes
  } finally {
    await handle.close()
  }
}

async function decode(place: string): Promise<AudioFile> {
  const entry = entryOf(place)
  return entry === undefined
    ? await readRecording(place)
    : await decodeAudio(await riffAt(entry), undefined, 'entry.wav')
}

async function faultOf(place: string): Promise<string | null> {
  const entry = entryOf(place)
  if (entry === undefined) return await findFault(place)
  try {
    await riffAt(entry)
    return null
  } catch (error) {
    return `cannot be read: ${messageOf(error)}`
  }
}

/** Reads the tables of a data folder, and finds its sound files. */
export async function loadKaldi(folder: string, { labelFrom, root }: ForeignOptions): Promise<FoundCorpus> {
  if (!(await isFolder(folder))) throw new FormatError('it is no folder: name the folder that has wav.scp')
  const asked = labelFrom as string | undefined
  if (asked !== undefined && /[/\\]|^\.\.?$/.test(asked)) {
    throw new FormatError(`"labelFrom" expected the name of a file in the folder, got ${describe(asked)}`)
  }
  const labels = asked ?? kaldiLabelFiles.find((name) => existsSync(join(folder, name)))
  if (labels === undefined || !existsSync(join(folder, labels))) {
    const wanted = asked ?? `${kaldiLabelFiles.slice(0, 3).join(', ')}, or its name in "labelFrom"`
    throw new FormatError(`no table of labels in the folder: expected ${wanted}`)
  }
  const tables: Record<string, string> = {}
  for (const name of [...kaldiFiles, labels]) {
    if (existsSync(join(folder, name))) tables[name] = await readText(join(folder, name))
  }
  const list = parseKaldiData(tables as KaldiTables, labels)
  const base = listRoot(
    join(folder, 'wav.scp'),
    list.entries.map(({ file }) => file.replace(/:\d+$/, '')),
    root,
  )
  return { ...utterancesOf(list), base, decode, findFault: faultOf }
}
