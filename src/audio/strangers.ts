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

/** Name of a file's format by its first bytes, with a remedy, or undefined. */
export function strangerName(bytes: Uint8Array): string | undefined {
  const start = textAt(bytes, 0, startBytes)
    .replace(/^(\xef\xbb\xbf)?\s*/, '')
    .toLowerCase()
  return names.find(([text]) => start.startsWith(text))?.[1]
}
