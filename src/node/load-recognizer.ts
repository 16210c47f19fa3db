import { checkInteger, checkOptions } from '../core/check.ts'
import { expectation, FormatError, messageOf, StateError } from '../core/errors.ts'
import { Recognizer } from '../pipelines/recognizer.ts'
import { readNamed } from './files.ts'
import { findOwnFile } from './own-file.ts'

/** Options of {@link loadRecognizer}. */
export interface LoadRecognizerOptions {
  /**
   * The package's recogniser to load: 2 (default), trained on four corpora in four languages; 1, that of 0.1.0, trained
   * on EmoDB alone.
   */
  edition?: 1 | 2
}

const files = { 1: 'recognizer-1.safetensors', 2: 'recognizer.safetensors' } as const

/** The package's model: in a bundle, or relative to the built files and to the sources; code that came from an address has it there too. */
function shippedModel(edition: 1 | 2): URL {
  const model = files[edition]
  const found = findOwnFile(model, `../models/${model}`, `../../models/${model}`)
  if (found !== undefined) return found
  const address: string | undefined = import.meta.url
  // webpack would look for a folder of the build in `new URL(..., import.meta.url)`.
  if (isAddress(address)) return new URL(`../../models/${model}`, address)
  throw new StateError(
    'loadRecognizer: the model of the package is not beside its code, as in a bundle: copy ' +
      `ser-core/models/${model} beside the bundle, or use loadRecognizer(path) or Recognizer.from(bytes); ` +
      'docs/guide/bundlers.md of ser-core tells how',
  )
}

/** Whether the running file came from the web, as Deno loads packages of JSR. */
const isAddress = (url: string | undefined): url is string => url !== undefined && /^https?:/.test(url)

async function bytesOf(file: string | URL): Promise<Uint8Array> {
  if (typeof file === 'string' || !isAddress(file.href)) return await readNamed(file)
  const answer = await fetch(file)
  if (!answer.ok) throw new Error(`${file.href} answers ${answer.status}`)
  return new Uint8Array(await answer.arrayBuffer())
}

/** Checks what `loadRecognizer` is called with; gives the place of the file and its name in errors. */
function placeOf(source: string | LoadRecognizerOptions): { file: string | URL; name: string } {
  const where = 'loadRecognizer'
  if (typeof source === 'string') return { file: source, name: source }
  if (typeof source !== 'object') throw new TypeError(expectation(where, 'path', 'a string', source))
  checkOptions(where, source, ['edition'])
  const edition = checkInteger(where, 'edition', source.edition ?? 2, { min: 1, max: 2 }) as 1 | 2
  return { file: shippedModel(edition), name: `the model of the package, edition ${edition}` }
}

/**
 * Loads a trained recogniser: the package's own (its card: `models/README.md`), or that of a file. A bundle must supply
 * the file: next to itself, by its path, or as bytes for {@link Recognizer.from}.
 *
 * @param source - a file written by `ser train` or `Recognizer.save`, or which of the package's own to load. Default: its
 * second edition
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
export async function loadRecognizer(source: string | LoadRecognizerOptions = {}): Promise<Recognizer> {
  const { file, name } = placeOf(source)
  try {
    return Recognizer.from(await bytesOf(file))
  } catch (cause) {
    throw new FormatError(`loadRecognizer: "${name}": ${messageOf(cause)}`, { cause })
  }
}
