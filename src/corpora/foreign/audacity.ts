/** Label tracks of Audacity: `start TAB end TAB text`, in seconds (Audacity's manual, "Importing and Exporting Labels"). */
import { describe, FormatError } from '../../core/errors.ts'
import { checkTimes, type ForeignEntry, type ForeignList } from './entries.ts'

const time = /^\d+(\.\d+)?$/

/**
 * Reads a label track.
 *
 * @param file - the sound
 * @throws FormatError that names the line
 */
export function parseAudacity(text: string, file: string): ForeignList {
  const problems: ForeignList['problems'] = []
  const entries = text
    .replace(/^\ufeff/, '')
    .split(/\r?\n|\r/)
    .flatMap((whole, i): ForeignEntry[] => {
      // Those with a backslash have the frequencies of the label before.
      if (whole.trim() === '' || whole.startsWith('\\')) return []
      const line = i + 1
      const [begin, stop, ...label] = whole.split('\t')
      if (!time.test(begin) || !time.test(stop ?? '')) {
        throw new FormatError(`line ${line}: expected start, tab, end, tab, label, in seconds, got ${describe(whole)}`)
      }
      const [start, end] = [Number(begin), Number(stop)]
      if (start === end) {
        problems.push({ path: file, reason: `line ${line}: a point at ${start} s, which is no stretch of sound` })
        return []
      }
      checkTimes(`line ${line}`, start, end)
      return [{ file, start, end, label: label.join('\t').trim() || null, speaker: '', place: `line ${line}` }]
    })
  return { entries, problems }
}
