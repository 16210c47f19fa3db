/** The columns of a list of recordings: accepted names, and the delimiter. */
import Papa from 'papaparse'

/** Contents that a column may have. */
export type ManifestColumn =
  | 'path'
  | 'label'
  | 'speaker'
  | 'text'
  | 'gender'
  | 'age'
  | 'language'
  | 'start'
  | 'end'
  | 'duration'

/** Index of each column; -1 for a missing one. */
export type ColumnPlaces = Record<ManifestColumn, number>

const names: Readonly<Record<ManifestColumn, readonly string[]>> = {
  path: [
    ...['path', 'file', 'wav', 'audio', 'filename', 'file_name', 'filepath', 'file_path', 'audio_path', 'audio_file'],
    ...['wav_path', 'wav_file', 'recording'],
  ],
  label: ['label', 'emotion', 'emo', 'class', 'category', 'emotion_label', 'label_name'],
  speaker: [
    ...['speaker', 'speaker_id', 'speakerid', 'spk', 'spk_id', 'actor', 'actor_id', 'participant', 'participant_id'],
    ...['subject', 'subject_id'],
  ],
  text: ['text', 'transcript', 'transcription', 'sentence'],
  gender: ['gender', 'sex'],
  age: ['age'],
  language: ['language', 'lang'],
  start: ['start', 'start_time', 'start_seconds', 'start_s', 'segment_start', 'begin', 'begin_time', 'onset'],
  end: ['end', 'end_time', 'end_seconds', 'end_s', 'segment_end', 'stop', 'stop_time'],
  // Without a start column the recording starts with the file.
  duration: ['duration', 'duration_seconds', 'duration_s'],
}

/** Columns that every list must have. */
const required: readonly ManifestColumn[] = ['path', 'label', 'speaker']

const delimiters = [',', ';', '\t'] as const

function plain(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
}

/** Index of a column, by its own name or else by one synonym; an error text where several synonyms occur. */
function placeOf(header: readonly string[], column: ManifestColumn): number | string {
  const cells = header.map(plain)
  const [own, ...others] = names[column].map((name) => cells.flatMap((cell, i) => (cell === name ? [i] : [])))
  const found = own.length > 0 ? own : others.flat()
  if (found.length < 2) return found[0] ?? -1
  const called = found.map((i) => `"${header[i].trim()}"`).join(' and ')
  return `the columns ${called} could each be the ${column}: call one "${column}"`
}

/** Indices of the columns of a header, or an error text; with targets a list needs no labels. */
export function columnsOf(header: readonly string[], targets: readonly string[] = []): ColumnPlaces | string {
  const places = {} as ColumnPlaces
  for (const column of Object.keys(names) as ManifestColumn[]) {
    const unused = column === 'duration' && (places.start < 0 || places.end >= 0)
    const place = unused ? -1 : placeOf(header, column)
    if (typeof place === 'string') return place
    places[column] = place
  }
  const needed = targets.length === 0 ? required : required.filter((column) => column !== 'label')
  const missing = needed.filter((column) => places[column] < 0)
  if (missing.length === 0) return places
  const quoted = missing.map((column) => `"${column}"`).join(', ')
  return `no column ${quoted} in the header "${header.join(',')}"`
}

function countKnown(header: readonly string[]): number {
  return required.filter((column) => placeOf(header, column) !== -1).length
}

/** The delimiter: that with which most columns of the header are recognised. */
export function delimiterOf(csv: string): string {
  const known = delimiters.map((delimiter) =>
    countKnown(Papa.parse<string[]>(csv, { delimiter, preview: 1 }).data[0] ?? []),
  )
  return delimiters[known.indexOf(Math.max(...known))]
}
