/** Weights of Flax, from MessagePack and from flattened paths. */
import { readFileSync } from 'node:fs'
import { ExtData, encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import * as ser from '../../src/index.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/io/safetensors.ts'
import { Dense } from '../../src/layers/dense.ts'
import { GRU } from '../../src/layers/gru.ts'
import type { Layer } from '../../src/layers/layer.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { RNN } from '../../src/layers/rnn.ts'
import { decodeFlax } from '../../src/weights/decode-flax.ts'
import { loadWeights } from '../../src/weights/load-weights.ts'
import { flaxModels } from '../support/weights-models.mjs'
import { worstDifference } from './support/differences.ts'

interface Vectors {
  x: number[]
  cases: Record<string, { file: string; y: number[] }>
  containers: { state: string }
}

// Made by vectors/weights-flax.py.
const { x, cases, containers }: Vectors = JSON.parse(
  readFileSync(new URL('../vectors/weights-flax.json', import.meta.url), 'utf8'),
)
const frames = view(Float64Array.from(x), [x.length / 3, 3])
const bytesOf = (file: string): Uint8Array => new Uint8Array(Buffer.from(file, 'base64'))
const flax = { library: 'flax' } as const

const models = flaxModels(ser)

describe('variables of Flax', () => {
  it.each(Object.entries(cases))('give its outputs: %s', (name, { file, y }) => {
    const net = loadWeights(models[name](), decodeFlax(bytesOf(file)), flax)
    expect(worstDifference(net.forward(frames).data, y)).toBeLessThan(1e-6)
  })

  it.each(['/', '.'])('are the same from a file of paths joined by "%s", of nnx with ".value"', (separator) => {
    for (const [name, { file, y }] of Object.entries(cases)) {
      const tail = name === 'nnx' ? `${separator}value` : ''
      const renamed = Object.entries(decodeFlax(bytesOf(file))).map(([path, tensor]) => {
        return [`${path.replaceAll('.', separator)}${tail}`, tensor]
      })
      const { tensors } = decodeSafetensors(encodeSafetensors(Object.fromEntries(renamed)))
      expect(worstDifference(loadWeights(models[name](), tensors, flax).forward(frames).data, y)).toBeLessThan(1e-6)
    }
  })

  it('of a layer called as a part of a cell are those of a layer', () => {
    const tensors = { 'params.h.kernel': Float64Array.of(3), 'params.h.bias': Float64Array.of(2) }
    const shaped = { ...tensors, 'params.h.kernel': { data: Float64Array.of(3), shape: [1, 1] } }
    const dense = loadWeights(new Dense({ inputs: 1, units: 1 }), shaped, flax)
    expect(dense.forward([[5]]).get(0, 0)).toBe(17)
  })

  it('of batch normalisations, projections and other cells are refused by name', () => {
    const norm = { 'batch_stats.bn.mean': Float64Array.of(0), 'batch_stats.bn.var': Float64Array.of(1) }
    expect(() => loadWeights(new Dense({ inputs: 1, units: 1 }), norm, flax)).toThrow('no layer here is a BatchNorm')
    const refused: [Layer, string][] = [
      [new LSTM({ inputs: 2, units: 2 }), 'peepholes'],
      [new LSTM({ inputs: 2, units: 2, peepholes: false, projection: 1 }), 'a projection'],
      [new GRU({ inputs: 2, units: 2, resetAfter: false }), 'the reset before the product'],
      [new RNN({ inputs: 2, units: 2, initialState: 'learned' }), 'a learned initial state'],
    ]
    for (const [layer, reason] of refused) expect(() => loadWeights(layer, {}, flax)).toThrow(reason)
  })
})

const array = (shape: unknown, name: unknown, data: unknown): ExtData => new ExtData(1, encode([shape, name, data]))
const decoded = (value: unknown) => () => decodeFlax(encode(value))

describe('decodeFlax', () => {
  it('gives numbers and arrays of all types, and leaves out what is None', () => {
    const tensors = decodeFlax(bytesOf(containers.state))
    expect(tensors).toEqual({
      step: { dtype: 'F64', shape: [], data: Float64Array.of(3) },
      scale: { dtype: 'F32', shape: [], data: Float32Array.of(0.5) },
      'opt_state.1.count': { dtype: 'I32', shape: [], data: Int32Array.of(3) },
      'params.kernel': { dtype: 'BF16', shape: [2, 3], data: Float32Array.from({ length: 6 }, () => 1) },
    })
  })

  it.each([
    ['a text', { a: 'b' }, '"a" expected an array or a number, got "b"'],
    ['a list', { a: [1] }, '"a" expected an array or a number, got an array of length 1'],
    ['a list of more than arrays have dimensions', { a: new Array(65).fill(0) }, 'not MessagePack, or damaged'],
    ['a root that is no map', [1], 'expected a map of arrays, got an array of length 1'],
    ['complex numbers', { a: new ExtData(2, Uint8Array.of(1)) }, '"a" is a complex number, which is not read'],
    ['another extension', { a: new ExtData(9, Uint8Array.of(1)) }, '"a" is an extension of type 9'],
    [
      'an unknown type',
      { a: array([1], 'complex64', new Uint8Array(8)) },
      '"a" is of type "complex64" (known: float64',
    ],
    [
      'an array without numbers enough',
      { a: array([1e6, 1e6], 'float32', new Uint8Array(4)) },
      'takes 4000000000000 bytes, 4 are there',
    ],
    ['a shape of other things', { a: array([-1], 'float32', new Uint8Array(4)) }, '"a" is damaged: expected shape'],
    [
      'no MessagePack in an array',
      { a: new ExtData(1, Uint8Array.of(0xc1)) },
      '"a" is damaged: Unrecognized type byte: 0xc1',
    ],
    ['an array in pieces', { a: { __msgpack_chunked_array__: true } }, '"a" is an array above 1 GiB'],
    ['one path twice', { 'a.b': 1, a: { b: 2 } }, '"a.b" is there twice'],
  ])('refuses %s', (_, value, text) => {
    expect(decoded(value)).toThrow(/^decodeFlax: /)
    expect(decoded(value)).toThrow(text)
  })

  it('refuses other things than bytes, pointers of Git LFS, and nesting without end', () => {
    expect(() => decodeFlax('a' as never)).toThrow(
      'decodeFlax: "file" expected a Uint8Array or an ArrayBuffer, got "a"',
    )
    const pointer = new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\noid sha256:1\n')
    expect(() => decodeFlax(pointer)).toThrow('git lfs pull')
    const deep = new Uint8Array(3 * 1000).map((_, i) => [0x81, 0xa1, 0x61][i % 3])
    expect(() => decodeFlax(Uint8Array.of(...deep, 1))).toThrow('maps are nested deeper than 100')
    // Lengths of maps, lists and texts that are not there.
    for (const bytes of [
      [0xdf, 255, 255, 255, 255],
      [0xdd, 255, 255, 255, 255],
      [0x81, 0xdb, 255, 255, 255, 255],
    ]) {
      expect(() => decodeFlax(Uint8Array.from(bytes))).toThrow('decodeFlax: not MessagePack, or damaged')
    }
  })

  it('answers damaged files with a FormatError or tensors, never with another error', () => {
    const bases = [...Object.values(cases).map(({ file }) => file), containers.state].map(bytesOf)
    const change = fc.record({ at: fc.nat(), value: fc.nat(255) })
    fc.assert(
      fc.property(
        fc.constantFrom(...bases),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.nat(),
        (base, changes, cut) => {
          const bytes = base.slice(0, cut % 3 === 0 ? cut % base.length : base.length)
          for (const { at, value } of changes) if (bytes.length > 0) bytes[at % Math.min(bytes.length, 400)] = value
          try {
            for (const { shape, data } of Object.values(decodeFlax(bytes))) {
              expect(data.length).toBe(shape.reduce((a, b) => a * b, 1))
            }
          } catch (error) {
            expect((error as Error).name).toBe('FormatError')
          }
        },
      ),
      { numRuns: 2000, seed: 23 },
    )
  })
})
