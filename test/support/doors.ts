/** The functions and methods that a module exports, as doors to knock at with arguments of wrong kinds. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { globSync } from 'tinyglobby'
import ts from 'typescript'
import { isOwnError, wrongKinds } from './wrong.ts'

type Callable = (...args: unknown[]) => unknown

/** A function, constructor or method, and how to call it. */
export interface Door {
  name: string
  /** The number of parameters. */
  count: number
  right: () => unknown[]
  call: (args: unknown[]) => unknown
  /** Whether it is declared to return a promise, so that it must reject and not throw. */
  promises: boolean
  /** State that a refused call must leave as it is. */
  state?: () => unknown
}

/** Right arguments by the name of a function or class or `Class.method`, and objects by the name of their class. */
export interface Knowledge {
  rightArguments: Record<string, () => unknown[]>
  instances: Record<string, () => unknown>
}

interface Declared {
  /** Members of classes for the library alone, as `Class.member`; `Class.new` for constructors. */
  hidden: Set<string>
  abstract: Set<string>
  /** Functions and methods that return promises. */
  promises: Set<string>
}

const has = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind)

/** Whether a member is for the library alone, by its modifiers or its comment. */
function isHidden(member: ts.Node): boolean {
  if (has(member, ts.SyntaxKind.PrivateKeyword) || has(member, ts.SyntaxKind.ProtectedKeyword)) return true
  return ts.getJSDocTags(member).some(({ tagName }) => tagName.text === 'internal')
}

function parsed(name: string, text: string): ts.SourceFile {
  return ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true)
}

function givesPromise(node: ts.Node): boolean {
  return (node as ts.FunctionDeclaration).type?.getText().startsWith('Promise<') === true
}

function addClass(node: ts.ClassDeclaration, { hidden, abstract, promises }: Declared): void {
  const type = node.name?.text ?? ''
  if (has(node, ts.SyntaxKind.AbstractKeyword)) abstract.add(type)
  for (const member of node.members) {
    const name = `${type}.${ts.isConstructorDeclaration(member) ? 'new' : member.name?.getText()}`
    if (isHidden(member)) hidden.add(name)
    if (givesPromise(member)) promises.add(name)
  }
}

/** What only the declarations tell, of all modules. */
function declarations(): Declared {
  const found: Declared = { hidden: new Set(), abstract: new Set(), promises: new Set() }
  const src = fileURLToPath(new URL('../../src', import.meta.url))
  for (const path of globSync('**/*.ts', { cwd: src, absolute: true, ignore: '**/assembly/**' })) {
    for (const node of parsed(path, readFileSync(path, 'utf8')).statements) {
      if (ts.isClassDeclaration(node)) addClass(node, found)
      if (ts.isFunctionDeclaration(node) && givesPromise(node)) found.promises.add(node.name?.text ?? '')
    }
  }
  return found
}

/** The parameters of a function or method, or of a class' own constructor. */
function parameters(of: Callable): number {
  const text = of.toString()
  const isClass = text.startsWith('class')
  const source = isClass || /^(async\s+)?function/.test(text) ? `(${text})` : `({ ${text} })`
  let count = 0
  const visit = (node: ts.Node): boolean => {
    if (isClass ? ts.isConstructorDeclaration(node) : ts.isFunctionLike(node)) {
      count = (node as ts.FunctionLikeDeclaration).parameters.length
      return true
    }
    if (isClass && ts.isMethodDeclaration(node)) return false
    return ts.forEachChild(node, visit) ?? false
  }
  visit(parsed('door.js', source))
  return count
}

/** A class and those that it extends. */
function lineage(type: Callable): Callable[] {
  const above = Object.getPrototypeOf(type) as Callable
  return above === Function.prototype || above === (Error as unknown) ? [type] : [type, ...lineage(above)]
}

function textOf(subject: unknown): unknown {
  const { state, toJSON } = subject as { state?: () => unknown; toJSON?: () => unknown }
  if (typeof state === 'function') return JSON.stringify(state.call(subject))
  return typeof toJSON === 'function' ? JSON.stringify(toJSON.call(subject)) : null
}

/** The methods of an object, of a class as of the prototypes above it. */
function methodsOf(holder: object): Map<string, Callable> {
  const found = new Map<string, Callable>()
  for (let at: object | null = holder; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    if (at === Function.prototype || at === Error || at === Error.prototype) break
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof value === 'function' && name !== 'constructor' && !found.has(name)) found.set(name, value)
    }
  }
  return found
}

/** Doors of the classes and functions of a module, and of objects that they make. */
export function doorsOf(exported: Record<string, unknown>, { rightArguments, instances }: Knowledge): Door[] {
  const declared = declarations()
  const doors: Door[] = []
  const methods = (title: string, subject: object, names: readonly string[]): void => {
    for (const [method, of] of methodsOf(subject)) {
      const places = [title, ...names].map((name) => `${name}.${method}`)
      const count = parameters(of)
      if (count === 0 || places.some((place) => declared.hidden.has(place))) continue
      const known = places.find((place) => rightArguments[place] !== undefined)
      doors.push({
        ...{ name: `${title}.${method}`, count, promises: places.some((place) => declared.promises.has(place)) },
        right: known === undefined ? () => [] : rightArguments[known],
        call: (args) => (subject as Record<string, Callable>)[method](...args),
        state: () => textOf(subject),
      })
    }
  }
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value !== 'function') continue
    const of = value as Callable
    const right = rightArguments[name] ?? (() => [])
    if (!of.toString().startsWith('class')) {
      const promises = declared.promises.has(of.name)
      doors.push({ name, count: parameters(of), right, promises, call: (args) => of(...args) })
      continue
    }
    const line = lineage(of)
    const names = line.map((one) => one.name)
    const builder = line.find((one) => parameters(one) > 0)
    if (!declared.abstract.has(name) && builder !== undefined && !declared.hidden.has(`${builder.name}.new`)) {
      const type = value as new (...args: unknown[]) => unknown
      doors.push({ name, count: parameters(builder), right, promises: false, call: (args) => new type(...args) })
    }
    methods(name, of, names)
    if (instances[name] !== undefined) methods(name, instances[name]() as object, names)
  }
  for (const [name, make] of Object.entries(instances)) {
    if (exported[name] === undefined) methods(name, make() as object, [name.split(' ')[0]])
  }
  return doors
}

/** Exported classes with methods of which there is no object to call them of. */
export function unknownClasses(exported: Record<string, unknown>, { instances }: Knowledge): string[] {
  const { abstract } = declarations()
  const classes = Object.entries(exported).filter(([, value]) => /^class\b/.test(String(value)))
  const unknown = classes.filter(([name, value]) => {
    return !abstract.has(name) && instances[name] === undefined && methodsOf((value as Callable).prototype).size > 0
  })
  return unknown.map(([name]) => name)
}

async function settled(result: unknown): Promise<void> {
  const { next } = (result ?? {}) as AsyncGenerator
  if (typeof next === 'function' && !Array.isArray(result)) await (result as AsyncGenerator).next()
  await result
}

const kinds = wrongKinds()

/** Raw errors and changed states of calls, a line for each. */
async function fallenCalls({ call, promises, state }: Door, calls: Iterable<[string, unknown[]]>): Promise<string[]> {
  const found: string[] = []
  let before = state?.()
  for (const [place, args] of calls) {
    let refused = true
    let waiting = false
    try {
      const result = call(args)
      waiting = true
      await settled(result)
      refused = false
    } catch (error) {
      if (promises && !waiting) found.push(`${place}: throws, and does not reject`)
      if (!isOwnError(error)) found.push(`${place}: ${String(error)}`)
    }
    if (refused && state?.() !== before) found.push(`${place}: its state has changed`)
    before = state?.()
  }
  return found
}

/** Calls with each argument in turn of each wrong kind, the others right. */
function* wrongCalls({ name, count, right }: Door): Generator<[string, unknown[]]> {
  for (let at = 0; at < count; at++) {
    for (const [i, kind] of kinds.entries()) {
      const args = right()
      while (args.length < at) args.push(undefined)
      args[at] = kind
      yield [`${name} argument ${at} kind ${i}`, args]
    }
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

/** The options that a door knows in an argument, as its error about an unknown one lists them. */
async function optionsOf({ right, call }: Door, at: number): Promise<string[]> {
  const args = right()
  const given = args[at] as object
  args[at] = { ...given, unheardOf: 1 }
  try {
    await settled(call(args))
  } catch (error) {
    const [, known] = /\(known: ([^)]*)\)/.exec((error as Error).message) ?? []
    if (known !== undefined) return known.split(', ')
  }
  return Object.keys(given)
}

/** Calls with each option, or field of an argument, in turn of each of some wrong kinds. */
function* wrongFields(
  { name, right }: Door,
  at: number,
  fields: readonly string[],
  some: readonly number[],
): Generator<[string, unknown[]]> {
  for (const field of fields) {
    for (const i of some) {
      const args = right()
      args[at] = { ...(args[at] as object), [field]: kinds[i] }
      yield [`${name} argument ${at} "${field}" kind ${i}`, args]
    }
  }
}

/** Raw errors and changed states of a door, a line for each argument and kind. */
export async function fallen(door: Door): Promise<string[]> {
  return await fallenCalls(door, wrongCalls(door))
}

/** The same for each option and field of its arguments, with the kinds of these numbers. */
export async function fallenByOptions(door: Door, some: readonly number[] = [...kinds.keys()]): Promise<string[]> {
  const found: string[] = []
  for (const [at, value] of door.right().entries()) {
    if (!isPlain(value)) continue
    found.push(...(await fallenCalls(door, wrongFields(door, at, await optionsOf(door, at), some))))
  }
  return found
}
