import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { FormatError } from '../../src/core/errors.ts'
import { decodeNpy, encodeNpy } from '../../src/io/npy.ts'
import { decodeNpz } from '../../src/io/npz.ts'
import { encodeNpz } from '../../src/io/npz-encode.ts'
import { zipMembers } from '../../src/io/zip.ts'
import { concatenated, ZipWriter } from '../../src/io/zip-write.ts'
import { lfsPointer } from '../support/lfs.ts'

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

describe('encodeNpy', () => {
  it('writes what NumPy writes', () => {
    const bytes = encodeNpy(view(Float32Array.of(1, -2, 0.5, 4, 5, 6), [2, 3]))
    expect(Array.from(bytes.subarray(0, 10))).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0])
    expect(text(bytes.subarray(10, 128)).trimEnd()).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }")
    expect(bytes[127]).toBe(10)
    expect(bytes).toHaveLength(128 + 24)
    expect(new DataView(bytes.buffer).getFloat32(132, true)).toBe(-2)
  })

  it('writes vectors and float64', () => {
    const bytes = encodeNpy(view(Float64Array.of(1, 2), [2]))
    expect(text(bytes)).toContain("'descr': '<f8', 'fortran_order': False, 'shape': (2,), }")
  })

  it('refuses integers that float32 would round', () => {
    expect(decodeNpy(encodeNpy(Int32Array.of(2 ** 24 - 1, 1 - 2 ** 24))).data).toEqual(
      Float32Array.of(2 ** 24 - 1, 1 - 2 ** 24),
    )
    const message =
      'encodeNpy: "x" expected integers below 2^24, which float32 holds (give a Float64Array), got 16777216'
    for (const x of [
      Int32Array.of(0, 2 ** 24 + 1),
      view(Uint32Array.of(0, 2 ** 24 + 1), [1, 2]),
      [Int32Array.of(0, 2 ** 24 + 1)],
    ]) {
      expect(() => encodeNpy(x)).toThrow(RangeError)
      expect(() => encodeNpy(x)).toThrow(`${message} at index 1`)
    }
    expect(decodeNpy(encodeNpy(Float64Array.of(2 ** 24 + 1))).data[0]).toBe(2 ** 24 + 1)
  })

  it('refuses other ranks and other things', () => {
    expect(() => encodeNpy(view(new Float32Array(8), [2, 2, 2]))).toThrow(/one or two dimensions/)
    expect(() => encodeNpy(['1'] as never)).toThrow(TypeError)
    expect(() => encodeNpy(7 as never)).toThrow(
      'encodeNpy: "x" expected an ndarray, a typed array, or an array of numbers or of rows, got 7',
    )
  })
})

interface Vectors {
  arrays: Record<string, { base64: string; dtype: string; shape: number[]; values: string[] }>
  refused: Record<string, string>
  archives: Record<string, { base64: string; arrays: Record<string, { shape: number[]; values: (number | null)[] }> }>
}

// Not imported: bundlers turn the -0 of a JSON file into 0.
const vectors: Vectors = JSON.parse(readFileSync(new URL('../vectors/npy.json', import.meta.url), 'utf8'))
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'))

/** Typed array that holds the numbers of each type of NumPy. */
const storage: Record<string, string> = {
  ...{ bool: 'Uint8Array', int8: 'Int8Array', int16: 'Int16Array', int32: 'Int32Array', int64: 'Float64Array' },
  ...{ uint8: 'Uint8Array', uint16: 'Uint16Array', uint32: 'Uint32Array', uint64: 'Float64Array' },
  ...{ float16: 'Float32Array', float32: 'Float32Array', float64: 'Float64Array' },
}

describe('what NumPy writes', () => {
  it.each(Object.entries(vectors.arrays))('is read: %s', (_, { base64, dtype, shape, values }) => {
    const { data, shape: found, stride } = decodeNpy(bytesOf(base64))
    expect(found).toEqual(shape)
    expect(stride).toEqual(view(new Float32Array(0), shape).stride)
    expect(data.constructor.name).toBe(storage[dtype.replace(/^[<>]/, '')] ?? storage[named(dtype)])
    expect(Array.from(data)).toEqual(values.map((text) => Number(text.replace('inf', 'Infinity'))))
  })

  it('is read from an array that starts amid a buffer', () => {
    const { base64, values } = vectors.arrays['>f8']
    const bytes = bytesOf(base64)
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    expect(Array.from(decodeNpy(shifted.subarray(3)).data)).toEqual(values.map(Number))
  })

  it.each<[string, RegExp]>([
    ['complex64', /element type "<c8" is complex numbers; save real and imaginary parts/],
    ['complex128', /element type "<c16" is complex numbers/],
    ['objects', /element type "\|O" is Python objects \(pickled\), which are not read/],
    ['structured', /element type "\[\('time', '<f4'\), \('label', '<i4'\)\]" is a structured array; save its fields/],
    ['structured with a name of its own', /is a structured array/],
    ['text', /element type "<U5" is text/],
    ['bytes of text', /element type "\|S3" is text/],
    ['dates', /element type "<M8\[D\]" is dates or spans of time/],
    ['spans', /element type "<m8\[ns\]" is dates or spans of time/],
    ['void', /element type "\|V3" is raw bytes/],
    ['longdouble', /element type "<f16" is NumPy's longdouble, which differs from machine to machine; save float64/],
    ['33 dimensions', /an array of 33 dimensions; at most 32 are read/],
    ['beyond 2^53', /9007199254740992, is beyond 2\^53: save it as float64, which rounds it, or as two of 32 bits/],
    ['beyond 2^53, unsigned', /18446744073709551615, is beyond 2\^53/],
  ])('is refused by its name: %s', (name, message) => {
    const read = () => decodeNpy(bytesOf(vectors.refused[name]))
    expect(read).toThrow(FormatError)
    expect(read).toThrow(message)
    expect(read).toThrow(/^decodeNpy: /)
  })
})

describe('a Git LFS pointer in the place of a file', () => {
  it('is called so', () => {
    const remedy = (what: string) => `a Git LFS pointer, not the ${what} itself: fetch it with "git lfs pull"`
    expect(() => decodeNpy(lfsPointer)).toThrow(`decodeNpy: ${remedy('array')}`)
    expect(() => decodeNpz(lfsPointer)).toThrow(`decodeNpz: ${remedy('archive')}`)
  })
})

/** NumPy's own name of a type that it prints with the byte order of another machine. */
function named(dtype: string): string {
  const kinds: Record<string, string> = { i: 'int', u: 'uint', f: 'float' }
  return `${kinds[dtype[1]]}${8 * Number(dtype.slice(2))}`
}

describe('decodeNpz', () => {
  it.each(['stored', 'deflated', 'empty'])('reads archives: %s', (name) => {
    const { base64, arrays } = vectors.archives[name]
    const read = decodeNpz(bytesOf(base64))
    expect(Object.keys(read)).toEqual(Object.keys(arrays))
    for (const [key, { shape, values }] of Object.entries(arrays)) {
      expect(read[key].shape, key).toEqual(shape)
      expect(Array.from(read[key].data), key).toEqual(values)
    }
  })

  const deflated = bytesOf(vectors.archives.deflated.base64)
  const stored = bytesOf(vectors.archives.stored.base64)

  it('reads the arrays asked for, whatever the others are', () => {
    const file = bytesOf(vectors.archives['with objects'].base64)
    expect(() => decodeNpz(file)).toThrow('decodeNpz: "names.npy": element type "|O" is Python objects')
    expect(Array.from(decodeNpz(file, { arrays: ['x'] }).x.data)).toEqual([0, 1])
    expect(() => decodeNpz(file, { arrays: ['y'] })).toThrow(RangeError)
    expect(() => decodeNpz(file, { arrays: ['y'] })).toThrow(
      '"arrays" expected names of the file, "x", "names", got "y"',
    )
    expect(() => decodeNpz(file, { array: ['x'] } as never)).toThrow(TypeError)
  })

  it('refuses every file that is cut off, and bytes of another kind', () => {
    for (let n = 0; n < deflated.length; n++) expect(() => decodeNpz(deflated.subarray(0, n))).toThrow(FormatError)
    expect(() => decodeNpz(encodeNpy([1]))).toThrow(/decodeNpz: not a ZIP archive/)
    expect(() => decodeNpz('text' as never)).toThrow(TypeError)
  })

  it('tells every change of a number by the checksum, and throws nothing but a FormatError', () => {
    for (const original of [stored, deflated]) {
      const wanted = Object.values(decodeNpz(original)).map((x) => JSON.stringify(x))
      for (let at = 0; at < original.length; at++) {
        const bytes = original.slice()
        bytes[at] ^= 0x55
        try {
          // A change of a name, a date or a field that nothing depends on changes no number.
          for (const x of Object.values(decodeNpz(bytes))) expect(wanted).toContain(JSON.stringify(x))
        } catch (error) {
          if (!(error instanceof FormatError)) throw error
        }
      }
    }
  })

  it('takes no room for a member that says it is larger than it can be', () => {
    const bytes = deflated.slice()
    const file = new DataView(bytes.buffer)
    const directory = file.getUint32(bytes.length - 6, true)
    file.setUint32(directory + 24, 2 ** 31, true)
    expect(() => decodeNpz(bytes)).toThrow('"x.npy" cannot hold 2147483648 bytes')
  })
})

describe('decodeNpy', () => {
  it.each([
    view(Float32Array.of(1, -2, 0.5, Number.NaN), [2, 2]),
    view(Float64Array.of(Math.PI, -0, Number.NEGATIVE_INFINITY), [3]),
    view(new Float32Array(0), [0, 5]),
  ])('reads what was written', (x) => {
    const y = decodeNpy(encodeNpy(x))
    expect(y.shape).toEqual(x.shape)
    expect(y.data).toEqual(x.data)
  })

  it('writes strided views packed', () => {
    const x = view(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3])
    expect(Array.from(decodeNpy(encodeNpy(x.transpose(1, 0))).data as Float64Array)).toEqual([1, 4, 2, 5, 3, 6])
  })

  it('reads lengths as Python 2 wrote them, and keeps what follows out', () => {
    const two = Uint8Array.of(...good, 1, 2, 3)
    expect(decodeNpy(two).data).toEqual(Float32Array.of(1, 2))
    expect(decodeNpy(patched('(2,)', '(1L, 2L)')).shape).toEqual([1, 2])
  })

  const good = encodeNpy(view(Float32Array.of(1, 2), [2]))
  /** With other text in its header, of which the blanks at the end give or take the room. */
  const patched = (from: string, to: string): Uint8Array => {
    const header = text(good).slice(10, 128).trimEnd().replace(from, to)
    const start = text(good).slice(0, 10).replace(from, to)
    const [length, rest] = [Math.max(117, header.length), text(good).slice(128)]
    const bytes = Uint8Array.from(`${start}${header.padEnd(length)}\n${rest}`, (c) => c.charCodeAt(0))
    new DataView(bytes.buffer).setUint16(8, length + 1, true)
    return bytes
  }
  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /not a \.npy file/],
    ['text', new TextEncoder().encode('hello world'), /not a \.npy file/],
    ['a truncated file', good.subarray(0, good.length - 1), /expected 2 elements, the file ends after 7 bytes/],
    ['an unknown type', patched('<f4', '<q9'), /element type "<q9" is not known/],
    ['no byte order', patched('<f4', 'f4 '), /element type "f4 " is not known/],
    ['the byte order of any machine', patched('<f4', '=f4'), /element type "=f4" is not known/],
    ['version 4', patched('\x01\x00', '\x04\x00'), /version 4\.0 is not supported/],
    ['version 1.1', patched('\x01\x00', '\x01\x01'), /version 1\.1 is not supported/],
    ['a header that is cut off', good.subarray(0, 40), /cut off in its header/],
    ['an endless header', Uint8Array.of(...good.subarray(0, 6), 2, 0, 0xff, 0xff, 0xff, 0xff), /too long/],
    ['a negative length', patched('(2,)', '(-2,)'), /\(-2,\) is not a shape/],
    ['more numbers than there are bytes', patched('(2,)', `(${2 ** 52},)`), /expected 4503599627370496 elements/],
    ['a product beyond all numbers', patched('(2,)', `(${`${2 ** 52},`.repeat(24)})`), /expected Infinity elements/],
    ['33 dimensions', patched('(2,)', `(${'1,'.repeat(33)})`), /an array of 33 dimensions; at most 32 are read/],
    ['two numbers for one', patched('(2,)', '(1 2)'), /\(1 2\) is not a shape/],
    ['a broken header', patched("'shape'", "'shade'"), /does not tell type, order and shape/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeNpy(bytes)).toThrow(FormatError)
    expect(() => decodeNpy(bytes)).toThrow(message)
  })

  it('refuses what is no bytes', () => {
    expect(() => decodeNpy('x' as never)).toThrow(TypeError)
    expect(() => decodeNpy('x' as never)).toThrow(
      'decodeNpy: "file" expected its bytes as a Uint8Array or an ArrayBuffer',
    )
  })
})

describe('encodeNpz', () => {
  it('writes archives that decodeNpz reads, of any names', () => {
    const arrays = { x: [[1, 2]], 'data/ä b.wav': Float64Array.of(0.5), __proto__x: [3] }
    const read = decodeNpz(encodeNpz(arrays))
    expect(Object.keys(read)).toEqual(Object.keys(arrays))
    expect(read.x.shape).toEqual([1, 2])
    expect(read['data/ä b.wav'].data).toEqual(Float64Array.of(0.5))
    expect(decodeNpz(encodeNpz([]))).toEqual({})
    expect(encodeNpz(arrays)).toEqual(encodeNpz(Object.entries(arrays)))
  })

  it('writes more members than the first kind of end record can count', () => {
    const zip = new ZipWriter()
    const parts = Array.from({ length: 65_540 }, (_, i) => zip.member(String(i), new Uint8Array(0)))
    const members = zipMembers(concatenated([...parts, zip.end()]))
    expect(members).toHaveLength(65_540)
    expect(members.at(-1)?.name).toBe('65539')
  })

  it('refuses what is no list of arrays', () => {
    expect(() => encodeNpz(null as never)).toThrow('encodeNpz: "arrays" expected arrays by their names')
    expect(() => encodeNpz({ x: 'a' } as never)).toThrow(TypeError)
  })
})
