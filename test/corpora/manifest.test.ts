import { describe, expect, it } from 'vitest'
import { FormatError } from '../../src/core/errors.ts'
import { manifestText, parseManifest, type Segment } from '../../src/corpora/index.ts'

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

  it('passes over rows of empty cells, as spreadsheets leave them at the end', () => {
    const listed = parseManifest('path;label;speaker\r\na.wav;joy;anna\r\n;;\r\n ; ;\r\n')
    expect(listed.map(({ path }) => path)).toEqual(['a.wav'])
  })

  it('passes over empty lines and still counts them', () => {
    expect(parseManifest('path,label,speaker\n\na.wav,joy,anna\n\n')).toHaveLength(1)
    expect(() => parseManifest('path,label,speaker\n\na.wav,,anna')).toThrow('row 3: "label" is empty')
  })

  it.each([
    [',', 'file,emotion,speaker_id\na.wav,joy,03\n'],
    [';', 'Speaker ID;"Emotion";Wav\r\n03;joy;"a.wav"\r\n'],
    ['a tab', 'filename\tclass\tactor\na.wav\tjoy\t03'],
    ['commas and participants', 'file,emo,participant_id\na.wav,joy,03'],
    ['commas and subjects', 'wav,category,subject\na.wav,joy,03'],
    ['; with commas in a text', 'path;label;speaker;transcript\na.wav;joy;03;'],
    ['a tab with other columns', 'id\tspk\tfile_name\tlabel\tstart;end\n1\t03\ta.wav\tjoy\t0;1'],
  ])('takes other names of columns, in any order, with %s between', (_, csv) => {
    expect(parseManifest(csv)).toEqual([{ path: 'a.wav', label: 'joy', speaker: '03' }])
  })

  it.each<[string, (string | Segment)[]]>([
    ['start,end\n1.5,2.25', [{ file: 'a.wav', start: 1.5, end: 2.25 }]],
    ['Begin;Stop\n.5;1e1', [{ file: 'a.wav', start: 0.5, end: 10 }]],
    [
      'onset\tduration\n0.1\t0.2\n1\t',
      [
        { file: 'a.wav', start: 0.1, end: 0.3 },
        { file: 'a.wav', start: 1 },
      ],
    ],
    // audformat's, as pandas writes them.
    [
      'start,end\n0 days 00:00:01.250000,0 days 00:01:02\n0 days 00:02:00,\n,0:00:01.25',
      [
        { file: 'a.wav', start: 1.25, end: 62 },
        { file: 'a.wav', start: 120 },
        { file: 'a.wav', start: 0, end: 1.25 },
      ],
    ],
    [
      'start,end\n0 days,0 days 00:00:00.500000\n1 days,',
      [
        { file: 'a.wav', start: 0, end: 0.5 },
        { file: 'a.wav', start: 86400 },
      ],
    ],
    ['start,end\n0,', ['a.wav']],
    ['start,end\n0,3\n,', [{ file: 'a.wav', start: 0, end: 3 }, 'a.wav']],
    ['start,end,duration\n1,2,9', [{ file: 'a.wav', start: 1, end: 2 }]],
    // That of the file.
    ['duration\n3.5', ['a.wav']],
    ['end\n3.5', [{ file: 'a.wav', start: 0, end: 3.5 }]],
  ])('reads parts of files: %j', (csv, wanted) => {
    const [header, ...rows] = csv.split('\n')
    const sign = /[;\t]/.exec(header)?.[0] ?? ','
    const cells = rows.map((row) => ['.\\a.wav', 'joy', '03', row].join(sign))
    const read = parseManifest([['path', 'label', 'speaker', header].join(sign), ...cells].join('\n'))
    const named = wanted.map((one) => {
      if (typeof one === 'string') return { path: `./${one}`, label: 'joy', speaker: '03' }
      const segment = { ...one, file: './a.wav' }
      const path = `./a.wav#t=${one.start}${one.end === undefined ? '' : `,${one.end}`}`
      return { path, segment, label: 'joy', speaker: '03' }
    })
    expect(read).toEqual(named)
  })

  it.each([
    ['a.wav,2,1', 'row 2: "end" expected a time after "start", 2 s, got 1 s'],
    ['a.wav,2,2', 'row 2: "end" expected a time after "start", 2 s, got 2 s'],
    ['a.wav,,0', 'row 2: "end" expected a time after "start", 0 s, got 0 s'],
    ['a.wav,-1,2', 'row 2: "start" expected seconds, such as 1.25, or h:mm:ss, got "-1"'],
    ['a.wav,1,end', 'row 2: "end" expected seconds, such as 1.25, or h:mm:ss, got "end"'],
    ['a.wav,0x1,2', 'row 2: "start" expected seconds, such as 1.25, or h:mm:ss, got "0x1"'],
    ['a.wav,1,1e999', 'row 2: "end" expected seconds, such as 1.25, or h:mm:ss, got "1e999"'],
    ['a.wav,1,0:00:75', 'row 2: "end" expected seconds, such as 1.25, or h:mm:ss, got "0:00:75"'],
    ['a.wav,1,2\na.wav,2,3\n./a.wav,1.0,2', 'row 4: "./a.wav#t=1,2" is in row 2 already, as "a.wav#t=1,2"'],
    ['a.wav,,\na.wav,0,', 'row 3: "a.wav" is in row 2 already'],
  ])('names the row of times at fault in %j', (rows, message) => {
    const csv = `path,start,end,label,speaker\n${rows.replaceAll(/$/gm, ',joy,03')}`
    expect(() => parseManifest(csv)).toThrow(`parseManifest: ${message}`)
    expect(() => parseManifest(csv)).toThrow(FormatError)
  })

  it('names a duration that is none', () => {
    const csv = 'path,start,duration,label,speaker\na.wav,1,0,joy,03'
    expect(() => parseManifest(csv)).toThrow('row 2: "duration" expected a time after "start", 1 s, got 1 s')
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
    ['a workbook', bytes('PK\x03\x04\x14', 'latin1'), 'the file is a workbook, as of Excel: save it as CSV'],
    ['an old workbook', bytes('\xd0\xcf\x11\xe0\xa1', 'latin1'), 'the file is a workbook, as of Excel: save it as CSV'],
    ['Parquet', bytes('PAR1\0\xff', 'latin1'), 'the file is in Parquet: save it as CSV'],
    ['UTF-16 without a mark', bytes(header, 'utf16le'), 'the file is in UTF-16: save it as UTF-8'],
    ['UTF-16 of the other order', Buffer.from(header, 'utf16le').swap16(), 'the file is in UTF-16: save it as UTF-8'],
    ['UTF-16', bytes(`\ufeff${header}`, 'utf16le'), 'the file is in UTF-16: save it as UTF-8'],
  ])('refuses %s, with the line', (_, file, message) => {
    expect(() => manifestText(file)).toThrow(FormatError)
    expect(() => manifestText(file)).toThrow(`parseManifest: ${message}`)
  })
})
