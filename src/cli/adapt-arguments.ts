/** Adaptation of a recogniser to recordings that the command line names. */
import { FormatError, messageOf } from '../core/errors.ts'
import { isErrorNamed } from '../core/realm.ts'
import { readWhole } from '../node/files.ts'
import type { SpokenRows } from '../pipelines/adaptation.ts'
import type { Recognizer } from '../pipelines/recognizer.ts'
import { expandSounds, readSound } from './sound-arguments.ts'
import { terminal } from './terminal.ts'

/** A recording to adapt to. */
interface Heard extends SpokenRows {
  /** Of its bytes, which all names and copies of a file share; null for standard input. */
  digest: string | null
}

async function digestOf(path: string): Promise<string | null> {
  const { createHash } = await import('node:crypto')
  return await readWhole(path).then(
    (bytes) => createHash('sha256').update(bytes).digest('base64'),
    () => null,
  )
}

/** The usable among files, folders and patterns; the others are told. */
async function heardIn(recognizer: Recognizer, names: readonly string[]): Promise<Heard[]> {
  const all: Heard[] = []
  const sounds = await expandSounds(names)
  for (const [i, { path, error }] of sounds.entries()) {
    terminal.progress(i, sounds.length, `adapting to ${path}`)
    try {
      if (error !== undefined) throw new FormatError(error)
      const [heard] = recognizer.rowsOf('Recognizer.statistics', [await readSound(path)])
      if (!heard.speech) throw new FormatError('no speech is heard in it')
      all.push({ ...heard, digest: await digestOf(path) })
    } catch (fault) {
      if (isErrorNamed(fault, 'StateError')) throw fault
      terminal.line(`warning: not adapted to ${path}: ${messageOf(fault)}`)
    }
  }
  terminal.end()
  return all
}

/**
 * The recogniser adapted to recordings of files, folders and patterns, for each file to others than itself and its copies. Those that cannot
 * be read, or have no speech, are told and left out.
 *
 * @throws FormatError where none is left
 */
export async function adaptedTo(
  recognizer: Recognizer,
  names: readonly string[],
): Promise<(path: string) => Promise<Recognizer>> {
  const heard = await heardIn(recognizer, names)
  if (heard.length === 0) throw new FormatError(`--adapt: no recording in ${names.join(', ')} can be used`)
  const source = names.join(', ')
  const whole = recognizer.adaptToRows(heard, { source })
  const warning = whole.adaptation?.warning
  if (warning) terminal.line(`warning: ${warning}`)
  return async (path) => {
    const digest = await digestOf(path)
    const others = heard.filter((one) => digest === null || one.digest !== digest)
    if (others.length === heard.length) return whole
    if (others.length > 0) return recognizer.adaptToRows(others, { source })
    terminal.line(`warning: ${path} is all that --adapt names: it is judged without adaptation`)
    return recognizer
  }
}
