/** Kaldi's script files: a line `key place` for each object, the place a file, `file:offset`, or a range of its rows. */
import { checkString } from '../core/check.ts'
import { describe, FormatError } from '../core/errors.ts'

/** Where an object of a script file is. */
export interface KaldiPlace {
  key: string
  /** Its file, as the line names it. */
  file: string
  /** The byte of the file at which it begins; absent for a file that holds nothing else. */
  offset?: number
  /** First row and column and last, counted from 0, both included; null for all. */
  rows?: [first: number, last: number] | null
  columns?: [first: number, last: number] | null
}

function rangeOf(text: string): [number, number] | null {
  if (text === '' || text === ':') return null
  const [, first, last = first] = /^(\d+)(?::(\d+))?$/.exec(text) ?? []
  if (first === undefined || Number(last) < Number(first)) {
    throw new FormatError(`expected a range such as 0:9, got ${describe(text)}`)
  }
  return [Number(first), Number(last)]
}

/** The file, offset and range of a place. */
export function kaldiPlace(text: string): Omit<KaldiPlace, 'key'> {
  if (text.endsWith('|') || text.startsWith('|')) {
    throw new FormatError(`a program, which is never run: ${describe(text)}; write its output to a file, and name that`)
  }
  const [, place, range] = /^(.*?)(?:\[([^[\]]*)\])?$/.exec(text) ?? [text, text]
  const [, file, offset] = /^(.+):(\d+)$/.exec(place) ?? [place, place]
  if (file === '' || file === '-') throw new FormatError(`expected a file, got ${describe(text)}`)
  const told = offset === undefined ? { file } : { file, offset: Number(offset) }
  if (range === undefined) return told
  const [rows, columns, ...more] = range.split(',').map((part) => rangeOf(part.trim()))
  if (more.length > 0) throw new FormatError(`expected rows and columns, got ${describe(range)}`)
  return { ...told, rows, columns: columns ?? null }
}

/** Lines of a table of Kaldi's, each a key and what follows it, trimmed; empty lines are none. */
export function kaldiLines(text: string): { line: number; key: string; rest: string }[] {
  return text.split('\n').flatMap((whole, i) => {
    const trimmed = whole.trim()
    if (trimmed === '') return []
    const [, key, rest] = /^(\S+)\s*(.*)$/s.exec(trimmed) as RegExpExecArray
    return [{ line: i + 1, key, rest }]
  })
}

/**
 * Reads a script file (`.scp`) of features: where each object is. The files are for the caller to read, as `readKaldiArchive` of
 * `ser-core/node` does; programs (`... |`) are refused, never run.
 *
 * @throws TypeError unless given a text; FormatError that names the line
 * @example
 * ```ts
 * parseKaldiScp('a feats.ark:2\nb feats.ark:1042[0:9]\n')
 * // [{ key: 'a', file: 'feats.ark', offset: 2 }, { key: 'b', file: 'feats.ark', offset: 1042, rows: [0, 9], columns: null }]
 * ```
 */
export function parseKaldiScp(text: string): KaldiPlace[] {
  checkString('parseKaldiScp', 'text', text)
  const seen = new Set<string>()
  return kaldiLines(text).map(({ line, key, rest }) => {
    if (seen.has(key)) throw new FormatError(`parseKaldiScp: line ${line}: the key ${describe(key)} is there already`)
    seen.add(key)
    try {
      return { key, ...kaldiPlace(rest) }
    } catch (cause) {
      throw new FormatError(`parseKaldiScp: line ${line}: ${(cause as Error).message}`, { cause })
    }
  })
}
