/** Every public function and method with arguments of wrong kinds: an error of the library's own, and nothing changed. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import * as library from '../../src/index.ts'
import { instances, rightArguments } from '../support/right.ts'
import { isOwnError, wrongKinds } from '../support/wrong.ts'

const kinds = wrongKinds()
const exported = library as unknown as Record<string, (...args: unknown[]) => unknown>

/** The declarations that the entry exports: paths of modules, and names in them. */
function exportedFrom(): Map<string, string[]> {
  const entry = fileURLToPath(new URL('../../src/index.ts', import.meta.url))
  const modules = new Map<string, string[]>()
  for (const one of parsed(entry).statements) {
    if (!ts.isExportDeclaration(one) || one.isTypeOnly || !one.moduleSpecifier || !one.exportClause) continue
    if (!ts.isNamedExports(one.exportClause)) continue
    const names = one.exportClause.elements.filter(({ isTypeOnly }) => !isTypeOnly).map(({ name }) => name.text)
    const path = fileURLToPath(new URL((one.moduleSpecifier as ts.StringLiteral).text, new URL(`file://${entry}`)))
    modules.set(path, [...(modules.get(path) ?? []), ...names])
  }
  return modules
}

function parsed(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
}

const has = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind)

/** Whether a member is for the library alone, by its modifiers or its comment. */
function isHidden(member: ts.Node): boolean {
  if (has(member, ts.SyntaxKind.PrivateKeyword) || has(member, ts.SyntaxKind.ProtectedKeyword)) return true
  return ts.getJSDocTags(member).some(({ tagName }) => tagName.text === 'internal')
}

/** A function or method, and how to call it anew. */
interface Door {
  name: string
  /** The number of parameters. */
  count: number
  right: () => unknown[]
  call: (args: unknown[]) => unknown
  /** State that a refused call must leave as it is. */
  state?: () => unknown
}

function textOf(subject: unknown): unknown {
  const { state, toJSON } = subject as { state?: () => unknown; toJSON?: () => unknown }
  if (typeof state === 'function') return JSON.stringify(state.call(subject))
  return typeof toJSON === 'function' ? JSON.stringify(toJSON.call(subject)) : null
}

/** The members of a class and of the classes that it extends, the lowest first. */
function membersOf(path: string, node: ts.ClassDeclaration): ts.ClassElement[] {
  const base = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0].expression
  if (base === undefined || !ts.isIdentifier(base)) return [...node.members]
  for (const one of node.getSourceFile().statements) {
    if (!ts.isImportDeclaration(one) || !one.importClause?.getText().match(new RegExp(`\\b${base.text}\\b`))) continue
    const from = fileURLToPath(new URL((one.moduleSpecifier as ts.StringLiteral).text, new URL(`file://${path}`)))
    const found = parsed(from).statements.find(
      (other) => ts.isClassDeclaration(other) && other.name?.text === base.text,
    )
    if (found !== undefined) return [...node.members, ...membersOf(from, found as ts.ClassDeclaration)]
  }
  return [...node.members]
}

function doorsOfClass(path: string, name: string, node: ts.ClassDeclaration): Door[] {
  const doors = new Map<string, Door>()
  const hidden = new Set<string>()
  const type = exported[name] as unknown as new (...args: unknown[]) => unknown
  const isAbstract = has(node, ts.SyntaxKind.AbstractKeyword)
  for (const member of membersOf(path, node)) {
    const method = member.name?.getText() ?? ''
    if (isHidden(member)) hidden.add(method)
    const right = rightArguments[method === '' ? name : `${name}.${method}`] ?? (() => [])
    if (ts.isConstructorDeclaration(member) && !isAbstract && !isHidden(member) && !doors.has('new')) {
      const call = (args: unknown[]): unknown => new type(...args)
      doors.set('new', { name, count: member.parameters.length, right, call })
    }
    if (!ts.isMethodDeclaration(member) || member.parameters.length === 0 || doors.has(method)) continue
    const fixed = has(member, ts.SyntaxKind.StaticKeyword)
    if (!fixed && instances[name] === undefined) continue
    const subject = (fixed ? type : instances[name]()) as Record<string, (...args: unknown[]) => unknown>
    const call = (args: unknown[]): unknown => subject[method](...args)
    const count = member.parameters.length
    doors.set(method, { name: `${name}.${method}`, count, right, call, state: () => textOf(subject) })
  }
  return [...doors].filter(([method]) => !hidden.has(method)).map(([, door]) => door)
}

function doors(): Door[] {
  const found: Door[] = []
  for (const [path, names] of exportedFrom()) {
    for (const node of parsed(path).statements) {
      const name = (node as ts.FunctionDeclaration).name?.text
      if (name === undefined || !names.includes(name)) continue
      if (ts.isClassDeclaration(node)) found.push(...doorsOfClass(path, name, node))
      if (!ts.isFunctionDeclaration(node) || found.some((one) => one.name === name)) continue
      const right = rightArguments[name] ?? (() => [])
      found.push({ name, count: node.parameters.length, right, call: (args) => exported[name](...args) })
    }
  }
  return found
}

async function settled(result: unknown): Promise<void> {
  const { next } = (result ?? {}) as AsyncGenerator
  if (typeof next === 'function' && !Array.isArray(result)) await (result as AsyncGenerator).next()
  await result
}

/** Raw errors and changed states of a door, a line for each argument. */
async function fallen({ name, count, right, call, state }: Door): Promise<string[]> {
  const found: string[] = []
  let before = state?.()
  for (let at = 0; at < count; at++) {
    for (const [i, kind] of kinds.entries()) {
      const args = right()
      while (args.length < at) args.push(undefined)
      args[at] = kind
      let refused = true
      try {
        await settled(call(args))
        refused = false
      } catch (error) {
        if (!isOwnError(error)) found.push(`${name} argument ${at} kind ${i}: ${String(error)}`)
      }
      if (refused && state?.() !== before) found.push(`${name} argument ${at} kind ${i}: its state has changed`)
      before = state?.()
    }
  }
  return found
}

describe('wrong kinds of arguments', () => {
  it('of every export are refused by errors of the library', { timeout: 240_000 }, async () => {
    const all = doors()
    expect(all.length).toBeGreaterThan(250)
    const found: string[] = []
    for (const door of all) found.push(...(await fallen(door)))
    expect(found).toEqual([])
  })
})
