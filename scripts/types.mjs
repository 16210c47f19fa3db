/**
 * The last step of the build: the types that ship. Modules get those of CommonJS, written once; and names that only the DOM or Node
 * declare are replaced, so that a program with `lib: ["es2022"]` and no other types compiles, library check included.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** Members of the host's types that the library uses, for programs in which the host's own type is not known. */
const hostTypes = {
  AbortSignal:
    "{ readonly aborted: boolean; readonly reason: any; throwIfAborted(): void; addEventListener(type: 'abort', listener: () => void): void; removeEventListener(type: 'abort', listener: () => void): void }",
  URL: '{ readonly href: string }',
}

/** Declarations in which each host type is the host's own where there is one. */
export function withHostTypes(text) {
  const file = ts.createSourceFile('a.d.ts', text, ts.ScriptTarget.ES2022, true)
  const places = []
  const visit = (node) => {
    if (ts.isTypeReferenceNode(node) && Object.hasOwn(hostTypes, node.typeName.getText())) places.push(node.typeName)
    ts.forEachChild(node, visit)
  }
  visit(file)
  const used = new Set(places.map((name) => name.getText()))
  let result = text
  for (const name of places.reverse())
    result = `${result.slice(0, name.getStart())}Host${result.slice(name.getStart())}`
  const aliases = Array.from(
    used,
    (name) =>
      `/** The host's \`${name}\`, or the part of it that is used. */\ntype Host${name} = typeof globalThis extends { ${name}: { prototype: infer Known } } ? Known : ${hostTypes[name]};\n`,
  )
  return result + aliases.join('')
}

/** Declarations without the comments of private members, which no editor shows, and with tabs: a tenth of the types is indentation. */
export function compact(text) {
  return text
    .replace(/\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*(?=private )/g, '')
    .replace(/^(?: {4})+/gm, (spaces) => '\t'.repeat(spaces.length / 4))
}

const dist = fileURLToPath(new URL('../dist', import.meta.url))
for (const name of readdirSync(dist).filter((name) => name.endsWith('.d.cts'))) {
  const path = join(dist, name)
  writeFileSync(path, compact(withHostTypes(readFileSync(path, 'utf8'))))
}
for (const name of ['index', 'node']) writeFileSync(join(dist, `${name}.d.ts`), `export * from './${name}.cjs'\n`)
