/** Files of h5py 3.16 (HDF5 2.0); test/vectors/hdf5.py makes them. */
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { faultOf } from '../../fuzz/outcome.ts'
import { FormatError } from '../../src/core/errors.ts'
import { type Hdf5Object, readHdf5 } from '../../src/io/hdf5/read.ts'
import { Random } from '../../src/numerics/random.ts'
import vectors from '../vectors/hdf5.json' with { type: 'json' }

function unpacked(text: string): Uint8Array {
  return new Uint8Array(gunzipSync(Buffer.from(text, 'base64')))
}

const everything = unpacked(vectors.everything)

/** Reads all that a file has; groups that contain themselves are read down to a depth. */
function readAll(bytes: Uint8Array): number {
  let read = 0
  const visit = (object: Hdf5Object, depth: number): void => {
    for (const name of object.names) {
      const member = object.at(name)
      if (member === undefined) continue
      read++
      if (member.isGroup) {
        member.attribute('list')
        if (depth < 3) visit(member, depth + 1)
      } else if (/text|fixed/.test(name)) member.texts()
      else member.array()
    }
  }
  visit(readHdf5(bytes), 0)
  return read
}

/** Bytes with a number of `width` bytes at a place. */
function withNumber(bytes: Uint8Array, at: number, width: 1 | 2 | 4 | 8, value: bigint): Uint8Array {
  const out = bytes.slice()
  for (let k = 0; k < width; k++) out[at + k] = Number((value >> BigInt(8 * k)) & 255n)
  return out
}

/** Where a structure of this name begins. */
function placeOf(bytes: Uint8Array, name: string): number {
  for (let at = 0; at + name.length <= bytes.length; at += 8) {
    if (String.fromCharCode(...bytes.subarray(at, at + name.length)) === name) return at
  }
  throw new Error(`no ${name}`)
}

describe('readHdf5', () => {
  const root = readHdf5(everything)

  it.each(Object.entries(vectors.numbers))('reads numbers of type %s', (name, expected) => {
    const { shape, data } = (root.at(`numbers/${name}`) as Hdf5Object).array()
    expect(shape).toEqual([2, 3])
    expect(Array.from(data)).toEqual(expected)
  })

  it('reads single numbers, arrays without elements, texts of any length, and two names of one data set', () => {
    expect(root.at('scalar')?.array()).toEqual({ shape: [], data: Float32Array.of(1.5) })
    expect(root.at('again')).toBe(root.at('scalar'))
    expect(root.at('empty')?.array()).toEqual({ shape: [0, 4], data: new Float32Array(0) })
    expect(root.at('text')?.texts()).toEqual(['déjà vu'])
    expect(root.at('texts')?.texts()).toEqual(['one', 'two', ''])
    expect(root.at('fixed')?.texts()).toEqual(['ab', 'cde'])
  })

  it('reads attributes that are texts, of headers in several blocks', () => {
    const group = root.at('texts of attributes') as Hdf5Object
    expect(group.attribute('one')).toEqual(['κείμενο'])
    expect(group.attribute('list')).toEqual(['a', 'bc', '', 'd'.repeat(300)])
    expect(group.attribute('fixed')).toEqual(['lstm', 'lstm_10'])
    expect(group.attribute('none')).toEqual([])
    expect(group.attribute('long')).toEqual(['x'.repeat(100_000)])
    expect(group.attribute('more39')).toEqual(['value 39'])
    expect(group.attribute('other')).toBeUndefined()
    expect(() => group.attribute('number')).toThrow('the attribute "number" is a number, where a text is expected')
  })

  it('reads groups whose trees have several levels', () => {
    const layers = readHdf5(unpacked(vectors.crowd)).at('layers') as Hdf5Object
    expect(layers.names).toHaveLength(700)
    expect(layers.at('dense_699')?.array().data).toEqual(Float32Array.of(699, 699))
    expect(layers.at('dense_700')).toBeUndefined()
    expect(layers.at('dense_0/x')).toBeUndefined()
  })

  it.each([
    ['chunks', 'data in chunks'],
    ['gzip', 'compressed data'],
    ['compact', 'compact data'],
    ['other file', 'data in other files'],
    ['never written', '"x", whose elements were never written'],
    ['latest', 'a superblock of version 3'],
    ['v108', 'a superblock of version 2'],
    ['user block', 'a user block'],
    ['order', 'an object header of version 2'],
    ['big-endian', 'big-endian numbers'],
    ['bool', 'enumerated values'],
    ['complex', 'compound values'],
    ['opaque', 'opaque values'],
    ['reference', 'references'],
    ['sequence', 'sequences of variable length'],
    ['long double', 'floats other than those of IEEE 754'],
    ['named type', 'a shared type'],
    ['soft link', 'a link by path'],
  ])('refuses by name: %s', (name, text) => {
    const file = unpacked(vectors.refused[name as keyof typeof vectors.refused])
    expect(() => readHdf5(file).at('x')?.array()).toThrow(text)
    expect(() => readHdf5(file).at('x')?.array()).toThrow(FormatError)
  })

  it('has a test of each feature that is to be refused', () => {
    expect(Object.keys(vectors.refused)).toHaveLength(18)
  })

  it('tells what is no data set, no group and no HDF5 file', () => {
    expect(() => root.at('numbers')?.array()).toThrow('"numbers" is no data set')
    expect(() => root.at('scalar')?.names).toThrow('"scalar" is no group')
    expect(() => root.at('text')?.array()).toThrow('"text" holds text')
    expect(() => root.at('scalar')?.texts()).toThrow('"scalar" holds numbers')
    expect(() => readHdf5(new TextEncoder().encode('version https://git-lfs.github.com/spec/v1'))).toThrow('Git LFS')
    expect(() => readHdf5(everything.subarray(0, -1))).toThrow('the file is cut off')
  })

  it('ends where parts lead to themselves', () => {
    const tree = placeOf(everything, 'TREE')
    const child = tree + 24 + 8
    expect(() => readAll(withNumber(everything, child, 8, BigInt(tree)))).toThrow('does not begin with SNOD')
    const crowd = unpacked(vectors.crowd)
    const trees = Array.from({ length: crowd.length / 8 }, (_, k) => 8 * k).filter((at) => {
      return String.fromCharCode(...crowd.subarray(at, at + 4)) === 'TREE' && crowd[at + 5] > 0
    })
    expect(trees.length).toBeGreaterThan(0)
    for (const at of trees) {
      expect(() => readAll(withNumber(crowd, at + 24 + 8, 8, BigInt(at)))).toThrow('is damaged')
    }
  })

  it('reads no more bytes than some times those of the file, however often parts are named', () => {
    const group = root.at('texts of attributes') as Hdf5Object
    expect(() => {
      for (let k = 0; k < 100; k++) group.attribute('long')
    }).toThrow('parts of the file share the same bytes')
  })

  it('throws FormatError alone for damaged files', () => {
    const random = new Random('hdf5')
    const values = [0n, 1n, 8n, 255n, 65535n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]
    const widths = [1, 2, 4, 8] as const
    let fell = 0
    for (let k = 0; k < 1500; k++) {
      const width = widths[random.integer(4)]
      // Half of the changes within the first bytes, where the structures of the root are.
      const place = random.integer(k % 2 ? 4096 : everything.length - 8)
      const address = BigInt(8 * random.integer(everything.length / 8))
      const value = random.uniform() < 0.3 ? address : values[random.integer(values.length)]
      try {
        readAll(withNumber(everything, place, width, value))
      } catch (error) {
        fell++
        expect([(error as Error).name, faultOf(error)]).toEqual(['FormatError', undefined])
      }
    }
    expect(fell).toBeGreaterThan(100)
    for (let length = 0; length < 4096; length += 37) {
      expect(() => readAll(everything.subarray(0, length))).toThrow(FormatError)
    }
  })
})
