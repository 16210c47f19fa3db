/** Options of systems as data: each system has a table of defaults and one of rules, which are applied here. */
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
import type { Json } from '../core/types.ts'
import { type FrontEndOptions, type ResolvedFrontEnd, resolveFrontEnd } from './front-end.ts'

/** Throws unless a value is one that an option may have. */
export type Rule = (where: string, name: string, value: unknown) => unknown

/** An integer within the limits. */
export function integer(limits: Limits): Rule {
  return (where, name, value) => checkInteger(where, name, value, limits)
}

/** A finite number within the limits. */
export function number(limits: Limits): Rule {
  return (where, name, value) => checkNumber(where, name, value, limits)
}

/** One of the words. */
export function word(words: readonly string[]): Rule {
  return (where, name, value) => checkOneOf(where, name, value, words)
}

/** A list whose items keep the rule. */
export function list(rule: Rule, min = 0): Rule {
  return (where, name, value) =>
    checkArray(where, name, value, min).map((item, i) => rule(where, `${name}[${i}]`, item))
}

/** Options that every system has. */
export interface CommonOptions {
  /** What is taken from recordings; what is not given stays as the system has it. */
  frontEnd?: FrontEndOptions
}

/** Options of a system that has the study's sizes too. */
export interface PresetOptions {
  /** Which values the other options have unless they are given: `default`, or `study`, the study's sizes. */
  preset?: 'default' | 'study'
}

/** Options with all values filled in. */
export type Settings<O> = Required<Omit<O, 'frontEnd' | 'preset'>> & { frontEnd: ResolvedFrontEnd }

/** The options of a system. */
export interface OptionTable<O extends CommonOptions> {
  defaults: Required<Omit<O, 'preset'>>
  /** What the preset `study` changes; left out where the study has no such system. */
  study?: Partial<O>
  rules: Record<Exclude<keyof O, 'frontEnd' | 'preset'>, Rule>
}

/** Checks options and fills in what was not given. */
export function resolveSettings<O extends CommonOptions>(
  where: string,
  options: O,
  { defaults, study, rules }: OptionTable<O>,
): Settings<O> {
  checkNames(where, options, [...Object.keys(defaults), ...(study === undefined ? [] : ['preset'])])
  const { preset = 'default', ...given } = options as O & PresetOptions
  checkOneOf(where, 'preset', preset, ['default', 'study'])
  const base = preset === 'study' ? { ...defaults, ...study } : defaults
  const all = withDefaults(given, base) as Record<string, unknown>
  for (const [name, rule] of Object.entries<Rule>(rules)) rule(where, name, all[name])
  const frontEnd = resolveFrontEnd(withDefaults(checkObject(where, 'frontEnd', all.frontEnd), { ...base.frontEnd }))
  return { ...all, frontEnd } as unknown as Settings<O>
}

/** Settings as a report shows them: a copy. */
export function toJson(settings: object): { [key: string]: Json } {
  return JSON.parse(JSON.stringify(settings))
}
