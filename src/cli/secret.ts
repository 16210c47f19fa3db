import { FormatError, messageOf } from '../core/errors.ts'
import { readNamed } from '../node/files.ts'
import { LEAST_SECRET as LEAST } from '../node/queue/permitted.ts'

/** The secret in a file, without white space around it; its text is in no error. */
export async function readSecret(path: string): Promise<string> {
  let secret: string
  try {
    secret = (await readNamed(path)).toString('utf8').trim()
  } catch (cause) {
    throw new FormatError(`--secret-file ${path}: ${messageOf(cause)}`, { cause })
  }
  if (secret.length >= LEAST) return secret
  throw new FormatError(`--secret-file ${path}: expected a secret of ${LEAST} characters or more, got ${secret.length}`)
}
