/** Recognition of files that are not supported recordings, for messages that name their format. */

import { textAt } from './sound-kind.ts'

const startBytes = 64
const conversion = ' (ffmpeg -i FILE OUT.wav converts it)'

/** First characters, in lower case after white space, and the name of the format. */
const names: readonly [start: string, name: string][] = [
  ['nist_1a', `NIST SPHERE${conversion}`],
  ['.snd', `Sun AU${conversion}`],
  ['<', 'HTML or XML, as of a download that failed'],
  ['pk\x03\x04', 'a ZIP archive: unpack it'],
  ['\x1f\x8b', 'a gzip file: unpack it'],
  ['\0'.repeat(startBytes), 'bytes of 0 alone'],
]

/** Whether a file may be one of the rare kinds of sound, which `audio-decode` may read. */
export function isRareSound(bytes: Uint8Array): boolean {
  const start = textAt(bytes, 0, startBytes)
  const names = ['qoaf', 'MAC ', 'MP+', 'MPCK', 'DSD ', 'FRM8', 'M4A ', 'TAG', 'MThd', 'IMPM', 'Extended Module']
  const dts = ['\x7f\xfe\x80\x01', '\xfe\x7f\x01\x80', '\x1f\xff\xe8\x00']
  return [...names, ...dts].some((name) => start.startsWith(name)) || start.slice(44, 48) === 'SCRM'
}

/** Name of a file's format by its first bytes, with a remedy, or undefined. */
export function strangerName(bytes: Uint8Array): string | undefined {
  const start = textAt(bytes, 0, startBytes)
    .replace(/^(\xef\xbb\xbf)?\s*/, '')
    .toLowerCase()
  return names.find(([text]) => start.startsWith(text))?.[1]
}
