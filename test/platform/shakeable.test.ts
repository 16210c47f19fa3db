import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { shakeable, withoutDocumentation } from '../../scripts/shakeable.ts'

/** Code that a bundle keeps of a module that exports nothing. */
async function kept(text: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: text.replaceAll('export ', ''), loader: 'ts' },
    ...{ bundle: true, treeShaking: true, format: 'esm', write: false, target: 'es2022' },
  })
  return outputFiles[0].text.replace(/^\/\/.*$/gm, '').trim()
}

const modules = [
  'const a = { b: 1 }; export const c = { ...a }',
  'const a = 8; export const b = 0.5 * (a - 1), c = 2 ** b',
  'function f() { return 1 }\nexport const a: number = f() + 1',
  "export const a = ['x'].join() as string, b = new Map([['x', 1]])",
  'export abstract class A<T> extends Array<T> { [Symbol.for("inspect")]() { return 1 } }',
  'export class A { static b = Object.keys({}) }\nexport class B extends A { static { this.b = [] } }',
]

describe('a module that the build makes shakeable', () => {
  it.each(modules)('leaves nothing in a bundle that does not use it: %s', async (text) => {
    expect(await kept(text)).not.toBe('')
    expect(await kept(shakeable(text))).toBe('')
  })

  it('means the same', async () => {
    const text = `
      const names = ['a', 'b'] as const
      export const table = { ...{ a: 1 }, names, f: () => names.length, g() { return 2 } }
      export abstract class Base { static made = [1].length; [Symbol.for('x')]() { return Base.made } }
      export class Own extends Base { kind = 'own'; like() { return new Own() } }
      export default Own
      export const [x, y] = [1, 2].map((v) => v * 2)`
    const { outputFiles } = await build({
      stdin: { contents: shakeable(text), loader: 'ts' },
      ...{ bundle: true, format: 'esm', write: false, target: 'es2022' },
    })
    const made = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`)
    const own = new made.default()
    expect(made.table).toMatchObject({ a: 1, names: ['a', 'b'] })
    expect([made.table.f(), made.table.g(), made.x, made.y]).toEqual([2, 2, 2, 4])
    expect([own[Symbol.for('x')](), own.like().kind, own instanceof made.Base]).toEqual([1, 'own', true])
    expect([made.Base.name, made.Own.name, own.constructor.name, Object.keys(made.Own)]).toEqual([
      'Base',
      'Own',
      'Own',
      [],
    ])
  })

  it('is left as it was where there is nothing to do', () => {
    const text =
      "import { a } from './a.ts'\nexport const b = [1, -2, 'x', { a, c: null }], f = () => a()\nexport function g() {}\n"
    expect(shakeable(text)).toBe(text)
  })
})

describe('withoutDocumentation', () => {
  it('takes documentation away and nothing else', () => {
    const source = [
      '/** A module. */',
      "import { a } from './a.ts'",
      '/** A constant, with `/** no end` in it. */',
      "const text = '/** kept */'",
      'const call = /* @__PURE__ */ a(`/** kept */`)',
      '/** A class. */',
      'export class B {',
      '  /** A member. */',
      '  c = /\\/\\*\\* kept/.test(text) // kept',
      '}',
    ].join('\n')
    const left = withoutDocumentation(source)
    expect(left).not.toMatch(/A module|A constant|A class|A member/)
    expect(left.match(/kept/g)).toHaveLength(4)
    expect(left).toContain('/* @__PURE__ */')
    expect(withoutDocumentation(left)).toBe(left)
  })
})
