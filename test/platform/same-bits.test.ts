import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import * as lib from '../../src/index.ts'
import { allHashes, hashOf } from '../support/hashes.ts'
import '../support/wide.ts'

const expected = JSON.parse(readFileSync(new URL('../vectors/same-bits.json', import.meta.url), 'utf8'))

it('computes the bits that every engine computes', async () => {
  const message =
    'Bits have changed. If on purpose: npm run build && node scripts/same-bits.mjs --write (other engines: --help)'
  const { wide, ...found } = await allHashes(lib, ['wide'])
  expect(found, message).toEqual(expected)
  expect(wide, 'wide kernels have the bits of simd').toEqual(expected.simd)
})

it('hashes as FNV-1a does', () => {
  expect(hashOf(new Uint8Array(0))).toBe('cbf29ce484222325')
  expect(hashOf(new TextEncoder().encode('foo'), new TextEncoder().encode('bar'))).toBe('85944171f73967e8')
})
