/** Programs of a user's project against the types of the package. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** As in a project that runs in Node and asks for nothing more: names of browsers are not there. */
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  types: ['node'],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
}

function programOf(folder: string, files: readonly string[], more: ts.CompilerOptions): ts.Program {
  const typeRoots = [join(folder, 'node_modules/@types')]
  return ts.createProgram(files, { ...options, typeRoots, ...more })
}

/** The names that modules export, types among them, as seen from a project's folder. */
export function exportsOf(folder: string, modules: readonly string[]): Map<string, Set<string>> {
  const probe = join(folder, 'probe.mts')
  writeFileSync(probe, modules.map((name, i) => `import * as m${i} from '${name}'; m${i}`).join('\n'))
  const program = programOf(folder, [probe], {})
  const checker = program.getTypeChecker()
  const imports = program.getSourceFile(probe)?.statements.filter(ts.isImportDeclaration) ?? []
  return new Map(
    imports.map((statement, i) => {
      const symbol = checker.getSymbolAtLocation(statement.moduleSpecifier)
      const names = symbol === undefined ? [] : checker.getExportsOfModule(symbol).map((one) => one.name)
      return [modules[i], new Set(names)]
    }),
  )
}

/** The errors of types in each file, as `line: text`; all, or those with the given codes. */
export function typeErrors(
  folder: string,
  files: readonly string[],
  more: ts.CompilerOptions = {},
  codes?: readonly number[],
): Map<string, string[]> {
  const program = programOf(folder, files, more)
  return new Map(
    files.map((file) => {
      const source = program.getSourceFile(file)
      const all = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
      const found = codes === undefined ? all : all.filter(({ code }) => codes.includes(code))
      return [
        file,
        found.map(({ messageText, file: at, start = 0 }) => {
          const line = at === undefined ? 0 : at.getLineAndCharacterOfPosition(start).line + 1
          return `${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
        }),
      ]
    }),
  )
}
