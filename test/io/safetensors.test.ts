import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import { FormatError } from '../../src/core/errors.ts'
import { decodeSafetensors, encodeSafetensors, type TensorSource } from '../../src/io/safetensors.ts'
import { lfsPointer } from '../support/lfs.ts'

interface Reference {
  hex: string
  metadata: object
  tensors: Record<string, { dtype: string; shape: number[]; values: (number | boolean)[] }>
}

// Not imported: bundlers turn the -0 of a JSON file into 0.
const json = readFileSync(new URL('../vectors/safetensors.json', import.meta.url), 'utf8')
const { files, complex }: { files: Record<string, Reference>; complex: string } = JSON.parse(json)
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

/** A file with any header and body. */
function file(header: unknown, body: number[] = [], length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + body.length)
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(body, 8 + text.length)
  return bytes
}

const tensor = (dtype: string, shape: unknown, offsets: unknown): object => ({ dtype, shape, data_offsets: offsets })
const four = [0, 0, 128, 63]

describe('decodeSafetensors', () => {
  it.each(Object.entries(files))('reads the reference file: %s', (_, { hex, metadata, tensors }) => {
    const read = decodeSafetensors(bytesOf(hex))
    expect(read.metadata).toEqual(metadata)
    const shown = Object.entries(read.tensors).map(([name, { dtype, shape, data }]) => [
      name,
      {
        dtype,
        shape,
        values: Array.from<number | bigint, number | boolean>(data, (v) => (dtype === 'BOOL' ? v === 1 : Number(v))),
      },
    ])
    const wanted = Object.entries(tensors).map(([name, { dtype, shape, values }]) => [
      name,
      { dtype, shape, values: values.map((v) => (dtype === 'F32' ? Math.fround(Number(v)) : v)) },
    ])
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(wanted))
  })

  it('reads from the middle of a buffer, and from an ArrayBuffer', () => {
    const bytes = bytesOf(files['one matrix'].hex)
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    const wanted = decodeSafetensors(bytes)
    expect(decodeSafetensors(shifted.subarray(3))).toEqual(wanted)
    expect(decodeSafetensors(bytes.buffer as ArrayBuffer)).toEqual(wanted)
  })

  it('takes null for no metadata', () => {
    const bytes = file({ __metadata__: null, a: tensor('F32', [1], [0, 4]) }, four)
    expect(decodeSafetensors(bytes)).toEqual({
      tensors: { a: { dtype: 'F32', shape: [1], data: Float32Array.of(1) } },
      metadata: {},
    })
  })

  it('gives unsigned integers in typed arrays of their own, to the last bit', () => {
    const all = { a: Uint16Array.of(65535), b: Uint32Array.of(2 ** 32 - 1), c: BigUint64Array.of(2n ** 64n - 1n) }
    const { tensors } = decodeSafetensors(encodeSafetensors(all))
    for (const [name, data] of Object.entries(all)) expect(tensors[name].data).toEqual(data)
    expect(Object.values(tensors).map(({ dtype }) => dtype)).toEqual(['U64', 'U32', 'U16'])
  })

  it.each<[string, Uint8Array, RegExp]>([
    [
      'complex numbers, by their name',
      bytesOf(complex),
      /"z" is of type "C64": no typed array fits complex numbers; save real and imaginary parts as two tensors/,
    ],
    ['metadata in a list', file({ __metadata__: [] }), /"__metadata__" expected texts by name/],
    ['too few bytes', new Uint8Array(7), /only 7 bytes/],
    ['a header longer than the file', file({}, [], 99n), /cut off: a header of 99 bytes, 2 are there/],
    ['an absurd header', file({}, [], 2n ** 63n), /too long/],
    ['no JSON', file('{"a"'), /not a JSON object/],
    [
      'a Git LFS pointer',
      lfsPointer,
      /^decodeSafetensors: a Git LFS pointer, not the model itself: fetch it with "git lfs pull"/,
    ],
    ['an array', file('[]'), /not a JSON object/],
    ['space before the object', file(' {}'), /not a JSON object/],
    ['bytes that are no UTF-8', file('{}').fill(0xff, 8), /not a JSON object in UTF-8/],
    ['metadata that is no text', file({ __metadata__: { a: 1 } }), /"__metadata__" expected texts/],
    ['an entry that is no object', file({ a: 1 }), /"a" expected an object/],
    ['an unknown type', file({ a: tensor('F8', [1], [0, 1]) }, [0]), /"a" is of type "F8" \(known: F64/],
    ['a type out of the prototype', file({ a: tensor('toString', [1], [0, 1]) }, [0]), /of type "toString"/],
    ['a negative length', file({ a: tensor('U8', [-1], [0, 1]) }, [0]), /no shape/],
    ['a fraction of a length', file({ a: tensor('U8', [1.5], [0, 1]) }, [0]), /no shape/],
    ['offsets the wrong way', file({ a: tensor('U8', [1], [1, 0]) }, [0]), /no "data_offsets"/],
    ['one offset', file({ a: tensor('U8', [1], [0]) }, [0]), /no "data_offsets"/],
    ['other bytes than the shape takes', file({ a: tensor('F32', [2], [0, 4]) }, four), /takes 8 bytes, its offsets 4/],
    ['a size beyond integers', file({ a: tensor('F32', [2 ** 40, 2 ** 40], [0, 4]) }, four), /takes/],
    ['a cut-off end', file({ a: tensor('F32', [1], [0, 4]) }, four.slice(1)), /cut off: "a" ends at byte/],
    ['a gap', file({ a: tensor('U8', [1], [1, 2]) }, [0, 0]), /1 bytes before "a" belong to no tensor/],
    ['bytes behind the last', file({ a: tensor('U8', [1], [0, 1]) }, [0, 0]), /1 bytes at the end/],
    [
      'an overlap',
      file({ a: tensor('U8', [2], [0, 2]), b: tensor('U8', [2], [1, 3]) }, [0, 0, 0]),
      /"b" overlaps another tensor/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(message)
    expect(() => decodeSafetensors(bytes)).toThrow(FormatError)
  })

  it('refuses every file that is cut off, and bytes of another kind', () => {
    const bytes = bytesOf(files['every type'].hex)
    for (let n = 0; n < bytes.length; n++) expect(() => decodeSafetensors(bytes.subarray(0, n))).toThrow(FormatError)
    expect(() => decodeSafetensors('text' as never)).toThrow(TypeError)
  })

  it('never throws anything but a FormatError, whatever the bytes', () => {
    const original = bytesOf(files['every type'].hex)
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1 }), (changes) => {
        const bytes = original.slice()
        for (const [at, value] of changes) bytes[at] = value
        try {
          decodeSafetensors(bytes)
        } catch (error) {
          return error instanceof FormatError
        }
        return true
      }),
      { numRuns: 1000, seed: 3 },
    )
  })
})

const view4 = (more: Partial<TensorSource>): TensorSource => ({
  data: Int8Array.of(1, 2, 3, 4),
  shape: [2, 2],
  ...more,
})

describe('encodeSafetensors', () => {
  const float = fc.double({ noNaN: false })
  const source: fc.Arbitrary<TensorSource> = fc.oneof(
    fc.array(float).map((list) => ({ data: Float64Array.from(list) })),
    fc.array(float).map((list) => ({ data: Float32Array.from(list) })),
    fc.array(fc.integer()).map((list) => ({ data: Int32Array.from(list), shape: [1, list.length] })),
    fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })).map((list) => ({ data: BigInt64Array.from(list) })),
    fc.array(fc.nat(255)).map((list) => ({ data: Uint8Array.from(list), shape: [list.length, 1] })),
  )

  it('what is written is read: numbers to the bit, shapes, texts', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((name) => name !== '__metadata__'),
          source,
        ),
        fc.dictionary(fc.string(), fc.string()),
        (tensors, metadata) => {
          const bytes = encodeSafetensors(tensors, { metadata })
          const read = decodeSafetensors(bytes)
          expect(Object.entries(read.metadata).sort()).toEqual(Object.entries(metadata).sort())
          expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(tensors).sort())
          for (const [name, { data, shape = [data.length] }] of Object.entries(tensors)) {
            expect(read.tensors[name].shape).toEqual(shape)
            expect(read.tensors[name].data).toEqual(data)
          }
        },
      ),
      { numRuns: 200, seed: 5 },
    )
  })

  it('writes aligned numbers, wide types first, and the same bytes for the same tensors in any order', () => {
    const parts = { u: { data: Uint8Array.of(1) }, d: { data: Float64Array.of(2) }, f: { data: Float32Array.of(3) } }
    const bytes = encodeSafetensors(parts)
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
    expect(length % 8).toBe(0)
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))
    expect(header.d.data_offsets).toEqual([0, 8])
    expect(header.f.data_offsets).toEqual([8, 12])
    expect(header.u.data_offsets).toEqual([12, 13])
    expect(encodeSafetensors({ f: parts.f, u: parts.u, d: parts.d })).toEqual(bytes)
  })

  it('takes a typed array as it is, as a vector', () => {
    const { tensors } = decodeSafetensors(encodeSafetensors({ b: Float64Array.of(1, 2, 3), n: Int32Array.of(4) }))
    expect(tensors.b).toEqual({ dtype: 'F64', shape: [3], data: Float64Array.of(1, 2, 3) })
    expect(tensors.n).toEqual({ dtype: 'I32', shape: [1], data: Int32Array.of(4) })
    expect(() => encodeSafetensors({ b: [1, 2] as never })).toThrow(/"b" expected an ndarray or/)
  })

  it('takes ndarrays of any strides, and stores floats in half the room', () => {
    const matrix = ndarray(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])
    const { tensors } = decodeSafetensors(
      encodeSafetensors({ t: matrix.transpose(1, 0), part: matrix.hi(2, 2).lo(0, 1), list: ndarray([1, 2]) }),
    )
    expect(tensors.t).toEqual({ dtype: 'F32', shape: [3, 2], data: Float32Array.of(1, 4, 2, 5, 3, 6) })
    expect(tensors.part).toEqual({ dtype: 'F32', shape: [2, 1], data: Float32Array.of(2, 5) })
    expect(tensors.list).toEqual({ dtype: 'F64', shape: [2], data: Float64Array.of(1, 2) })
    const half = decodeSafetensors(encodeSafetensors({ h: { data: Float64Array.of(1 / 3, 1e9), dtype: 'F16' } }))
    expect(half.tensors.h).toEqual({
      dtype: 'F16',
      shape: [2],
      data: Float32Array.of(0.333251953125, Number.POSITIVE_INFINITY),
    })
  })

  it('writes a plain view by its strides and its offset, either of them alone too', () => {
    const data = Float32Array.of(1, 2, 3, 4)
    const { tensors } = decodeSafetensors(
      encodeSafetensors({
        transposed: { data, shape: [2, 2], stride: [1, 2] },
        half: { data, shape: [2], stride: [2], dtype: 'F16' },
        rest: { data, shape: [3, 1], offset: 1 },
        counts: { data: BigInt64Array.of(1n, 2n, 3n), shape: [2], stride: [-1], offset: 2 },
      }),
    )
    expect(tensors.transposed).toEqual({ dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, 3, 2, 4) })
    expect(tensors.half).toEqual({ dtype: 'F16', shape: [2], data: Float32Array.of(1, 3) })
    expect(tensors.rest).toEqual({ dtype: 'F32', shape: [3, 1], data: Float32Array.of(2, 3, 4) })
    expect(tensors.counts).toEqual({ dtype: 'I64', shape: [2], data: BigInt64Array.of(3n, 2n) })
  })

  it.each<[string, () => unknown, RegExp]>([
    [
      'a view that reaches too far',
      () => encodeSafetensors({ a: view4({ stride: [3, 2] }) }),
      /"a" of shape \[2, 2\] reaches/,
    ],
    [
      'an offset before the data',
      () => encodeSafetensors({ a: view4({ offset: -1 }) }),
      /reaches outside its 4 elements/,
    ],
    [
      'a stride for one of two axes',
      () => encodeSafetensors({ a: view4({ stride: [1] }) }),
      /"a" expected a stride of 2/,
    ],
    [
      'a number for a stride',
      () => encodeSafetensors({ a: view4({ stride: 2 as never }) }),
      /"a.stride" expected an array/,
    ],
    [
      'a stride without a shape',
      () => encodeSafetensors({ a: view4({ shape: undefined, stride: [1] }) }),
      /"a.shape" expected/,
    ],
    [
      'text in an ndarray',
      () => encodeSafetensors({ a: ndarray([1, '2'] as never) }),
      /"a" expected numbers, got "2" at index 1/,
    ],
    ['an array', () => encodeSafetensors({ a: [1, 2] as never }), /"a" expected an ndarray or \{ data/],
    ['clamped bytes', () => encodeSafetensors({ a: { data: new Uint8ClampedArray(1) as never } }), /"a" expected/],
    [
      'an unfit shape',
      () => encodeSafetensors({ a: { data: new Int8Array(3), shape: [2] } }),
      /shape \[2\] has 3 elem/,
    ],
    ['floats as integers', () => encodeSafetensors({ a: { data: new Float32Array(1), dtype: 'I32' } }), /holds F32/],
    [
      'BF16',
      () => encodeSafetensors({ a: { data: new Float32Array(1), dtype: 'BF16' } }),
      /cannot be stored as "BF16"/,
    ],
    ['a reserved name', () => encodeSafetensors({ __metadata__: { data: new Int8Array(1) } }), /no name of a tensor/],
    ['metadata that is no text', () => encodeSafetensors({}, { metadata: { a: 1 as never } }), /"metadata.a" expected/],
    [
      'nothing',
      () => encodeSafetensors(undefined as never),
      /encodeSafetensors: "tensors" expected an object, got undef/,
    ],
    [
      'null for metadata',
      () => encodeSafetensors({}, { metadata: null as never }),
      /"metadata" expected an object, got n/,
    ],
    [
      'a number for a shape',
      () => encodeSafetensors({ a: { data: new Int8Array(2), shape: 2 as never } }),
      /"a.shape" expected an array, got 2/,
    ],
    ['an unknown option', () => encodeSafetensors({}, { meta: {} } as never), /unknown option "meta"/],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message)
  })
})

it('arrays of rows are written as float32, those of Float64Array as float64', () => {
  const wide = [Float64Array.of(0.1, 2)]
  const { a, b } = decodeSafetensors(
    encodeSafetensors({
      a: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      b: wide,
    }),
  ).tensors
  expect(a).toEqual({ dtype: 'F32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) })
  expect(b).toEqual({ dtype: 'F64', shape: [1, 2], data: Float64Array.of(0.1, 2) })
  expect(() => encodeSafetensors({ a: [[1, 2], [3]] })).toThrow('"a" expected rows of one length')
})
