/** Importance of groups of measures on a corpus. */
import { checkInteger, checkOptions } from '../core/check.ts'
import { StateError } from '../core/errors.ts'
import { checkHooks } from '../numerics/loop.ts'
import { checkSeed, Random } from '../numerics/random.ts'
import { occlusionOf } from '../pipelines/explanation.ts'
import { type Importance, type ImportanceOptions, importanceOfRows } from '../pipelines/importance.ts'
import type { Recognizer } from '../pipelines/recognizer.ts'
import { checkCorpus } from './corpus.ts'
import { type LabelledSource, type ReadingHooks, readTrainingSet } from './training-set.ts'

/** Options of {@link corpusImportance}. */
export interface CorpusImportanceOptions extends ReadingHooks, Pick<ImportanceOptions, 'repeats' | 'seed'> {
  /** Called after each permutation. */
  onPermutation?: (done: number, all: number) => void
}

/** Result of {@link corpusImportance}, plain JSON. */
export interface CorpusImportance extends Importance {
  format: 'ser-core/importance'
  version: 1
  corpus: { name: string; speakers: string[] }
  system: string
  classes: string[]
  repeats: number
  seed: number | string
}

const names = ['cache', 'signal', 'onRecording', 'onProblem', 'repeats', 'seed', 'onPermutation'] as const

/**
 * `permutationImportance` on every recording of a corpus, of the classes that the recogniser knows, with intervals over speakers. Speakers
 * and corpora that it was not trained on tell what it needs with others. Features come from the `cache`, where there is one.
 *
 * @throws StateError where fewer than two recordings are left, and for ensembles
 * @example
 * ```ts
 * const [source, others] = [syntheticSource({ speakers: 2, sentences: 2 }), syntheticSource({ speakers: 2, sentences: 1, seed: 2 })]
 * const { recognizer } = await trainOnCorpus(source, { system: 'functionals-mlp', options: { epochs: 5 } })
 * const { groups } = await corpusImportance(recognizer, others, { repeats: 3 })
 * groups.map(({ group }) => group).sort().join() // 'mfcc,pitch'
 * groups[0].unweightedRecall.low <= groups[0].unweightedRecall.high // true
 * ```
 */
export async function corpusImportance(
  recognizer: Recognizer,
  source: LabelledSource,
  options: CorpusImportanceOptions = {},
): Promise<CorpusImportance> {
  const where = 'corpusImportance'
  const occlusion = occlusionOf(where, recognizer)
  checkCorpus(where, 'source', source)
  checkOptions(where, options, names)
  checkHooks(where, options, ['onRecording', 'onProblem', 'onPermutation'])
  const repeats = checkInteger(where, 'repeats', options.repeats ?? 10, { min: 1, max: 10_000 })
  const seed = checkSeed(where, options.seed ?? 0)
  const classes = [...recognizer.classes]
  const utterances = source.utterances.filter(({ label }) => classes.includes(label))
  const { cache, signal, onRecording, onProblem, onPermutation } = options
  const hooks = { cache, signal, onRecording, onProblem }
  const { frontEnd } = recognizer.inside()
  const { sequences, labels, speakers } = await readTrainingSet(
    where,
    { ...source, classes, utterances },
    frontEnd,
    hooks,
  )
  if (sequences.length < 2) {
    throw new StateError(`${where}: expected 2 recordings of ${classes.join(', ')} or more, got ${sequences.length}`)
  }
  const known = speakers.every((name) => name !== '')
  const importance = await importanceOfRows(
    occlusion,
    sequences.map((one) => occlusion.rows(one)),
    {
      ...{ labels: Array.from(labels), classes: classes.length, repeats, signal, onPermutation },
      random: new Random(seed).substream('importance'),
      ...(known ? { speakers } : {}),
    },
  )
  return {
    ...{ format: 'ser-core/importance', version: 1 },
    corpus: { name: source.name, speakers: [...new Set(speakers)].sort() },
    ...{ system: recognizer.system.system, classes, repeats, seed },
    ...importance,
  }
}
