/** Praat's TextGrids in text, long or short (Praat's manual, "TextGrid file formats"). */
import { describe, FormatError } from '../../core/errors.ts'
import { decodeUtf8 } from '../../core/utf8.ts'

/** A tier of intervals, or of points, whose two times are equal. */
export interface Tier {
  name: string
  points: boolean
  marks: { start: number; end: number; text: string }[]
}

type Token = { at: number; value: string | number; kind: 'text' | 'number' | 'flag' }

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length
}

/** UTF-16 of either order by its mark, UTF-8, or else Latin-1, as Praat writes them. */
export function textGridText(bytes: Uint8Array): string {
  const [first, second] = bytes
  if ((first === 0xfe && second === 0xff) || (first === 0xff && second === 0xfe)) {
    const big = first === 0xfe
    let text = ''
    for (let i = 2; i + 1 < bytes.length; i += 2) {
      text += String.fromCharCode(big ? (bytes[i] << 8) | bytes[i + 1] : bytes[i] | (bytes[i + 1] << 8))
    }
    return text
  }
  const text = decodeUtf8(bytes)
  if (text !== null) return text.replace(/^\ufeff/, '')
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?%?$/i

/** The texts, numbers and flags, which are all that counts; words, signs and numbers in brackets only help readers. */
function* tokensOf(text: string): Generator<Token> {
  for (const { 0: whole, 1: quoted, 2: flag, index: at } of text.matchAll(
    /"([^"]*(?:""[^"]*)*)"|<([^<>\s]*)>|![^\n]*|[^\s"]+|"/g,
  )) {
    if (quoted !== undefined) yield { at, value: quoted.replaceAll('""', '"'), kind: 'text' }
    else if (flag !== undefined) yield { at, value: flag, kind: 'flag' }
    else if (whole === '"') throw new FormatError(`line ${lineOf(text, at)}: a text that begins with " has no end`)
    else if (number.test(whole)) {
      const value = Number(whole.replace('%', ''))
      yield { at, value: whole.endsWith('%') ? value / 100 : value, kind: 'number' }
    }
  }
}

/** Takes token by token, each of the kind that is expected. */
class Reader {
  private readonly tokens: Generator<Token>
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
    this.tokens = tokensOf(text)
  }

  private take(kind: Token['kind'], what: string): Token['value'] {
    const { value: token, done } = this.tokens.next()
    const found = done ? 'the end of the file' : describe((token as Token).value)
    if (done) this.at = this.text.length
    else this.at = (token as Token).at
    if (!done && (token as Token).kind === kind) return (token as Token).value
    throw new FormatError(`line ${this.line()}: expected ${what}, got ${found}`)
  }

  line(): number {
    return lineOf(this.text, this.at)
  }

  string(what: string): string {
    return this.take('text', what) as string
  }

  flag(what: string): string {
    return this.take('flag', what) as string
  }

  number(what: string): number {
    return this.take('number', what) as number
  }

  count(what: string): number {
    const value = this.number(what)
    // Each has at least two characters in the file.
    if (Number.isInteger(value) && value >= 0 && 2 * value <= this.text.length) return value
    throw new FormatError(`line ${this.line()}: expected ${what}, got ${value}`)
  }
}

function readTier(reader: Reader): Tier {
  const kind = reader.string('the class of a tier')
  if (kind !== 'IntervalTier' && kind !== 'TextTier') {
    throw new FormatError(`line ${reader.line()}: expected "IntervalTier" or "TextTier", got ${describe(kind)}`)
  }
  const name = reader.string('the name of a tier')
  reader.number(`the start of the tier "${name}"`)
  reader.number(`the end of the tier "${name}"`)
  const points = kind === 'TextTier'
  const count = reader.count(`the number of ${points ? 'points' : 'intervals'} of the tier "${name}"`)
  const marks = Array.from({ length: count }, () => {
    const start = reader.number('a time')
    const end = points ? start : reader.number('a time')
    if (end < start)
      throw new FormatError(`line ${reader.line()}: an interval that ends at ${end} s, before it begins at ${start} s`)
    return { start, end, text: reader.string('a label') }
  })
  return { name, points, marks }
}

/**
 * Reads the tiers of a TextGrid.
 *
 * @throws FormatError that names the line; for binary and chronological files, with what to do
 */
export function parseTextGrid(bytes: Uint8Array): Tier[] {
  const start = String.fromCharCode(...bytes.subarray(0, 12))
  if (start === 'ooBinaryFile') throw new FormatError('a binary TextGrid: save it in Praat by "Save as text file..."')
  const text = textGridText(bytes)
  if (/^\s*"Praat chronological TextGrid text file"/.test(text)) {
    throw new FormatError('a chronological TextGrid: save it in Praat by "Save as text file..."')
  }
  const reader = new Reader(text)
  const type = reader.string('the type of the file, "ooTextFile"')
  if (!/^ooTextFile( short)?$/.test(type))
    throw new FormatError(`expected the type "ooTextFile", got ${describe(type)}`)
  const object = reader.string('the class, "TextGrid"')
  // Older versions of Praat add a number.
  if (!/^TextGrid( \d+)?$/.test(object)) throw new FormatError(`expected a "TextGrid", got ${describe(object)}`)
  reader.number('the start of the TextGrid')
  reader.number('the end of the TextGrid')
  if (reader.flag('<exists>') !== 'exists') return []
  const count = reader.count('the number of tiers')
  return Array.from({ length: count }, () => readTier(reader))
}
