import { readFile } from 'node:fs/promises'
import { checkString } from '../core/check.ts'
import { FormatError, messageOf, StateError } from '../core/errors.ts'
import { Recognizer } from '../pipelines/recognizer.ts'
import { findOwnFile } from './own-file.ts'

const model = 'recognizer.safetensors'
/** Places of the package's model: in a bundle, and relative to the built files and to the sources. */
const places = [model, `../models/${model}`, `../../models/${model}`]

function shippedModel(): URL {
  const found = findOwnFile(...places)
  if (found !== undefined) return found
  throw new StateError(
    'loadRecognizer: the model of the package is not beside its code, as in a bundle: copy ' +
      'ser-core/models/recognizer.safetensors beside the bundle, or use loadRecognizer(path) or Recognizer.from(bytes); ' +
      'docs/guide/bundlers.md of ser-core tells how',
  )
}

/**
 * Loads a trained recogniser: the package's own (its card: `models/README.md`), or that of a file. A bundle must supply
 * the file: next to itself, by its path, or as bytes for {@link Recognizer.from}.
 *
 * @param path - a file written by `ser train` or `Recognizer.save`. Default: the package's own model
 * @throws FormatError where the file cannot be read or is no recogniser's, StateError where the package's own is not
 * found
 * @example
 * ```ts
 * const recognizer = await loadRecognizer()
 * const { channels, sampleRate } = await readAudioFile('speech.wav')
 * const { label, probabilities, speech } = recognizer.predict(channels[0], sampleRate)
 * speech && label !== null && probabilities[label] >= 1 / 4 // true
 * ```
 */
export async function loadRecognizer(path?: string): Promise<Recognizer> {
  const file = path === undefined ? shippedModel() : checkString('loadRecognizer', 'path', path)
  try {
    return Recognizer.from(await readFile(file))
  } catch (cause) {
    throw new FormatError(`loadRecognizer: "${path ?? 'the model of the package'}": ${messageOf(cause)}`, { cause })
  }
}
