/** ELAN's annotation files (`.eaf`, EAF 3.0). */
import { checkOptions, checkString } from '../../core/check.ts'
import { expectation } from '../../core/errors.ts'
import { escapeHtml } from '../../core/escape-html.ts'
import { checkLabelled, TIER, type TimedLabel, tiersOf, type WrittenLabel } from './timed-labels.ts'

/** Options of {@link encodeElan}. */
export interface EncodeElanOptions {
  /** Path of the recording beside the file, such as `interview.wav`. Default: ELAN asks for it. */
  media?: string
  /** Tier of segments that name none. Default `emotion`. */
  tier?: string
  /** Time of writing, which ELAN's format asks for, as of `new Date().toISOString()`. Default: the beginning of 1970. */
  date?: string
}

const mimeTypes: readonly (readonly [RegExp, string])[] = [
  [/\.wave?$/i, 'audio/x-wav'],
  [/\.mp3$/i, 'audio/mpeg'],
  [/\.(mp4|m4a)$/i, 'video/mp4'],
]

/** Whether XML 1.0 has no such character: controls, halves of pairs, and the last two of the plane. */
function isUnwritable(character: string): boolean {
  const code = character.codePointAt(0) as number
  const isControl = code < 32 && character !== '\t' && character !== '\n' && character !== '\r'
  return isControl || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff
}

/** Text for elements and attributes; line ends and tabs would become spaces in the latter. */
function xml(text: string): string {
  const written = Array.from(text, (character) => (isUnwritable(character) ? '\ufffd' : character)).join('')
  return escapeHtml(written).replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** A path as a relative URL. */
function urlOf(media: string): string {
  const url = media.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/')
  return url.startsWith('/') || url.startsWith('.') ? url : `./${url}`
}

function headerLines(media: string | undefined): string[] {
  const open = '    <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"'
  if (media === undefined) return [`${open}/>`]
  const type = mimeTypes.find(([pattern]) => pattern.test(media))?.[1] ?? 'unknown'
  const url = xml(urlOf(media))
  return [
    `${open}>`,
    `        <MEDIA_DESCRIPTOR MEDIA_URL="${url}" MIME_TYPE="${type}" RELATIVE_MEDIA_URL="${url}"/>`,
    '    </HEADER>',
  ]
}

/** A label with its times, ms, and the slots that hold them. */
interface SlottedLabel {
  text: string
  times: [number, number]
  slots: [string, string]
}

/** Beginning and end of a label, ms. */
function millisecondsOf(where: string, { start, end, text }: WrittenLabel): [number, number] {
  const [from, to] = [Math.round(start * 1000), Math.round(end * 1000)]
  if (from < to) return [from, to]
  throw new RangeError(`${where}: ELAN counts milliseconds, and "${text}" at ${start} s is shorter than one`)
}

/** Gives each label two slots of its own, as ELAN does; the lines of all slots, which are in the order of time. */
function slotLines(labels: readonly SlottedLabel[]): string[] {
  const times = labels.flatMap((label) => ([0, 1] as const).map((k) => ({ label, k, time: label.times[k] })))
  times.sort((a, b) => a.time - b.time)
  return times.map(({ label, k, time }, i) => {
    label.slots[k] = `ts${i + 1}`
    return `        <TIME_SLOT TIME_SLOT_ID="ts${i + 1}" TIME_VALUE="${time}"/>`
  })
}

function annotationLines({ text, slots: [from, to] }: SlottedLabel, id: number): string[] {
  return [
    '        <ANNOTATION>',
    `            <ALIGNABLE_ANNOTATION ANNOTATION_ID="a${id}" TIME_SLOT_REF1="${from}" TIME_SLOT_REF2="${to}">`,
    `                <ANNOTATION_VALUE>${xml(text)}</ANNOTATION_VALUE>`,
    '            </ALIGNABLE_ANNOTATION>',
    '        </ANNOTATION>',
  ]
}

/** The document around the time slots and the tiers. */
function documentOf(
  date: string,
  media: string | undefined,
  slots: readonly string[],
  tiers: readonly string[],
): string {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<ANNOTATION_DOCUMENT AUTHOR="ser-core" DATE="${date}" FORMAT="3.0" VERSION="3.0" ` +
      'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">',
    ...headerLines(media),
    ...['    <TIME_ORDER>', ...slots, '    </TIME_ORDER>', ...tiers],
    '    <LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="default-lt" TIME_ALIGNABLE="true"/>',
    '</ANNOTATION_DOCUMENT>',
  ]
  return `${lines.join('\n')}\n`
}

/**
 * Segments as an annotation file of ELAN, in whole milliseconds. Segments of one tier that overlap stand on further tiers (`emotion 2`).
 *
 * @example
 * ```ts
 * const text = encodeElan([{ start: 0.5, end: 1.25, label: 'joy' }], { media: 'interview.wav' })
 * text.includes('<ANNOTATION_VALUE>joy</ANNOTATION_VALUE>') // true
 * text.includes('TIME_VALUE="1250"') // true
 * ```
 *
 * @returns text, to be written in UTF-8; characters that XML has not become U+FFFD
 * @throws TypeError or RangeError for segments without a length, with an empty label, or shorter than a millisecond
 */
export function encodeElan(segments: readonly TimedLabel[], options: EncodeElanOptions = {}): string {
  const where = 'encodeElan'
  checkOptions(where, options, ['media', 'tier', 'date'])
  const tier = checkString(where, 'tier', options.tier ?? TIER)
  const date = checkString(where, 'date', options.date ?? '1970-01-01T00:00:00Z')
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(date)) {
    throw new RangeError(expectation(where, 'date', 'a date such as 2026-11-30T12:00:00Z', date))
  }
  const media = options.media === undefined ? undefined : checkString(where, 'media', options.media)
  const tiers = tiersOf(checkLabelled(where, segments, tier), tier).map(({ name, labels }) => {
    const slotted = labels.map((label): SlottedLabel => {
      return { text: label.text, times: millisecondsOf(where, label), slots: ['', ''] }
    })
    return { name, labels: slotted }
  })
  const slots = slotLines(tiers.flatMap(({ labels }) => labels))
  let annotations = 0
  const lines = tiers.flatMap(({ name, labels }) => [
    `    <TIER LINGUISTIC_TYPE_REF="default-lt" TIER_ID="${xml(name)}">`,
    ...labels.flatMap((label) => annotationLines(label, ++annotations)),
    '    </TIER>',
  ])
  return documentOf(date, media, slots, lines)
}
