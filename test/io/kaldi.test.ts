import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mutateBytes } from '../../fuzz/mutate/bytes.ts'
import { view } from '../../src/core/array.ts'
import { encodeUtf8 } from '../../src/core/utf8.ts'
import { decodeHtk, encodeHtk } from '../../src/io/htk.ts'
import { decodeKaldiArk, encodeKaldiArk, encodeKaldiScp, readKaldiPlace } from '../../src/io/kaldi-ark.ts'
import { kaldiPlace, parseKaldiScp } from '../../src/io/kaldi-scp.ts'
import type { NpyArray } from '../../src/io/npy.ts'
import { encodeNpz } from '../../src/io/npz-encode.ts'
import { Random } from '../../src/numerics/random.ts'

interface Shown {
  shape: number[]
  dtype: 'float32' | 'float64' | 'int32' | 'int64'
  base64: string
}
interface Vectors {
  archives: Record<string, { base64: string; arrays: Record<string, Shown>; scp?: string }>
  ranges: { base64: string; ranges: Record<string, Shown> }
  htk: Record<string, { base64: string; array: Shown; kind: string; step: number }>
}

const vectors: Vectors = JSON.parse(readFileSync(new URL('../vectors/kaldi.json', import.meta.url), 'utf8'))
const unpacked = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))
const kinds = { float32: Float32Array, float64: Float64Array, int32: Int32Array, int64: BigInt64Array }
const numbersOf = ({ dtype, base64 }: Shown): number[] =>
  Array.from(new kinds[dtype](unpacked(base64).buffer as ArrayBuffer) as Float32Array, Number)

function expectSame(array: NpyArray, shown: Shown): void {
  expect(array.shape).toEqual(shown.shape)
  // The bits, but that text and NumPy's integers have other types.
  expect(Array.from(array.data)).toEqual(numbersOf(shown))
}

const sound = new Uint8Array([...encodeUtf8('a RIFF'), 0, 0, 0, 0, ...encodeUtf8('WAVE')])
const archive = encodeKaldiArk({ a: [[1, 2, 3]], b: Float64Array.of(0.5), c: Int32Array.of(7) })

describe('decodeKaldiArk', () => {
  it.each(Object.entries(vectors.archives))('reads what %s writes, bit for bit', (_, { base64, arrays }) => {
    const read = decodeKaldiArk(unpacked(base64))
    expect([...read.keys()]).toEqual(Object.keys(arrays))
    for (const [key, shown] of Object.entries(arrays)) expectSame(read.get(key) as NpyArray, shown)
  })

  it('reads text with empty lines, tabs, and what C++ prints', () => {
    const text = 'm  [\n  1 2.5e-3 \n\t-inf nan ]\nv  [ .5 -1. ]\n\nnone  [ ]\ni 3 -1\nf 1 0.5\n'
    const read = decodeKaldiArk(encodeUtf8(text))
    expect(Array.from(read, ([key, { shape, data }]) => [key, shape, Array.from(data)])).toEqual([
      ['m', [2, 2], [1, Math.fround(2.5e-3), Number.NEGATIVE_INFINITY, Number.NaN]],
      ['v', [2], [0.5, -1]],
      ['none', [0], []],
      ['i', [2], [3, -1]],
      ['f', [2], [1, 0.5]],
    ])
    expect(decodeKaldiArk(new Uint8Array(0)).size).toBe(0)
  })

  it.each([
    ['a key without an object', encodeUtf8('abc'), 'not a Kaldi archive: no key and blank at byte 0'],
    ['sound', sound, '"a", at byte 2: it is sound, a RIFF file'],
    ['words', encodeUtf8('a hello world\n'), '"a", at byte 2: expected a number, got "hello"'],
    ['uneven rows', encodeUtf8('a  [\n 1 2\n 3 ]\n'), '"a", at byte 2: row 2 has 1 numbers, the first 2'],
    ['an open bracket', encodeUtf8('a  [\n 1 2\n'), '"a", at byte 2: its bracket "[" is not closed'],
    ['two of a key', encodeUtf8('a 1\na 2\n'), 'the key "a" occurs twice'],
    ['a cut', archive.subarray(0, 20), '"a", at byte 2: [1, 3] needs 12 bytes, the file has'],
    ['another kind', encodeUtf8('a \0BSM 4'), '"a", at byte 2: it is a sparse matrix; matrices and vectors'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeKaldiArk(bytes)).toThrow(expect.objectContaining({ name: 'FormatError' }))
    expect(() => decodeKaldiArk(bytes)).toThrow(`decodeKaldiArk: ${message}`)
  })

  it('answers mutants with numbers or a FormatError', () => {
    const random = new Random('kaldi')
    const bases = Object.values(vectors.archives).map(({ base64 }) => unpacked(base64))
    let read = 0
    for (let i = 0; i < 3000; i++) {
      const mutant = mutateBytes(random, bases[i % bases.length])
      try {
        decodeKaldiArk(mutant)
        read++
      } catch (error) {
        expect((error as Error).name).toBe('FormatError')
      }
    }
    expect(read).toBeGreaterThan(50)
  })
})

describe('encodeKaldiArk', () => {
  it('writes what kaldiio writes, with its script file', () => {
    const { base64, arrays, scp } = vectors.archives.kaldiio
    const entries = Object.entries(arrays).map(([key, shown]): [string, NpyArray | Int32Array] => {
      const data = new kinds[shown.dtype](unpacked(shown.base64).buffer as ArrayBuffer) as Float32Array
      return [key, shown.dtype === 'int32' ? (data as unknown as Int32Array) : view(data, shown.shape)]
    })
    const bytes = encodeKaldiArk(entries as never)
    expect(Buffer.from(bytes).toString('base64')).toBe(base64)
    expect(encodeKaldiScp(bytes, 'plain.ark')).toBe(scp)
    expect(encodeKaldiArk(new Map(entries as never))).toEqual(bytes)
  })

  it('refuses keys with blanks, those that occur twice, and what is no array', () => {
    expect(() => encodeKaldiArk({ 'a b': [1] })).toThrow(
      'encodeKaldiArk: "arrays" expected keys without blanks, got "a b"',
    )
    const twice: [string, number[]][] = [
      ['a', [1]],
      ['a', [2]],
    ]
    expect(() => encodeKaldiArk(twice)).toThrow('encodeKaldiArk: "arrays" expected distinct names, got "a"')
    expect(() => encodeKaldiArk({ a: 1 } as never)).toThrow(TypeError)
    expect(() => encodeKaldiArk([1] as never)).toThrow('"arrays" expected pairs of a name and an array, got 1')
    expect(() => encodeKaldiArk(7 as never)).toThrow(TypeError)
  })

  // By hand: SER_KALDI_OUT=FOLDER npx vitest run test/io/kaldi.test.ts && python test/vectors/kaldi.py --read FOLDER
  it.skipIf(process.env.SER_KALDI_OUT === undefined)('writes files for kaldiio and kaldi-native-io to read', () => {
    const folder = process.env.SER_KALDI_OUT as string
    mkdirSync(folder, { recursive: true })
    const random = new Random('out')
    const matrix = (rows: number, columns: number, Kind: typeof Float32Array | typeof Float64Array): NpyArray =>
      view(
        (new Kind(rows * columns) as Float32Array).map(() => random.normal() * 100),
        [rows, columns],
      )
    const floats: [string, NpyArray][] = Array.from({ length: 40 }, (_, i) => [
      `f${String(i).padStart(2, '0')}`,
      matrix(1 + random.integer(50), 1 + random.integer(30), Float32Array),
    ])
    const doubles: [string, NpyArray][] = Array.from({ length: 10 }, (_, i) => [
      `g${i}`,
      matrix(3, i + 1, Float64Array),
    ])
    const odd: [string, NpyArray] = ['h', view(Float32Array.of(Number.NaN, -0, Number.NEGATIVE_INFINITY), [3])]
    const integers: [string, Int32Array] = ['i', Int32Array.of(1, -5, 2 ** 31 - 1)]
    const all = [...floats, ...doubles, odd, integers] as [string, NpyArray][]
    const put = (name: string, content: Uint8Array | string): void => writeFileSync(join(folder, name), content)
    const ark = encodeKaldiArk(all as never)
    put('out.ark', ark)
    put('out.scp', encodeKaldiScp(ark, 'out.ark'))
    put('matrices.scp', encodeKaldiScp(ark, 'out.ark').split('\n').slice(0, floats.length).join('\n'))
    put('integers.ark', encodeKaldiArk([integers]))
    put('out.npz', encodeNpz([...floats, ...doubles, odd] as never))
    for (const [key, x] of floats) put(`${key}.htk`, encodeHtk(x as never))
    put('htk.scp', floats.map(([key]) => `${key} ${key}.htk\n`).join(''))
    const wanted = all.map(([key, x]) => {
      const { data = x as unknown as Int32Array, shape = [data.length] } = x
      const hex = Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength).toString('hex')
      return [key, [shape, data.constructor.name.replace('Array', '').toLowerCase(), hex]]
    })
    put('wanted.json', JSON.stringify(Object.fromEntries(wanted)))
  })
})

describe('parseKaldiScp', () => {
  it('reads files, offsets and ranges', () => {
    const text = 'a feats.ark:2\r\n\nb  /data/my feats.ark:10[0:9]\nc x.mat\nd C:\\x.ark:7[:,1:2]\ne y.ark:0[3]\n'
    expect(parseKaldiScp(text)).toEqual([
      { key: 'a', file: 'feats.ark', offset: 2 },
      { key: 'b', file: '/data/my feats.ark', offset: 10, rows: [0, 9], columns: null },
      { key: 'c', file: 'x.mat' },
      { key: 'd', file: 'C:\\x.ark', offset: 7, rows: null, columns: [1, 2] },
      { key: 'e', file: 'y.ark', offset: 0, rows: [3, 3], columns: null },
    ])
  })

  it.each([
    ['a sph2pipe -f wav x.sph |', 'line 1: a program, which is never run: "sph2pipe -f wav x.sph |"'],
    ['a x\nb', 'line 2: expected a file, got ""'],
    ['a x\na y', 'line 2: the key "a" is there already'],
    ['a x.ark:3[5:2]', 'line 1: expected a range such as 0:9, got "5:2"'],
    ['a -', 'line 1: expected a file, got "-"'],
  ])('refuses %j', (text, message) => {
    expect(() => parseKaldiScp(text)).toThrow(`parseKaldiScp: ${message}`)
  })

  it('takes the rows and columns that kaldiio takes', () => {
    const { base64, ranges } = vectors.ranges
    for (const [range, shown] of Object.entries(ranges)) {
      const place = { key: 'a', ...kaldiPlace(`r.ark:2${range}`) }
      expectSame(readKaldiPlace(unpacked(base64), place), shown)
    }
    const taken = (range: string): NpyArray =>
      readKaldiPlace(unpacked(base64), { key: 'a', ...kaldiPlace(`r.ark:2${range}`) })
    // As Kaldi has it, where lengths were rounded.
    expect(taken('[9:13]').shape).toEqual([2, 3])
    expect(() => taken('[0:14]')).toThrow('rows 0:14 and columns 0:2 of an array [11, 3]')
    expect(() => taken('[11:12]')).toThrow('rows 11:12 and columns 0:2 of an array [11, 3]')
  })
})

describe('decodeHtk', () => {
  it.each(Object.entries(vectors.htk))('reads the file of %s', (_, { base64, array, kind, step }) => {
    const read = decodeHtk(unpacked(base64))
    expect([read.kind, read.stepSeconds]).toEqual([kind, step])
    expectSame(read.features as NpyArray, array)
  })

  it('passes a checksum over', () => {
    const bytes = new Uint8Array([...encodeHtk([[1, 2]]), 0, 0])
    new DataView(bytes.buffer).setUint16(10, 0o10000 | 9)
    expect(decodeHtk(bytes).kind).toBe('USER')
    expect(Array.from(decodeHtk(bytes).features.data)).toEqual([1, 2])
  })

  it('refuses sound, other lengths and other files', () => {
    const bytes = encodeHtk([[1, 2]])
    expect(() => decodeHtk(bytes.subarray(0, 11))).toThrow('decodeHtk: not an HTK file: it has less than 12 bytes')
    expect(() => decodeHtk(bytes.subarray(0, 19))).toThrow('1 vectors of 8 bytes, kind 9, in 19 bytes')
    new DataView(bytes.buffer).setUint16(10, 0)
    expect(() => decodeHtk(bytes)).toThrow('decodeHtk: WAVEFORM, integers, is not read')
  })

  it('answers mutants with numbers or a FormatError', () => {
    const random = new Random('htk')
    const bases = [...Object.values(vectors.htk).map(({ base64 }) => unpacked(base64)), encodeHtk([[1]])]
    for (let i = 0; i < 2000; i++) {
      try {
        decodeHtk(mutateBytes(random, bases[i % bases.length]))
      } catch (error) {
        expect((error as Error).name).toBe('FormatError')
      }
    }
  })
})

describe('encodeHtk', () => {
  it('writes the file that Kaldi writes', () => {
    const { base64, array } = vectors.htk['kaldi-native-io']
    const bytes = encodeHtk(view(Float32Array.from(numbersOf(array)), array.shape), { kind: 'MFCC_E' })
    expect(Buffer.from(bytes).toString('base64')).toBe(base64)
  })

  it('refuses kinds that are none, and what the header cannot hold', () => {
    for (const kind of ['mfcc', 'MFCC_X', 'WAVEFORM', 'MFCC_C', 'USER_K']) {
      expect(() => encodeHtk([[1]], { kind })).toThrow('encodeHtk: "kind" expected a kind of HTK such as USER')
    }
    expect(() => encodeHtk([[1]], { stepSeconds: 0 })).toThrow(RangeError)
    expect(() => encodeHtk([new Float32Array(8192)])).toThrow('"x" expected a matrix of up to 8191 columns')
    expect(() => encodeHtk([1, 2] as never)).toThrow(RangeError)
  })
})
