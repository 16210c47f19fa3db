/** Lists of other tools in which nothing tells whose sound, which speaker or which stretch is meant. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { encodeWav } from '../../../src/audio/wav-encode.ts'
import { type CorpusKind, type CorpusOptions, loadCorpus } from '../../../src/node/corpus.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-ambiguous-'))
afterAll(() => rmSync(folder, { recursive: true }))

const samples = Float32Array.from({ length: 32000 }, (_, t) => Math.sin(t / 7) / 4)
/** Sound, another for each gain. */
const sound = (seconds: number, gain = 1): Uint8Array =>
  encodeWav({ sampleRate: 8000, channels: [samples.subarray(0, 8000 * seconds).map((x) => gain * x)] })

/** Writes files and reads a list of them: paths with labels and speakers, and the problems. */
async function read(
  kind: CorpusKind,
  place: string,
  files: Record<string, string | Uint8Array>,
  list = '',
  options: CorpusOptions = {},
): Promise<{ rows: string[]; problems: string[] }> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, place, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  const { utterances, problems } = await loadCorpus(kind, join(folder, place, list), options)
  return {
    rows: utterances.map(({ path, label, speaker }) => `${path} ${label} ${speaker}`),
    problems: problems.map(({ path, reason }) => `${path}: ${reason}`),
  }
}

describe('audformat', () => {
  it('joins tables whose times pandas wrote in two ways', async () => {
    const header = [
      ...['name: db', 'schemes: {}', 'tables:'],
      '  emotion: {type: segmented, columns: {emotion: {}}}',
      '  who: {type: segmented, columns: {speaker: {}, gender: {}}}',
    ]
    const { rows, problems } = await read('audformat', 'times', {
      'db.yaml': header.join('\n'),
      'db.emotion.csv': 'file,start,end,emotion\na.wav,0 days,0 days 00:00:02,joy\n',
      'db.who.csv':
        'file,start,end,speaker,gender\na.wav,0 days 00:00:00.000000,0 days 00:00:02.000000,01,female\na.wav,0 days 00:00:01.500000,0 days 00:00:02.500000,02,male\n',
      'a.wav': sound(3),
    })
    expect([rows, problems]).toEqual([['a.wav#t=0,2 joy 01'], []])
  })
})

describe('label-studio', () => {
  const task = (audio: string, speaker: string, label: string, start: number): object => ({
    data: { audio, speaker },
    annotations: [
      { result: [{ id: label, from_name: 'e', type: 'labels', value: { start, end: start + 0.5, labels: [label] } }] },
    ],
  })
  const one = { 'x.wav': sound(2) }

  it('takes one file for the sound of one address', async () => {
    const tasks = [
      task('s3://b/spk1/x.wav', '1', 'joy', 0),
      task('s3://b/spk2/x.wav', '2', 'anger', 0.6),
      task('y.wav', '1', 'joy', 0),
    ]
    const files = { ...one, 'y.wav': sound(1), 'p.json': JSON.stringify(tasks) }
    const { rows, problems } = await read('label-studio', 'ls', files, 'p.json')
    expect(rows).toEqual(['y.wav#t=0,0.5 joy 1'])
    expect(problems[0]).toMatch(
      /^s3:\/\/b\/spk1\/x\.wav: task 1: "x\.wav" would be the sound of "s3:\/\/b\/spk2\/x\.wav" too; "root"/,
    )
    expect(problems).toHaveLength(2)
  })

  it('takes it for all tasks that name it by the same address, and reads what older versions call completions', async () => {
    const tasks = [task('s3://b/x.wav', '1', 'joy', 0), task('s3://b/x.wav?sign=1', '2', 'anger', 0.6)]
    const older = JSON.stringify(tasks).replaceAll('"annotations"', '"completions"')
    const { rows, problems } = await read('label-studio', 'ls-old', { ...one, 'p.json': older }, 'p.json')
    expect([rows, problems]).toEqual([['x.wav#t=0,0.5 joy 1', 'x.wav#t=0.6,1.1 anger 2'], []])
  })
})

describe('elan', () => {
  const document = (header: string, descriptor: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT VERSION="3.0"><HEADER ${header}><MEDIA_DESCRIPTOR MEDIA_URL="" RELATIVE_MEDIA_URL="./a.wav" ${descriptor}/></HEADER>
<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="t1" TIME_VALUE="0"/><TIME_SLOT TIME_SLOT_ID="t2" TIME_VALUE="1000"/></TIME_ORDER>
<TIER TIER_ID="emotion"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="t1" TIME_SLOT_REF2="t2"><ANNOTATION_VALUE>joy</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER></ANNOTATION_DOCUMENT>`
  const units = 'TIME_UNITS="milliseconds"'

  it('leaves out a file whose media are shifted, and names it', async () => {
    const shifted = await read('elan', 'elan', {
      ...{ 'a.eaf': document(units, 'TIME_ORIGIN="3000"'), 'a.wav': sound(4) },
      ...{ 'b.eaf': document(units, '').replace('a.wav', 'b.wav'), 'b.wav': sound(2, 0.5) },
    })
    expect(shifted.rows).toEqual(['b.wav#t=0,1 joy '])
    expect(shifted.problems).toEqual([
      expect.stringMatching(
        /a\.eaf: its media are shifted \(TIME_ORIGIN "3000"\), which is not read: save it without an offset$/,
      ),
    ])
    const plain = await read('elan', 'elan', { 'a.eaf': document(units, 'TIME_ORIGIN="0"') })
    expect(plain.rows).toEqual(['a.wav#t=0,1 joy ', 'b.wav#t=0,1 joy '])
  })

  it('refuses other units of time', async () => {
    const frames = read('elan', 'elan-frames', { 'a.eaf': document('TIME_UNITS="PAL-frames"', ''), 'a.wav': sound(2) })
    await expect(frames).rejects.toThrow('TIME_UNITS expected milliseconds, got "PAL-frames"')
  })
})

describe('a stretch that is listed twice', () => {
  const list = (...speakers: string[]): string =>
    `file,start,end,emotion,speaker\n${speakers.map((speaker) => `a.wav,0,1,joy,${speaker}\n`).join('')}a.wav,1,2,anger,05\n`

  it('with two speakers is told, and with one and none is that speaker’s', async () => {
    const two = await read('nkululeko', 'twice', { 'list.csv': list('03', '04'), 'a.wav': sound(2) }, 'list.csv')
    expect(two).toEqual({
      rows: ['a.wav#t=1,2 anger 05'],
      problems: ['a.wav#t=0,1: listed with the speakers "03" and "04": nothing tells which is right'],
    })
    const known = await read('nkululeko', 'twice', { 'list.csv': list('', '04') }, 'list.csv')
    expect(known).toEqual({ rows: ['a.wav#t=0,1 joy 04', 'a.wav#t=1,2 anger 05'], problems: [] })
  })
})

describe('textgrid', () => {
  const tier = (label: string, from: number): string => `"IntervalTier" "emotion" 0 4 1 ${from} ${from + 2} "${label}"`
  it('reads all tiers of a name, by default and by name', async () => {
    const text = `"ooTextFile" "TextGrid" 0 4 <exists> 2 ${tier('joy', 0)} ${tier('anger', 2)}`
    const files = { 'a.TextGrid': text, 'a.wav': sound(4) }
    for (const options of [{}, { labelFrom: 'emotion' }, { labelFrom: ['emotion', 'emotion'] }]) {
      const { rows } = await read('textgrid', 'tg', files, '', options)
      expect(rows).toEqual(['a.wav#t=0,2 joy ', 'a.wav#t=2,4 anger '])
    }
  })
})

describe('lhotse', () => {
  const recording = {
    ...{ id: 'r', sampling_rate: 8000, num_samples: 32000, duration: 4, channel_ids: [0] },
    sources: [{ type: 'file', channels: [0], source: 'a.wav' }],
  }
  const supervision = (id: string, start: number, duration: number, emotion: unknown = 'joy'): string =>
    JSON.stringify({ id, recording_id: 'r', start, duration, channel: 0, speaker: '03', custom: { emotion } })

  it('tells supervisions that reach beyond their sound, and cuts off 10 ms', async () => {
    const { rows, problems } = await read('lhotse', 'lhotse', {
      'recordings.jsonl': JSON.stringify(recording),
      'supervisions.jsonl': [
        ...[supervision('far', 3.5, 30), supervision('early', -0.5, 1), supervision('near', 3, 1.005)],
        supervision('no', 0, 1, false),
      ].join('\n'),
      'a.wav': sound(4),
    })
    expect(rows).toEqual(['a.wav#t=3 joy 03'])
    expect(problems.sort()).toEqual([
      expect.stringMatching(/^a\.wav#t=0,1: without a label \(supervisions\.jsonl, line 4/),
      'early: supervisions.jsonl, line 2: from -0.5 to 0.5 s, of a sound of 4 s',
      'far: supervisions.jsonl, line 1: from 3.5 to 33.5 s, of a sound of 4 s',
    ])
    const alone = read('lhotse', 'lhotse', {}, 'recordings.jsonl')
    await expect(alone).rejects.toThrow('a recording, where a cut is expected: name the folder')
  })
})
