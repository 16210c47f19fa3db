import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import {
  isAbortSignal,
  isBytes,
  isError,
  isErrorNamed,
  isFloat32,
  isFloat64,
  ownArray,
  ownBytes,
  throwIfAborted,
  typedArrayTag,
} from '../../src/core/realm.ts'

const foreign = <T>(expression: string): T => runInNewContext(expression, { DOMException }) as T

const kinds = [
  'Float32Array',
  'Float64Array',
  'Int8Array',
  'Int16Array',
  'Int32Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Uint16Array',
  'Uint32Array',
  'BigInt64Array',
  'BigUint64Array',
]

describe('typedArrayTag', () => {
  it.each(kinds)('names a %s of this realm and of another', (kind) => {
    const own = new (globalThis as never as Record<string, new (n: number) => unknown>)[kind](2)
    expect(typedArrayTag(own)).toBe(kind)
    expect(typedArrayTag(foreign(`new ${kind}(2)`))).toBe(kind)
  })

  it('is misled by neither subclasses, nor own tags, nor proxies', () => {
    class Samples extends Float32Array {
      override get [Symbol.toStringTag](): 'Float32Array' {
        return 'Int16Array' as 'Float32Array'
      }
    }
    expect(typedArrayTag(new Samples(1))).toBe('Float32Array')
    expect(typedArrayTag({ [Symbol.toStringTag]: 'Float32Array', length: 1 })).toBeUndefined()
    expect(typedArrayTag(new Proxy(new Float32Array(1), {}))).toBeUndefined()
    expect(typedArrayTag(Buffer.from('a'))).toBe('Uint8Array')
  })

  it.each([undefined, null, 1, 'Float32Array', [1], {}, new DataView(new ArrayBuffer(1))])(
    'is none for %s',
    (value) => {
      expect(typedArrayTag(value)).toBeUndefined()
    },
  )

  it('tells the kinds that decide', () => {
    expect([isFloat32, isFloat64, isBytes].map((is) => is(foreign('new Float32Array(1)')))).toEqual([
      true,
      false,
      false,
    ])
    expect([isFloat32, isFloat64, isBytes].map((is) => is(foreign('new Float64Array(1)')))).toEqual([
      false,
      true,
      false,
    ])
    expect([isFloat32, isFloat64, isBytes].map((is) => is(foreign('new Uint8Array(1)')))).toEqual([false, false, true])
  })
})

describe('ownArray', () => {
  it.each(kinds)('gives a %s of another realm as one of this, on the same memory', (kind) => {
    const array = foreign<Float32Array>(`new ${kind}(8).subarray(2, 5)`)
    const own = ownArray(array)
    expect(own).toBeInstanceOf((globalThis as never as Record<string, new () => unknown>)[kind])
    expect(own.length).toBe(3)
    expect([own.buffer, own.byteOffset]).toEqual([array.buffer, array.byteOffset])
    expect(own.buffer).toBe(array.buffer)
  })

  it('keeps what is of this realm', () => {
    const array = new Float32Array(2)
    expect(ownArray(array)).toBe(array)
  })

  it('takes shared memory, and arrays that were transferred away', () => {
    expect(ownArray(foreign<Float32Array>('new Float32Array(new SharedArrayBuffer(8))')).length).toBe(2)
    const gone = foreign<Float32Array>('new Float32Array(4)')
    structuredClone(gone.buffer, { transfer: [gone.buffer as ArrayBuffer] })
    expect(ownArray(gone)).toEqual(new Float32Array(0))
  })
})

describe('ownBytes', () => {
  it.each([
    'new Uint8Array([1, 2, 3])',
    'new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 4)',
    'new Uint8Array([1, 2, 3]).buffer',
    'const shared = new SharedArrayBuffer(3); new Uint8Array(shared).set([1, 2, 3]); shared',
  ])('takes %s of another realm', (expression) => {
    const bytes = ownBytes(foreign(expression))
    expect(bytes).toBeInstanceOf(Uint8Array)
    expect([...(bytes as Uint8Array)]).toEqual([1, 2, 3])
  })

  it.each(['[1]', '"a"', 'null', 'new Float32Array(1)', 'new DataView(new ArrayBuffer(1))', '({ byteLength: 1 })'])(
    'does not take %s',
    (expression) => expect(ownBytes(foreign(expression))).toBeUndefined(),
  )

  it('knows buffers by what they are, not by their tag', () => {
    expect(ownBytes({ [Symbol.toStringTag]: 'ArrayBuffer', byteLength: 1 })).toBeUndefined()
    expect(ownBytes(new Proxy(new ArrayBuffer(1), {}))).toBeUndefined()
  })
})

describe('errors', () => {
  it('are told by name and message, whatever realm they are of', () => {
    expect(isError(foreign('new RangeError("no")'))).toBe(true)
    expect(isErrorNamed(foreign('new RangeError("no")'), 'TypeError', 'RangeError')).toBe(true)
    expect(isErrorNamed(foreign('new Error("no")'), 'TypeError', 'RangeError')).toBe(false)
    expect(isErrorNamed(new DOMException('stop', 'AbortError'), 'AbortError')).toBe(true)
    for (const value of ['no', null, undefined, {}, { name: 'Error' }]) expect(isError(value)).toBe(false)
  })
})

describe('abort signals', () => {
  it('are what tells if it was aborted', () => {
    expect(isAbortSignal(new AbortController().signal)).toBe(true)
    expect(isAbortSignal(foreign('({ aborted: false })'))).toBe(true)
    for (const value of [null, undefined, true, {}, new AbortController()]) expect(isAbortSignal(value)).toBe(false)
  })

  it('give their reason, or an AbortError', () => {
    expect(() => throwIfAborted(undefined)).not.toThrow()
    expect(() => throwIfAborted(new AbortController().signal)).not.toThrow()
    expect(() => throwIfAborted(AbortSignal.abort(new RangeError('enough')))).toThrow(new RangeError('enough'))
    expect(() => throwIfAborted({ aborted: true } as AbortSignal)).toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    )
  })
})
