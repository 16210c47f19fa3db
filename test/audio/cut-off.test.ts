import { describe, expect, it } from 'vitest'
import { cutOffWarning } from '../../src/audio/cut-off.ts'

const zeros = (n: number): number[] => new Array(n).fill(0)
const latin1 = (text: string): number[] => [...Buffer.from(text, 'latin1')]
const warning = (kind: Parameters<typeof cutOffWarning>[1], bytes: number[], decoded = 0): string | undefined =>
  cutOffWarning(Uint8Array.from(bytes), kind, decoded)

describe('cut MP3 files', () => {
  /** MPEG 2, Layer III, 32 kbit/s, 16 kHz, mono: 72 * 32000 / 16000 = 144 bytes. */
  const header = [0xff, 0xf3, 0x48, 0xc4]
  const frame = [...header, ...zeros(140)]
  /** Behind nine bytes of side information; 4 in its flags is for other fields. */
  const xing = (frames: number, flags = 1): number[] => {
    const field = [...latin1('Info'), 0, 0, 0, flags, 0, 0, 0, frames]
    return [...header, ...zeros(9), ...field, ...zeros(144 - 13 - field.length)]
  }
  const lastNotWhole = 'the MP3 file is cut off: its last frame is not whole'
  const missing = (n: number): string => `the MP3 file is cut off: ${n} of 3 frames are missing`

  it.each<[string, number[], string | undefined]>([
    ['whole frames', [...frame, ...frame], undefined],
    ['a frame that is not whole', [...frame, ...frame.slice(0, 100)], lastNotWhole],
    ['all frames that are stated', [...xing(3), ...frame, ...frame, ...frame], undefined],
    ['fewer frames than are stated', [...xing(3), ...frame, ...frame], missing(1)],
    ['fewer, the last not whole', [...xing(3), ...frame, ...frame.slice(0, 9)], missing(2)],
    ['all, and the beginning of one more', [...xing(3), ...frame, ...frame, ...frame, ...header], undefined],
    ['a header of Xing without a number of frames', [...xing(3, 4), ...frame], undefined],
    ['a tag of ID3v1 behind', [...frame, ...latin1('TAG'), ...zeros(125)], undefined],
    ['a tag of ID3v2 in front', [...latin1('ID3\x04\0\0\0\0\0\x02ab'), ...frame, ...header], lastNotWhole],
    ['nothing that is a frame', zeros(50), undefined],
  ])('%s', (_, bytes, wanted) => {
    expect(warning('mp3', bytes)).toBe(wanted)
  })
})

describe('cut FLAC files', () => {
  const stated = (frames: number): number[] => [
    ...latin1('fLaC\0\0\0\x22'),
    ...zeros(10),
    ...[0x03, 0xe8, 0x02, 0xf0, (frames >>> 24) & 255, (frames >>> 16) & 255, (frames >>> 8) & 255, frames & 255],
  ]

  it('have fewer frames than STREAMINFO states, if it states any', () => {
    expect(warning('flac', stated(70_000), 70_000)).toBeUndefined()
    expect(warning('flac', stated(70_000), 69_000)).toBe('the FLAC file is cut off: 1000 of 70000 frames are missing')
    expect(warning('flac', stated(0), 5)).toBeUndefined()
    expect(warning('flac', stated(1).slice(0, 20), 0)).toBe('the FLAC file is cut off: its header is not whole')
  })
})

describe('cut files of other kinds', () => {
  /** ADTS: a length of 20 in 13 bits. */
  const adts = [0xff, 0xf1, 0x60, 0x40, 20 >> 3, ((20 & 7) << 5) | 0x1f, 0xfc, ...zeros(13)]
  /** A page with one packet of so many bytes; the mark 4 is that of the last. */
  const page = (mark: number, bytes: number): number[] => [
    ...[...latin1('OggS'), 0, mark, ...zeros(20), 1, bytes],
    ...zeros(bytes),
  ]
  const caf = latin1('caff\0\x01\0\0data')
  const box = (name: string, bytes: number): number[] => [0, 0, 0, bytes, ...latin1(name)]
  const ftyp = [...box('ftyp', 12), ...latin1('M4A ')]
  const asf = [...latin1('\x30\x26\xb2\x75'), ...zeros(12)]
  const segment = latin1('\x1a\x45\xdf\xa3\x81\0\x18\x53\x80\x67')

  it.each<[Parameters<typeof cutOffWarning>[1], string, number[], string | undefined]>([
    ['aac', 'whole frames', [...adts, ...adts], undefined],
    ['aac', 'a frame that is not whole', [...adts, ...adts.slice(0, 12)], 'AAC file is cut off: its last frame is'],
    ['ogg', 'the last page', [...page(2, 5), ...page(4, 9)], undefined],
    ['ogg', 'no last page', [...page(2, 5), ...page(0, 9)], 'Ogg file is cut off: its last page is missing'],
    ['ogg', 'a part of the last page', [...page(2, 5), ...page(4, 9).slice(0, 30)], 'Ogg file is cut off'],
    ['ogg', 'a part of its header', [...page(2, 5), ...page(4, 9).slice(0, 8)], 'Ogg file is cut off'],
    ['webm', 'a whole segment', [...segment, 0x83, 1, 2, 3], undefined],
    ['webm', 'a part of one', [...segment, 0x85, 1, 2, 3], 'WebM file is cut off: 2 of 16 bytes are missing'],
    ['webm', 'a length in two bytes', [...segment, 0x40, 3, 1], 'WebM file is cut off: 2 of 15 bytes are missing'],
    ['webm', 'a segment of unknown length', [...segment, 0xff, 1, 2, 3], undefined],
    ['webm', 'its header alone', segment.slice(0, 6), undefined],
    ['caf', 'what is not looked at', [1, 2, 3], undefined],
    ['caf', 'whole chunks', [...caf, ...zeros(7), 2, 1, 2], undefined],
    ['caf', 'a part of one', [...caf, ...zeros(7), 4, 1, 2], 'CAF file is cut off: 2 bytes or more are missing'],
    ['caf', 'a length that a recorder did not know', [...caf, ...new Array(8).fill(255), 1, 2], undefined],
    ['m4a', 'whole boxes', [...ftyp, ...box('mdat', 10), 1, 2], undefined],
    ['m4a', 'a part of one', [...ftyp, ...box('mdat', 13), 1, 2], 'M4A file is cut off: 3 bytes or more are missing'],
    ['m4a', 'a length in 64 bits', [...ftyp, ...box('mdat', 1), ...zeros(7), 20, 1, 2], 'M4A file is cut off: 2 bytes'],
    ['m4a', 'a box up to the end', [...ftyp, ...box('mdat', 0), 1, 2], undefined],
    ['m4a', 'a tag of ID3v1 behind', [...ftyp, ...box('free', 8), ...latin1('TAG'), ...zeros(125)], undefined],
    ['wma', 'whole objects', [...asf, 26, ...zeros(7), 1, 2], undefined],
    ['wma', 'a part of one', [...asf, 30, ...zeros(7), 1, 2], 'WMA file is cut off: 4 bytes or more are missing'],
  ])('%s: %s', (kind, _, bytes, wanted) => {
    if (wanted === undefined) expect(warning(kind, bytes)).toBeUndefined()
    else expect(warning(kind, bytes)).toContain(wanted)
  })
})
