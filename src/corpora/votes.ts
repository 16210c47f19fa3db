/** Answers of listeners to recordings: the table `votes.csv`, or `summaryTable.csv`, of CREMA-D. */
import Papa from 'papaparse'
import { FormatError } from '../core/errors.ts'

const classes: Readonly<Record<string, string>> = {
  ...{ A: 'anger', D: 'disgust', F: 'fear', H: 'joy', N: 'neutral', S: 'sadness' },
}

/**
 * Reads the votes of most listeners by the recordings' names without folder and ending: the columns `file` (or
 * `FileName`) and `voiceVote`, letters of classes, of a tie joined by `:`.
 *
 * @throws FormatError naming the row, the header being row 1
 */
export function parseVotes(csv: string): Map<string, string[]> {
  const { data } = Papa.parse<string[]>(csv.trim(), { delimiter: ',' })
  const [header = [], ...rows] = data
  const names = header.map((name) => name.trim().toLowerCase())
  const file = names.findIndex((name) => name === 'file' || name === 'filename')
  const vote = names.indexOf('voicevote')
  if (file < 0 || vote < 0) throw new FormatError('parseVotes: row 1: expected the columns file and voiceVote')
  return new Map(
    rows.map((cells, i) => {
      const codes = (cells[vote] ?? '').trim().split(':')
      const odd = codes.find((code) => !Object.hasOwn(classes, code))
      if (odd !== undefined) throw new FormatError(`parseVotes: row ${i + 2}: "${odd}" is none of A, D, F, H, N, S`)
      return [(cells[file] ?? '').trim(), codes.map((code) => classes[code])]
    }),
  )
}
