/** Files of rbms 0.6 against its own numbers; test/vectors/rbms-models.py makes both. */
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { FormatError } from '../../src/core/errors.ts'
import { decodeRbms } from '../../src/weights/decode-rbms.ts'
import { fromRbms } from '../../src/weights/machines.ts'
import vectors from '../vectors/rbms-models.json' with { type: 'json' }
import { fileOf } from './keras/files.ts'

type Kind = keyof typeof vectors.cases

const fileOfKind = (kind: Kind): Uint8Array =>
  new Uint8Array(gunzipSync(Buffer.from(vectors.cases[kind].file, 'base64')))

describe('decodeRbms', () => {
  it.each<[Kind, number | undefined]>([
    ['BBRBM', undefined],
    ['BBRBM', 7],
    ['IIRBM', undefined],
    ['IIRBM', 7],
  ])('gives what rbms gives, to 1e-6: %s, update %s', (kind, update) => {
    const { visible, updates } = vectors.cases[kind] as (typeof vectors.cases)['BBRBM']
    const { freeEnergies, hidden } = updates[String(update ?? 20) as '20']
    const file = decodeRbms(fileOfKind(kind), { update })
    expect(file).toMatchObject({ modelType: kind, update: update ?? 20 })
    const rbm = fromRbms(file.tensors, { modelType: file.modelType, dtype: 'float64' })
    const signs = kind === 'IIRBM'
    const x = signs ? visible.map((row) => row.map((v) => (v + 1) / 2)) : visible
    const free = rbm.freeEnergy(x).data
    const constant = signs ? freeEnergies[0] - free[0] : 0
    for (const [i, value] of freeEnergies.entries()) {
      expect(Math.abs(free[i] + constant - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)))
    }
    const means = rbm.transform(x)
    for (const [i, row] of hidden.entries()) {
      for (const [j, value] of row.entries()) {
        expect(Math.abs(means.get(i, j) - (signs ? (value + 1) / 2 : value))).toBeLessThan(1e-6)
      }
    }
  })

  it.each<Kind>(['BGRBM', 'IGRBM'])('refuses machines with Gaussian units: %s', (kind) => {
    expect(() => decodeRbms(fileOfKind(kind))).toThrow(
      `decodeRbms: the machine is a "${kind}", which has no counterpart here`,
    )
    expect(() => decodeRbms(fileOfKind(kind))).toThrow(FormatError)
  })

  it('names what it lacks', () => {
    expect(() => decodeRbms(fileOfKind('BBRBM'), { update: 8 })).toThrow(RangeError)
    expect(() => decodeRbms(fileOfKind('BBRBM'), { update: 8 })).toThrow('such as 7, 20, got 8')
    expect(() => decodeRbms(fileOf('lstm', 'h5'))).toThrow('the file has no model_type')
    expect(() => decodeRbms(fileOf('lstm'))).toThrow('decodeRbms: not an HDF5 file')
    expect(() => decodeRbms([] as never)).toThrow(TypeError)
  })
})
