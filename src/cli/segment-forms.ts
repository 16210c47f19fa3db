/** Forms in which segments of recordings are written, and where. */
import { basename, dirname, extname, join, relative } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { encodeAudacityLabels } from '../corpora/annotations/encode-audacity.ts'
import { encodeElan } from '../corpora/annotations/encode-elan.ts'
import { encodeSegmentCsv } from '../corpora/annotations/encode-segment-csv.ts'
import { encodeSrt } from '../corpora/annotations/encode-srt.ts'
import { encodeTextGrid } from '../corpora/annotations/encode-textgrid.ts'
import { isFolder } from '../node/sound-folder.ts'
import type { Answer } from '../pipelines/recognition.ts'
import type { SpeechSegment } from '../pipelines/segments/segment-finder.ts'

/** A segment, and the answer for it where one was asked for. */
export type FoundSegment = SpeechSegment & { speech: boolean } & Partial<Answer>

/** The segments of a recording. */
export interface SegmentedRecording {
  /** `-` for standard input. */
  file: string
  sampleRate: number
  seconds: number
  segments: FoundSegment[]
}

/** Names of the forms. */
export const segmentForms = ['textgrid', 'audacity', 'elan', 'srt', 'csv', 'json'] as const
export type SegmentForm = (typeof segmentForms)[number]

const endings: Readonly<Record<SegmentForm, string>> = {
  textgrid: '.TextGrid',
  audacity: '.txt',
  elan: '.eaf',
  srt: '.srt',
  csv: '.csv',
  json: '.json',
}
/** Forms that hold several recordings. */
const holdMany: readonly SegmentForm[] = ['csv', 'json']

/** Where segments are written; `null` is standard output, one text for all recordings. */
export interface SegmentOutput {
  form: SegmentForm
  /** The file for a recording. */
  fileOf(path: string): string | null
  files: readonly string[]
}

/** Labels as they are written: without an answer, `speech`, or `no speech`. */
function labelled(segment: FoundSegment): FoundSegment {
  return segment.label === undefined && !segment.speech ? { ...segment, label: null } : segment
}

function elanText({ file, segments }: SegmentedRecording, output: string | null): string {
  const media = file === '-' ? undefined : output === null ? file : relative(dirname(output), file)
  return encodeElan(segments.map(labelled), { media, date: new Date().toISOString() })
}

/** The text for recordings, several only in forms that hold them. */
export function segmentsText(
  form: SegmentForm,
  recordings: readonly SegmentedRecording[],
  output: string | null,
): string {
  const [first] = recordings
  if (form === 'textgrid') return encodeTextGrid(first.segments.map(labelled), { seconds: first.seconds })
  if (form === 'audacity') return encodeAudacityLabels(first.segments.map(labelled))
  if (form === 'srt') return encodeSrt(first.segments.map(labelled))
  if (form === 'elan') return elanText(first, output)
  if (form === 'json') return recordings.map((one) => `${JSON.stringify(one)}\n`).join('')
  return encodeSegmentCsv(
    recordings.flatMap(({ file, segments }) => segments.map((one) => ({ file, ...labelled(one) }))),
  )
}

/** The form that the name of a file tells. */
function formOf(output: string): SegmentForm {
  const ending = extname(output).toLowerCase()
  const form = segmentForms.find((name) => endings[name].toLowerCase() === ending)
  if (form !== undefined) return form
  const known = Object.values(endings).join(', ')
  throw new InvalidArgumentError(`${output}: its name tells no form (${known}): give --format`)
}

function checkMany(form: SegmentForm, paths: readonly string[]): void {
  if (paths.length <= 1 || holdMany.includes(form)) return
  throw new InvalidArgumentError(
    `--format ${form} holds one recording, got ${paths.length}: name a folder by -o FOLDER/`,
  )
}

/** A file in a folder for each recording, of the same name but for its ending. */
function inFolder(folder: string, form: SegmentForm | undefined, paths: readonly string[]): SegmentOutput {
  if (form === undefined) throw new InvalidArgumentError(`-o ${folder} is a folder: give --format`)
  const fileOf = (path: string): string => {
    const name = path === '-' ? 'stdin' : basename(path, extname(path))
    return join(folder, `${name}${endings[form]}`)
  }
  const files = paths.map(fileOf)
  const twice = files.findIndex((file, i) => files.indexOf(file) < i)
  if (twice >= 0) {
    const first = paths[files.indexOf(files[twice])]
    throw new InvalidArgumentError(`${first} and ${paths[twice]} would both be written to ${files[twice]}`)
  }
  return { form, fileOf, files }
}

/**
 * Where the segments of recordings go; null for lines on standard output.
 *
 * @throws InvalidArgumentError where the form cannot hold them, or is not told
 */
export async function segmentOutput(
  output: string | undefined,
  form: SegmentForm | undefined,
  paths: readonly string[],
): Promise<SegmentOutput | null> {
  if (output === undefined || output === '-') {
    if (form === undefined) return null
    checkMany(form, paths)
    return { form, fileOf: () => null, files: [] }
  }
  if (output.endsWith('/') || (await isFolder(output))) return inFolder(output, form, paths)
  const told = form ?? formOf(output)
  checkMany(told, paths)
  return { form: told, fileOf: () => output, files: [output] }
}
