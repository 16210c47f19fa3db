import { readFileSync } from 'node:fs'
import { parseXml } from '@rgrove/parse-xml'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeAudacityLabels } from '../../../src/corpora/annotations/encode-audacity.ts'
import { encodeElan } from '../../../src/corpora/annotations/encode-elan.ts'
import { encodeSegmentCsv } from '../../../src/corpora/annotations/encode-segment-csv.ts'
import { encodeSrt } from '../../../src/corpora/annotations/encode-srt.ts'
import { encodeTextGrid } from '../../../src/corpora/annotations/encode-textgrid.ts'
import type { TimedLabel } from '../../../src/corpora/annotations/timed-labels.ts'
import { parseAudacity } from '../../../src/corpora/foreign/audacity.ts'
import { elanMedia, elanTiers, type XmlElement } from '../../../src/corpora/foreign/elan.ts'
import { parseTextGrid, type Tier } from '../../../src/corpora/foreign/textgrid.ts'
import { parseManifest } from '../../../src/corpora/manifest.ts'
import { hardSeconds, hardSegments } from './segments.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const elementOf = (text: string): XmlElement => parseXml(text).root as unknown as XmlElement
/** The intervals with a text of each tier. */
function marksOf(tiers: readonly Tier[]): Record<string, Tier['marks']> {
  return Object.fromEntries(tiers.map(({ name, marks }) => [name, marks.filter(({ text }) => text !== '')]))
}
const written = (segments: readonly TimedLabel[]): Tier['marks'] =>
  segments.map(({ start, end, label }) => ({ start, end, text: label === null ? 'no speech' : (label ?? 'speech') }))
const who = hardSegments.filter(({ tier }) => tier !== undefined)
/** `anger` overlaps the segment before it, and stands on a tier of its own. */
const second = hardSegments.filter(({ label }) => label === 'anger')
const first = hardSegments.filter((one) => !who.includes(one) && !second.includes(one))
const byTier = (times: (x: number) => number): Record<string, Tier['marks']> => {
  const timed = (segments: readonly TimedLabel[]): Tier['marks'] =>
    written(segments).map(({ start, end, text }) => ({ start: times(start), end: times(end), text }))
  return { emotion: timed(first), 'emotion 2': timed(second), 'who "speaks" & why': timed(who) }
}
const inMilliseconds = (seconds: number): number => Math.round(seconds * 1000) / 1000

/** What Praat, pympi and srt read in these files: test/vectors/annotations.py. */
const tools = JSON.parse(readFileSync(new URL('../../vectors/annotations.json', import.meta.url), 'utf8')) as Record<
  'praat' | 'pympi',
  Record<string, [number, number, string][]>
> & { srt: [number, number, string][] }
const asMarks = (tiers: Record<string, [number, number, string][]>): Record<string, Tier['marks']> =>
  Object.fromEntries(
    Object.entries(tiers).map(([name, marks]) => [name, marks.map(([start, end, text]) => ({ start, end, text }))]),
  )
const vector = (name: string): string => `../../vectors/annotations/${name}`

describe('encodeTextGrid', () => {
  it('is read by our reader and by Praat, to the last digit', async () => {
    const text = encodeTextGrid(hardSegments, { seconds: hardSeconds })
    await expect(text).toMatchFileSnapshot(vector('hard.TextGrid'))
    const tiers = parseTextGrid(bytesOf(text))
    expect(marksOf(tiers)).toEqual(byTier((x) => x))
    // Intervals fill the recording.
    for (const { marks } of tiers) {
      expect(marks[0].start).toBe(0)
      expect(marks.at(-1)?.end).toBe(hardSeconds)
      for (const [k, { start }] of marks.entries()) if (k > 0) expect(start).toBe(marks[k - 1].end)
    }
    expect(asMarks(tools.praat)).toEqual(byTier((x) => x))
  })

  it('ends with the last segment, or has a tier without segments', () => {
    expect(encodeTextGrid([{ start: 0, end: 1.5 }])).toContain('xmax = 1.5\ntiers? <exists>')
    const [tier] = parseTextGrid(bytesOf(encodeTextGrid([], { seconds: 3, tier: 'speech' })))
    expect(tier).toEqual({ name: 'speech', points: false, marks: [{ start: 0, end: 3, text: '' }] })
    expect(() => encodeTextGrid([])).toThrow(/encodeTextGrid: "seconds" expected a finite number > 0, got 0/)
    expect(() => encodeTextGrid([{ start: 0, end: 2 }], { seconds: 1 })).toThrow(/"seconds" .* >= 2, got 1/)
  })
})

describe('encodeElan', () => {
  it('is read by our reader and by pympi, in milliseconds', async () => {
    const text = encodeElan(hardSegments, {
      media: 'a folder/Interview & Söhne.wav',
      date: '2026-11-30T12:00:00+01:00',
    })
    await expect(text).toMatchFileSnapshot(vector('hard.eaf'))
    const root = elementOf(text)
    expect(marksOf(elanTiers(root))).toEqual(byTier(inMilliseconds))
    expect(elanMedia(root)).toEqual(['Interview & Söhne.wav'])
    expect(asMarks(tools.pympi)).toEqual(byTier(inMilliseconds))
  })

  it('has time slots in order, and no characters that XML has not', () => {
    const text = encodeElan([
      { start: 0.5, end: 2, label: 'a\u0000b\ud800c\ttab' },
      { start: 0.25, end: 1, label: 'x', tier: 'other' },
    ])
    expect(Array.from(text.matchAll(/TIME_VALUE="(\d+)"/g), ([, value]) => Number(value))).toEqual([
      250, 500, 1000, 2000,
    ])
    const marks = marksOf(elanTiers(elementOf(text)))
    expect(marks.emotion[0].text).toBe('a\ufffdb\ufffdc\ttab')
    expect(marks.other).toEqual([{ start: 0.25, end: 1, text: 'x' }])
  })

  it('refuses dates that are none and segments shorter than a millisecond', () => {
    expect(() => encodeElan([], { date: 'today' })).toThrow(/encodeElan: "date" expected a date such as/)
    expect(() => encodeElan([{ start: 1, end: 1.0001, label: 'x' }])).toThrow(/"x" at 1 s is shorter than one/)
  })
})

describe('encodeAudacityLabels', () => {
  it('is read by our reader, to the last digit, tabs and line ends as spaces', () => {
    const segments = [...hardSegments, { start: 1e-7, end: 0.05, label: 'a\tb\r\nc' }]
    const { entries, problems } = parseAudacity(encodeAudacityLabels(segments), 'a.wav')
    expect(problems).toEqual([])
    const expected = written(segments).map((one) => ({ ...one, text: one.text.replace(/\s+/g, ' ') }))
    expected.sort((a, b) => a.start - b.start || a.end - b.end)
    expect(entries.map(({ start, end, label }) => ({ start, end, text: label }))).toEqual(expected)
  })
})

describe('encodeSrt', () => {
  it('is read by the library srt, in milliseconds', async () => {
    const text = encodeSrt(hardSegments)
    await expect(text).toMatchFileSnapshot(vector('hard.srt'))
    expect(text).toContain('\n\n7\n01:00:09,000 --> 01:00:10,000\nno speech\n')
    const expected = written(hardSegments).map(({ start, end, text: label }) => [
      ...[start, end].map(inMilliseconds),
      label,
    ])
    expect(tools.srt).toEqual(expected)
  })

  it('keeps a text from ending its subtitle', () => {
    expect(encodeSrt([{ start: 0, end: 1, label: '\na\r\n\r\nb --> c' }])).toBe(
      '1\n00:00:00,000 --> 00:00:01,000\na\nb -> c\n',
    )
    expect(encodeSrt([])).toBe('')
  })
})

describe('encodeSegmentCsv', () => {
  it('has a column for what a segment has, and is a list of recordings', () => {
    const text = encodeSegmentCsv([
      {
        file: 'a, "b".wav',
        start: 0.1,
        end: 1 / 3,
        label: 'joy',
        speaker: 'é',
        speech: true,
        sure: false,
        probabilities: { joy: 0.75, anger: 1e-9 },
      },
      { file: 'b.wav', start: 1, end: 2, label: null, speaker: 'x' },
    ])
    expect(text).toBe(
      'file,start,end,label,speaker,speech,sure,p_joy,p_anger\n' +
        '"a, ""b"".wav",0.1,0.3333333333333333,joy,é,true,false,0.75,0.000000001000\n' +
        'b.wav,1,2,no speech,x,,,,\n',
    )
    const read = parseManifest(text)
    expect(read.map(({ segment, label, speaker }) => ({ ...segment, label, speaker }))).toEqual([
      { file: 'a, "b".wav', start: 0.1, end: 1 / 3, label: 'joy', speaker: 'é' },
      { file: 'b.wav', start: 1, end: 2, label: 'no speech', speaker: 'x' },
    ])
    expect(encodeSegmentCsv([{ start: 0, end: 1 }])).toBe('start,end,label\n0,1,speech\n')
    expect(encodeSegmentCsv([])).toBe('start,end,label\n')
  })
})

describe('all forms', () => {
  const forms = { encodeTextGrid, encodeElan, encodeAudacityLabels, encodeSrt, encodeSegmentCsv }
  it.each(Object.entries(forms))('%s refuses what is no segment, naming it', (name, encode) => {
    const wrong =
      (segment: unknown): (() => string) =>
      () =>
        encode([{ start: 0, end: 1 }, segment as TimedLabel])
    expect(wrong({ start: -1, end: 1 })).toThrow(
      new RegExp(`${name}: "segments\\[1\\].start" expected a finite number >= 0`),
    )
    expect(wrong({ start: 1, end: 1 })).toThrow(/"segments\[1\].end" expected a finite number > 1/)
    expect(wrong({ start: 1, end: Number.NaN })).toThrow(RangeError)
    expect(wrong({ start: 1, end: 2, label: ' ' })).toThrow(/"segments\[1\].label" expected a text that is not empty/)
    expect(wrong({ start: 1, end: 2, label: 3 })).toThrow(TypeError)
    expect(wrong([1, 2])).toThrow(TypeError)
    expect(() => encode('x' as never)).toThrow(TypeError)
  })

  it('are read back whatever the texts and times are', () => {
    const segment = fc
      .tuple(
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.string({ unit: 'grapheme', minLength: 1 }),
      )
      .filter(([, , label]) => label.trim() !== '')
      .map(([start, length, label]) => ({ start: start / 1000, end: (start + length) / 1000, label }))
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 12 }), (segments) => {
        const key = ({ start, end, text }: Tier['marks'][number]): string => `${start} ${end} ${text}`
        const all = (tiers: readonly Tier[]): string[] => Object.values(marksOf(tiers)).flat().map(key).sort()
        const expected = written(segments).map(key).sort()
        expect(all(parseTextGrid(bytesOf(encodeTextGrid(segments))))).toEqual(expected)
        expect(all(elanTiers(elementOf(encodeElan(segments))))).toEqual(expected)
        for (const { marks } of parseTextGrid(bytesOf(encodeTextGrid(segments)))) {
          for (const [k, { start }] of marks.entries()) if (k > 0) expect(start).toBe(marks[k - 1].end)
        }
      }),
      { seed: 1, numRuns: 100 },
    )
  })
})
