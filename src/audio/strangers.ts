/** Contents of files that are no recording, or one that nothing here reads: a name says more than their first bytes. */

import { textAt } from './sound-kind.ts'

const startBytes = 64
const conversion = ' (ffmpeg -i FILE OUT.wav converts it)'

/** The first characters, in lower case and behind blanks, and what people call it. */
const names: readonly [start: string, name: string][] = [
  ['nist_1a', `NIST SPHERE${conversion}`],
  ['.snd', `Sun AU${conversion}`],
  ['<', 'HTML or XML, as of a download that failed'],
  ['pk\x03\x04', 'a ZIP archive: unpack it'],
  ['\x1f\x8b', 'a gzip file: unpack it'],
  ['\0'.repeat(startBytes), 'bytes of 0 alone'],
]

/** The name of a content by its first bytes, with what to do, or undefined. */
export function strangerName(bytes: Uint8Array): string | undefined {
  const start = textAt(bytes, 0, startBytes)
    .replace(/^(\xef\xbb\xbf)?\s*/, '')
    .toLowerCase()
  return names.find(([text]) => start.startsWith(text))?.[1]
}
