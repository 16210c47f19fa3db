import { describe, expect, it } from 'vitest'
import { FormatError } from '../../src/core/errors.ts'
import { manifestText, parseManifest } from '../../src/corpora/index.ts'

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
    [',', 'file,emotion,speaker_id\na.wav,joy,03\n'],
    [';', 'Speaker ID;"Emotion";Wav\r\n03;joy;"a.wav"\r\n'],
    ['a tab', 'filename\tclass\tactor\na.wav\tjoy\t03'],
    ['; with commas in a text', 'path;label;speaker;transcript\na.wav;joy;03;'],
    ['a tab with other columns', 'id\tspk\tfile_name\tlabel\tstart;end\n1\t03\ta.wav\tjoy\t0;1'],
  ])('takes other names of columns, in any order, with %s between', (_, csv) => {
    expect(parseManifest(csv)).toEqual([{ path: 'a.wav', label: 'joy', speaker: '03' }])
  })

  it('prefers the names of its own', () => {
    const csv = 'file,path,emotion,label,speaker,actor\nx,a.wav,y,joy,03,z'
    expect(parseManifest(csv)).toEqual([{ path: 'a.wav', label: 'joy', speaker: '03' }])
  })

  it('keeps paths as they are written, but for the sign between folders', () => {
    const csv = 'path,label,speaker\n./a.wav,joy,x\nb\\c.wav,joy,x\n../a.wav,joy,x\n/a.wav,joy,x\n../../a.wav,joy,x'
    const paths = parseManifest(csv).map(({ path }) => path)
    expect(paths).toEqual(['./a.wav', 'b/c.wav', '../a.wav', '/a.wav', '../../a.wav'])
  })

  it('leaves labels and speakers the text that they are', () => {
    const texts = ['03', '1e5', 'NA', 'True', 'null', '0x10', '1.0', '-0', '2026-11-29', 'Größe']
    const csv = `path,label,speaker\n${texts.map((text, i) => `${i}.wav,${text},${text}`).join('\n')}\nz.wav,"NA",""`
    const read = parseManifest(csv)
    expect(read.map(({ label }) => label)).toEqual([...texts, 'NA'])
    expect(read.map(({ speaker }) => speaker)).toEqual([...texts, ''])
  })

  it.each([
    ['', 'row 1: no column "path", "label", "speaker" in the header ""'],
    ['path|label|speaker\na|b|c', 'row 1: no column "path", "label", "speaker" in the header "path|label|speaker"'],
    ['path,label\na.wav,joy', 'row 1: no column "speaker" in the header "path,label"'],
    ['path,label,speaker\na.wav,joy,anna\nb.wav,joy', 'row 3: expected 3 fields, got 2'],
    ['path,label,speaker\na.wav,joy,anna,1', 'row 2: expected 3 fields, got 4'],
    ['path,label,speaker\n ,joy,anna', 'row 2: "path" is empty'],
    ['path,label,speaker\na.wav,joy,x\nb.wav,joy,x\na.wav,joy,x', 'row 4: "a.wav" is in row 2 already'],
    ['path,label,speaker\na.wav,joy,x\n./a.wav,anger,x', 'row 3: "./a.wav" is in row 2 already, as "a.wav"'],
    ['path,label,speaker\nb/../a.wav,joy,x\na.wav,joy,x', 'row 3: "a.wav" is in row 2 already, as "b/../a.wav"'],
    ['path,label,speaker\nb\\a.wav,joy,x\nb//a.wav,joy,x', 'row 3: "b//a.wav" is in row 2 already, as "b\\a.wav"'],
    ['path,label,speaker\n../a.wav,joy,x\n.././a.wav,joy,x', 'row 3: ".././a.wav" is in row 2 already, as "../a.wav"'],
    ['file,wav,label,speaker', 'row 1: the columns "file" and "wav" could each be the path: call one "path"'],
    ['path,label,Label,speaker', 'row 1: the columns "label" and "Label" could each be the label: call one "label"'],
    ['file;emotion\na.wav;joy', 'row 1: no column "speaker" in the header "file,emotion"'],
    ['path,label,speaker\na.wav,joy,x\n"b.wav,joy,x', 'row 3: Quoted field unterminated'],
  ])('names the row at fault in %j', (csv, message) => {
    expect(() => parseManifest(csv)).toThrow(`parseManifest: ${message}`)
    expect(() => parseManifest(csv)).toThrow(FormatError)
  })
})

describe('manifestText', () => {
  const header = 'path,label,speaker\n'
  const bytes = (text: string, encoding: BufferEncoding): Uint8Array => Buffer.from(text, encoding)

  it('reads UTF-8 with and without a byte order mark', () => {
    for (const mark of ['', '\ufeff']) {
      const [{ label }] = parseManifest(manifestText(bytes(`${mark}${header}a.wav,Überraschung,x`, 'utf8')))
      expect(label).toBe('Überraschung')
    }
    expect(manifestText(new Uint8Array(0))).toBe('')
  })

  it.each<[string, Uint8Array, string]>([
    ['Latin-1', bytes(`${header}a.wav,joy,x\nb.wav,Ärger,x\nc.wav,Ärger,x`, 'latin1'), 'line 3 is not in UTF-8'],
    ['Latin-1 at the very end', bytes(`${header}a.wav,joy,ö`, 'latin1'), 'line 2 is not in UTF-8'],
    ['a character that is cut off', bytes(`${header}ö`, 'utf8').subarray(0, -1), 'line 2 is not in UTF-8'],
    ['UTF-16', bytes(`\ufeff${header}`, 'utf16le'), 'the file is in UTF-16: save it as UTF-8'],
  ])('refuses %s, with the line', (_, file, message) => {
    expect(() => manifestText(file)).toThrow(FormatError)
    expect(() => manifestText(file)).toThrow(`parseManifest: ${message}`)
  })
})
