/** Trainings on other corpora whose weights the folds of a system start from. */
import { checkObject, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { FloatNdArray, Json } from '../core/types.ts'
import { alignSpeakers } from '../features/speaker-alignment.ts'
import type { Seed } from '../numerics/random.ts'
import { checkSameLayers } from '../pipelines/network-start.ts'
import type { Recognizer } from '../pipelines/recognizer.ts'
import { checkStartable, type LabelledFeatures, type System, type TrainingHooks } from '../pipelines/system.ts'
import { createSystem, type SystemConfig, type SystemName } from '../pipelines/systems.ts'
import { trainRecognizer } from '../pipelines/train-recognizer.ts'
import { type CorpusReference, checkCorpusReference, namedParts, partsOf, placeless } from './corpora.ts'

/** The training of a system on other corpora, before that of each fold. */
export interface Pretraining {
  /** The corpora; their classes are those of the plan's. */
  corpus: CorpusReference
  /** Options of this training, added to those of the system. The front end is the same. */
  options?: { [key: string]: Json }
}

/** A planned system that may have a pre-training. */
interface Planned {
  system: SystemName
  options: { [key: string]: Json }
  pretrain?: Pretraining
}

/** One such training: of a system, under a protocol, from a seed. */
export interface PretrainingRun {
  name: string
  protocol: string
  seed: Seed
}

/** A key of the run that its folds share. */
export function startKey({ name, protocol, seed }: PretrainingRun): string {
  return JSON.stringify([name, protocol, seed])
}

/** The system with a pre-training whose corpora have no places, since equal recordings may be in different ones. */
export function placelessSystem<P extends { pretrain?: Pretraining }>(planned: P): P {
  const { pretrain } = planned
  return pretrain === undefined
    ? planned
    : { ...planned, pretrain: { ...pretrain, corpus: placeless(pretrain.corpus) } }
}

/** Lines that say which systems start from which corpora. */
export function pretrainingText(systems: readonly { name: string; pretrain?: Pretraining }[]): string[] {
  const names = new Map<string, string[]>()
  for (const { name, pretrain } of systems) {
    if (pretrain === undefined) continue
    const corpora = namedParts('plan', partsOf(pretrain.corpus)).map((part) => part.name)
    const options = Object.entries(pretrain.options ?? {}).map(
      ([option, value]) => `${option} ${JSON.stringify(value)}`,
    )
    const key = [...new Set(corpora)].join(', ') + (options.length === 0 ? '' : ` (${options.join(', ')})`)
    names.set(key, [...(names.get(key) ?? []), name])
  }
  return Array.from(
    names,
    ([corpora, some]) => `${some.join(', ')}: trained on ${corpora}, then on each fold's speakers`,
  )
}

/** The system that is trained on the other corpora. */
export function pretrainedConfig({ system, options, pretrain }: Planned): SystemConfig {
  return { system, options: { ...options, ...pretrain?.options } } as SystemConfig
}

/**
 * Checks a pre-training of a planned system.
 *
 * @throws TypeError or RangeError that names the place
 */
export function checkPretraining(where: string, place: string, planned: Planned, system: System): void {
  const given = planned.pretrain as Pretraining
  checkOptions(`${where}: ${place}`, given, ['corpus', 'options'])
  checkStartable(`${where}: ${place}`, system)
  checkCorpusReference(where, given.corpus, `${place}.corpus`)
  checkObject(where, `${place}.options`, given.options ?? {})
  const { system: name, options } = pretrainedConfig(planned)
  const made = createSystem<SystemName>(name, options as never)
  if (JSON.stringify(made.frontEnd) === JSON.stringify(system.frontEnd)) {
    checkSameLayers(`${where}: "${place}"`, system, made)
    return
  }
  throw new RangeError(expectation(where, `${place}.options`, 'the front end of the system', given.options))
}

/** By whom the sequences are brought to common statistics: as the protocol says, so that folds find what was learnt. */
function groupsOf({ labels, speakers, corpora = [] }: LabelledFeatures, protocol: string): string[] {
  const corpus = (i: number): string => corpora[i] ?? ''
  const whole = speakers.map((_, i) => JSON.stringify([corpus(i)]))
  if (protocol !== 'speaker') return whole
  const moods = new Map<string, Set<number>>()
  const own = speakers.map((speaker, i) => JSON.stringify([corpus(i), speaker]))
  for (const [i, voice] of own.entries()) moods.set(voice, (moods.get(voice) ?? new Set()).add(labels[i]))
  // The statistics of a voice that speaks in one class only are those of the class.
  return own.map((voice, i) => (speakers[i] !== '' && (moods.get(voice)?.size ?? 0) > 1 ? voice : whole[i]))
}

/** The features of a pre-training, at common statistics. */
export function aligned(data: LabelledFeatures, protocol: string): FloatNdArray[] {
  const groups = groupsOf(data, protocol)
  if (new Set(groups).size < 2) return data.sequences
  return alignSpeakers(
    data.sequences,
    groups,
    groups.map((_, i) => i),
  )
}

/**
 * Trains the system of a run on other corpora. Under `strict` and `corpus` the features of each corpus are brought to the mean
 * and deviation of all of them, under `speaker` those of each speaker; of speakers of one class only, with their corpus.
 *
 * @param data - features of the system's front end
 * @throws errors of the training
 */
export async function pretrain(
  planned: Planned,
  { protocol, seed }: Pick<PretrainingRun, 'protocol' | 'seed'>,
  data: LabelledFeatures,
  { classes, card, ...hooks }: TrainingHooks & { classes: readonly string[]; card?: { [key: string]: Json } },
): Promise<Recognizer> {
  const sequences = aligned(data, protocol)
  const options = { classes, card, seed: `${seed}/pretraining`, ...hooks }
  return await trainRecognizer({ ...data, sequences }, pretrainedConfig(planned), options)
}
