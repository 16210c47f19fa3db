/** Corpora of other tools: files of the tools themselves in test/vectors/foreign (foreign.py), others by their documentation. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeWav } from '../../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../../src/corpora/synthetic.ts'
import { type CorpusKind, type CorpusOptions, loadCorpus } from '../../../src/node/corpus.ts'
import { openSource } from '../../../src/node/source.ts'
import { root, runNode } from '../../support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-foreign-'))
afterAll(() => rmSync(folder, { recursive: true }))
const vectors = fileURLToPath(new URL('../../vectors/foreign/', import.meta.url))
const sampleRate = 8000
const length = 2 * sampleRate
const voices = syntheticCorpus({ speakers: 2, sentences: 3 }).map((voice) => voice.samples())

/** Two seconds of a voice, another for each number. */
function voice(n: number): Float32Array {
  const samples = voices[n % voices.length]
  return Float32Array.from({ length }, (_, t) => samples[t % samples.length] + (n >= voices.length ? 1e-3 : 0))
}

function put(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

let made = 0
const wav = (...numbers: number[]): Uint8Array =>
  encodeWav({ sampleRate, channels: numbers.map(voice) }, { format: 'float32' })
const putSound = (name: string): string => put(name, wav(made++))

/** Files that are no sound, under names that do not tell. */
const strangers: Record<string, string> = {
  'notes.txt': 'joy at last\n',
  'page.flac': '<!DOCTYPE html><html></html>',
  'weights.npy': '\x93NUMPY\x01\0v\0',
  'archive.mp3': 'PK\x03\x04....',
}
const told = [
  'archive.mp3: not a sound file but a ZIP archive: unpack it',
  'notes.txt: not a sound file by its first 64 bytes',
  'page.flac: not a sound file but HTML or XML, as of a download that failed',
  'weights.npy: not a sound file by its first 64 bytes',
]

describe('files that are no sound', () => {
  const names = Object.keys(strangers)
  const lists: [CorpusKind, string, Record<string, string>][] = [
    ['manifest', 'list.csv', { 'list.csv': `path,label,speaker\n${names.map((name) => `${name},joy,03\n`).join('')}` }],
    ['nkululeko', 'list.csv', { 'list.csv': `file,emotion\n${names.map((name) => `${name},joy\n`).join('')}` }],
    [
      'kaldi',
      '',
      {
        'wav.scp': names.map((name, i) => `u${i} ${name}\n`).join(''),
        utt2emo: names.map((_, i) => `u${i} joy\n`).join(''),
      },
    ],
  ]
  it.each(lists)('are told when a list of %s is loaded, whatever they are called', async (kind, list, files) => {
    const name = `strangers-${kind}`
    const whole: Record<string, string> = { ...files }
    if (kind === 'kaldi')
      Object.assign(whole, { 'wav.scp': `${files['wav.scp']}v right.wav\n`, utt2emo: `${files.utt2emo}v joy\n` })
    else whole[list] += kind === 'manifest' ? 'right.wav,joy,03\nqoa.qoa,joy,03\n' : 'right.wav,joy\nqoa.qoa,joy\n'
    for (const [file, text] of Object.entries({ ...strangers, ...whole }))
      put(`${name}/${file}`, Buffer.from(text, 'latin1'))
    putSound(`${name}/right.wav`)
    put(`${name}/qoa.qoa`, 'qoaf....')
    const rows = [['right.wav', 'joy', kind === 'manifest' ? '03' : '']]
    const found = await read(kind, join(folder, name, list), { inspect: false })
    // What only the optional decoder knows is looked at when it is read.
    expect(found.rows.filter(([path]) => path !== 'qoa.qoa')).toEqual(rows)
    expect(found.problems).toEqual(told)
    const inspected = await read(kind, join(folder, name, list))
    expect(inspected.problems.filter((problem) => !problem.startsWith('qoa'))).toEqual(told)
  })
})

/** Path, label and speaker of each recording, and the problems. */
async function read(kind: CorpusKind, path: string, options: CorpusOptions = {}) {
  const { utterances, problems } = await loadCorpus(kind, path, options)
  return {
    rows: utterances.map(({ path: name, label, speaker }) => [name, label, speaker]),
    problems: problems.map(({ path: name, reason }) => `${name}: ${reason}`),
    utterances,
  }
}

describe('audformat', () => {
  const place = (storage: string): string => join(folder, `audformat-${storage}`)
  beforeAll(() => {
    for (const storage of ['csv', 'parquet']) {
      cpSync(join(vectors, `audformat-${storage}`), place(storage), { recursive: true })
      for (const name of 'abcd') putSound(`audformat-${storage}/wav/${name}.wav`)
    }
  })

  it.each(['csv', 'parquet'])('reads tables in %s, labels and speakers as text', async (storage) => {
    const { rows, problems, utterances } = await read('audformat', place(storage))
    expect(rows).toEqual([
      ['wav/a.wav#t=0,0.5', '03', '1e5'],
      ['wav/a.wav#t=0.5,1.123456789', 'NA', '1e5'],
      ['wav/b.wav#t=0.25', 'anger', '02'],
      ['wav/c.wav', 'True', '1e5'],
    ])
    expect(problems).toEqual([`wav/d.wav: without a label (row 6 of db.parts.${storage})`])
    const { channels } = await utterances[0].read()
    expect(channels[0]).toHaveLength(sampleRate / 2)
  })

  it('prefers Parquet, never reads pickles, and names what it lacks', async () => {
    const both = join(folder, 'audformat-both')
    cpSync(place('parquet'), both, { recursive: true })
    put('audformat-both/db.parts.csv', 'file,start,end,emotion,level\n')
    expect((await read('audformat', both)).rows).toHaveLength(4)
    rmSync(join(both, 'db.parts.parquet'))
    rmSync(join(both, 'db.parts.csv'))
    put('audformat-both/db.parts.pkl', 'x')
    await expect(read('audformat', both)).rejects.toThrow(
      /neither db\.parts\.parquet nor db\.parts\.csv in the folder, but db\.parts\.pkl, which can run programs and is never read/,
    )
    await expect(read('audformat', place('csv'), { labelFrom: 'level' })).rejects.toThrow(
      'db.yaml: the column "level" has values of the type float, which are no classes',
    )
    await expect(read('audformat', place('csv'), { labelFrom: 'mood' })).rejects.toThrow(
      /audformat ".*": expected a column "mood", got speaker, emotion, level/,
    )
    await expect(read('audformat', place('csv'), { table: 'files' })).rejects.toThrow(
      'the table "files" has no column "emotion"',
    )
    await expect(read('audformat', folder)).rejects.toThrow('no db.yaml in the folder')
  })

  it('refuses labels that the scheme has not, with row and table', async () => {
    const other = join(folder, 'audformat-other')
    cpSync(place('csv'), other, { recursive: true })
    put('audformat-other/db.parts.csv', 'file,start,end,emotion\nwav/a.wav,0 days,,sad\n')
    await expect(read('audformat', other)).rejects.toThrow(
      'row 2 of db.parts.csv: "sad" is no label of the scheme (03, NA, anger, joy, True)',
    )
    put('audformat-other/db.parts.csv', 'file,start,end,emotion\nwav/a.wav,soon,,joy\n')
    await expect(read('audformat', other)).rejects.toThrow(
      'db.parts.csv: row 2: "start" expected seconds or a time such as 0 days 00:00:01.5, got "soon"',
    )
  })

  it('reads whole days, as pandas writes a column of starts that are all 0', async () => {
    const days = join(folder, 'audformat-days')
    cpSync(place('csv'), days, { recursive: true })
    put('audformat-days/db.parts.csv', 'file,start,end,emotion\nwav/a.wav,0 days,0 days 00:00:00.500000,joy\n')
    expect((await read('audformat', days)).rows.map(([path]) => path)).toEqual(['wav/a.wav#t=0,0.5'])
  })
})

describe('lhotse', () => {
  const place = join(folder, 'lhotse')
  beforeAll(() => {
    for (const name of ['small_recordings.jsonl.gz', 'small_supervisions.jsonl.gz', 'one_cuts.jsonl']) {
      cpSync(join(vectors, 'lhotse', name), join(place, name))
    }
    for (const name of ['mixed_cuts', 'faster_recordings', 'faster_supervisions']) {
      cpSync(join(vectors, 'lhotse', `${name}.jsonl`), join(folder, 'lhotse-odd', `${name}.jsonl`))
    }
    putSound('lhotse/wav/mono.wav')
    put('lhotse/wav/stereo.wav', wav(made++, made++))
  })

  it('reads supervisions with their recordings, a channel where there are two', async () => {
    const { rows, problems, utterances } = await read('lhotse', place)
    expect(rows).toEqual([
      ['wav/mono.wav', 'joy', '03'],
      ['wav/stereo.wav#t=0.25,0.75&channel=1', 'NA', '1e5'],
      ['wav/stereo.wav#t=0.25,0.75&channel=2', 'anger', '04'],
    ])
    expect(problems).toEqual([
      'wav/mono.wav#t=0.5,1: without a label (small_supervisions.jsonl.gz, line 4, without "emotion" in "custom")',
    ])
    expect(utterances.map(({ id, text, gender }) => [id, text, gender])).toEqual([
      ['s1', 'hello', 'female'],
      ['s2', undefined, undefined],
      ['s3', undefined, 'male'],
    ])
    const [, second, third] = await Promise.all(utterances.map((one) => one.read()))
    expect(second.channels).toHaveLength(1)
    expect(second.channels[0]).toEqual(voice(made - 2).slice(2000, 6000))
    expect(third.channels[0]).toEqual(voice(made - 1).slice(2000, 6000))
  })

  it('reads a cut, whose supervisions begin relative to it and may run over it', async () => {
    expect((await read('lhotse', join(place, 'one_cuts.jsonl'))).rows).toEqual([['wav/mono.wav#t=0.5,1', 'joy', '03']])
  })

  it('takes numbers as speakers, and no recording of an id that another has', async () => {
    const recording = '{"id":"r","sources":[{"type":"file","channels":[0],"source":"wav/mono.wav"}],"duration":1}\n'
    put('lhotse-ids/one_recordings.jsonl', recording)
    put(
      'lhotse-ids/one_supervisions.jsonl',
      '{"id":"s","recording_id":"r","start":0,"duration":0.5,"speaker":7,"text":7,"custom":{"emotion":"joy"}}\n',
    )
    putSound('lhotse-ids/wav/mono.wav')
    const { rows, utterances } = await read('lhotse', join(folder, 'lhotse-ids'))
    expect(rows).toEqual([['wav/mono.wav#t=0,0.5', 'joy', '7']])
    expect(utterances[0].text).toBe('7')
    put('lhotse-ids/one_recordings.jsonl', `${recording}\n${recording.replace('mono', 'other')}`)
    await expect(read('lhotse', join(folder, 'lhotse-ids'))).rejects.toThrow(
      'one_recordings.jsonl, line 3: the recording "r" is in one_recordings.jsonl, line 1 already',
    )
  })

  it('refuses transforms and mixed cuts by name', async () => {
    const odd = join(folder, 'lhotse-odd')
    await expect(read('lhotse', join(odd, 'mixed_cuts.jsonl'))).rejects.toThrow(
      /mixed_cuts\.jsonl, line 1: a cut of the type "MixedCut" is not read: save its sound by save_audio/,
    )
    await expect(read('lhotse', join(odd, 'faster_supervisions.jsonl'))).rejects.toThrow(
      /faster_recordings\.jsonl, line 1: the recording is changed by transforms \(Speed\), which are not applied/,
    )
    put(
      'lhotse-odd/run_recordings.jsonl',
      '{"id":"r","sources":[{"type":"command","channels":[0],"source":"rm -rf x"}],"duration":1}\n',
    )
    put('lhotse-odd/run_supervisions.jsonl', '{"id":"s","recording_id":"r","start":0,"duration":1}\n')
    await expect(read('lhotse', join(odd, 'run_supervisions.jsonl'))).rejects.toThrow(
      'run_recordings.jsonl, line 1: the source is of the type "command", which is never run; files are read',
    )
    put('lhotse-odd/broken_cuts.jsonl', '{"id":1}\n{')
    await expect(read('lhotse', join(odd, 'broken_cuts.jsonl'))).rejects.toThrow(
      'broken_cuts.jsonl, line 1: a cut without "recording"',
    )
  })
})

describe('kaldi with labels elsewhere', () => {
  it('never leaves its folder', async () => {
    putSound('kaldi-bare/a.wav')
    put('kaldi-bare/wav.scp', 'a a.wav\n')
    put('kaldi-bare/utt2emo', 'a joy\n')
    put('labels', 'a joy\n')
    expect((await read('kaldi', join(folder, 'kaldi-bare'))).rows).toEqual([['a.wav', 'joy', '']])
    for (const labelFrom of ['../labels', join(folder, 'labels'), '..']) {
      await expect(read('kaldi', join(folder, 'kaldi-bare'), { labelFrom })).rejects.toThrow(
        '"labelFrom" expected the name of a file in the folder, got ',
      )
    }
  })
})

describe('nkululeko', () => {
  it('says which column is missing', async () => {
    const csv = put('nkululeko/odd.csv', 'path,emotion\na.wav,joy\n')
    await expect(read('nkululeko', csv)).rejects.toThrow(
      'expected a column "file" with the paths of the sound files, got path, emotion',
    )
  })

  it('reads its list, with times as pandas writes them, labels and speakers as text', async () => {
    for (const name of ['a', 'b', 'c']) putSound(`nkululeko/audio/${name}.wav`)
    const csv = [
      'file,start,end,speaker,gender,emotion,mood',
      'audio/a.wav,0 days 00:00:00,0 days 00:00:00.500000,03,female,1e5,x',
      'audio/a.wav,0 days 00:00:00.500000,0 days 00:00:01.250000,03,female,NA,y',
      'audio/b.wav,0,NaT,,male,True,x',
      'audio/c.wav,0.25,,04,,,z',
    ]
    putSound('nkululeko/audio/d.wav')
    const days = put('nkululeko/days.csv', 'file,start,end,emotion\naudio/d.wav,0 days,0 days 00:00:01,joy\n')
    expect((await read('nkululeko', days)).rows).toEqual([['audio/d.wav#t=0,1', 'joy', '']])
    const bad = put('nkululeko/bad.csv', 'file,start,end,emotion\naudio/d.wav,-1 days,1,joy\n')
    await expect(read('nkululeko', bad)).rejects.toThrow(
      /nkululeko\/bad\.csv": row 2: "start" expected .*, got "-1 days"/,
    )
    const file = put('nkululeko/list.csv', `${csv.join('\n')}\n`)
    const { rows, problems, utterances } = await read('nkululeko', file)
    expect(rows).toEqual([
      ['audio/a.wav#t=0,0.5', '1e5', '03'],
      ['audio/a.wav#t=0.5,1.25', 'NA', '03'],
      ['audio/b.wav', 'True', ''],
    ])
    expect(problems).toEqual(['audio/c.wav#t=0.25: without a label (row 5)'])
    expect(utterances.map(({ gender }) => gender)).toEqual(['female', 'female', 'male'])
    expect((await read('nkululeko', file, { labelFrom: 'mood', speakerFrom: 'gender' })).rows[0]).toEqual([
      'audio/a.wav#t=0,0.5',
      'x',
      'female',
    ])
    await expect(read('nkululeko', put('nkululeko/no.csv', 'file,x\na,b\n'))).rejects.toThrow(
      'expected a column "emotion" or "class_label" or "label", or its name in "labelFrom", got file, x',
    )
    await expect(read('nkululeko', put('nkululeko/odd.csv', 'file,start,end,emotion\na,1,0.5,joy\n'))).rejects.toThrow(
      'row 2: expected an end after 1 s, got 0.5',
    )
  })
})

describe('kaldi', () => {
  const place = (name: string): string => join(folder, 'kaldi', name)
  beforeAll(() => {
    for (const name of ['a', 'b']) putSound(`kaldi/plain/wav/${name}.wav`)
    put('kaldi/plain/wav.scp', 'a wav/a.wav\nb  wav/b.wav\n')
    put('kaldi/plain/utt2spk', 'a 03\nb 1e5\n')
    put('kaldi/plain/utt2emo', 'a NA\nb joy\nc joy\n')
    put('kaldi/plain/spk2gender', '03 f\n1e5 m\n')
    put('kaldi/plain/text', 'a eins zwei\n')
  })

  it('reads files, speakers, genders and texts', async () => {
    const { rows, problems, utterances } = await read('kaldi', place('plain'))
    expect(rows).toEqual([
      ['wav/a.wav', 'NA', '03'],
      ['wav/b.wav', 'joy', '1e5'],
    ])
    expect(problems).toEqual(['c: line 3 of utt2emo: it has no sound in the folder'])
    expect(utterances.map(({ id, gender, text }) => [id, gender, text])).toEqual([
      ['a', 'female', 'eins zwei'],
      ['b', 'male', undefined],
    ])
  })

  it('reads segments of entries of an archive', async () => {
    const [first, second] = [wav(made++), wav(made++)]
    put('kaldi/arks/wav.ark', Buffer.concat([Buffer.from('x '), first, Buffer.from('y '), second]))
    put('kaldi/arks/wav.scp', `x wav.ark:2\ny wav.ark:${4 + first.length}\n`)
    put('kaldi/arks/segments', 'u1 x 0.5 1.25\nu2 x 1.25 -1\nu3 y 0 -1\n')
    put('kaldi/arks/mood', 'u1 joy\nu2 anger\nu3 joy\n')
    const { rows, problems, utterances } = await read('kaldi', place('arks'), { labelFrom: 'mood' })
    const other = `wav.ark:${4 + first.length}`
    expect(rows.sort()).toEqual(
      [
        ['wav.ark:2#t=0.5,1.25', 'joy', ''],
        ['wav.ark:2#t=1.25', 'anger', ''],
        [other, 'joy', ''],
      ].sort(),
    )
    expect(problems).toEqual([])
    const whole = utterances.find(({ id }) => id === 'u3')
    expect((await whole?.read())?.channels[0]).toEqual(voice(made - 1))
    const part = utterances.find(({ id }) => id === 'u1')
    expect((await part?.read())?.channels[0]).toEqual(voice(made - 2).slice(4000, 10000))
  })

  it.each([
    [{ 'wav.scp': 'a sph2pipe x.sph |\n' }, 'wav.scp, line 1: a program, which is never run: "sph2pipe x.sph |"'],
    [{ 'wav.scp': 'a a.wav\n', segments: 'u b 0 1\n' }, 'segments, line 1: the recording "b" is not in wav.scp'],
    [
      { 'wav.scp': 'a a.wav\n', segments: 'u a 0\n' },
      'segments, line 1: expected "utterance recording start end", got "u a 0"',
    ],
    [{ 'wav.scp': 'a a.wav\n', segments: 'u a 2 1\n' }, 'segments, line 1: expected an end after 2 s, got 1'],
    [{ 'wav.scp': 'a a.wav\na b.wav\n' }, 'wav.scp, line 2: the key "a" is in line 1 already'],
    [{}, 'no wav.scp in the folder'],
  ])('refuses %j', async (files, message) => {
    const name = `odd-${made++}`
    for (const [file, text] of Object.entries({ utt2emo: 'a joy\n', ...files })) put(`kaldi/${name}/${file}`, text)
    await expect(read('kaldi', place(name))).rejects.toThrow(message)
  })

  it('says which table of labels it looked for, and what no option of its is', async () => {
    put('kaldi/unlabelled/wav.scp', 'a a.wav\n')
    await expect(read('kaldi', place('unlabelled'))).rejects.toThrow(
      'no table of labels in the folder: expected utt2emo, utt2emotion, utt2label, or its name in "labelFrom"',
    )
    await expect(read('kaldi', place('plain'), { table: 'x' })).rejects.toThrow(
      'loadCorpus: "table" expected nothing for "kaldi" (audformat take it), got "x"',
    )
    await expect(read('emodb', place('plain'), { root: 'x' })).rejects.toThrow('"root" expected nothing for "emodb"')
  })

  it('counts paths from the working directory or the root where they are there', async () => {
    putSound('kaldi/elsewhere/wav/a.wav')
    putSound('kaldi/elsewhere/wav/b.wav')
    const { utterances } = await read('kaldi', place('plain'), { root: place('elsewhere') })
    expect((await utterances[0].read()).channels[0]).toEqual(voice(made - 2))
    const source = await openSource({
      kind: 'kaldi',
      path: place('plain'),
      root: place('elsewhere'),
      labelFrom: 'utt2emo',
    })
    expect((await source.utterances[1].read()).channels[0]).toEqual(voice(made - 1))
  })

  it('names its recordings in the archives of ser features, and takes part in experiments', async () => {
    const args = ['--corpus', 'kaldi', '--data', 'kaldi/plain']
    const features = await runNode([`${root}dist/cli.js`, 'features', ...args, '-o', 'feats.ark', '--no-cache'], folder)
    expect(features.stdout).toBe('feats.ark and feats.scp: 2 recordings, 13 columns\n')
    expect(readFileSync(join(folder, 'feats.scp'), 'utf8')).toMatch(/^a feats\.ark:2\nb feats\.ark:\d+\n$/)
    const options = ['--systems', 'functionals-mlp', '--epochs', '1', '--no-report', '--out', 'results']
    const { code, stderr } = await runNode(
      [`${root}dist/cli.js`, 'experiment', ...args, '--label-from', 'utt2emo', ...options],
      folder,
    )
    expect(stderr).toMatch(/corpus {4}kaldi: 2 utterances of 2 speakers \(NA 1, joy 1\)/)
    expect(code).toBe(0)
  })
})

describe('textgrid', () => {
  const place = join(folder, 'textgrid')
  beforeAll(() => {
    for (const name of ['long', 'short', 'utf16']) {
      cpSync(join(vectors, 'textgrid', `${name}.TextGrid`), join(place, 'in', `${name}.TextGrid`))
      putSound(`textgrid/in/${name}.wav`)
    }
    for (const name of ['binary', 'chronological', 'long']) {
      cpSync(join(vectors, 'textgrid', `${name}.TextGrid`), join(folder, 'textgrid-odd', `${name}.TextGrid`))
    }
  })

  it('reads what Praat writes, long, short and in UTF-16, with a tier of speakers', async () => {
    const { rows, problems } = await read('textgrid', place, { speakerFrom: 'speaker' })
    const both = (name: string, first: string): string[][] => [
      [`in/${name}.wav#t=0,0.5`, first, '03'],
      [`in/${name}.wav#t=1.25,2`, 'anger', '04'],
    ]
    expect(rows).toEqual([...both('long', 'say "joy"'), ...both('short', 'say "joy"'), ...both('utf16', 'Ärger ☺')])
    expect(problems).toEqual([])
    const speaker = (path: string): string => path.slice(3, 5)
    expect((await read('textgrid', place, { labelFrom: 'speaker', speaker })).rows[0]).toEqual([
      'in/long.wav#t=0,1',
      '03',
      'lo',
    ])
  })

  it.each<[string, CorpusOptions, string]>([
    ['binary', {}, '"binary.TextGrid": a binary TextGrid: save it in Praat by "Save as text file..."'],
    ['chronological', {}, '"chronological.TextGrid": a chronological TextGrid: save it'],
    ['long', { labelFrom: 'mood' }, '"long.TextGrid": no tier "mood"; there are "emotion", "speaker", "points"'],
    ['long', { labelFrom: 'points' }, '"long.TextGrid": the tier "points" has points, which are no stretches of sound'],
  ])('refuses %s with %j', async (name, options, message) => {
    putSound(`textgrid-odd/${name}.wav`)
    await expect(read('textgrid', join(folder, 'textgrid-odd', `${name}.TextGrid`), options)).rejects.toThrow(message)
  })

  it('tells annotations without a sound', async () => {
    cpSync(join(vectors, 'textgrid', 'long.TextGrid'), join(place, 'alone.TextGrid'))
    expect((await read('textgrid', place)).problems).toEqual([
      'alone.TextGrid: no sound file alone.wav beside it, nor another of that name',
    ])
    rmSync(join(place, 'alone.TextGrid'))
  })
})

const eaf = (
  tiers: string,
  slots = '<TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="1500"/><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="500"/>',
): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="2026-01-01T00:00:00+00:00" FORMAT="3.0" VERSION="3.0">
  <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"><MEDIA_DESCRIPTOR MEDIA_URL="file:///x/other%20name.wav" MIME_TYPE="audio/x-wav"/></HEADER>
  <TIME_ORDER>${slots}</TIME_ORDER>${tiers}
</ANNOTATION_DOCUMENT>`
const aligned = (id: string, value: string, from = 'ts1', to = 'ts2'): string =>
  `<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="${id}" TIME_SLOT_REF1="${from}" TIME_SLOT_REF2="${to}"><ANNOTATION_VALUE>${value}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>`
const referring = (id: string, to: string, value: string): string =>
  `<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="${id}" ANNOTATION_REF="${to}"><ANNOTATION_VALUE>${value}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>`

describe('elan', () => {
  it('reads tiers that refer to others, participants as speakers, and the sound that the header names', async () => {
    const tiers = `<TIER TIER_ID="words" PARTICIPANT="03">${aligned('a1', 'so &amp; so')}</TIER>
      <TIER TIER_ID="emotion" PARENT_REF="words" PARTICIPANT="03">${referring('a2', 'a1', 'joy')}</TIER>`
    put('elan/a.eaf', eaf(tiers))
    putSound('elan/other name.wav')
    expect((await read('elan', join(folder, 'elan'))).rows).toEqual([['other name.wav#t=0.5,1.5', 'joy', '03']])
    const words = await read('elan', join(folder, 'elan', 'a.eaf'), { labelFrom: ['words'], speakerFrom: 'emotion' })
    expect(words.rows).toEqual([['other name.wav#t=0.5,1.5', 'so & so', 'joy']])
  })

  it('tells annotations without a text, or without a length', async () => {
    const slots = '<TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="0"/><TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="1000"/>'
    const tier = `${aligned('a1', '')}${aligned('a2', 'joy', 'ts2', 'ts2')}${aligned('a3', 'anger')}`
    put('elan-empty/a.eaf', eaf(`<TIER TIER_ID="x">${tier}</TIER>`, slots))
    putSound('elan-empty/a.wav')
    const { rows, problems } = await read('elan', join(folder, 'elan-empty'))
    expect(rows).toEqual([['a.wav#t=0,1', 'anger', '']])
    expect(problems.sort()).toEqual([
      'a.wav#t=0,1: without a label (a.eaf, 1 of the tier "x")',
      'a.wav: 2 of the tier "x": from 1 to 1 s there is no sound',
    ])
  })

  it('places slots without a time between their neighbours', async () => {
    const slots =
      '<TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="0"/><TIME_SLOT TIME_SLOT_ID="m"/><TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="1000"/>'
    put(
      'elan-slots/a.eaf',
      eaf(`<TIER TIER_ID="x">${aligned('a1', 'joy', 'ts1', 'm')}${aligned('a2', 'anger', 'm', 'ts2')}</TIER>`, slots),
    )
    putSound('elan-slots/a.wav')
    expect((await read('elan', join(folder, 'elan-slots'))).rows.map(([path]) => path)).toEqual([
      'a.wav#t=0,0.5',
      'a.wav#t=0.5,1',
    ])
  })

  it.each([
    [`<TIER TIER_ID="x">${referring('a', 'b', 'joy')}</TIER>`, 'the annotation "b" that is referred to is not there'],
    [`<TIER TIER_ID="x">${referring('a', 'a', 'joy')}</TIER>`, 'the annotation "a" that is referred to is not there'],
    [`<TIER TIER_ID="x">${aligned('a', 'joy', 'ts1', 'ts9')}</TIER>`, 'no time slot "ts9"'],
    [
      `<TIER TIER_ID="x">${aligned('a', 'joy')}</TIER><TIER TIER_ID="y"/>`,
      'the tier of the labels expected in "labelFrom": there are "x", "y"',
    ],
    ['<TIER', '"a.eaf": '],
  ])('refuses %s', async (tiers, message) => {
    const name = `elan-odd-${made++}`
    put(`${name}/a.eaf`, eaf(tiers))
    putSound(`${name}/a.wav`)
    await expect(read('elan', join(folder, name))).rejects.toThrow(message)
  })

  it('never resolves entities of its own', async () => {
    const text = eaf(`<TIER TIER_ID="x">${aligned('a', '&x;')}</TIER>`)
    put(
      'elan-entity/a.eaf',
      text.replace('<ANN', `<!DOCTYPE a [<!ENTITY x SYSTEM "file://${join(folder, 'elan', 'a.eaf')}">]><ANN`),
    )
    putSound('elan-entity/a.wav')
    await expect(read('elan', join(folder, 'elan-entity'))).rejects.toThrow(/Named entity isn't defined: &x;/)
  })
})

const region = (id: string, start: number, end: number, name: string, label: string, channel?: number): unknown => ({
  ...{ id, from_name: name, to_name: 'audio', type: 'labels' },
  value: { start, end, labels: [label], ...(channel === undefined ? {} : { channel }) },
})

describe('label-studio', () => {
  const place = join(folder, 'label-studio')
  const tasks = [
    {
      id: 7,
      data: { audio: '/data/upload/3/1a2b3c4d-a.wav', speaker: '03' },
      annotations: [
        {
          result: [
            region('r1', 0, 0.5, 'emotion', 'joy', 0),
            { id: 'r1', from_name: 'who', type: 'choices', value: { start: 0, end: 0.5, choices: ['1e5'] } },
            region('r2', 0.5, 1.25, 'emotion', 'NA', 0),
          ],
        },
        { was_cancelled: true, result: [region('r3', 0, 2, 'emotion', 'anger')] },
      ],
    },
    {
      id: 8,
      data: { audio: '/data/local-files/?d=deep%20er/b.wav' },
      annotations: [{ result: [region('r4', 0, 1, 'emotion', 'joy')] }],
    },
    {
      id: 9,
      data: { audio: 'https://example.org/x/gone.wav' },
      annotations: [{ result: [region('r5', 0, 1, 'emotion', 'joy')] }],
    },
    {
      id: 10,
      data: { audio: '/data/local-files/?d=../textgrid/in/long.wav' },
      annotations: [{ result: [region('r6', 0, 1, 'emotion', 'joy')] }],
    },
    { id: 11, data: { audio: 'b.wav' }, annotations: [] },
  ]
  beforeAll(() => {
    putSound('label-studio/a.wav')
    putSound('label-studio/deep er/b.wav')
    put('label-studio/export.json', JSON.stringify(tasks))
  })

  it('joins results by their ids, skips what was cancelled, and stays in its folder', async () => {
    const { rows, problems } = await read('label-studio', join(place, 'export.json'), {
      labelFrom: 'emotion',
      speakerFrom: 'who',
    })
    expect(rows).toEqual([
      ['a.wav#t=0,0.5', 'joy', '1e5'],
      ['a.wav#t=0.5,1.25', 'NA', ''],
      ['deep er/b.wav#t=0,1', 'joy', ''],
    ])
    expect(problems).toEqual([
      '/data/local-files/?d=../textgrid/in/long.wav: task 10: no sound file of this name in the folder (long.wav); "root" (--root) names another folder',
      'b.wav: task 11: no annotation with "emotion"',
      'https://example.org/x/gone.wav: task 9: no sound file of this name in the folder (x/gone.wav, gone.wav); "root" (--root) names another folder',
    ])
    const named = await read('label-studio', join(place, 'export.json'), { labelFrom: 'emotion' })
    expect(named.rows[0]).toEqual(['a.wav#t=0,0.5', 'joy', '03'])
  })

  it('takes channels for themselves where several were annotated: channel 0 is written for mono and mixed sound too', async () => {
    put('label-studio-two/a.wav', wav(made, made + 1))
    made += 2
    const one = (id: string, channel: number): object => {
      const value = { start: 0, end: 1, channel, labels: ['joy'] }
      return { id, from_name: 'e', type: 'labels', value }
    }
    const pathsOf = async (...channels: number[]): Promise<unknown[]> => {
      const result = channels.map((channel, i) => one(`r${i}`, channel))
      put('label-studio-two/export.json', JSON.stringify([{ data: { audio: 'a.wav' }, annotations: [{ result }] }]))
      return (await read('label-studio', join(folder, 'label-studio-two', 'export.json'))).rows.map(([path]) => path)
    }
    expect(await pathsOf(0)).toEqual(['a.wav#t=0,1'])
    expect(await pathsOf(0, 1)).toEqual(['a.wav#t=0,1&channel=1', 'a.wav#t=0,1&channel=2'])
  })

  it('uses no stretch on whose label annotators do not agree', async () => {
    const annotations = ['joy', 'anger'].map((label) => ({
      result: [region('r', 0, 1, 'e', label), region('s', 1, 2, 'e', 'joy')],
    }))
    const { rows, problems } = await read(
      'label-studio',
      put('label-studio/two.json', JSON.stringify([{ id: 1, data: { audio: 'a.wav' }, annotations }])),
    )
    expect(rows).toEqual([['a.wav#t=1,2', 'joy', '']])
    expect(problems).toEqual(['a.wav#t=0,1: listed as "joy" and "anger": nothing tells which is right'])
  })

  it.each([
    [
      '[{"audio":"a.wav","label":"joy"}]',
      'task 1 has no "data" and "annotations": export as "JSON"; JSON_MIN and CSV lose the times',
    ],
    ['audio,label\n', 'no JSON, as Label Studio exports it'],
    ['{}', 'expected a list of tasks, as the export "JSON" has it'],
    [JSON.stringify(tasks), 'the control of the labels expected in "labelFrom": there are "emotion", "who"'],
  ])('refuses %s', async (text, message) => {
    await expect(read('label-studio', put('label-studio/odd.json', text))).rejects.toThrow(message)
  })
})

describe('audacity', () => {
  it('reads label tracks beside their sounds, with speakers by the name of the file', async () => {
    putSound('audacity/03_a.wav')
    put(
      'audacity/03_a.txt',
      '0.000000\t0.500000\tjoy\r\n\\\t100.0\t200.0\r\n0.500000\t1.250000\tNA\r\n1.300000\t1.300000\tclick\r\n1.5\t2\t\r\n',
    )
    put('audacity/readme.txt', 'hello')
    const speaker = (path: string): string => path.split('_')[0]
    await expect(read('audacity', join(folder, 'audacity', 'readme.txt'))).rejects.toThrow(
      /no recording in ".*" can be used/,
    )
    const { rows, problems } = await read('audacity', join(folder, 'audacity'), { speaker })
    expect(rows).toEqual([
      ['03_a.wav#t=0,0.5', 'joy', '03'],
      ['03_a.wav#t=0.5,1.25', 'NA', '03'],
    ])
    expect(problems).toEqual([
      '03_a.wav: line 4: a point at 1.3 s, which is no stretch of sound',
      '03_a.wav#t=1.5,2: without a label (03_a.txt, line 5)',
      'readme.txt: no sound file readme.wav beside it, nor another of that name',
    ])
    put('audacity-odd/a.txt', '0.5\t1\tjoy\nhello\n')
    putSound('audacity-odd/a.wav')
    await expect(read('audacity', join(folder, 'audacity-odd'))).rejects.toThrow(
      '"a.txt": line 2: expected start, tab, end, tab, label, in seconds, got "hello"',
    )
  })
})
