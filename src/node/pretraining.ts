/** Pre-trainings of a plan: their recordings, and the recognisers that they make, kept in the experiment's folder. */
import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { isErrorNamed } from '../core/realm.ts'
import type { Json } from '../core/types.ts'
import { frontEndKey } from '../experiments/assemble.ts'
import { type FoldData, type FoldJob, systemOf } from '../experiments/jobs.ts'
import type { CorpusReference, ExperimentPlan, PlannedSystem } from '../experiments/plan.ts'
import {
  type PretrainingRun,
  placelessSystem,
  pretrain,
  pretrainedConfig,
  startKey,
} from '../experiments/pretraining.ts'
import { Recognizer } from '../pipelines/recognizer.ts'
import { checkOccur } from '../pipelines/recognizer-parts.ts'
import type { LabelledFeatures, TrainingProgress } from '../pipelines/system.ts'
import { createSystem, type SystemName } from '../pipelines/systems.ts'
import { startFrom } from '../pipelines/train-recognizer.ts'
import type { FeatureStore } from './feature-store.ts'
import { digestsOf, type ExtractionOptions } from './fold-data.ts'
import type { FoldStore } from './fold-store.ts'
import { software } from './provenance.ts'
import { sharedSpeaker, testedOf } from './same-speakers.ts'
import { type ExperimentSource, type OpeningOptions, openSource } from './source.ts'
import { readTrainingSet } from './training-set.ts'

/** Callbacks of pre-trainings. */
export interface PretrainingListener {
  /** Called before a pre-training, and after each of its epochs. */
  onPretraining?: (run: PretrainingRun, progress: TrainingProgress | null) => void
}

/** Recordings of the pre-training of a system. */
export interface PretrainingSet {
  data: LabelledFeatures
  /** Of features, labels and speakers. */
  digest: string
}

function digestOf(values: Uint8Array): string {
  return createHash('sha256').update(values).digest('base64')
}

function digestsOfSequences(sequences: LabelledFeatures['sequences']): string[] {
  return sequences.map(({ data }) => digestOf(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)))
}

/** The key of the recordings of a corpus. */
function corpusKey(corpus: CorpusReference): string {
  return JSON.stringify(corpus)
}

/**
 * Opens the recordings of all pre-trainings, before features of any are extracted.
 *
 * @throws RangeError where a class of the experiment has none, or a speaker that is tested on speaks there, as far as names tell
 */
export async function openPretraining(
  where: string,
  { systems, folds }: ExperimentPlan,
  own: ExperimentSource,
  { signal, onRecording }: OpeningOptions,
): Promise<Map<string, ExperimentSource>> {
  const sources = new Map<string, ExperimentSource>()
  const tested = testedOf(own, folds)
  for (const { name, pretrain } of systems) {
    if (pretrain === undefined || sources.has(corpusKey(pretrain.corpus))) continue
    const { classes } = own
    const opened = await openSource({ ...pretrain.corpus, classes }, { signal, onRecording })
    const source = { ...opened, classes }
    const there = `${where}: the pre-training of "${name}"`
    checkOccur(there, classes, new Set(source.utterances.map(({ label }) => classes.indexOf(label))))
    const shared = sharedSpeaker(tested, source)
    if (shared !== undefined) {
      throw new RangeError(`${there} has recordings of a speaker that is tested on, ${shared}; take corpora of others`)
    }
    sources.set(corpusKey(pretrain.corpus), source)
  }
  return sources
}

/** Throws where a recording of the experiment is among those of the pre-training. */
function checkApart(where: string, name: string, { sequences }: LabelledFeatures, own: FoldData): void {
  const known = new Set(digestsOfSequences(sequences))
  const both = digestsOfSequences(own.sequences).findIndex((digest) => known.has(digest))
  if (both < 0) return
  throw new RangeError(
    `${where}: the pre-training of "${name}" has a recording that is tested on, "${own.paths[both]}"; take corpora of other recordings`,
  )
}

/**
 * Reads the opened recordings of all pre-trainings, by the names of the systems; systems of one front end and corpus share them.
 *
 * @throws RangeError where they contain a recording of the experiment
 */
export async function readPretraining(
  where: string,
  { systems }: ExperimentPlan,
  data: ReadonlyMap<string, FoldData>,
  sources: ReadonlyMap<string, ExperimentSource>,
  { cache, signal, onFeatures, onProblem }: ExtractionOptions,
  store: FeatureStore,
): Promise<Map<string, PretrainingSet>> {
  const hooks = { cache, signal, onRecording: onFeatures, onProblem }
  const read = new Map<string, PretrainingSet>()
  const sets = new Map<string, PretrainingSet>()
  for (const planned of systems) {
    if (planned.pretrain === undefined) continue
    const { corpus } = planned.pretrain
    const front = frontEndKey(planned)
    const key = JSON.stringify([corpus, front])
    let set = read.get(key)
    if (set === undefined) {
      const own = data.get(front) as FoldData
      const source = sources.get(corpusKey(corpus)) as ExperimentSource
      const features = await readTrainingSet(where, source, systemOf(planned).frontEnd, hooks, [], store)
      checkApart(where, planned.name, features, own)
      const [digest] = digestsOf(new Map([[front, { ...features, classes: own.classes, paths: [] }]]))
      set = { data: features, digest }
      read.set(key, set)
    }
    sets.set(planned.name, set)
  }
  return sets
}

/** Facts by which a kept recogniser is recognised as that of a run. */
function identityOf(planned: PlannedSystem, { protocol, seed }: PretrainingRun, digest: string): Json {
  const { system, options } = pretrainedConfig(planned)
  const { settings } = createSystem<SystemName>(system, options as never)
  return {
    ...placelessSystem({ pretrain: planned.pretrain }),
    settings,
    protocol,
    seed,
    software: software(),
    recordings: digest,
  } as unknown as Json
}

/** The kept recogniser of a run; null where it is missing, damaged or of another. */
async function keptOf(store: FoldStore, name: string, identity: Json): Promise<Recognizer | null> {
  const bytes = await store.readBytes(name)
  if (bytes === null) return null
  try {
    const kept = Recognizer.from(bytes)
    return JSON.stringify(kept.card.pretraining) === JSON.stringify(identity) ? kept : null
  } catch (error) {
    if (isErrorNamed(error, 'FormatError')) return null
    throw error
  }
}

/**
 * The starts of the jobs that have a pre-training, by the keys of their runs: kept ones, or made and kept. One for each
 * system, protocol and seed.
 */
export async function startsOf(
  where: string,
  plan: ExperimentPlan,
  jobs: readonly FoldJob[],
  sets: ReadonlyMap<string, PretrainingSet>,
  store: FoldStore,
  { classes, signal, onPretraining }: PretrainingListener & { classes: readonly string[]; signal?: AbortSignal },
): Promise<FoldData['starts']> {
  const starts: NonNullable<FoldData['starts']> = {}
  for (const job of jobs) {
    const key = startKey(job)
    const set = sets.get(job.name)
    if (set === undefined || starts[key] !== undefined) continue
    const planned = plan.systems.find(({ name }) => name === job.name) as PlannedSystem
    const file = `pretrained/${posix.dirname(job.id)}.safetensors`
    const identity = identityOf(planned, job, set.digest)
    let recognizer = await keptOf(store, file, identity)
    if (recognizer === null) {
      const run = { name: job.name, protocol: job.protocol, seed: job.seed }
      onPretraining?.(run, null)
      const onEpoch = (progress: TrainingProgress): void => onPretraining?.(run, progress)
      recognizer = await pretrain(planned, job, set.data, { classes, card: { pretraining: identity }, signal, onEpoch })
      await store.writeBytes(file, recognizer.save())
    }
    starts[key] = startFrom(where, recognizer, systemOf(planned), classes)
  }
  return starts
}
