import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { checkBuilt } from './built.ts'

/** The project's folder. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url))

/** What a finished process left. */
export interface Finished {
  code: number
  stdout: string
  stderr: string
}

/**
 * Runs Node on a script with arguments, in the project's folder unless told otherwise; `more` joins its environment, `input` is
 * its standard input.
 */
export function runNode(
  args: readonly string[],
  cwd: string = root,
  more: NodeJS.ProcessEnv = {},
  input?: Uint8Array,
): Promise<Finished> {
  checkBuilt()
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      args,
      { cwd, env: { ...process.env, ...more }, maxBuffer: 1e8 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
      },
    )
    child.stdin?.on('error', () => {}) // a program that reads nothing closes it
    if (input !== undefined) child.stdin?.end(input)
  })
}
