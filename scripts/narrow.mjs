/**
 * The last step of the build. What the command line alone loads loses its white space: only its process reads those files, so that nothing
 * is left to take apart, as bundlers do with the rest. Other modules keep their lines, with a tab where esbuild indents by two spaces, and
 * without the comments that name the source of each part.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import ts from 'typescript'

const folder = fileURLToPath(new URL('../dist/', import.meta.url))

function rewrite(name, change) {
  writeFileSync(folder + name, change(readFileSync(folder + name, 'utf8')))
}

function withoutWhitespace(code) {
  const options = { format: 'esm', target: 'es2022', minifyWhitespace: true, minifySyntax: true, lineLimit: 160 }
  return transformSync(code, options).code
}

/** Numbers of the lines that begin inside a template, whose white space is part of a text. */
function linesOfTexts(code) {
  const source = ts.createSourceFile('module.js', code, ts.ScriptTarget.Latest)
  const inside = new Set()
  const visit = (node) => {
    if (ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      const [first, last] = [node.getStart(source), node.end].map((at) => source.getLineAndCharacterOfPosition(at).line)
      for (let line = first + 1; line <= last; line++) inside.add(line)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return inside
}

function withTabs(code) {
  const texts = linesOfTexts(code)
  const lines = code.split('\n').flatMap((line, n) => {
    if (texts.has(n)) return [line]
    if (/^\/\/ src\/\S+\.ts$/.test(line)) return []
    return [line.replace(/^(?: {2})+/, (spaces) => '\t'.repeat(spaces.length / 2))]
  })
  return lines.join('\n')
}

/** The module and all that it imports, at once or when needed. */
function reachedFrom(name, reached = new Set()) {
  if (reached.has(name)) return reached
  reached.add(name)
  const imported = readFileSync(folder + name, 'utf8').matchAll(/["']\.\/([\w-]+\.js)["']/g)
  for (const [, next] of imported) reachedFrom(next, reached)
  return reached
}

const shared = new Set(['index.js', 'node.js', 'fold-worker.js'].flatMap((name) => [...reachedFrom(name)]))
const own = new Set([...reachedFrom('cli.js')].filter((name) => !shared.has(name)))
const modules = readdirSync(folder).filter((name) => name.endsWith('.js') && name !== 'worker.js')
for (const name of modules) rewrite(name, own.has(name) ? withoutWhitespace : withTabs)
