/**
 * The names that the package exports, with their kinds, from the sources: `npm run exports` tells what came or went since
 * test/platform/exports.txt was reviewed, `npm run exports -- --write` writes it anew.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'
import { showHelp } from './show-help.mjs'

showHelp(import.meta.url)

const root = new URL('../', import.meta.url)
export const entries = { 'ser-core': 'src/index.ts', 'ser-core/node': 'src/node/index.ts' }
export const list = fileURLToPath(new URL('test/platform/exports.txt', root))

const parsed = new Map()

function parse(url) {
  if (!parsed.has(url.href))
    parsed.set(url.href, ts.createSourceFile(url.pathname, readFileSync(url, 'utf8'), ts.ScriptTarget.ES2022))
  return parsed.get(url.href)
}

const isFunction = (node) => node !== undefined && (ts.isArrowFunction(node) || ts.isFunctionExpression(node))

/** Kinds of a statement's own declarations, by name. */
function declared(statement) {
  const name = statement.name?.text
  if (ts.isFunctionDeclaration(statement)) return [[name, 'function']]
  if (ts.isClassDeclaration(statement)) return [[name, 'class']]
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return [[name, 'type']]
  if (!ts.isVariableStatement(statement)) return []
  const kind = (initializer) => (isFunction(initializer) ? 'function' : 'constant')
  return statement.declarationList.declarations.map((one) => [one.name.text, kind(one.initializer)])
}

/** The names that a statement takes from another module, by the name that they have here. */
function taken(statement) {
  const from = statement.moduleSpecifier?.text
  const named = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : statement.exportClause
  if (from === undefined || named?.elements === undefined) return []
  return named.elements.map((one) => [one.name.text, { from, name: (one.propertyName ?? one.name).text }])
}

/** Kind of what a module calls by a name, followed to the module that declares it. */
function kindOf(url, name) {
  const statements = parse(url).statements
  const kinds = statements.flatMap(declared).filter(([one]) => one === name)
  // A function may be declared several times, with other arguments; a type may have the name of a value.
  const kind = kinds.find(([, one]) => one !== 'type') ?? kinds[0]
  if (kind !== undefined) return kind[1]
  const linked = statements.filter((one) => ts.isImportDeclaration(one) || ts.isExportDeclaration(one)).flatMap(taken)
  const found = linked.find(([one]) => one === name)?.[1]
  if (found === undefined) throw new Error(`${url.pathname} has no ${name}`)
  return kindOf(new URL(found.from, url), found.name)
}

/** Names and kinds of an entry's exports: function, class, constant or type. */
export function exportsOf(entry) {
  const url = new URL(entry, root)
  const statements = parse(url).statements.filter(ts.isExportDeclaration)
  return statements
    .flatMap(({ isTypeOnly, exportClause, moduleSpecifier }) =>
      exportClause.elements.map((one) => {
        const from = new URL(moduleSpecifier.text, url)
        const kind = kindOf(from, (one.propertyName ?? one.name).text)
        return { name: one.name.text, kind: isTypeOnly || one.isTypeOnly ? 'type' : kind }
      }),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The list as it is kept: a line for each export. */
export function exportsText() {
  const lines = Object.entries(entries).flatMap(([name, entry]) =>
    exportsOf(entry).map((one) => `${name} ${one.kind} ${one.name}`),
  )
  return `${lines.join('\n')}\n`
}

/** What came and went between two lists, with what to do; undefined where they are the same. */
export function changes(reviewed, now) {
  const [before, after] = [reviewed, now].map((text) => text.trim().split('\n'))
  const came = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`)
  const went = before.filter((line) => !after.includes(line)).map((line) => `- ${line}`)
  if (came.length + went.length === 0) return undefined
  const remedy =
    'If on purpose: npm run exports -- --write, and commit test/platform/exports.txt with a line in CHANGELOG.md.'
  return ['The exports of the package have changed:', ...went, ...came, remedy].join('\n')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const change = changes(readFileSync(list, 'utf8'), exportsText())
  if (process.argv.includes('--write')) writeFileSync(list, exportsText())
  console.log(change ?? 'The exports are those of test/platform/exports.txt.')
  process.exitCode = change === undefined || process.argv.includes('--write') ? 0 : 1
}
