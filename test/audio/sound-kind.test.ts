import { describe, expect, it } from 'vitest'
import { id3Bytes, type SoundKind, soundKind } from '../../src/audio/sound-kind.ts'

const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))

/** The beginnings of files as the specifications of the formats have them. */
const beginnings: [kind: SoundKind, start: string][] = [
  ['wav', 'RIFF\x24\0\0\0WAVEfmt '],
  ['wav', 'RIFX\0\0\0\x24WAVEfmt '],
  ['wav', 'RF64\xff\xff\xff\xffWAVEds64'],
  ['wav', 'BW64\xff\xff\xff\xffWAVEds64'],
  ['w64', 'riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb'],
  ['aiff', 'FORM\0\0\0\x2eAIFFCOMM'],
  ['flac', 'fLaC\0\0\0\x22'],
  ['ogg', 'OggS\0\x02'],
  ['m4a', '\0\0\0\x20ftypM4A '],
  ['webm', '\x1a\x45\xdf\xa3\x9f\x42\x86\x81'],
  ['caf', 'caff\0\x01\0\0'],
  ['wma', '\x30\x26\xb2\x75\x8e\x66\xcf\x11'],
  ['amr', '#!AMR\n'],
  ['wavpack', 'wvpk'],
  ['tta', 'TTA1'],
  ['ac3', '\x0b\x77'],
  ['lfs', 'version https://git-lfs.github.com/spec/v1\noid sha256:00'],
  ['mp3', '\xff\xfb\x90\x64'], // MPEG 1, Layer III, 128 kbit/s, 44.1 kHz
  ['mp3', '\xff\xf3\x48\xc4'], // MPEG 2, Layer III, 32 kbit/s, 16 kHz
  ['mp3', '\xff\xe3\x48\xc4'], // MPEG 2.5
  ['aac', '\xff\xf1\x60\x40\x2d\xff\xfc'], // ADTS, 16 kHz
]

describe('soundKind', () => {
  it.each(beginnings)('tells %s by %j, behind an ID3v2 tag too', (kind, start) => {
    expect(soundKind(latin1(start))).toBe(kind)
    expect(soundKind(latin1(`ID3\x04\0\0\0\0\0\x03abc${start}`))).toBe(kind)
  })

  it('says nothing of text, in UTF-16 neither', () => {
    for (const text of ['path,label,speaker', 'emotion', 'label', 'hello', 'RIF', '', 'ÿû']) {
      expect(soundKind(Buffer.from(text, 'utf8')), text).toBeUndefined()
      expect(soundKind(Buffer.from(`\ufeff${text}`, 'utf16le')), text).toBeUndefined()
      expect(soundKind(Buffer.from(`\ufeff${text}`, 'utf16le').swap16()), text).toBeUndefined()
    }
  })

  it('takes a tag of ID3v2 whose sound is not there yet for MP3', () => {
    expect(soundKind(latin1('ID3\x04\0\0\0\0\x02\0...'))).toBe('mp3')
  })
})

describe('id3Bytes', () => {
  it('counts header, content in seven bits a byte, and footer', () => {
    expect(id3Bytes(latin1('ID3\x03\0\0\0\0\x02\x01'))).toBe(10 + 257)
    expect(id3Bytes(latin1('ID3\x04\0\x10\0\0\x02\x01'))).toBe(10 + 257 + 10)
    expect(id3Bytes(latin1('ID3\x04\0\0\0\0\x80\0'))).toBe(0)
    expect(id3Bytes(latin1('ID3\x04\0'))).toBe(0)
  })
})
