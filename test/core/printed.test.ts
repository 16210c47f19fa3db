import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { counted, countText, listLines, Printed, printedAs } from '../../src/core/printed.ts'

class Thing extends Printed {
  readonly numbers = new Float32Array(1000)
  override toString({ width = 80 }: { width?: number } = {}): string {
    return `Thing: of ${width} columns\n  second line`
  }
}

type Hook = (...args: unknown[]) => string
const hook = (object: object, name: string): Hook =>
  (object as Record<symbol, Hook>)[Symbol.for(name)].bind(object) as Hook

describe('objects printed in words', () => {
  it('are so by Node, in full where they stand by themselves, at the width of the console up to 80', () => {
    const thing = new Thing()
    expect(inspect(thing)).toBe('Thing: of 80 columns\n  second line')
    expect(inspect(thing, { breakLength: 50 })).toBe('Thing: of 50 columns\n  second line')
    expect(inspect(thing, { breakLength: 10 })).toBe('Thing: of 40 columns\n  second line')
    expect(inspect(thing, { breakLength: Number.POSITIVE_INFINITY })).toBe('Thing: of 80 columns\n  second line')
    expect(inspect(thing, { depth: null })).toBe('Thing: of 80 columns\n  second line')
    expect(`${thing}`).toBe('Thing: of 80 columns\n  second line')
  })

  it('are so in a line within others', () => {
    const thing = new Thing()
    expect(inspect({ a: thing })).toBe('{ a: Thing: of 160 columns }')
    expect(inspect([{ a: { b: thing } }])).toBe('[ { a: { b: Thing: of 160 columns } } ]')
    expect(inspect({ a: { b: { c: { d: thing } } } })).toContain('[Object]')
    expect(inspect(new Map([['a', thing]]))).toBe("Map(1) { 'a' => Thing: of 160 columns }")
    class Lined extends Thing {
      override readonly line = 'a line'
    }
    expect(inspect({ a: new Lined() })).toBe('{ a: a line }')
    expect(inspect(new Lined())).toContain('second line')
  })

  it('are so in full, their lines indented, where all levels are asked for', () => {
    const wanted = '{\n  a: {\n    b: Thing: of 80 columns\n      second line\n  }\n}'
    for (const depth of [null, Number.POSITIVE_INFINITY])
      expect(inspect({ a: { b: new Thing() } }, { depth })).toBe(wanted)
  })

  it('are so by Deno, which tells the level, and by Bun, which tells no width', () => {
    const thing = new Thing()
    const inDeno = hook(thing, 'Deno.customInspect')
    expect(inDeno(inspect, { currentDepth: 0, breakLength: 60 })).toBe('Thing: of 60 columns\n  second line')
    expect(inDeno(inspect, { currentDepth: 2 })).toBe('Thing: of 160 columns')
    const inBun = hook(thing, 'nodejs.util.inspect.custom')
    expect(inBun(2, { depth: 2 })).toBe('Thing: of 80 columns\n  second line')
    expect(inBun(1, { depth: 2 })).toBe('Thing: of 160 columns')
  })

  it('stay plain objects for JSON, copies and comparisons', () => {
    const plain = { epochs: [1, 2] }
    const printed = printedAs({ epochs: [1, 2] }, () => 'two epochs\n1\n2')
    expect(inspect(printed)).toBe('two epochs\n1\n2')
    expect(inspect([printed])).toBe('[ two epochs ]')
    expect(Object.keys(printed)).toEqual(['epochs'])
    expect(printed).toStrictEqual(plain)
    expect(structuredClone(printed)).toStrictEqual(plain)
    expect(JSON.stringify(printed)).toBe(JSON.stringify(plain))
    expect(inspect({ ...printed })).toBe('{ epochs: [ 1, 2 ] }')
  })
})

describe('words of numbers and lists', () => {
  it('count', () => {
    expect([0, 999, 1000, 88324, 1234567].map(countText)).toEqual(['0', '999', '1,000', '88,324', '1,234,567'])
    expect([counted(1, 'layer'), counted(2, 'layer'), counted(2, 'class', 'classes')]).toEqual([
      '1 layer',
      '2 layers',
      '2 classes',
    ])
  })

  it('break lists between items', () => {
    expect(listLines(['a [1, 2]', 'b [3]', 'c [4]'], 18)).toEqual(['  a [1, 2], b [3],', '  c [4]'])
    expect(listLines(['a [1, 2]', 'b [3]'], 4)).toEqual(['  a [1, 2],', '  b [3]'])
    expect(listLines([], 40)).toEqual([])
  })
})
