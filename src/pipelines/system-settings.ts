/** Options of systems as data: applies each system's table of defaults and rules. */
import {
  checkArray,
  checkInteger,
  checkNames,
  checkNumber,
  checkObject,
  checkOneOf,
  type Limits,
} from '../core/check.ts'
import { withDefaults } from '../core/defaults.ts'
import { limits } from '../core/limits.ts'
import type { Json } from '../core/types.ts'
import { type FrontEndOptions, type ResolvedFrontEnd, resolveFrontEnd } from './front-end.ts'

/** Throws unless a value is valid for an option. */
export type Rule = (where: string, name: string, value: unknown) => unknown

/** Rule: an integer within the limits, and within `limits.count` where they have no upper one. */
export function integer(within: Limits): Rule {
  return (where, name, value) => checkInteger(where, name, value, { limit: limits.count, ...within })
}

/** Rule: a finite number within the limits. */
export function number(within: Limits): Rule {
  return (where, name, value) => checkNumber(where, name, value, within)
}

/** Rule: one of the words. */
export function word(words: readonly string[]): Rule {
  return (where, name, value) => checkOneOf(where, name, value, words)
}

/** Rule: a list of at least `min` items that satisfy the rule. */
export function list(rule: Rule, min = 0): Rule {
  return (where, name, value) =>
    checkArray(where, name, value, min).map((item, i) => rule(where, `${name}[${i}]`, item))
}

/** Options that every system has. */
export interface CommonOptions {
  /** Features to compute from recordings. Default of each field: the system's. */
  frontEnd?: FrontEndOptions
}

/** Options of a system that can also have the study's sizes. */
export interface PresetOptions {
  /** Defaults of the other options: `default`, or `study` for the study's sizes. */
  preset?: 'default' | 'study'
}

/** Options with all values filled in. */
export type Settings<O> = Required<Omit<O, 'frontEnd' | 'preset'>> & { frontEnd: ResolvedFrontEnd }

/** The options of a system. */
export interface OptionTable<O extends CommonOptions> {
  defaults: Required<Omit<O, 'preset'>>
  /** Changes of the preset `study`; absent where the study has no such system. */
  study?: Partial<O>
  /** Changes where the front end has a `set`, which has no other defaults than these; but for `frontEnd`, of given features too. */
  onSet?: Partial<O>
  rules: Record<Exclude<keyof O, 'frontEnd' | 'preset'>, Rule>
}

/** The defaults where the options of a front end, not checked yet, name a set or given features: nothing else of theirs. */
function defaultsFor<D extends CommonOptions, O extends CommonOptions>(
  frontEnd: FrontEndOptions | undefined,
  spectral: D,
  onSet: Partial<O>,
): D {
  const { set, given } = frontEnd ?? {}
  if (given !== undefined && given !== null) return { ...spectral, ...onSet, frontEnd: {} }
  return set !== undefined && set !== null ? { ...spectral, frontEnd: {}, ...onSet } : spectral
}

/** The default front end, unless the options name one of another kind. */
export function defaultFrontEnd(given: FrontEndOptions | undefined, standard: FrontEndOptions): FrontEndOptions {
  const named = given?.set !== undefined || given?.given !== undefined
  const spectral = given !== undefined && given !== null && !named && Object.keys(given).length > 0
  return spectral ? {} : standard
}

/** Checks options and fills in the defaults. */
export function resolveSettings<O extends CommonOptions>(
  where: string,
  options: O,
  { defaults, study, onSet = {}, rules }: OptionTable<O>,
): Settings<O> {
  checkNames(where, options, [...Object.keys(defaults), ...(study === undefined ? [] : ['preset'])])
  const { preset = 'default', ...given } = options as O & PresetOptions
  checkOneOf(where, 'preset', preset, ['default', 'study'])
  const spectral = preset === 'study' ? { ...defaults, ...study } : defaults
  const base = defaultsFor(given.frontEnd, spectral, onSet)
  const all = withDefaults(given, base) as Record<string, unknown>
  for (const [name, rule] of Object.entries<Rule>(rules)) rule(where, name, all[name])
  const frontEnd = resolveFrontEnd(withDefaults(checkObject(where, 'frontEnd', all.frontEnd), { ...base.frontEnd }))
  return { ...all, frontEnd } as unknown as Settings<O>
}

/** Options that came later, at the values that change nothing: settings without them are those of finished folds. */
const later: Readonly<Record<string, unknown>> = { speakerWeightPower: 0, targetLoss: 'concordance' }

/** A copy of settings as JSON, for reports. */
export function toJson(settings: object): { [key: string]: Json } {
  return JSON.parse(JSON.stringify(settings, (key, value) => (later[key] === value ? undefined : value)))
}
