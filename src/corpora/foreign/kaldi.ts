/** Kaldi's data folders: `wav.scp`, `segments`, `utt2spk` and tables of labels. */
import { describe, FormatError } from '../../core/errors.ts'
import { isErrorNamed } from '../../core/realm.ts'
import { kaldiLines, kaldiPlace } from '../../io/kaldi-scp.ts'
import { personOf } from '../people.ts'
import { checkTimes, type ForeignEntry, type ForeignList } from './entries.ts'

/** The texts of a folder by the names of their files. */
export type KaldiTables = Readonly<Partial<Record<string, string>>>

/** Files of labels that are looked for, in this order. */
export const kaldiLabelFiles = ['utt2emo', 'utt2emotion', 'utt2label', 'emotion', 'label'] as const

/** Files that are read beside that of the labels. */
export const kaldiFiles = [
  'wav.scp',
  'segments',
  'utt2spk',
  'utt2gender',
  'spk2gender',
  'spk2age',
  'utt2lang',
  'text',
] as const

function fail(file: string, line: number, reason: string): never {
  throw new FormatError(`${file}, line ${line}: ${reason}`)
}

/** A table as a map. */
function tableOf(file: string, text: string | undefined): Map<string, { line: number; rest: string }> {
  const table = new Map<string, { line: number; rest: string }>()
  for (const { line, key, rest } of kaldiLines(text ?? '')) {
    if (table.has(key)) fail(file, line, `the key ${describe(key)} is in line ${table.get(key)?.line} already`)
    table.set(key, { line, rest })
  }
  return table
}

/** The sound of each recording: a file, or `file:offset`. */
function soundsOf(text: string): Map<string, string> {
  const sounds = new Map<string, string>()
  for (const [key, { line, rest }] of tableOf('wav.scp', text)) {
    try {
      const { file, offset, rows, columns } = kaldiPlace(rest)
      if (rows !== undefined || columns !== undefined) throw new FormatError(`expected a file, got ${describe(rest)}`)
      sounds.set(key, offset === undefined ? file : `${file}:${offset}`)
    } catch (cause) {
      if (!isErrorNamed(cause, 'FormatError')) throw cause
      fail('wav.scp', line, cause.message)
    }
  }
  return sounds
}

type Stretch = Pick<ForeignEntry, 'file' | 'start' | 'end' | 'channel' | 'place'>

/** Channel of the fifth column of `segments`: from 0, or a letter. */
function channelOf(word: string | undefined): number | undefined {
  if (word === undefined) return undefined
  const letter = ['A', 'B'].indexOf(word.toUpperCase())
  return /^\d+$/.test(word) ? Number(word) + 1 : letter < 0 ? undefined : letter + 1
}

/** The stretch of each utterance in `segments`. */
function segmentsOf(text: string, sounds: ReadonlyMap<string, string>): Map<string, Stretch> {
  const stretches = new Map<string, Stretch>()
  for (const [key, { line, rest }] of tableOf('segments', text)) {
    const [recording, begin, stop, side, ...more] = rest.split(/\s+/)
    const [start, end] = [begin, stop].map((word) => (word === undefined || word === '' ? Number.NaN : Number(word)))
    const channel = channelOf(side)
    if (Number.isNaN(start) || Number.isNaN(end) || more.length > 0 || (side !== undefined && channel === undefined)) {
      fail('segments', line, `expected "utterance recording start end", got ${describe(`${key} ${rest}`)}`)
    }
    const file = sounds.get(recording)
    if (file === undefined) fail('segments', line, `the recording ${describe(recording)} is not in wav.scp`)
    const place = `line ${line} of segments`
    // -1 is the end of the recording.
    const last = end === -1 ? undefined : end
    checkTimes(`segments, line ${line}`, start, last)
    stretches.set(key, {
      file,
      start,
      place,
      ...(last === undefined ? {} : { end: last }),
      ...(channel ? { channel } : {}),
    })
  }
  return stretches
}

/**
 * Reads the tables of a data folder.
 *
 * @param labels - name of the table of labels
 * @throws FormatError that names file and line
 */
export function parseKaldiData(tables: KaldiTables, labels: string): ForeignList {
  if (tables['wav.scp'] === undefined) throw new FormatError('no wav.scp in the folder')
  const sounds = soundsOf(tables['wav.scp'])
  const stretches: Map<string, Stretch> =
    tables.segments === undefined
      ? new Map(Array.from(sounds, ([key, file]) => [key, { file, place: `"${key}" of wav.scp` }]))
      : segmentsOf(tables.segments, sounds)
  const [label, speaker, gender, genders, ages, languages, text] = [labels, ...kaldiFiles.slice(2)].map((name) =>
    tableOf(name, tables[name]),
  )
  const entries = Array.from(stretches, ([id, { place, ...stretch }]): ForeignEntry => {
    const voice = speaker.get(id)?.rest ?? ''
    const told = {
      gender: gender.get(id)?.rest ?? genders.get(voice)?.rest,
      age: ages.get(voice)?.rest,
      language: languages.get(id)?.rest,
    }
    return {
      ...{ ...stretch, id, label: label.get(id)?.rest || null, speaker: voice, text: text.get(id)?.rest },
      ...personOf(told),
      place: `${place}, and not in ${labels}`,
    }
  })
  const problems = Array.from(label.entries())
    .filter(([id]) => !stretches.has(id))
    .map(([id, { line }]) => ({ path: id, reason: `line ${line} of ${labels}: it has no sound in the folder` }))
  return { entries, problems }
}
