/** Converts the flags of `ser experiment` to a plan. */

import { InvalidArgumentError } from 'commander'
import { checkObject } from '../core/check.ts'
import { expectation, FormatError, messageOf } from '../core/errors.ts'
import type { Json } from '../core/types.ts'
import { partsOf, withFeatureDigests } from '../experiments/corpora.ts'
import type { FoldKey, FoldPlan } from '../experiments/folds.ts'
import {
  type Combination,
  type CorpusReference,
  checkPlan,
  type ExperimentPlan,
  type PlannedSystem,
  type Protocol,
} from '../experiments/plan.ts'
import { studyClasses } from '../experiments/study.ts'
import { readNamed } from '../node/files.ts'
import type { ExperimentSource } from '../node/source.ts'
import type { GivenColumns } from '../pipelines/front-end.ts'
import { createSystem, type SystemName, systemNames } from '../pipelines/systems.ts'
import { oneOf } from './arguments.ts'
import {
  type CorpusFiles,
  type CorpusFlags,
  corporaOf,
  corpusOf,
  isSynthetic,
  openCorpus,
  pretrainingCorpusOf,
  readCorpusFiles,
} from './corpus-flags.ts'
import { readJson } from './json-file.ts'
import { checkTakesGiven, defaultSystem, type Options, partFor, type SystemFlags, withFlags } from './system-options.ts'
import { terminal } from './terminal.ts'

/** The flags that determine a plan. */
export interface PlanFlags extends CorpusFlags {
  systems?: string[]
  config?: string
  pretrainConfig?: string
  combine?: string[]
  epochs?: number
  validationSpeakers?: number
  speakerWeights?: number
  seed: number | string
  seeds?: number
  protocol: Protocol | 'both'
  by?: FoldKey[]
  folds?: number[]
  trainOn?: FoldPlan['train']
}

/** A configuration: options for all, options by system, or a list of named systems. */
interface Config {
  options: Options
  list: Partial<PlannedSystem>[] | null
  combinations: Combination[]
}

function plannedCorpus(flags: PlanFlags, files: CorpusFiles): CorpusReference {
  const corpus = corpusOf(flags, studyClasses, files)
  if (partsOf(corpus).some(({ kind, speaker }) => kind === 'folder' && speaker === undefined)) {
    throw new InvalidArgumentError('--corpus folder needs --speaker, where in a path the speaker is')
  }
  return corpus
}

/** The folds of the flags; undefined for leave-one-speaker-out. */
function foldsOfFlags(flags: PlanFlags, files: CorpusFiles): FoldPlan | undefined {
  const { by, folds, trainOn } = flags
  const named = (role: 'test' | 'unlabelled'): string[] => {
    return [...new Set(corporaOf(flags, files).flatMap((one) => (one[role] ? [one.name] : [])))]
  }
  const [test, unlabelled] = [named('test'), named('unlabelled')]
  const plain = test.length === 0 && unlabelled.length === 0
  if (by === undefined && folds === undefined && trainOn === undefined && plain) return undefined
  const keys = by ?? (trainOn === undefined ? folds && ['speaker' as const] : ['corpus' as const])
  return {
    ...(keys === undefined ? {} : { by: keys }),
    ...(folds === undefined ? {} : { folds }),
    ...(test.length === 0 ? {} : { test }),
    ...(unlabelled.length === 0 ? {} : { unlabelled }),
    ...(trainOn === undefined ? {} : { train: trainOn }),
  }
}

function checkEntry(value: Json, i: number): Partial<PlannedSystem> {
  return checkObject('config', `systems[${i}]`, value)
}

async function readConfig(path: string | undefined): Promise<Config> {
  if (path === undefined) return { options: {}, list: null, combinations: [] }
  try {
    const json = JSON.parse((await readNamed(path)).toString('utf8'))
    if (Array.isArray(json)) return { options: {}, list: json.map(checkEntry), combinations: [] }
    const wanted = 'an object or a list of systems'
    const { systems, combinations = [] } = checkObject<Options>('config', 'the file', json, wanted)
    if (!Array.isArray(systems)) return { options: json, list: null, combinations: [] }
    if (!Array.isArray(combinations)) throw new TypeError(expectation('config', 'combinations', 'a list', combinations))
    return { options: {}, list: systems.map(checkEntry), combinations: combinations as Combination[] & Json }
  } catch (cause) {
    throw new FormatError(`--config ${path}: ${messageOf(cause)}`, { cause })
  }
}

/** Checks the names of `--systems`. */
function chosenOf<T extends string>(names: readonly string[], known: readonly T[]): T[] {
  return names.map((name) => {
    try {
      return oneOf(name, known)
    } catch (error) {
      const message = `option '--systems <list>' argument '${name}' is invalid. ${messageOf(error)}`
      throw new InvalidArgumentError(message)
    }
  })
}

function systemsOf({ list, options }: Config, flags: PlanFlags & SystemFlags): PlannedSystem[] {
  if (list === null) {
    return chosenOf(flags.systems ?? [defaultSystem(flags.given)], systemNames).map((system) => {
      return { name: system, system, options: withFlags(system, partFor(system, options), flags) }
    })
  }
  const named = list.map((given) => {
    const { system = '' as SystemName, name = system } = given
    return { ...given, name, system, options: withFlags(system, given.options ?? {}, flags) }
  })
  const names = named.map(({ name }) => name)
  const chosen = chosenOf(flags.systems ?? names, names)
  return chosen.map((name) => named[names.indexOf(name)])
}

/** The systems, those with a network over time with the pre-training of the flags. */
async function withPretraining(
  systems: PlannedSystem[],
  { pretrainConfig: file }: PlanFlags,
  corpus: CorpusReference | undefined,
): Promise<PlannedSystem[]> {
  if (corpus === undefined) {
    if (file === undefined) return systems
    throw new InvalidArgumentError('--pretrain-config needs --pretrain-corpus')
  }
  const config = file === undefined ? {} : ((await readJson('--pretrain-config', file)) as Options)
  const able = systems.map(({ system, options }) => createSystem(system, options as never).startable === true)
  if (!able.includes(true)) {
    throw new InvalidArgumentError('--pretrain-corpus needs a system with a network over time, such as lstm')
  }
  return systems.map((planned, i) =>
    able[i] ? { pretrain: { corpus, options: partFor(planned.system, config) }, ...planned } : planned,
  )
}

/** Parses a combination: `a+b` averages two systems seed by seed, `a` alone averages one over its seeds. */
function combinationOf(text: string): Combination {
  const members = text.split('+').map((name) => name.trim())
  return members.length > 1 ? { name: text, members } : { name: `${text}, all seeds`, members, seeds: 'all' }
}

/**
 * The plan of the flags.
 *
 * @param given - features of the corpus, which systems take that name no others; undefined also before the corpus was opened
 * @throws InvalidArgumentError for flags that do not go together; errors of `checkPlan`
 */
export async function planOf(flags: PlanFlags, given?: GivenColumns): Promise<ExperimentPlan> {
  const files = await readCorpusFiles(flags)
  const corpus = plannedCorpus(flags, files)
  const config = await readConfig(flags.config)
  const { seeds, seed, protocol, combine = [] } = flags
  const folds = foldsOfFlags(flags, files)
  const systems = systemsOf(config, { ...flags, synthetic: isSynthetic(corpus), given })
  if (given !== undefined)
    checkTakesGiven(systems.map((one) => createSystem(one.system, one.options as never).frontEnd))
  return checkPlan({
    ...{ format: 'ser-core/plan', version: 1, corpus },
    systems: await withPretraining(systems, flags, pretrainingCorpusOf(flags, files)),
    seeds: seeds === undefined ? [seed] : Array.from({ length: seeds }, (_, i) => i + 1),
    protocols: protocol === 'both' ? ['strict', 'speaker'] : [protocol],
    ...(folds === undefined ? {} : { folds }),
    combinations: [...config.combinations, ...combine.map(combinationOf)] as Combination[] & Json,
  })
}

/** A plan, and its corpus where that was opened for it. */
export interface OpenedPlan {
  plan: ExperimentPlan
  source?: ExperimentSource
}

/** The plan, and the corpus where it had to be opened first: its features tell what systems take. */
export async function openedPlan(flags: PlanFlags, signal: AbortSignal): Promise<OpenedPlan> {
  const plan = await planOf(flags)
  if (partsOf(plan.corpus).every(({ features }) => features === undefined)) return { plan }
  const source = await openCorpus(plan.corpus, terminal, signal)
  const told = await planOf(flags, source.features?.columns)
  return { plan: { ...told, corpus: withFeatureDigests(told.corpus, source.features?.sources ?? []) }, source }
}
