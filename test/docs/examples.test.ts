/** The `@example`s in docstrings: complete as they stand, of the right types, and true. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agrees } from '../support/claims.mjs'
import {
  claimsIn,
  examplesIn,
  freeNames,
  impliedImports,
  runnable,
  sourceFiles,
  sourceOf,
  untaggedBlocksIn,
} from '../support/docstring-examples.ts'
import { createProject, writeRecordings } from '../support/project.ts'
import { root, runNode } from '../support/run.ts'
import { exportsOf, typeErrors } from '../support/types.ts'

const project = createProject()
afterAll(project.remove)

/** Type-checks and runs examples; what is wrong with each. */
async function problemsOf(sources: readonly string[]): Promise<string[][]> {
  const exported = exportsOf(project.folder, ['ser-core', 'ser-core/node'])
  const complete = sources.map((source) => impliedImports(source, exported) + source)
  const typed = complete.map((source, i) => {
    const file = join(project.folder, `example-${i}.mts`)
    writeFileSync(file, source)
    return file
  })
  const errors = typeErrors(project.folder, typed)
  const modules = complete.map((source, i) => {
    const file = join(project.folder, `example-${i}.mjs`)
    writeFileSync(file, runnable(source))
    return file
  })
  const results = join(project.folder, 'results.json')
  const { stderr } = await runNode([`${root}test/support/run-examples.mjs`, results, ...modules], project.folder)
  expect(stderr).toBe('')
  const failures: Record<string, string[]> = JSON.parse(readFileSync(results, 'utf8'))
  return sources.map((_, i) => [...(errors.get(typed[i]) ?? ['not checked']), ...failures[modules[i]]])
}

describe('every @example', () => {
  const examples = sourceFiles.flatMap((file) => examplesIn(file, sourceOf(file)))
  const found = examples.map((example, i) => ({ ...example, i }))
  let problems: string[][]
  beforeAll(async () => {
    writeRecordings(project.folder)
    problems = await problemsOf(examples.map(({ source }) => source))
  }, 180_000)

  it('is found', () => {
    const tags = sourceFiles.map((file) => sourceOf(file).match(/^ *\* @example/gm)?.length ?? 0)
    expect(tags.reduce((sum, n) => sum + n)).toBeGreaterThanOrEqual(25)
    expect(examples.length).toBeGreaterThanOrEqual(tags.reduce((sum, n) => sum + n))
    expect(sourceFiles.flatMap((file) => untaggedBlocksIn(file, sourceOf(file)))).toEqual([])
  })

  it.each(found)('$file:$line is whole, of the right types, runs and tells the truth', ({ source, i }) => {
    expect(source).not.toBe('')
    expect(problems[i]).toEqual([])
  })
})

describe('the test of examples', () => {
  it('reads them from docstrings', () => {
    const text =
      '/**\n * One.\n *\n * @example\n * ```ts\n * const x = 1\n * x // 1\n * ```\n */\nexport const one = 1\n'
    expect(examplesIn('one.ts', text)).toEqual([{ file: 'one.ts', line: 6, source: 'const x = 1\nx // 1\n' }])
    expect(examplesIn('one.ts', '/** Two. @example two() */')).toEqual([{ file: 'one.ts', line: 1, source: '' }])
    expect(untaggedBlocksIn('one.ts', text.replace(' * @example\n', ''))).toEqual(['one.ts:1'])
    expect(untaggedBlocksIn('one.ts', text)).toEqual([])
  })

  it('knows the names that are not declared', () => {
    expect(freeNames('const { a, b: c } = f({ g: 1, h }); a.i(c)')).toEqual(['b', 'f', 'h'])
    const exported = new Map([['lib', new Set(['f', 'c'])]])
    expect(impliedImports('f(c); const c = 1', exported)).toBe("import { f } from 'lib'; ")
    expect(impliedImports('g()', exported)).toBe('')
  })

  it('finds values in comments and no words', () => {
    const source = 'f() // 1.5\ng() // the rest\nconst x = 1 // 2\nh() // [1, -2]\nk() // { a: true }\nm() // a\n'
    expect(claimsIn(source).map(({ value }) => value)).toEqual(['1.5', '[1, -2]', '{ a: true }'])
    expect(claimsIn('console.log(f()) // Int32Array [1]').map(({ value }) => value)).toEqual(['[1]'])
    expect(runnable('console.log(f()) // 1')).toContain('console.log(claim(f(), "1"))')
    expect(runnable('f(1) // 2.5')).toBe('claim(f(1), "2.5"); // 2.5\nexport {};\n')
  })

  it('compares numbers to the digits that are shown, all else exactly', () => {
    for (const [value, text] of [
      [0.7512, '0.75'],
      [15, '15'],
      [-0.04, '-0.0'],
      [0.000123, '1.2e-4'],
      [Float32Array.of(0.5, 1), '[0.50, 1]'],
      [{ a: [1], b: '1.2' }, "{ a: [1], b: '1.2' }"],
      [true, 'true'],
      [null, 'null'],
    ]) {
      expect(agrees(value, text as string), text as string).toBe(true)
    }
    for (const [value, text] of [
      [0.756, '0.75'],
      [15.2, '15'],
      ['15', '15'],
      [[1, 2], '[1]'],
      [{ a: 1, b: 2 }, '{ a: 1 }'],
      [undefined, 'null'],
      [null, '{ a: 1 }'],
    ]) {
      expect(agrees(value, text as string), text as string).toBe(false)
    }
  })

  it('reports a name that is not declared, a wrong type, an error and a wrong value', async () => {
    const wrong = ['wavelet(samples)', "hzToMel('1000')", 'melFilterbank({ sampleRate: 0 })', 'hzToMel(1000) // 997.2']
    const [unknown, type, thrown, value] = await problemsOf(wrong)
    expect(unknown).toEqual(expect.arrayContaining([expect.stringContaining("Cannot find name 'wavelet'")]))
    expect(type).toEqual(expect.arrayContaining([expect.stringContaining('not assignable')]))
    expect(thrown).toEqual([expect.stringContaining('"sampleRate" expected')])
    expect(value).toEqual([expect.stringMatching(/^told 997\.2, got 998\.2/)])
  })
})
