/** Members of layers that are not for users: marked where they are declared, and wherever they are overridden. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { root } from '../support/run.ts'

const folder = join(root, 'src/layers')
const isInternal = (member: ts.ClassElement): boolean =>
  ts.getJSDocTags(member).some((tag) => tag.tagName.text === 'internal')
const isOverride = (member: ts.ClassElement): boolean =>
  ts.canHaveModifiers(member) &&
  ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.OverrideKeyword) === true

const members = readdirSync(folder).flatMap((file) => {
  const source = ts.createSourceFile(file, readFileSync(join(folder, file), 'utf8'), ts.ScriptTarget.ES2022, true)
  return source.statements.filter(ts.isClassDeclaration).flatMap((one) =>
    one.members.flatMap((member) => {
      const name = member.name?.getText()
      return name === undefined ? [] : [{ place: `${one.name?.text}.${name}`, name, member }]
    }),
  )
})
const internal = new Set(
  members.filter(({ member }) => !isOverride(member) && isInternal(member)).map(({ name }) => name),
)

describe('internal members of layers', () => {
  it('are known', () => {
    for (const name of ['words', 'rowsLeft', 'rowwise', 'hasFinalStates']) expect(internal).toContain(name)
  })

  it('are marked in every layer that overrides them', () => {
    const overrides = members.filter(({ name, member }) => isOverride(member) && internal.has(name))
    expect(overrides.length).toBeGreaterThan(40)
    expect(overrides.filter(({ member }) => !isInternal(member)).map(({ place }) => place)).toEqual([])
  })
})
