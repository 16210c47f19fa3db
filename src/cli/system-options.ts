/** Options of a system from a configuration and flags. */
import { InvalidArgumentError, Option } from 'commander'
import { checkArray, checkObject } from '../core/check.ts'
import type { Json } from '../core/types.ts'
import type { GivenColumns, ResolvedFrontEnd } from '../pipelines/front-end.ts'
import { createSystem, type SystemName, systemNames } from '../pipelines/systems.ts'
import { LARGEST_SPEAKER_POWER } from '../pipelines/training-data.ts'
import { numberFromZero, words } from './arguments.ts'

/** Options of a system, or of several by their names. */
export type Options = { [key: string]: Json }

/** Flags that set options of every system. */
export interface SystemFlags {
  /** Whether all recordings are synthetic voices. */
  synthetic: boolean
  epochs?: number
  validationSpeakers?: number
  /** Power of the weights of speakers. */
  speakerWeights?: number
  /** Features that the recordings were given, for systems whose options name no other front end. */
  given?: GivenColumns
}

/** `--speaker-weights`. */
export function speakerWeightsOption(): Option {
  const help =
    'power by which speakers with many recordings of a class and corpus count less: 1 for speakers that count the same, at most 10 (default: 0)'
  return new Option('--speaker-weights <power>', help).argParser((text) => {
    const power = numberFromZero(text)
    if (power <= LARGEST_SPEAKER_POWER) return power
    throw new InvalidArgumentError(`expected a number from 0 to ${LARGEST_SPEAKER_POWER}`)
  })
}

/** `--target`. */
export function targetOption(): Option {
  const help =
    'numbers to learn in place of classes, separated by commas: columns of a manifest, of nkululeko or audformat, or of --votes ' +
    '(intensity of CREMA-D); arousal and valence of the synthetic corpus'
  return new Option('--target <names>', help).argParser(words)
}

/** Options for the synthetic voices, which are short and need few epochs and no augmentation: under a minute in all. */
const forSynthetic = {
  ...{ epochs: 20, learningRate: 8e-3, cropSeconds: 1, batchSize: 16, joining: 'mean' },
  ...{ bandMasks: 0, timeMask: 0, vocalTract: 0 },
} as const

/** Whether a system has a network over time; others do not take its options. */
function hasSequenceNetwork(name: SystemName): boolean {
  return 'joining' in createSystem(name).settings
}

/** The part of a configuration for this system, or all of it if it is not divided by system. */
export function partFor(name: SystemName, config: Options): Options {
  const names: readonly string[] = systemNames
  const keys = Object.keys(config)
  if (keys.length === 0 || keys.some((key) => !names.includes(key))) return config
  return checkObject('config', name, config[name] ?? {}, 'an object of options')
}

/** Options with given features, of an ensemble those of its members. */
function withGiven(name: SystemName, options: Options, given: GivenColumns | undefined): Options {
  if (given === undefined) return options
  if (name !== 'ensemble') return { frontEnd: { given: given as unknown as Json }, ...options }
  const { members = [{ system: 'blstm' }, { system: 'functionals-mlp' }], ...rest } = options
  const named = checkArray<{ system: SystemName; options?: Options }>('config', 'members', members)
  const all = named.map((member) => ({ ...member, options: withGiven(member.system, member.options ?? {}, given) }))
  return { ...rest, members: all as unknown as Json }
}

/** The system where none is named: one that takes the given features. */
export function defaultSystem(given: GivenColumns | undefined): SystemName {
  return given?.form === 'vector' ? 'functionals-mlp' : 'lstm'
}

/** Throws where none of the systems takes the features of `--features`. */
export function checkTakesGiven(frontEnds: readonly ResolvedFrontEnd[]): void {
  if (frontEnds.some(({ given }) => given !== undefined)) return
  throw new InvalidArgumentError('--features: no system takes them, since "frontEnd" in --config names other features')
}

/** Throws for a flag that sets an option which the system lacks. */
function checkHas(name: SystemName, flag: string, option: string): void {
  if (option in createSystem(name).settings) return
  const remedy =
    name === 'ensemble' ? 'its members have, in --config' : 'name it in --config, for the systems that have it'
  throw new InvalidArgumentError(`${flag}: ${name} has no such option; ${remedy}`)
}

/** Options of a system from a configuration; flags override it. */
export function withFlags(
  name: SystemName,
  options: Options,
  { synthetic, epochs, validationSpeakers, speakerWeights, given }: SystemFlags,
): Options {
  if (epochs !== undefined) checkHas(name, '--epochs', 'epochs')
  if (validationSpeakers !== undefined) checkHas(name, '--validation-speakers', 'validationSpeakers')
  return {
    ...(synthetic && hasSequenceNetwork(name) ? forSynthetic : {}),
    ...withGiven(name, options, given),
    ...(epochs === undefined ? {} : { epochs }),
    ...(validationSpeakers === undefined ? {} : { validationSpeakers }),
    ...(speakerWeights === undefined ? {} : { speakerWeightPower: speakerWeights }),
  }
}
