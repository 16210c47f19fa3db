import { describe, expect, it } from 'vitest'
import { asField, cutText, padEnd, padStart, textWidth, withoutControls, wrapText } from '../../src/core/text.ts'

describe('text in a fixed-width font', () => {
  it.each([
    ['joy', 3],
    ['愤怒', 4],
    ['기쁨', 4],
    ['cole\u0301re', 6], // decomposed, as file systems of Apple have it
    ['\u{1f600}', 2],
    ['a\u200db', 2],
    ['', 0],
  ])('%j takes %i cells', (text, cells) => expect(textWidth(text)).toBe(cells))

  it('is padded and cut by cells, never within a character', () => {
    expect([padEnd('愤', 4), padStart('愤', 4), padEnd('long', 2)]).toEqual(['愤  ', '  愤', 'long'])
    expect([cutText('愤怒', 3), cutText('\u{1f600}\u{1f600}', 2), cutText('cole\u0301re', 4)]).toEqual([
      ...['愤', '\u{1f600}', 'cole\u0301'],
    ])
  })

  it('is wrapped between words; a word that is too long stays whole', () => {
    expect(wrapText('corpus    two words and-one-that-is-long x', 14, 10)).toEqual([
      ...['corpus    two', '          words', '          and-one-that-is-long', '          x'],
    ])
    expect(wrapText('fits', 4)).toEqual(['fits'])
    expect(wrapText('', 4)).toEqual([''])
  })

  it('has no control characters but tabs and line ends', () => {
    expect(withoutControls('a\x1b[2Jb\r\tc\n\x9b')).toBe('a\\x1b[2Jb\\x0d\tc\n\\x9b')
    expect(withoutControls('a\u202egpj.wav\u2066')).toBe('a\\u202egpj.wav\\u2066')
    expect(asField('a\nb\tc\r')).toBe('a\\x0ab\\x09c\\x0d')
  })
})
