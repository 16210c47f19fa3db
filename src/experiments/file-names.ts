/** File names that are valid on every file system. */
import { encodeUtf8 } from '../core/utf8.ts'

const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
const MAX_LENGTH = 80

function escaped(character: string): string {
  return Array.from(encodeUtf8(character), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}

/** Writes characters that some file system refuses as `%` and hexadecimal digits, and cuts long names. */
function plainName(name: string): string {
  const plain = Array.from(name, (character) => (/[\w.-]/.test(character) ? character : escaped(character))).join('')
  const safe = reserved.test(plain) ? `%${plain}` : plain.replace(/^\.+|\.+$/g, (dots) => dots.replaceAll('.', '%2e'))
  return safe === '' ? '%' : safe.slice(0, MAX_LENGTH)
}

/**
 * A file name for each of some distinct names, distinct even on file systems that ignore case. Plain names stay as they
 * are.
 */
export function fileNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  // The next number of each plain name, since all before it are taken.
  const next = new Map<string, number>()
  return names.map((name) => {
    const plain = plainName(name)
    let candidate = plain
    let n = next.get(plain) ?? 2
    for (; taken.has(candidate.toLowerCase()); n++) candidate = `${plain}~${n}`
    next.set(plain, n)
    taken.add(candidate.toLowerCase())
    return candidate
  })
}
