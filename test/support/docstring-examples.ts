/** The `@example`s in the docstrings of src, made ready to be type-checked and run. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './run.ts'

/** The code of an `@example`. */
export interface DocstringExample {
  /** From the project's folder. */
  file: string
  /** Line of its first line of code, counted from 1. */
  line: number
  source: string
}

const docstring = /\/\*\*.*?\*\//gs
const fence = /^ *```ts\n(.*?)^ *```/gms
const tag = '@example'

/** A comment without its stars, line by line. */
function unstarred(comment: string): string {
  return comment.replaceAll(/^ *(?:\/\*\*|\*\/|\*) ?/gm, '')
}

/** The examples in a file's text; an `@example` without a block of `ts` has the source ''. */
export function examplesIn(file: string, text: string): DocstringExample[] {
  return Array.from(text.matchAll(docstring)).flatMap(({ 0: comment, index }) => {
    const plain = unstarred(comment)
    const start = plain.indexOf(tag)
    if (start < 0) return []
    const blocks = Array.from(plain.slice(start).matchAll(fence))
    const lineAt = (offset: number): number =>
      `${text.slice(0, index)}${plain.slice(0, start + offset)}`.split('\n').length
    if (blocks.length === 0) return [{ file, line: lineAt(0), source: '' }]
    return blocks.map((block) => ({ file, line: lineAt(block.index) + 1, source: block[1] }))
  })
}

/** Where a docstring has a block of code that is no `@example`, as `file:line`. */
export function untaggedBlocksIn(file: string, text: string): string[] {
  return Array.from(text.matchAll(docstring)).flatMap(({ 0: comment, index }) => {
    const before = comment.split(tag)[0]
    const lines = text.slice(0, index).split('\n').length
    return before.includes('```') ? [`${file}:${lines}`] : []
  })
}

/** The TypeScript files of the package, from the project's folder. */
export const sourceFiles: readonly string[] = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `src/${name.replaceAll('\\', '/')}`)
  .sort()

/** The text of a source file. */
export function sourceOf(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

function parse(source: string): ts.SourceFile {
  return ts.createSourceFile('example.ts', source, ts.ScriptTarget.ES2022, true)
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node)
  node.forEachChild((child) => visit(child, look))
}

/** Whether an identifier is the name of a property and refers to nothing. */
function isPropertyName(node: ts.Identifier): boolean {
  const { parent } = node
  return (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) && parent.name === node
}

function isDeclaration(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent))
    return parent.name === node
  return ts.isImportSpecifier(parent) || ts.isImportClause(parent) || ts.isFunctionDeclaration(parent)
}

/** The names that a program uses and does not declare. */
export function freeNames(source: string): string[] {
  const used = new Set<string>()
  const declared = new Set<string>()
  visit(parse(source), (node) => {
    if (!ts.isIdentifier(node) || isPropertyName(node)) return
    if (isDeclaration(node)) declared.add(node.text)
    else used.add(node.text)
  })
  return [...used].filter((name) => !declared.has(name))
}

/** Import statements for the names that the program uses and a module of the package exports. */
export function impliedImports(source: string, exported: ReadonlyMap<string, ReadonlySet<string>>): string {
  const free = freeNames(source)
  const lines = Array.from(exported, ([module, names]) => {
    const used = free.filter((name) => names.has(name))
    return used.length === 0 ? '' : `import { ${used.join(', ')} } from '${module}'; `
  })
  return lines.join('')
}

/** An expression of an example and the value that the comment behind it tells. */
interface Claim {
  start: number
  end: number
  value: string
}

function isLiteral(node: ts.Node): boolean {
  if (ts.isPrefixUnaryExpression(node)) return isLiteral(node.operand)
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isLiteral)
  if (ts.isObjectLiteralExpression(node)) {
    return node.properties.every((property) => ts.isPropertyAssignment(property) && isLiteral(property.initializer))
  }
  return (
    ts.isNumericLiteral(node) ||
    ts.isStringLiteral(node) ||
    [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(node.kind)
  )
}

/** Whether a text is a value: a number, a string, true, false, null, or an array or object of such. */
function isValue(text: string): boolean {
  const [statement, ...more] = parse(`(${text})`).statements
  if (statement === undefined || more.length > 0 || !ts.isExpressionStatement(statement)) return false
  return ts.isParenthesizedExpression(statement.expression) && isLiteral(statement.expression.expression)
}

/** The expression whose value a comment behind it states: x for `console.log(x)`, else the whole. */
function subjectOf(expression: ts.Expression): ts.Expression {
  if (!ts.isCallExpression(expression) || expression.arguments.length !== 1) return expression
  return expression.expression.getText() === 'console.log' ? expression.arguments[0] : expression
}

/** A typed array is told as `[1, 2]` or, as consoles do, `Int32Array [1, 2]`. */
const arrayName = /^(?:Float|Int|Uint)\d+Array(?:\(\d+\))? (?=\[)/

/** The expressions of an example that stand before a comment with a value. */
export function claimsIn(source: string): Claim[] {
  return parse(source).statements.flatMap((statement) => {
    if (!ts.isExpressionStatement(statement)) return []
    const comment = /^[^\n\S]*\/\/ (.*)/.exec(source.slice(statement.end))?.[1] ?? ''
    const value = comment.replace(arrayName, '')
    if (value === '' || !isValue(value)) return []
    const subject = subjectOf(statement.expression)
    return [{ start: subject.getStart(), end: subject.end, value }]
  })
}

/** The example as JavaScript in which every value told in a comment is compared by `claim(value, told)`. */
export function runnable(source: string): string {
  let compared = source
  for (const { start, end, value } of claimsIn(source).reverse()) {
    const call = `claim(${compared.slice(start, end)}, ${JSON.stringify(value)})`
    compared = `${compared.slice(0, start)}${call}${compared.slice(end)}`
  }
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext }
  return ts.transpileModule(`${compared}\nexport {}\n`, { compilerOptions }).outputText
}
