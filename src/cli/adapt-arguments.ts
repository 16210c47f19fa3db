/** Adaptation of a recogniser to recordings that the command line names. */
import { FormatError, messageOf } from '../core/errors.ts'
import { isErrorNamed } from '../core/realm.ts'
import type { FloatNdArray } from '../core/types.ts'
import type { Recognizer } from '../pipelines/recognizer.ts'
import { expandSounds, readSound } from './sound-arguments.ts'
import { terminal } from './terminal.ts'

/**
 * The recogniser adapted to recordings of files, folders and patterns. Those that cannot be read are told and left out.
 *
 * @throws FormatError where none is left
 */
export async function adaptedTo(recognizer: Recognizer, names: readonly string[]): Promise<Recognizer> {
  const rows: FloatNdArray[] = []
  const sounds = await expandSounds(names)
  for (const [i, { path, error }] of sounds.entries()) {
    terminal.progress(i, sounds.length, `adapting to ${path}`)
    try {
      if (error !== undefined) throw new FormatError(error)
      rows.push(...recognizer.rowsOf('Recognizer.statistics', [await readSound(path)]))
    } catch (fault) {
      if (isErrorNamed(fault, 'StateError')) throw fault
      terminal.line(`warning: not adapted to ${path}: ${messageOf(fault)}`)
    }
  }
  terminal.end()
  if (rows.length === 0) throw new FormatError(`--adapt: no recording in ${names.join(', ')} can be used`)
  const adapted = recognizer.adaptToRows(rows, { source: names.join(', ') })
  const warning = adapted.adaptation?.warning
  if (warning) terminal.line(`warning: ${warning}`)
  return adapted
}
