/** Text in a fixed-width font: its width in cells, padding, cutting and wrapping. */

/** Default width of a page of text, in columns. */
export const TEXT_WIDTH = 80
/** Least width of a page of text: tables of numbers need it. */
export const LEAST_TEXT_WIDTH = 40

/** Combining marks and invisible characters, which take no cell. */
const noCell = /[\p{Mn}\p{Me}\p{Cf}]/u
/** Characters of East Asian scripts, full-width forms and emoji, which take two cells. */
const twoCells =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u

function cellsOf(character: string): number {
  if (character <= '~') return 1
  if (noCell.test(character)) return 0
  return twoCells.test(character) ? 2 : 1
}

/** Width of a text in cells: two for a character such as `愤`, none for a combining accent. */
export function textWidth(text: string): number {
  let width = 0
  for (const character of text) width += cellsOf(character)
  return width
}

/** As `padEnd` of strings, in cells. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)))
}

/** As `padStart` of strings, in cells. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text
}

/** The longest beginning of the text that fits into `width` cells. */
export function cutText(text: string, width: number): string {
  let [left, end] = [width, 0]
  for (const character of text) {
    left -= cellsOf(character)
    if (left < 0) break
    end += character.length
  }
  return text.slice(0, end)
}

/**
 * Control characters but for tabs and line ends, and those that turn the direction of text: a name that holds them could move the cursor
 * of a terminal, or read as another.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g

/** A character as an escape, such as `\x1b` or `\u202e`. */
function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16)
  return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`
}

/** The text with control characters escaped, such as `\x1b`; tabs and line ends are kept. */
export function withoutControls(text: string): string {
  return text.replace(controls, escaped)
}

/** The text as a field of a line: tabs and line ends are escaped too, which would end the field or the line. */
export function asField(text: string): string {
  return text.replace(/[\t\n\r]/g, escaped)
}

/** The text as a field of CSV (RFC 4180). */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * A line broken at spaces, not at no-break spaces, into lines of at most `width` cells; all but the first are indented.
 * Words longer than a line are not broken.
 */
export function wrapText(line: string, width: number, indent = 0): string[] {
  const lines: string[] = []
  let current: string | null = null
  // The spaces within a line are kept, since they may align columns.
  for (const [gap, word] of Array.from(line.matchAll(/( *)([^ ]+)/g), ([, gap, word]) => [gap, word])) {
    const longer: string = current === null ? gap + word : current + gap + word
    if (current === null || textWidth(longer) <= width) current = longer
    else {
      lines.push(current)
      current = ' '.repeat(indent) + word
    }
  }
  return [...lines, current ?? '']
}

/** A number with its sign and three decimals, such as `+0.123`. */
export function signedText(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`
}
