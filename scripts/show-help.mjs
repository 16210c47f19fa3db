/** `--help` of a program of this repository that is described by the comment at its head. */
import { readFileSync, realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * Prints the comment at the head of the running program and ends, if `--help` is among its arguments.
 *
 * @param url - `import.meta.url` of a file; nothing happens where another file is run
 */
export function showHelp(url) {
  const file = fileURLToPath(url)
  if (!process.argv.slice(2).includes('--help') || realpathSync(process.argv[1]) !== realpathSync(file)) return
  const [comment] = /^(?:#!.*\n)?(?:\/\*[\s\S]*?\*\/|(?:\/\/.*\n)+)/.exec(readFileSync(file, 'utf8')) ?? ['']
  const lines = comment.split('\n').map((line) => line.replace(/^(?:#!.*|\/\*\*?|\s*\*\/|\s*\*|\/\/) ?/, ''))
  console.log(lines.join('\n').trim())
  process.exit()
}
