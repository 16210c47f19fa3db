/** Command lines as text for a shell. */
import { withoutPassword } from '../node/queue/address.ts'

/** The current command line, quoted for a shell, without the password of a queue. */
export function commandLine(): string {
  return shellWords(['ser', ...process.argv.slice(2)].map(withoutPassword))
}

/** Words, quoted for a shell. */
export function shellWords(words: readonly string[]): string {
  return words.map((word) => (/^[\w./:=,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ')
}
