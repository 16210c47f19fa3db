/** Which module of a file is which part of a model: by names that are given, or by the tensors' names and shapes. */
import type { Form, Library, Unit } from './forms.ts'
import { keyOf, type Module, signatureOf } from './modules.ts'

/** A unit with the module that fills it, and the form that the module has. */
export interface Match {
  unit: Unit
  module: Module
  form: Form
}

/** The names of a unit's modules: of one, of each direction, or none where the unit keeps its weights. */
export type ModuleName = string | readonly [forward: string, backward: string] | null

/** The two sides of a match, with the modules' names where they are given. */
export interface Matching {
  units: readonly Unit[]
  modules: Map<string, Module>
  names: readonly ModuleName[] | undefined
}

const signatureOfForm = (form: Form): string => signatureOf(form.map(({ name, shape }) => [name, shape]))
const signatureOfModule = ({ parts }: Module): string =>
  signatureOf(Array.from(parts, ([name, { shape }]) => [name, shape]))

function matchOf(unit: Unit, module: Module): Match | undefined {
  const signature = signatureOfModule(module)
  const form = unit.forms.find((one) => signatureOfForm(one) === signature)
  return form && { unit, module, form }
}

/** Where two names part: runs of digits, or the text between them. */
function partingOf(a: Module, b: Module): readonly [string, string] {
  const [left, right] = [a, b].map(({ name, index = 0 }) => [...name.split(/(\d+)/), String(index)])
  const at = left.findIndex((word, i) => word !== right[i])
  return [left[at] ?? '', right[at] ?? '']
}

/** Numbers in names compare as numbers. */
function inOrder(a: Module, b: Module): number {
  const [x, y] = partingOf(a, b)
  return Number(x) - Number(y) || (x < y ? -1 : 1)
}

/** Whether each name parts from the next one at numbers, which tell the order. */
function isSeries(modules: readonly Module[]): boolean {
  return modules.slice(1).every((module, i) => partingOf(modules[i], module).every((word) => /^\d+$/.test(word)))
}

/** The units that have the same forms, each list of them with the modules that fit it. */
function candidates(units: readonly Unit[], modules: readonly Module[]): { units: Unit[]; modules: Module[] }[] {
  const bySignature = new Map<string, Module[]>()
  for (const module of modules) {
    const signature = signatureOfModule(module)
    bySignature.set(signature, [...(bySignature.get(signature) ?? []), module])
  }
  const alike = new Map<string, Unit[]>()
  for (const unit of units) {
    const key = unit.forms.map(signatureOfForm).join('|')
    alike.set(key, [...(alike.get(key) ?? []), unit])
  }
  const taken = new Set<Module>()
  // Those of fewest forms choose first: what has no bias in any form takes no module from what may have one.
  const lists = [...alike.values()].sort((a, b) => a[0].forms.length - b[0].forms.length)
  return lists.map((list) => {
    const fitting = list[0].forms.flatMap((form) => bySignature.get(signatureOfForm(form)) ?? [])
    const free = fitting.filter((module) => !taken.has(module)).sort(inOrder)
    for (const module of free.slice(0, list.length)) taken.add(module)
    return { units: list, modules: free }
  })
}

function listOf(where: string, items: readonly string[]): string {
  const most = 20
  const rest = items.length - most
  return `${where}: ${items.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

/** A unit without a module that fits; `named` is the one that was said to, if there is any, and null where none was. */
interface Unmatched {
  unit: Unit
  named: Module | undefined | null
}

/** Names that are not as they should be. */
class Differences {
  readonly missing: string[] = []
  readonly unexpected: string[] = []
  readonly shapes: string[] = []

  /** Tensors of no unit. */
  leave(parts: Module['parts']): void {
    for (const { name, shape } of parts.values()) this.unexpected.push(`"${name}" [${shape.join(', ')}]`)
  }

  /** A unit and the module that was to fill it, if any. */
  compare({ text, forms }: Unit, module: Module | undefined): void {
    const rest = new Map(module?.parts)
    for (const { name, shape } of forms.find(({ length }) => length === rest.size) ?? forms[0]) {
      const found = rest.get(name)
      rest.delete(name)
      if (found === undefined) this.missing.push(`${name} [${shape.join(', ')}] of ${text}`)
      else if (String(found.shape) !== String(shape)) {
        this.shapes.push(`"${found.name}" expected [${shape.join(', ')}] for ${text}, got [${found.shape.join(', ')}]`)
      }
    }
    this.leave(rest)
  }

  toString(): string {
    const { missing, unexpected, shapes } = this
    const lists = Object.entries({ missing, unexpected, 'of other shapes': shapes })
    return lists.flatMap(([name, list]) => (list.length > 0 ? [listOf(name, list)] : [])).join('; ')
  }
}

const namesOf = (parts: Iterable<string>): string => [...parts].sort().join()

/** Throws the error that says all of what is missing, left over or of another shape. */
function misfit(where: string, library: Library, units: readonly Unmatched[], modules: readonly Module[]): never {
  const differences = new Differences()
  const rest = new Set([...modules].sort(inOrder))
  for (const { unit, named } of units) {
    const kinds = unit.forms.map((form) => namesOf(form.map(({ name }) => name)))
    const alike = [...rest].find(({ parts }) => kinds.includes(namesOf(parts.keys())))
    const module = named === null ? alike : named && rest.has(named) ? named : undefined
    if (module !== undefined) rest.delete(module)
    differences.compare(unit, module)
  }
  for (const { parts } of rest) differences.leave(parts)
  const [remark] = modules.flatMap(({ parts }) => library.remark(parts) ?? [])
  const hint = remark === undefined ? '' : `; ${remark}`
  throw new RangeError(`${where}: the tensors do not fit the model: ${differences}${hint}`)
}

/** The modules by the names of `names`, one for each unit; layers of one stack have the same name. */
function byName({ units, modules }: Matching, names: readonly ModuleName[]): (readonly [Unit, Module | undefined])[] {
  const used = new Map<string, number>()
  const take = (unit: Unit, name: string): readonly [Unit, Module | undefined] => {
    const index = used.get(name) ?? 0
    used.set(name, index + 1)
    return [unit, modules.get(keyOf(name, index)) ?? modules.get(keyOf(name, undefined))]
  }
  return units.flatMap((unit, i) => {
    const name = names[i]
    if (name === null) return []
    if (typeof name === 'string') return [take(unit, name)]
    return (unit.directions ?? []).map((one, k) => take(one, name[k]))
  })
}

/** Units of one direction for bidirectional layers that no module fits as a whole. */
function splitWhere(units: readonly Unit[], modules: readonly Module[]): Unit[] {
  return units.flatMap((unit) => {
    const isThere = unit.directions === undefined || modules.some((module) => matchOf(unit, module) !== undefined)
    return isThere ? [unit] : [...(unit.directions as readonly [Unit, Unit])]
  })
}

/**
 * Matches each unit with a module, and each module with a unit.
 *
 * @throws RangeError where they do not fit, and where several modules fit alike and their names tell no order
 */
export function matchModules(where: string, library: Library, { units, modules, names }: Matching): Match[] {
  const all = [...modules.values()]
  const matches: Match[] = []
  const open: Unmatched[] = []
  const free = new Set(all)
  const pair = (unit: Unit, module: Module | undefined): void => {
    const match = module && free.has(module) ? matchOf(unit, module) : undefined
    if (match === undefined) open.push({ unit, named: names === undefined ? null : module })
    else {
      free.delete(match.module)
      matches.push(match)
    }
  }
  if (names !== undefined) for (const [unit, module] of byName({ units, modules, names }, names)) pair(unit, module)
  else {
    for (const group of candidates(splitWhere(units, all), all)) {
      if (group.units.length > 1 && group.modules.length === group.units.length && !isSeries(group.modules)) {
        ambiguous(where, group)
      }
      for (const [i, unit] of group.units.entries()) pair(unit, group.modules[i])
    }
  }
  if (open.length > 0 || free.size > 0) misfit(where, library, open, [...free])
  return matches
}

function ambiguous(where: string, { units, modules }: { units: readonly Unit[]; modules: readonly Module[] }): never {
  const told = modules.map(({ name }) => `"${name}"`).join(', ')
  throw new RangeError(
    `${where}: ${told} fit ${units.map(({ text }) => text).join(', ')} alike; give "names", the modules in the order of the layers`,
  )
}
