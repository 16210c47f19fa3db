/** Reads what source files import and judges it by the rules of the house. Paths are relative to src, with '/'. */
import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, posix } from 'node:path'
import ts from 'typescript'

/** One import of a file. */
export interface Import {
  specifier: string
  /** The file that a relative import names, relative to src; undefined for a package. */
  target?: string
  /** `eager`: runs with the importing file; `lazy`: `import()`; `type`: leaves no trace in the output. */
  kind: 'eager' | 'lazy' | 'type'
}

/** What the rules look at in a file. */
export interface Source {
  imports: Import[]
  /** Names that the file uses and does not declare. */
  globals: Set<string>
  /** Uses of functions and powers whose bits ECMAScript leaves to the engine. */
  approximate: string[]
  /** Names to the right of `instanceof`. */
  classesAsked: Set<string>
}

/** The files by path. */
export type Sources = Map<string, Source>

/** Folders from the first to the last; those of one row never import one another. '' is src/index.ts. */
/** Folders of src from the lowest floor up; '' is src itself. */
export const order: string[][] = [
  ['core'],
  ['kernels'],
  ['numerics'],
  ['threads'],
  ['optim', 'audio', 'features', 'layers'],
  ['energy', 'training'],
  ['augmentation', 'networks'],
  ['estimators', 'evaluation'],
  ['io'],
  ['weights'],
  ['corpora'],
  ['pipelines'],
  ['onnx'],
  ['experiments'],
  ['report'],
  [''],
  ['node'],
  ['cli'],
]

const hostFolders = ['threads', 'node', 'cli']

/** Takes the version from package.json. */
const versionFile = 'core/version.ts'

/** What belongs to Node, to the browser or to the clock. */
const hostGlobals = new Set([
  ...['process', 'Buffer', '__dirname', '__filename', 'require', 'Deno', 'Bun'],
  ...['window', 'self', 'document', 'navigator', 'location', 'localStorage', 'sessionStorage', 'indexedDB'],
  ...['XMLHttpRequest', 'WebSocket', 'fetch', 'Worker', 'SharedWorker', 'AudioContext', 'Blob', 'FileReader'],
  ...['Element', 'HTMLElement', 'HTMLCanvasElement', 'requestAnimationFrame', 'Date', 'performance'],
])

/** Of the globals that hosts have in common, those that an AudioWorkletGlobalScope lacks. */
const missingInWorklets = new Set([
  ...[
    'TextDecoder',
    'TextEncoder',
    'structuredClone',
    'queueMicrotask',
    'reportError',
    'crypto',
    'atob',
    'btoa',
    'URL',
  ],
  ...['setTimeout', 'setInterval', 'setImmediate', 'MessageChannel', 'performance', 'fetch', 'Blob'],
])
/** Looks for each of them before it uses it. */
const yields = 'core/yield.ts'

/** What ECMAScript defines exactly in `Math`. */
const exactMath = new Set([
  ...['abs', 'ceil', 'floor', 'round', 'trunc', 'sign', 'min', 'max', 'sqrt', 'fround', 'imul', 'clz32'],
  ...['E', 'LN10', 'LN2', 'LOG10E', 'LOG2E', 'PI', 'SQRT1_2', 'SQRT2'],
])

const nodeModules = new Set(builtinModules)

function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : ''
}

function rankOf(folder: string): number {
  return order.findIndex((row) => row.includes(folder))
}

function literalOf(node: ts.Node | undefined): string | undefined {
  return node && ts.isStringLiteralLike(node) ? node.text : undefined
}

/** `import type` and `export type` alone are erased: `import { type A }` keeps the import of the module. */
function importOf(node: ts.Node): [string | undefined, Import['kind']] {
  if (ts.isImportDeclaration(node)) {
    const isType = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
    return [literalOf(node.moduleSpecifier), isType ? 'type' : 'eager']
  }
  if (ts.isExportDeclaration(node)) return [literalOf(node.moduleSpecifier), node.isTypeOnly ? 'type' : 'eager']
  if (ts.isImportTypeNode(node)) {
    return [ts.isLiteralTypeNode(node.argument) ? literalOf(node.argument.literal) : undefined, 'type']
  }
  if (ts.isExternalModuleReference(node)) return [literalOf(node.expression), 'eager']
  if (ts.isCallExpression(node)) {
    const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword
    const called = ts.isIdentifier(node.expression) ? node.expression.text : ''
    if (isImport || called === 'importUnbundled') return [literalOf(node.arguments[0]), 'lazy']
    if (called === 'require') return [literalOf(node.arguments[0]), 'eager']
  }
  return [undefined, 'eager']
}

/** What a name does where it stands: declare, select a member, use what is in scope, or use a member of globalThis. */
type Role = 'declares' | 'selects' | 'uses' | 'global'

function isFromGlobalThis(expression: ts.Expression | undefined): boolean {
  if (expression && ts.isAsExpression(expression)) return isFromGlobalThis(expression.expression)
  return expression !== undefined && ts.isIdentifier(expression) && expression.text === 'globalThis'
}

/** In `const { a: b } = c`: b is declared, a is a member of c. */
function roleInBinding(node: ts.Identifier, element: ts.BindingElement): Role {
  const { parent } = element.parent
  const isKey = (element.propertyName ?? element.name) === node
  if (isKey && ts.isVariableDeclaration(parent) && isFromGlobalThis(parent.initializer)) return 'global'
  if (element.name === node) return 'declares'
  return element.propertyName === node ? 'selects' : 'uses'
}

function roleOf(node: ts.Identifier): Role {
  const { parent } = node
  if (ts.isBindingElement(parent)) return roleInBinding(node, parent)
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return isFromGlobalThis(parent.expression) ? 'global' : 'selects'
  }
  if (ts.isQualifiedName(parent)) return parent.right === node ? 'selects' : 'uses'
  if (ts.isImportSpecifier(parent)) return parent.name === node ? 'declares' : 'selects'
  if (ts.isExportSpecifier(parent)) return (parent.propertyName ?? parent.name) === node ? 'uses' : 'selects'
  if (ts.isShorthandPropertyAssignment(parent)) return 'uses'
  if ((parent as { name?: ts.Node }).name !== node) return 'uses'
  const namesMember = ts.isPropertyAssignment(parent) || ts.isClassElement(parent) || ts.isTypeElement(parent)
  return namesMember || ts.isEnumMember(parent) || ts.isMetaProperty(parent) ? 'selects' : 'declares'
}

/** A power of 2 with a literal exponent is exact in every engine. */
function isPowerOfTwo({ left, right }: ts.BinaryExpression): boolean {
  const exponent = ts.isPrefixUnaryExpression(right) ? right.operand : right
  return left.getText() === '2' && ts.isNumericLiteral(exponent) && Number.isInteger(Number(exponent.text))
}

/** The text of a node that computes what engines round in different ways; `Math` must be followed by a name. */
function approximation(node: ts.Node): string | undefined {
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken
    if (kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken) return node.getText()
    return kind === ts.SyntaxKind.AsteriskAsteriskToken && !isPowerOfTwo(node) ? node.getText() : undefined
  }
  if (!ts.isIdentifier(node) || node.text !== 'Math' || roleOf(node) !== 'uses') return undefined
  const { parent } = node
  const isExact = ts.isPropertyAccessExpression(parent) && exactMath.has(parent.name.text)
  return isExact ? undefined : parent.getText()
}

function isInstanceOf(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword
}

/** Imports and free names of a source text. A name that the file declares anywhere counts as its own everywhere. */
export function readSource(file: string, text: string): Source {
  const imports: Import[] = []
  const approximate: string[] = []
  const classesAsked = new Set<string>()
  const names: Record<Role, Set<string>> = {
    declares: new Set(),
    selects: new Set(),
    uses: new Set(),
    global: new Set(),
  }
  const visit = (node: ts.Node): void => {
    const [specifier, kind] = importOf(node)
    if (specifier !== undefined) {
      const target = specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : undefined
      imports.push({ specifier, target, kind })
    }
    if (ts.isIdentifier(node)) names[roleOf(node)].add(node.text)
    const found = approximation(node)
    if (found !== undefined) approximate.push(found)
    if (isInstanceOf(node)) classesAsked.add(node.right.getText())
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true))
  const free = [...names.uses].filter((name) => !names.declares.has(name))
  return { imports, globals: new Set([...free, ...names.global]), approximate, classesAsked }
}

/** All TypeScript files below a folder. */
export function readSources(folder: string): Sources {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .sort()
  return new Map(files.map((file) => [file, readSource(file, readFileSync(join(folder, file), 'utf8'))]))
}

function mayImport(from: string, to: string): boolean {
  return from === to || (rankOf(to) >= 0 && rankOf(to) < rankOf(from))
}

/** Imports against the order of the folders, types included, and imports that leave src. */
export function findLayerViolations(sources: Sources): string[] {
  const violations: string[] = []
  for (const [file, { imports }] of sources) {
    const folder = folderOf(file)
    if (rankOf(folder) < 0) violations.push(`${file}: "${folder}" is not in the order of folders`)
    for (const { target } of imports) {
      if (target === undefined) continue
      const leaves = target.startsWith('../')
      const mayLeave = hostFolders.includes(folder) || file === versionFile
      if (leaves ? !mayLeave : !mayImport(folder, folderOf(target))) {
        violations.push(`${file} must not import ${target}`)
      }
    }
  }
  return violations
}

/** Cycles of imports between files, one for each import that closes one, types included. */
export function findCycles(sources: Sources): string[] {
  const cycles: string[] = []
  const done = new Set<string>()
  const visit = (file: string, trail: string[]): void => {
    if (trail.includes(file)) {
      cycles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '))
    } else if (!done.has(file)) {
      const targets = sources.get(file)?.imports.flatMap(({ target }) => target ?? []) ?? []
      for (const target of new Set(targets)) visit(target, [...trail, file])
      done.add(file)
    }
  }
  for (const file of sources.keys()) visit(file, [])
  return cycles
}

/** Node's modules, and names that belong to Node, the browser or the clock, outside the folders that may use them. */
export function findHostUses(sources: Sources): string[] {
  const violations: string[] = []
  for (const [file, { imports, globals }] of sources) {
    if (hostFolders.includes(folderOf(file))) continue
    for (const { specifier } of imports) {
      const isNode = specifier.startsWith('node:') || nodeModules.has(specifier.split('/')[0])
      if (isNode) violations.push(`${file} must not import ${specifier}`)
    }
    for (const name of globals) if (hostGlobals.has(name)) violations.push(`${file} must not use ${name}`)
  }
  return violations
}

/** Globals that an AudioWorkletGlobalScope lacks, where code may run that a worklet calls. */
export function findWorkletFaults(sources: Sources): string[] {
  return [...sources]
    .filter(([file]) => !hostFolders.includes(folderOf(file)) && file !== yields)
    .flatMap(([file, { globals }]) =>
      [...globals].filter((name) => missingInWorklets.has(name)).map((name) => `${file} must not use ${name}`),
    )
}

/** Functions and powers that engines round in different ways: core/elementary.ts and its neighbours have them exactly. */
export function findApproximations(sources: Sources): string[] {
  return [...sources].flatMap(([file, { approximate }]) => approximate.map((text) => `${file} must not use ${text}`))
}

/** `instanceof` of what every realm has a class of its own for: values of another realm fail it. core/realm.ts tells them. */
export function findRealmChecks(sources: Sources): string[] {
  return [...sources].flatMap(([file, { globals, classesAsked }]) =>
    [...classesAsked]
      .filter((name) => globals.has(name.replace(/^globalThis\./, '')))
      .map((name) => `${file} must not use instanceof ${name}`),
  )
}

/** The chain of imports by which loading `entry` loads `specifier` at once, or null. */
export function findEagerPath(sources: Sources, entry: string, specifier: string): string[] | null {
  const queue = [[entry]]
  const seen = new Set([entry])
  for (let trail = queue.shift(); trail; trail = queue.shift()) {
    const imports = sources.get(trail[trail.length - 1])?.imports.filter(({ kind }) => kind === 'eager') ?? []
    if (imports.some((it) => it.specifier === specifier || it.specifier.startsWith(`${specifier}/`))) {
      return [...trail, specifier]
    }
    for (const { target } of imports) {
      if (target === undefined || seen.has(target)) continue
      seen.add(target)
      queue.push([...trail, target])
    }
  }
  return null
}
