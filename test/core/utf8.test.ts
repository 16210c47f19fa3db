import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeUtf8, encodeUtf8 } from '../../src/core/utf8.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** As the host decodes; null where it finds a fault, for which it writes U+FFFD. No bytes that say U+FFFD come here. */
function hostDecoded(bytes: Uint8Array): string | null {
  const decoded = decoder.decode(bytes)
  return decoded.includes('\ufffd') ? null : decoded
}

const unit = fc.oneof(
  fc.integer({ min: 0, max: 0xffff }),
  fc.constantFrom(0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xfeff, 0xfffd, 0xffff),
)
const text = fc.array(unit, { maxLength: 40 }).map((units) => String.fromCharCode(...units))

describe('encodeUtf8', () => {
  it('writes what TextEncoder does, halves of pairs among it', () => {
    const same = fc.property(text, (value) => {
      expect(encodeUtf8(value)).toEqual(encoder.encode(value))
    })
    fc.assert(same, { seed: 1 })
  })

  it.each(['', 'a', 'é', '€', '😀', '\u{10ffff}', 'a\ud800', '\udc00b', '\ud800\ud800\udc00'])(
    'encodes %j',
    (value) => {
      expect(encodeUtf8(value)).toEqual(encoder.encode(value))
    },
  )
})

describe('decodeUtf8', () => {
  it('reads back what was encoded, of any length', () => {
    for (const length of [0, 1, 8190, 8191, 8192, 8193, 20000]) {
      for (const character of ['a', 'é', '€', '😀']) {
        const value = character.repeat(length)
        expect(decodeUtf8(encoder.encode(value)) === value).toBe(true)
      }
    }
  })

  it('takes and refuses what TextDecoder does, for every pair of bytes and the edges of longer ones', () => {
    const all = Array.from({ length: 256 }, (_, byte) => byte)
    const edges = [0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff]
    const different: number[][] = []
    const compare = (...bytes: number[]): void => {
      const array = Uint8Array.from(bytes)
      if (decodeUtf8(array) !== hostDecoded(array)) different.push(bytes)
    }
    for (const a of all) {
      compare(a)
      for (const b of all) compare(a, b)
      for (const b of edges) for (const c of edges) compare(a, b, c)
      if (a < 0xe0) continue
      for (const b of edges) for (const c of edges) for (const d of edges) compare(a, b, c, d)
    }
    expect(different).toEqual([])
  })
})
