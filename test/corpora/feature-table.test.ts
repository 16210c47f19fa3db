import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { targetOf } from '../../fuzz/targets/index.ts'
import { type FeatureTable, parseFeatureTable } from '../../src/corpora/feature-table.ts'
import { Random } from '../../src/numerics/random.ts'

const parse = (text: string): FeatureTable => parseFeatureTable(new TextEncoder().encode(text))
const rowsOf = ({ data, columns, rows }: FeatureTable): number[][] =>
  rows.map((_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)))

describe('a table of features', () => {
  it('of audformat and opensmile-python has an index of files and times', () => {
    const table = parse(
      'file,start,end,F0,loudness\nwav/a.wav,0 days,0 days 00:00:01.5,1,2.5\nwav/b.wav,0 days 00:00:00.25,NaT,-3e-2,.5\n',
    )
    expect(table.names).toEqual(['F0', 'loudness'])
    expect(rowsOf(table)).toEqual([
      [1, 2.5],
      [Math.fround(-0.03), 0.5],
    ])
    expect(table.rows).toEqual([
      { file: 'wav/a.wav', start: 0, end: 1.5, row: 2 },
      { file: 'wav/b.wav', start: 0.25, end: undefined, row: 3 },
    ])
    expect([table.named, table.left]).toEqual([true, []])
  })

  it('of SMILExtract has semicolons, quoted names and the time of a frame', () => {
    const table = parse("name;frameTime;F0\n'a.wav';0.0;1\n'a.wav';0.01;2\n")
    expect(table.names).toEqual(['F0'])
    expect(table.rows.map(({ file, start }) => [file, start])).toEqual([
      ['a.wav', 0],
      ['a.wav', 0.01],
    ])
  })

  it.each([
    ['tabs', 'file\tx\ty\na.wav\t1\t2\n', ['x', 'y']],
    ['numbers as names, as pandas has them', 'file,0,1\na.wav,1,2\n', ['0', '1']],
    ['an unnamed index before the file', ',file,x,y\n0,a.wav,1,2\n', ['x', 'y']],
    ['an unnamed index that is the file', ',x,y\na.wav,1,2\n', ['x', 'y']],
    ['no names at all', 'a.wav,1,2\n', null],
    ['a byte order mark, Windows line ends, an empty last line', '\ufefffile,x,y\r\na.wav,1,2\r\n\r\n', ['x', 'y']],
  ])('may have %s', (_, text, names) => {
    const table = parse(text)
    expect(table.names).toEqual(names)
    expect(table.rows.map(({ file }) => file)).toEqual(['a.wav'])
    expect(rowsOf(table)).toEqual([[1, 2]])
  })

  it('may be of one recording, without its name', () => {
    expect(parse('x,y\n1,2\n3,4\n')).toMatchObject({ names: ['x', 'y'], named: false, columns: 2 })
    expect(rowsOf(parse('1,2\n3,4\n'))).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(parse('0,1\n3,4\n')).toMatchObject({ names: ['0', '1'], columns: 2 })
    expect(parse(',x,y\n0,1,2\n')).toMatchObject({ names: ['x', 'y'], named: false })
  })

  it('leaves out what would tell the answer', () => {
    const table = parse('file,Speaker,emotion,x,gender\na.wav,3,joy,1,f\n')
    expect(table).toMatchObject({ names: ['x'], left: ['Speaker', 'emotion', 'gender'], columns: 1 })
  })

  it('has NaN for gaps, and infinities', () => {
    expect(rowsOf(parse('file,a,b,c,d\nx.wav,,nan,inf,-Infinity\n'))).toEqual([
      [Number.NaN, Number.NaN, Infinity, -Infinity],
    ])
  })

  it.each([
    ['', /an empty table/],
    ['file,x\n', /a table without rows/],
    ['file,x\na.wav,1,2\n', /row 2: expected 2 cells, got 3/],
    ['file,x,y\na.wav,1,high\n', /row 2, column "y": expected a number, got "high"; leave the column out/],
    ['file,x\na.wav,0x10\n', /expected a number, got "0x10"/],
    ['file;x\na.wav;0,5\n', /expected a number, got "0,5"/],
    ['file,x\n,1\n', /row 2: no name of a recording/],
    ['file,x,x\na.wav,1,2\n', /the column "x" is there twice/],
    ['file,label\na.wav,joy\n', /no column of features beside "file", "label"/],
    ['file,start,x\na.wav,early,1\n', /row 2: "start" expected seconds/],
    ['file,x\n"a.wav,1\n', /row 2: /],
    ['PAR1....', /Parquet: save it as CSV/],
    ['PK\u0003\u0004', /a workbook or an archive/],
    ['version https://git-lfs.github.com/spec/v1\n', /Git LFS pointer/],
  ])('is refused with its fault: %j', (text, message) => {
    expect(() => parse(text)).toThrow(message)
  })

  it('is refused in other encodings', () => {
    expect(() => parseFeatureTable(Uint8Array.of(0xff, 0xfe, 0x66, 0))).toThrow(/not in UTF-8/)
  })

  it('gives back any numbers, names and order', () => {
    const cell = fc.float({ noNaN: true, noDefaultInfinity: true })
    const rows = fc
      .integer({ min: 1, max: 4 })
      .chain((d) => fc.array(fc.array(cell, { minLength: d, maxLength: d }), { minLength: 1 }))
    fc.assert(
      fc.property(rows, fc.constantFrom(',', ';', '\t'), (all, delimiter) => {
        const header = ['file', ...all[0].map((_, j) => `f${j}`)].join(delimiter)
        const lines = all.map((row, i) => [`"d${delimiter}${i}.wav"`, ...row].join(delimiter))
        const table = parse(`${[header, ...lines].join('\n')}\n`)
        expect(table.rows.map(({ file }) => file)).toEqual(all.map((_, i) => `d${delimiter}${i}.wav`.trim()))
        // -0 is written as 0.
        expect(rowsOf(table).flat()).toEqual(all.flat().map((x) => x + 0))
      }),
    )
  })

  it('answers mutants with rows or a FormatError', () => {
    const { bases, mutate, run } = targetOf('feature-table')
    const random = new Random('feature-table')
    const all = bases()
    let read = 0
    for (let i = 0; i < 1500; i++) {
      try {
        const { rows, columns, data } = run(mutate(random, all[i % all.length])) as FeatureTable
        expect(data).toHaveLength(rows.length * columns)
        read++
      } catch (error) {
        const { name, message } = error as Error
        expect(name, message).toBe('FormatError')
      }
    }
    expect(read).toBeGreaterThan(20)
  })
})
