/** Constants of files: where their elements stand, and sizes that are not there. */
import { describe, expect, it } from 'vitest'
import type { TensorMessage } from '../../../src/onnx/messages.ts'
import type { Numbers } from '../../../src/onnx/reading/numbers.ts'
import { type ExternalData, Tensors } from '../../../src/onnx/reading/tensors.ts'

const tensor = (more: Partial<TensorMessage>): TensorMessage => ({ name: 'w', dims: [2], dataType: 1, ...more })
const raw = (list: ArrayBufferView): Uint8Array => new Uint8Array(list.buffer.slice(0))
const read = (one: TensorMessage, external?: ExternalData): Numbers => new Tensors(external).read(one) as Numbers

function external(location: string, offset: string, length?: string): Partial<TensorMessage> {
  const facts = { location, offset, ...(length && { length }) }
  return { dataLocation: 1, externalData: Object.entries(facts).map(([key, value]) => ({ key, value })) }
}

describe('elements', () => {
  it.each<[string, Partial<TensorMessage>, number[]]>([
    ['float32 as bytes', { rawData: raw(Float32Array.of(1.5, -2)) }, [1.5, -2]],
    ['float32 as numbers', { floatData: [1.5, -2] }, [1.5, -2]],
    ['float64 as numbers', { dataType: 11, doubleData: [0.1, 3] }, [0.1, 3]],
    ['float16 as bytes', { dataType: 10, rawData: raw(Uint16Array.of(0x3c00, 0xc000)) }, [1, -2]],
    ['float16 as numbers', { dataType: 10, int32Data: [0x3c00, 0xc000] }, [1, -2]],
    ['bfloat16', { dataType: 16, rawData: raw(Uint16Array.of(0x3f80, 0xc000)) }, [1, -2]],
    ['int64 as bytes', { dataType: 7, rawData: raw(BigInt64Array.of(5n, -1n)) }, [5, -1]],
    ['int64 as numbers', { dataType: 7, int64Data: [5, -1] }, [5, -1]],
    ['int32', { dataType: 6, int32Data: [5, -1] }, [5, -1]],
    ['bool', { dataType: 9, rawData: Uint8Array.of(1, 0) }, [1, 0]],
    ['none', { dims: [0, 3], rawData: new Uint8Array(0) }, []],
  ])('%s', (_, more, numbers) => {
    expect(Array.from(read(tensor(more)).data)).toEqual(numbers)
  })

  it('texts', () => {
    const stringData = ['Ärger', ''].map((text) => new TextEncoder().encode(text))
    expect(new Tensors(undefined).read(tensor({ dataType: 8, stringData }))).toMatchObject({ words: ['Ärger', ''] })
  })

  it.each<[string, Partial<TensorMessage>, string]>([
    ['too few bytes', { rawData: new Uint8Array(7) }, 'the constant "w" has 1.75 elements, expected 2'],
    ['too many', { floatData: [1, 2, 3] }, 'has 3 elements, expected 2'],
    ['a size below 0', { dims: [-1] }, 'has a shape [-1]'],
    ['sizes beyond any file', { dims: [2 ** 40, 2 ** 40, 2 ** 40] }, 'has 0 elements, expected'],
    ['a size that is not whole', { dims: [2 ** 63] }, 'has a shape'],
    ['elements of no number', { dataType: 14 }, 'elements of the type 14, which is not read'],
    ['text that is none', { dataType: 8, stringData: [Uint8Array.of(255), new Uint8Array(0)] }, 'no UTF-8'],
  ])('are refused: %s', (_, more, message) => {
    expect(() => read(tensor(more))).toThrow(message)
  })
})

describe('a second file', () => {
  const bytes = raw(Float32Array.of(9, 1, 2, 3))
  it('gives its bytes, alone or by its location', () => {
    for (const data of [bytes, bytes.buffer as ArrayBuffer, { 'w.data': bytes }]) {
      expect(Array.from(read(tensor(external('w.data', '4', '8')), data).data)).toEqual([1, 2])
      expect(Array.from(read(tensor(external('w.data', '8')), data).data)).toEqual([2, 3])
    }
  })

  it.each<[string, Partial<TensorMessage>, ExternalData | undefined, string]>([
    [
      'that was not given',
      external('w.data', '0'),
      undefined,
      'is in another file, "w.data": give its bytes as "externalData"',
    ],
    ['of another name', external('__proto__', '0'), { w: bytes }, 'is in another file, "__proto__"'],
    ['too short', external('w', '12', '8'), bytes, 'has bytes 12 to 20 of "w", which has 16'],
    ['of another length', external('w', '0', '12'), bytes, 'has 3 elements, expected 2'],
    ['at no place', external('w', '-4'), bytes, 'has the offset "-4"'],
    ['at a place beyond numbers', external('w', '99999999999999999999'), bytes, 'has the offset'],
  ])('is refused: %s', (_, more, data, message) => {
    expect(() => read(tensor(more), data)).toThrow(message)
  })

  it('is read no more often than it has bytes', () => {
    const tensors = new Tensors(bytes)
    const one = tensor({ dims: [4], ...external('w', '0', '16') })
    tensors.read(one)
    expect(() => tensors.read(one)).toThrow('the constants have more bytes than the files that were given')
  })
})
