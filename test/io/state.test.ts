import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '../../src/io/safetensors.ts'
import { packState, unpackState } from '../../src/io/state.ts'

function there(state: unknown): unknown {
  const { tensors, skeleton } = packState('save', state)
  return unpackState('load', skeleton, decodeSafetensors(encodeSafetensors(tensors)).tensors)
}

describe('a state', () => {
  it.each([Float64Array, Float32Array, Int32Array, Int16Array, Int8Array, Uint8Array])(
    'with a %o comes back as it was',
    (Kind) => {
      const state = { name: 'a', values: Kind.of(3, 1, 2), list: [{ empty: new Kind(0) }, null] }
      expect(there(state)).toEqual(state)
    },
  )

  it.each([Uint16Array.of(1), Uint32Array.of(1), Uint8ClampedArray.of(1), BigInt64Array.of(1n), BigUint64Array.of(1n)])(
    'with a %o is refused, for nothing reads it back',
    (values) => {
      expect(() => packState('save', { options: { values } })).toThrow(TypeError)
      expect(() => packState('save', { options: { values } })).toThrow(
        `save: "options.values" expected floats, signed integers of up to 32 bits or bytes, got ${values.constructor.name}(1)`,
      )
    },
  )
})
