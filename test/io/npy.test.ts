import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { FormatError } from '../../src/core/errors.ts'
import { decodeNpy, encodeNpy } from '../../src/io/npy.ts'

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

  it('refuses other ranks and other things', () => {
    expect(() => encodeNpy(view(new Float32Array(8), [2, 2, 2]))).toThrow(/one or two dimensions/)
    expect(() => encodeNpy(['1'] as never)).toThrow(TypeError)
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

  const good = encodeNpy(view(Float32Array.of(1, 2), [2]))
  const patched = (from: string, to: string): Uint8Array =>
    Uint8Array.from(text(good).replace(from, to), (c) => c.charCodeAt(0))
  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /not a \.npy file/],
    ['text', new TextEncoder().encode('hello world'), /not a \.npy file/],
    ['a truncated file', good.subarray(0, good.length - 1), /expected 2 elements, the file ends after 7 bytes/],
    ['integers', patched('<f4', '<i4'), /element type "<i4" is not supported/],
    ['Fortran order', patched('False', 'True '), /Fortran order/],
    ['version 3', patched('\x01\x00', '\x03\x00'), /version 3\.0 is not supported/],
    ['two numbers for one', patched('(2,)', '(1 2)'), /\(1 2\) is not a shape/],
    ['a broken header', patched("'shape'", "'shade'"), /does not tell type, order and shape/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeNpy(bytes)).toThrow(FormatError)
    expect(() => decodeNpy(bytes)).toThrow(message)
  })

  it('refuses what is no bytes', () => {
    expect(() => decodeNpy('x' as never)).toThrow(TypeError)
  })
})
