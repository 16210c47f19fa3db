/**
 * A step of the build that makes every module one that bundlers can take apart. Nothing in `src/` does anything at import, yet
 * a bundler sees no difference between `{ ...a }`, `2 * b` or `f()` and code that does, and keeps them all. And bundlers give classes
 * other names (`_LSTM`, `LSTM2`), which logs and errors would show.
 */
import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'
import ts from 'typescript'

/** Text to be put in at a place. */
type Insertion = readonly [position: number, text: string]

const literals = new Set([
  ts.SyntaxKind.StringLiteral,
  ts.SyntaxKind.NumericLiteral,
  ts.SyntaxKind.BigIntLiteral,
  ts.SyntaxKind.NoSubstitutionTemplateLiteral,
  ts.SyntaxKind.RegularExpressionLiteral,
  ts.SyntaxKind.TrueKeyword,
  ts.SyntaxKind.FalseKeyword,
  ts.SyntaxKind.NullKeyword,
  ts.SyntaxKind.Identifier,
  ts.SyntaxKind.ArrowFunction,
  ts.SyntaxKind.FunctionExpression,
])

/** Whether bundlers see for themselves that it does nothing. */
function isPlain(node: ts.Node): boolean {
  if (literals.has(node.kind)) return true
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) {
    return isPlain(node.expression)
  }
  if (ts.isPrefixUnaryExpression(node)) return ts.isNumericLiteral(node.operand)
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isPlain)
  if (ts.isObjectLiteralExpression(node)) return node.properties.every(isPlain)
  if (ts.isPropertyAssignment(node)) return !ts.isComputedPropertyName(node.name) && isPlain(node.initializer)
  return (
    ts.isShorthandPropertyAssignment(node) || (ts.isMethodDeclaration(node) && !ts.isComputedPropertyName(node.name))
  )
}

/** `const a = b * c` as `const a = PURE (() => (b * c))()`. */
function pureInitializers(statement: ts.VariableStatement): Insertion[] {
  return statement.declarationList.declarations.flatMap(({ initializer }): Insertion[] => {
    if (initializer === undefined || isPlain(initializer)) return []
    return [
      [initializer.getStart(), '/* @__PURE__ */ (() => ('],
      [initializer.end, '))()'],
    ]
  })
}

/** Whether the definition of a member does nothing but define, as bundlers see it. */
function isPlainMember(member: ts.ClassElement): boolean {
  if (ts.isClassStaticBlockDeclaration(member)) return false
  if (member.name !== undefined && ts.isComputedPropertyName(member.name)) return false
  const isStatic =
    ts.isPropertyDeclaration(member) && member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword)
  return !isStatic || member.initializer === undefined || isPlain(member.initializer)
}

/**
 * A getter keeps the name of a class whatever a bundler calls it, and is not listed among its own properties. A class that defines
 * more than plain members, `[Symbol.for('a')]()` say, becomes `const A = PURE (() => { class A {} return A })()`.
 */
function classes(node: ts.ClassDeclaration): Insertion[] {
  if (node.name === undefined) return []
  const name = node.name.text
  const getter: Insertion = [node.members.pos, ` static get name() { return '${name}' }`]
  if (node.members.every(isPlainMember)) return [getter]
  const isExport = ({ kind }: ts.ModifierLike): boolean => kind === ts.SyntaxKind.ExportKeyword
  const start = node.modifiers?.find(isExport)?.end ?? node.getStart()
  return [[start, ` const ${name} = /* @__PURE__ */ (() => {`], getter, [node.end, ` return ${name} })()`]]
}

/** The source without its documentation, which editors read in the types: a tenth of what would be shipped. */
export function withoutDocumentation(text: string): string {
  const comments = new Set<ts.TextRange>()
  const visit = (node: ts.Node): void => {
    // A variable shares the comment of its statement.
    for (const comment of ts.getJSDocCommentsAndTags(node)) if (ts.isJSDoc(comment)) comments.add(comment)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('module.ts', text, ts.ScriptTarget.ES2022, true))
  return [...comments]
    .sort((a, b) => b.pos - a.pos)
    .reduce((rest, { pos, end }) => rest.slice(0, pos) + rest.slice(end), text)
}

/** The source of a module, with what does nothing at import marked as such and with classes that know their names. */
export function shakeable(text: string): string {
  const { statements } = ts.createSourceFile('module.ts', text, ts.ScriptTarget.ES2022, true)
  const insertions = statements.flatMap((statement) => {
    if (ts.isVariableStatement(statement)) return pureInitializers(statement)
    return ts.isClassDeclaration(statement) ? classes(statement) : []
  })
  const ends = [...insertions.slice(1).map(([position]) => position), text.length]
  const start = text.slice(0, insertions[0]?.[0])
  return start + insertions.map(([position, added], i) => added + text.slice(position, ends[i])).join('')
}

/** The step, for esbuild. */
export const shakeableModules: Plugin = {
  name: 'shakeable-modules',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      if (path.includes('node_modules')) return undefined
      return { contents: shakeable(withoutDocumentation(await readFile(path, 'utf8'))), loader: 'ts' }
    })
  },
}
