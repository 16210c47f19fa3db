/** Gives the recordings of a corpus features that another tool or network computed. */
import { createHash } from 'node:crypto'
import { inputDtype, matrixView, toMatrix } from '../../core/array.ts'
import { checkNumber, checkOptions, checkString } from '../../core/check.ts'
import { expectation } from '../../core/errors.ts'
import type { MatrixLike } from '../../core/types.ts'
import type { GivenRecord } from '../../experiments/given-features.ts'
import { encodeNpy, type NpyArray, readNpy } from '../../io/npy.ts'
import { checkHooks } from '../../numerics/loop.ts'
import { checkCorpus } from '../corpus.ts'
import { checkPath } from '../files.ts'
import type { LabelledSource } from '../training-set.ts'
import { type AttachHooks, attachFeatures } from './attach.ts'
import { arrayCollection, type FeatureCollection, openCollection } from './collection.ts'

/** Options of {@link withFeatures}. */
export interface WithFeaturesOptions extends AttachHooks {
  /** Seconds from row to row of a sequence. Default: by the times in a table, else 0.01. */
  stepSeconds?: number
}

/** A `Map` of any realm. */
function isMap(value: unknown): value is ReadonlyMap<unknown, unknown> {
  return Object.prototype.toString.call(value) === '[object Map]'
}

/** Matrices in memory by the names of recordings. */
function collectionOf(where: string, features: ReadonlyMap<string, MatrixLike>): FeatureCollection {
  const hash = createHash('sha256')
  const arrays = new Map<string, NpyArray>()
  for (const [key, x] of features) {
    checkString(where, 'features: a key', key)
    const name = `features["${key}"]`
    const bytes = encodeNpy(matrixView(toMatrix(where, name, x, inputDtype(x))))
    hash.update(`${key}\n`).update(bytes)
    arrays.set(key, readNpy(bytes))
  }
  return arrayCollection('memory', arrays, hash.digest('hex'))
}

/**
 * The corpus with features of its recordings, which systems with a `given` front end take in experiments, trainings and evaluations instead of
 * computing some from sound. All of them are looked at first: their numbers of columns, recordings without features, numbers that are not finite.
 *
 * @param features - a path: a folder with a `.npy`, `.npz` or `.csv` file for each recording, or one file of all: CSV with a column `file` (of `ser features`,
 * audformat, openSMILE, pandas), `.npz`, Kaldi's `.ark` or `.scp`; or matrices [T, D] by the names of recordings. A recording has the features whose
 * path, without the ending, has most of its last parts in common with the recording's.
 * @throws FormatError where recordings have no features, two fit one, or the features differ in columns or are not finite
 * @example
 * ```ts
 * const plain = syntheticSource({ speakers: 3, sentences: 2 }) // or await loadCorpus('emodb', 'data/emodb')
 * const embeddings = new Map<string, number[][]>() // or 'embeddings', a folder with wav/03a01Fa.npy and so on
 * for (const { path, read } of plain.utterances) {
 *   const [samples] = (await read()).channels
 *   embeddings.set(path, [[Math.max(...samples), samples.length]])
 * }
 * const source = await withFeatures(plain, embeddings)
 * const { columns: given } = source.features
 * given.form // 'vector'
 * const system = createSystem('functionals-mlp', { frontEnd: { given }, epochs: 20 })
 * const { unweightedRecall } = await runExperiment(source, system)
 * ```
 */
export async function withFeatures<S extends LabelledSource>(
  source: S,
  features: string | ReadonlyMap<string, MatrixLike>,
  options: WithFeaturesOptions = {},
): Promise<S & { features: GivenRecord }> {
  const where = 'withFeatures'
  checkCorpus(where, 'source', source)
  checkOptions(where, options, ['stepSeconds', 'signal', 'onRecording'])
  checkHooks(where, options, ['onRecording'])
  const { stepSeconds, ...hooks } = options
  if (stepSeconds !== undefined) checkNumber(where, 'stepSeconds', stepSeconds, { above: 0 })
  if (typeof features !== 'string' && !isMap(features)) {
    throw new TypeError(expectation(where, 'features', 'a path or a Map of matrices', features))
  }
  const collection = isMap(features)
    ? collectionOf(where, features)
    : await openCollection(checkPath(where, 'features', features))
  const { utterances, ...record } = await attachFeatures(source.utterances, collection, stepSeconds, hooks)
  return { ...source, utterances, features: record }
}
