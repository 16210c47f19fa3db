/** Keras' files: `.keras` archives and `.h5`. */
import { messageOf } from '../../core/errors.ts'
import { checkNesting } from '../../core/saved.ts'
import { decodeUtf8 } from '../../core/utf8.ts'
import { readHdf5 } from '../../io/hdf5/read.ts'
import { type ZipMember, zipMembers } from '../../io/zip.ts'
import { fail } from './config.ts'
import { NamedWeights, PathWeights, type WeightFile } from './tensors.ts'

/** The contents of a file. */
export interface KerasFile {
  /** The model's configuration: JSON, of which nothing is known. */
  model: unknown
  /** Version of Keras that wrote it; empty if unknown. */
  version: string
  weights: WeightFile
}

function parsed(text: string | null | undefined, what: string): unknown {
  if (typeof text !== 'string') fail(`${what} is no text`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    fail(`${what} is no JSON: ${messageOf(error)}`)
  }
  checkNesting('fromKeras', what, value)
  return value
}

function versionOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function readArchive(bytes: Uint8Array): KerasFile {
  const members = new Map(zipMembers(bytes).map((member): [string, ZipMember] => [member.name, member]))
  const read = (name: string): Uint8Array =>
    members.get(name)?.read() ?? fail(`the archive lacks "${name}", which a .keras file has`)
  const model = parsed(decodeUtf8(read('config.json')), 'config.json')
  const { keras_version: version } = (parsed(decodeUtf8(read('metadata.json')), 'metadata.json') ?? {}) as {
    keras_version?: unknown
  }
  return { model, version: versionOf(version), weights: new PathWeights(readHdf5(read('model.weights.h5'))) }
}

function readLegacy(bytes: Uint8Array): KerasFile {
  const root = readHdf5(bytes)
  const [text] = root.attribute('model_config') ?? []
  if (text === undefined) {
    fail('the HDF5 file has no model_config: these are weights alone, which loadWeights writes into a model of yours')
  }
  const weights = root.at('model_weights') ?? fail('the HDF5 file has no model_weights')
  const [version] = root.attribute('keras_version') ?? []
  return { model: parsed(text, 'model_config'), version: versionOf(version), weights: new NamedWeights(weights) }
}

/** Reads a `.keras` archive or a `.h5` file, told apart by their first bytes. */
export function readKeras(bytes: Uint8Array): KerasFile {
  return bytes[0] === 0x50 && bytes[1] === 0x4b ? readArchive(bytes) : readLegacy(bytes)
}
