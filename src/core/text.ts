/** Text in a fixed-width font: how many cells it takes, and how it is padded, cut and wrapped by that. */

/** Columns of a page of text where nobody says how many there are. */
export const TEXT_WIDTH = 80
/** Numbers need so many columns. */
export const LEAST_TEXT_WIDTH = 40

/** Marks over or under the character before them, and characters that are not seen. */
const noCell = /[\p{Mn}\p{Me}\p{Cf}]/u
/** Characters of East Asian scripts, their full-width forms, and emoji. */
const twoCells =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u

function cellsOf(character: string): number {
  if (character <= '~') return 1
  if (noCell.test(character)) return 0
  return twoCells.test(character) ? 2 : 1
}

/** Cells that a text takes in a fixed-width font: two for a character such as `愤`, none for a combining accent. */
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

/** As much of the beginning as fits into so many cells. */
export function cutText(text: string, width: number): string {
  let [left, end] = [width, 0]
  for (const character of text) {
    left -= cellsOf(character)
    if (left < 0) break
    end += character.length
  }
  return text.slice(0, end)
}

/** Control characters but for tabs and line ends: a name that holds them could move the cursor of a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are looked for
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g

/** The text with control characters written out, such as `\x1b`; tabs and line ends stay. */
export function withoutControls(text: string): string {
  return text.replace(controls, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/**
 * A line broken at spaces, not at no-break spaces, into lines of at most so many cells; those after the first are indented. A word that is too long
 * alone stays whole.
 */
export function wrapText(line: string, width: number, indent = 0): string[] {
  const lines: string[] = []
  let current: string | null = null
  // The spaces of the first line are kept: they may line something up.
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
