import { describe, expect, it } from 'vitest'
import { FormatError } from '../../src/core/errors.ts'
import { parseManifest } from '../../src/corpora/index.ts'

describe('parseManifest', () => {
  it('reads columns in any order, with quotes, whatever the ends of lines', () => {
    const csv = '\ufeffspeaker, Text ,path,take,label\r\nanna,"Yes, ""now""",a/1.wav,1, joy \r\n,,b.wav,2,anger\r\n'
    expect(parseManifest(csv)).toEqual([
      { path: 'a/1.wav', label: 'joy', speaker: 'anna', text: 'Yes, "now"' },
      { path: 'b.wav', label: 'anger', speaker: '' },
    ])
  })

  it('does without text and without rows', () => {
    expect(parseManifest('path,label,speaker\na.wav,joy,anna')).toEqual([
      { path: 'a.wav', label: 'joy', speaker: 'anna' },
    ])
    expect(parseManifest('path,label,speaker\n')).toEqual([])
  })

  it('passes over empty lines and still counts them', () => {
    expect(parseManifest('path,label,speaker\n\na.wav,joy,anna\n\n')).toHaveLength(1)
    expect(() => parseManifest('path,label,speaker\n\na.wav,,anna')).toThrow('row 3: "label" is empty')
  })

  it.each([
    ['', 'row 1: no column "path", "label", "speaker" in the header ""'],
    ['path;label;speaker\na;b;c', 'row 1: no column "path", "label", "speaker" in the header "path;label;speaker"'],
    ['path,label\na.wav,joy', 'row 1: no column "speaker" in the header "path,label"'],
    ['path,label,speaker\na.wav,joy,anna\nb.wav,joy', 'row 3: expected 3 fields, got 2'],
    ['path,label,speaker\na.wav,joy,anna,1', 'row 2: expected 3 fields, got 4'],
    ['path,label,speaker\n ,joy,anna', 'row 2: "path" is empty'],
    ['path,label,speaker\na.wav,joy,x\nb.wav,joy,x\na.wav,joy,x', 'row 4: "a.wav" is in row 2 already'],
    ['path,label,speaker\na.wav,joy,x\n"b.wav,joy,x', 'row 3: Quoted field unterminated'],
  ])('names the row at fault in %j', (csv, message) => {
    expect(() => parseManifest(csv)).toThrow(`parseManifest: ${message}`)
    expect(() => parseManifest(csv)).toThrow(FormatError)
  })
})
