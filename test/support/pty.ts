import { spawn, spawnSync } from 'node:child_process'
import { Screen } from './screen.ts'

const found = spawnSync('script', ['--version'], { encoding: 'utf8' })

/** Why nothing can be run on a pseudo-terminal here, or null. */
export const noTerminal: string | null = /util-linux/.test(found.stdout ?? '')
  ? null
  : 'the command `script` of util-linux (in Debian: bsdutils) is not there'

/** How a program is run on a terminal. */
export interface TerminalRun {
  columns: number
  rows?: number
  cwd: string
  /** Types Ctrl-C as soon as this stands on the screen. */
  interruptAt?: RegExp
  /** Called with the rows after everything that is written. */
  watch?: (rows: string[]) => void
  env?: NodeJS.ProcessEnv
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

/** Runs Node on a pseudo-terminal of so many columns; gives the screen that is left. */
export async function runOnTerminal(
  args: readonly string[],
  { columns, rows = 24, cwd, interruptAt, watch, env }: TerminalRun,
): Promise<{ code: number; screen: Screen; bytes: string }> {
  const program = [process.execPath, ...args].map(quoted).join(' ')
  const command = `stty cols ${columns} rows ${rows} && exec ${program}`
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd,
    env: { ...process.env, SHELL: '/bin/sh', TERM: 'xterm', ...env },
  })
  const ended = new Promise<number>((resolve, reject) => child.once('error', reject).once('close', resolve))
  const screen = new Screen(columns, rows)
  let [bytes, interrupted] = ['', false]
  for await (const chunk of child.stdout) {
    bytes += chunk
    await screen.write(chunk)
    watch?.(screen.rows())
    if (interruptAt !== undefined && !interrupted && interruptAt.test(screen.lines().join('\n'))) {
      interrupted = true
      child.stdin.write('\x03')
    }
  }
  return { code: await ended, screen, bytes }
}
