import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { FormatError } from '../../src/core/errors.ts'
import { leaveOneGroupOut } from '../../src/evaluation/splits.ts'
import { type Corpus, type CorpusKind, loadCorpus } from '../../src/node/corpus.ts'
import { runPlan } from '../../src/node/run-plan.ts'
import { openSource } from '../../src/node/source.ts'
import { aiffBytes } from '../support/aiff.ts'
import { emodbFolder, emodbTitle, hasEmodb } from '../support/emodb.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'corpus-'))
})

afterEach(() => rm(root, { recursive: true }))

/** A mono WAV file of 16 bits at 8 kHz. */
function wav(samples: number[]): Buffer {
  const file = Buffer.alloc(44 + 2 * samples.length)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(file.length - 8, 4)
  file.write('WAVEfmt ', 8, 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(8000, 24)
  file.writeUInt32LE(16000, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36, 'latin1')
  file.writeUInt32LE(2 * samples.length, 40)
  samples.forEach((sample, i) => {
    file.writeInt16LE(sample, 44 + 2 * i)
  })
  return file
}

let sounds = 0

/** Writes a file; by default a recording whose sound no other has. */
async function put(path: string, contents: Uint8Array | string = wav([++sounds, 0])): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), contents)
}

function pathsOf(corpus: Corpus): string[] {
  return corpus.utterances.map(({ path }) => path)
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.unreachable('it did not fail'),
    (error: Error) => error,
  )
}

describe('loadCorpus', () => {
  it('finds recordings at any depth, in the order of their paths', async () => {
    for (const path of ['wav/08a01Wa.wav', 'wav/03b10Fa.WAV', '16a02Na.wav', 'a/b/03a01Ta.wav', 'Z/03a01Na.wav']) {
      await put(path)
    }
    const corpus = await loadCorpus('emodb', root)
    expect(pathsOf(corpus)).toEqual([
      '16a02Na.wav',
      'Z/03a01Na.wav',
      'a/b/03a01Ta.wav',
      'wav/03b10Fa.WAV',
      'wav/08a01Wa.wav',
    ])
    expect(corpus.problems).toEqual([])
    expect(corpus.name).toBe('emodb')
    expect(corpus.utterances[4]).toMatchObject({ speaker: '08', label: 'anger', gender: 'female', version: 'a' })
  })

  it('names the classes that occur in the order of the corpus', async () => {
    for (const path of ['03a01Wa.wav', '03a01La.wav', '03a01Fa.wav']) await put(path)
    expect((await loadCorpus('emodb', root)).classes).toEqual(['joy', 'anger', 'boredom'])
  })

  it('reads audio when asked for', async () => {
    await put('03a01Wa.wav', wav([16384, -32768, 0]))
    const { utterances } = await loadCorpus('emodb', root)
    const { sampleRate, channels } = await utterances[0].read()
    expect(sampleRate).toBe(8000)
    expect(channels.map((channel) => [...channel])).toEqual([[0.5, -1, 0]])
    await put('03a01Wa.wav', wav([8192]))
    expect((await utterances[0].read()).channels[0][0]).toBe(0.25)
  })

  it('reads whatever the files are, under whatever names', async () => {
    const tone = readFileSync(new URL('../vectors/audio/tone.flac', import.meta.url))
    await put('03a01Fa.wav', tone)
    await put('03a01Wa.flac', tone)
    await put('03a01Na.wav', aiffBytes(8000, [Float32Array.of(0.5, -1)]))
    // One sound in two formats under two classes: that is told elsewhere.
    const { utterances, problems } = await loadCorpus('emodb', root, { inspect: false })
    expect(problems).toEqual([])
    expect(utterances.map(({ path, label }) => [path, label])).toEqual([
      ['03a01Fa.wav', 'joy'],
      ['03a01Na.wav', 'neutral'],
      ['03a01Wa.flac', 'anger'],
    ])
    const read = await Promise.all(utterances.map((utterance) => utterance.read()))
    expect(read.map(({ format, channels }) => [format, channels[0].length])).toEqual([
      ['flac', 4800],
      ['pcm16', 2],
      ['flac', 4800],
    ])
    await put('list.csv', 'path,label,speaker\n03a01Wa.flac,anger,03\n')
    const listed = await loadCorpus('manifest', join(root, 'list.csv'))
    expect(listed.utterances).toHaveLength(1)
    expect((await listed.utterances[0].read()).sampleRate).toBe(16000)
  })

  it('names the recording that cannot be read', async () => {
    await put('wav/03a01Wa.wav', wav([]).subarray(0, 20))
    const { utterances } = await loadCorpus('emodb', root)
    const error = await failureOf(utterances[0].read())
    expect(error).toBeInstanceOf(FormatError)
    expect(error.message).toContain('loadCorpus: "wav/03a01Wa.wav": ')
    await rm(join(root, 'wav/03a01Wa.wav'))
    expect((await failureOf(utterances[0].read())).message).toContain('ENOENT')
  })

  it('lists what ought to be a recording and is not', async () => {
    await put('03a01Wa.wav')
    await put('b/speech.wav')
    await put('03a01Fa.wav', '')
    await put('03a01Na.wav', 'RIFF....')
    await put('03a01Ta.wav', wav([]).fill('X', 8, 12))
    await put('03a01La.wav', `Oggs${'.'.repeat(40)}`)
    await put('03a01Aa.wav', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n')
    await put('copy/03a01Wa.wav')
    await symlink('nowhere', join(root, '03a01Ea.wav'))
    await symlink(tmpdir(), join(root, 'linked'))
    const corpus = await loadCorpus('emodb', root)
    expect(pathsOf(corpus)).toEqual(['03a01Wa.wav'])
    expect(corpus.problems).toEqual([
      { path: '03a01Aa.wav', reason: expect.stringContaining('a Git LFS pointer') },
      { path: '03a01Ea.wav', reason: expect.stringMatching(/^cannot be read: ENOENT/) },
      { path: '03a01Fa.wav', reason: 'an empty file' },
      { path: '03a01La.wav', reason: 'not a WAV file by its first 12 bytes' },
      { path: '03a01Na.wav', reason: 'not a WAV file by its first 12 bytes' },
      { path: '03a01Ta.wav', reason: 'not a WAV file by its first 12 bytes' },
      { path: 'b/speech.wav', reason: 'not named like 03a01Fa.wav' },
      { path: 'copy/03a01Wa.wav', reason: 'the same recording as 03a01Wa.wav' },
      { path: 'linked', reason: 'a link to a folder is not followed' },
    ])
  })

  it('follows links to files and passes over hidden and other files', async () => {
    await put('elsewhere/recording', wav([1]))
    await symlink(join(root, 'elsewhere/recording'), join(root, '03a01Wa.wav'))
    for (const path of ['._03a01Fa.wav', '.trash/03a01Ta.wav', 'README.md', '03a01Na.lab']) await put(path)
    const corpus = await loadCorpus('emodb', root)
    expect(pathsOf(corpus)).toEqual(['03a01Wa.wav'])
    expect(corpus.problems).toEqual([])
  })

  it('loads the classes asked for, in that order', async () => {
    for (const path of ['03a01Wa.wav', '03a01Fa.wav', '03a01Na.wav']) await put(path)
    await put('03a01La.wav', '')
    const corpus = await loadCorpus('emodb', root, { classes: ['fear', 'anger', 'neutral'] })
    expect(corpus.classes).toEqual(['fear', 'anger', 'neutral'])
    expect(pathsOf(corpus)).toEqual(['03a01Na.wav', '03a01Wa.wav'])
    expect(corpus.problems).toEqual([])
  })

  it.each<[CorpusKind, string, object]>([
    ['ravdess', 'Actor_02/03-01-08-02-01-01-02.wav', { speaker: '02', label: 'surprise', gender: 'female' }],
    ['savee', 'KL/sa11.wav', { speaker: 'KL', label: 'sadness', version: '11' }],
    ['cremad', 'AudioWAV/1002_TSI_HAP_XX.wav', { speaker: '1002', label: 'joy', text: 'The surface is slick.' }],
    ['tess', 'YAF_sad/YAF_youth_sad.wav', { speaker: 'YAF', label: 'sadness', text: 'Say the word youth.' }],
    ['banglaser', '03-01-04-02-03-02-30.wav', { speaker: '30', label: 'surprise', text: '03' }],
    ['esd', '0011/Angry/0011_000351.wav', { speaker: '0011', label: 'anger' }],
    ['resd', '01_happiness_anger_h_010.wav', { speaker: '01h', label: 'joy' }],
    ['folder', 'Freude/eins.wav', { speaker: '', label: 'Freude' }],
  ])('loads %s', async (kind, path, info) => {
    await put(path)
    expect((await loadCorpus(kind, root)).utterances).toEqual([expect.objectContaining({ path, ...info })])
  })

  it('takes equal names in different class folders for different recordings', async () => {
    for (const path of ['zorn/1.wav', 'freude/1.wav', 'freude/2.wav', '3.wav']) await put(path)
    const corpus = await loadCorpus('folder', root)
    expect(pathsOf(corpus)).toEqual(['freude/1.wav', 'freude/2.wav', 'zorn/1.wav'])
    expect(corpus.classes).toEqual(['freude', 'zorn'])
    expect(corpus.problems).toEqual([{ path: '3.wav', reason: 'not named like joy/1.wav' }])
  })

  it('asks for the speaker where the corpus does not know', async () => {
    for (const path of ['joy/anna-1.wav', 'joy/ben-1.wav']) await put(path)
    const speaker = (path: string) => /(\w+)-/.exec(path)?.[1] ?? ''
    const corpus = await loadCorpus('folder', root, { speaker })
    expect(corpus.utterances.map((utterance) => utterance.speaker)).toEqual(['anna', 'ben'])
  })

  it('reads a list in CSV, relative to the list', async () => {
    await put('audio/2.wav', wav([16384]))
    await put('1.wav')
    await put(
      'lists/all.csv',
      'path,label,speaker,text\n../audio/2.wav,joy,anna,Hello\n../1.wav,anger,ben,\nno.wav,joy,ben,\n',
    )
    const corpus = await loadCorpus('manifest', join(root, 'lists/all.csv'))
    expect(pathsOf(corpus)).toEqual(['../1.wav', '../audio/2.wav'])
    expect(corpus.classes).toEqual(['anger', 'joy'])
    expect(corpus.utterances[1]).toMatchObject({ speaker: 'anna', label: 'joy', text: 'Hello' })
    expect((await corpus.utterances[1].read()).channels[0][0]).toBe(0.5)
    expect(corpus.problems).toEqual([{ path: 'no.wav', reason: expect.stringMatching(/^cannot be read: ENOENT/) }])
  })
})

describe('the recordings of TESS', () => {
  it('are read where two of them are AIFF named .wav and one is at 96 kHz', async () => {
    const at = (sampleRate: number) =>
      encodeWav({ sampleRate, channels: [Float32Array.of(0.5, -0.25, sampleRate / 1e6)] })
    await put('OAF_food_fear.wav', aiffBytes(24414, [Float32Array.of(0.5, -1)]))
    await put('OA_bite_neutral.wav', at(24414))
    await put('YAF_germ_angry.wav', at(96000))
    const { utterances, problems } = await loadCorpus('tess', root)
    expect(problems).toEqual([])
    const read = await Promise.all(utterances.map((utterance) => utterance.read()))
    const facts = utterances.map(({ speaker, label }, i) => [
      speaker,
      label,
      read[i].sampleRate,
      read[i].channels[0].length,
    ])
    expect(facts).toEqual([
      ['OAF', 'fear', 24414, 2],
      ['OAF', 'neutral', 24414, 3],
      ['YAF', 'anger', 96000, 3],
    ])
  })
})

describe('the recordings of RAVDESS', () => {
  const speech = '03-01-06-01-02-01-12.wav'
  const song = '03-02-06-01-02-01-12.wav'
  const video = '01-01-06-01-02-01-12.wav'
  const sungVideo = '01-02-06-01-02-01-12.wav'

  beforeEach(async () => {
    for (const path of [speech, song, video, sungVideo]) await put(path)
  })

  it('are those of speech alone: songs and the sound tracks of videos are left out', async () => {
    const corpus = await loadCorpus('ravdess', root)
    expect(pathsOf(corpus)).toEqual([speech])
    expect(corpus.problems).toEqual([
      { path: video, reason: 'the sound track of a video: left out unless "include" has "video"' },
      { path: sungVideo, reason: 'a song: left out unless "include" has "song"' },
      { path: song, reason: 'a song: left out unless "include" has "song"' },
    ])
  })

  it('are others too where they are asked for, but the same sound counts once', async () => {
    expect(pathsOf(await loadCorpus('ravdess', root, { include: ['song'] }))).toEqual([speech, song])
    expect(pathsOf(await loadCorpus('ravdess', root, { include: ['video'] }))).toEqual([video, speech])
    const all = await loadCorpus('ravdess', root, { include: ['video', 'song'] })
    expect(pathsOf(all)).toEqual([video, sungVideo, speech, song])
    for (const path of [speech, video]) await put(path, wav([1, 2, 3]))
    const { utterances, problems } = await loadCorpus('ravdess', root, { include: ['video'] })
    expect(utterances.map(({ path }) => path)).toEqual([video])
    expect(problems).toContainEqual({ path: speech, reason: `the same audio as ${video}` })
    expect((await failureOf(loadCorpus('ravdess', root, { include: ['songs' as never] }))).message).toContain(
      '"include" expected one of "song", "video", got "songs"',
    )
  })
})

describe('names of RAVDESS and of BanglaSER', () => {
  const name = (emotion: number, intensity: number, statement: number, take: number, actor: number): string =>
    `03-01-0${emotion}-0${intensity}-0${statement}-0${take}-${String(actor).padStart(2, '0')}.wav`
  /** Two actors of RAVDESS: each emotion but neutral also strong. */
  const ravdess = (emotions: number[]): string[] =>
    [1, 2].flatMap((actor) =>
      emotions.flatMap((emotion) =>
        (emotion === 1 ? [1] : [1, 2]).flatMap((intensity) => [1, 2].map((n) => name(emotion, intensity, n, 1, actor))),
      ),
    )

  it.each([
    ['all eight emotions', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['the four that both have names for', [1, 3, 4, 5]],
  ])('are not confused: RAVDESS with %s is not loaded as BanglaSER', async (_, emotions) => {
    for (const path of ravdess(emotions)) await put(path)
    const error = await failureOf(loadCorpus('banglaser', root))
    expect(error).toBeInstanceOf(FormatError)
    expect(error.message).toMatch(
      /^loadCorpus: the files in ".*", such as "03-01-01-01-01-01-01\.wav", look more like RAVDESS .* than like BanglaSER: load them as "ravdess"$/,
    )
    const { utterances, problems } = await loadCorpus('ravdess', root, { inspect: false })
    expect([utterances.length, problems]).toEqual([ravdess(emotions).length, []])
  })

  it('are told where they may be of either', async () => {
    const paths = [name(1, 1, 1, 1, 1), name(3, 2, 2, 1, 1)]
    for (const path of paths) await put(path)
    const told = (title: unknown, kind: string) => ({
      ...{ path: paths[0], kept: true },
      reason: expect.stringMatching(`^named like ${title}.* too: .*load them as "${kind}", whose codes mean other`),
    })
    const as = async (kind: CorpusKind) => loadCorpus(kind, root, { inspect: false })
    const [one, other] = [await as('ravdess'), await as('banglaser')]
    expect([one.problems, other.problems]).toEqual([[told('BanglaSER', 'banglaser')], [told('RAVDESS', 'ravdess')]])
    expect(one.utterances.map(({ label }) => label)).toEqual(['neutral', 'joy'])
    expect(other.utterances.map(({ label }) => label)).toEqual(['joy', 'anger'])
    // A third statement is BanglaSER's alone.
    await put(name(5, 1, 3, 1, 1))
    expect((await as('banglaser')).problems).toEqual([])
    expect((await failureOf(as('ravdess'))).message).toMatch(/look more like BanglaSER than like RAVDESS/)
  })
})

it('enthusiasm of RESD is no class beside those of other corpora, unless it is asked for', async () => {
  for (const role of ['a', 'e', 'h']) await put(`01_happiness_anger_${role}_010.wav`)
  const { classes, problems } = await loadCorpus('resd', root, { inspect: false })
  expect(classes).toEqual(['anger', 'joy'])
  expect(problems).toEqual([
    { path: '01_happiness_anger_e_010.wav', reason: 'enthusiasm: left out unless "classes" names it' },
  ])
  const asked = await loadCorpus('resd', root, { classes: ['joy', 'enthusiasm'], inspect: false })
  expect(asked.utterances.map(({ label }) => label)).toEqual(['enthusiasm', 'joy'])
  expect(asked.problems).toEqual([])
})

describe('parts of files', () => {
  const ramp = Array.from({ length: 8000 }, (_, i) => i)
  const list = (...rows: string[]): Promise<void> =>
    put('list.csv', ['path,start,end,label,speaker', ...rows.map((row) => `${row},joy,03`)].join('\n'))
  const loaded = async (options = {}): Promise<Corpus> => loadCorpus('manifest', join(root, 'list.csv'), options)

  it('are recordings: from the sample nearest to the start to the one nearest to the end', async () => {
    await put('b/a.wav', wav(ramp))
    await list(
      'b/a.wav,0.25,1',
      'b/a.wav,0.1,0.29',
      'b/a.wav,0.9,',
      'b/a.wav,,0.0003',
      'b/a.wav,,',
      'b/a.wav,0.99,1.005',
    )
    const heard: string[] = []
    const speaker = (path: string): string => {
      heard.push(path)
      return '08'
    }
    const corpus = await loaded({ speaker })
    expect(pathsOf(corpus)).toEqual([
      ...['b/a.wav', 'b/a.wav#t=0,0.0003', 'b/a.wav#t=0.1,0.29', 'b/a.wav#t=0.25,1', 'b/a.wav#t=0.9'],
      'b/a.wav#t=0.99,1.005',
    ])
    expect([...new Set(heard)]).toEqual(['b/a.wav'])
    const read = await Promise.all(corpus.utterances.map((one) => one.read()))
    const ends = read.map(({ channels: [x], sampleRate }) => [sampleRate, x[0] * 32768, x[x.length - 1] * 32768])
    expect(ends).toEqual([
      [8000, 0, 7999],
      [8000, 0, 1],
      [8000, 800, 2319],
      [8000, 2000, 7999],
      [8000, 7200, 7999],
      [8000, 7920, 7999],
    ])
    expect(read.map(({ warnings }) => warnings)).toEqual([
      ...[[], [], [], [], []],
      ['up to the end of the sound: the segment ends at 1.005 s, the sound is 1 s long'],
    ])
  })

  it('beyond the sound are problems', async () => {
    await put('a.wav', wav(ramp))
    await list('a.wav,0,0.5', 'a.wav,0.5,1.02', 'a.wav,1,', 'a.wav,0.3,0.30001', 'no.wav,1,2')
    const { utterances, problems } = await loaded()
    expect(utterances.map(({ path }) => path)).toEqual(['a.wav#t=0,0.5'])
    expect(problems).toEqual([
      { path: 'a.wav#t=0.3,0.30001', reason: 'an empty segment: from 0.3 to 0.30001 s there is no sample' },
      { path: 'a.wav#t=0.5,1.02', reason: 'beyond the sound: the segment ends at 1.02 s, the sound is 1 s long' },
      { path: 'a.wav#t=1', reason: 'beyond the sound: the segment begins at 1 s, the sound is 1 s long' },
      { path: 'no.wav#t=1,2', reason: expect.stringMatching(/^cannot be read: ENOENT/) },
    ])
    const unseen = (await loaded({ inspect: false })).utterances
    const error = await failureOf(unseen[2].read())
    expect(error).toBeInstanceOf(FormatError)
    expect(error.message).toBe(
      'loadCorpus: "a.wav#t=0.5,1.02": beyond the sound: the segment ends at 1.02 s, the sound is 1 s long',
    )
    // Milliseconds in the place of seconds.
    await list('a.wav,100,500')
    expect((await failureOf(loaded())).message).toMatch(/can be used; 1 is left out, .* the segment begins at 100 s, /)
  })

  it('that share sound with one of another speaker or class are told', async () => {
    await put('a.wav', wav(ramp))
    await put('b.wav', wav([...ramp].reverse()))
    await put(
      'list.csv',
      `file,begin,stop,emotion,actor
a.wav,0,0.5,joy,03
./a.wav,0.4,0.8,joy,08
a.wav,0.795,1,fear,03
b.wav,0,0.5,joy,03
b.wav,0.2,0.7,joy,03
b.wav,0.6,,fear,03
b.wav,0.1,0.15,rest,08`,
    )
    const reason = 'shares sound with a.wav#t=0,0.5, whose speaker is "03": a split by speakers has it on both sides'
    const told = [
      { path: './a.wav#t=0.4,0.8', reason, kept: true },
      { path: 'b.wav#t=0.1,0.15', reason: reason.replace('a.wav', 'b.wav'), kept: true },
      { path: 'b.wav#t=0.6', reason: 'shares sound with b.wav#t=0.2,0.7, whose class is "joy"', kept: true },
    ]
    const { utterances, problems } = await loaded()
    expect([utterances.length, problems]).toEqual([7, told])
    // Of classes that are not asked for, nothing is told.
    expect((await loaded({ inspect: false, classes: ['joy', 'fear'] })).problems).toEqual([told[0], told[2]])
    // As the caller tells the speakers.
    expect((await loaded({ classes: ['joy'], speaker: () => 'one' })).problems).toEqual([])
  })

  it('are the same where their sound is', async () => {
    await put('a.wav', wav([...ramp, ...ramp]))
    await put('b.wav', wav(ramp))
    await put(
      'list.csv',
      'file,begin,stop,emotion,actor\na.wav,1,2,joy,03\na.wav,0,1,joy,03\nb.wav,,,joy,08\na.wav,0.5,1.5,joy,03',
    )
    const { utterances, problems } = await loaded()
    expect(utterances.map(({ path }) => path)).toEqual(['a.wav#t=0,1', 'a.wav#t=0.5,1.5'])
    expect(problems).toEqual([
      { path: 'a.wav#t=1,2', reason: 'the same audio as a.wav#t=0,1' },
      { path: 'b.wav', reason: 'the same audio as a.wav#t=0,1, whose speaker is "03"' },
    ])
  })
})

describe('the sound of recordings', () => {
  it('is looked at, unless that is not wanted', async () => {
    const clipped = wav(Array.from({ length: 200 }, (_, i) => (i % 2 ? 32767 : -32768)))
    await put('03a01Fa.wav', wav([0, 0, 0]))
    await put('03a01Na.wav', clipped)
    await put('03a01Ta.wav', wav([1, 2, 3]))
    await put('08a01Ta.wav', wav([1, 2, 3]))
    await put('08a01Wa.wav', wav([1, 2, 3]))
    const { utterances, problems } = await loadCorpus('emodb', root)
    expect(utterances.map(({ path }) => path)).toEqual(['03a01Na.wav', '03a01Ta.wav', '08a01Wa.wav'])
    expect(problems).toEqual([
      { path: '03a01Fa.wav', reason: 'digital silence: every sample is 0' },
      { path: '03a01Na.wav', reason: 'heavily clipped: 200 samples at full scale', kept: true },
      { path: '08a01Ta.wav', reason: 'the same audio as 03a01Ta.wav, whose speaker is "03"' },
      {
        path: '08a01Wa.wav',
        reason: 'the same audio as 03a01Ta.wav, whose class is "sadness": nothing tells which is right',
        kept: true,
      },
    ])
    const unseen = await loadCorpus('emodb', root, { inspect: false })
    expect([unseen.utterances.length, unseen.problems]).toEqual([5, []])
  })

  it('is looked at under the eyes of the caller, who may end it', async () => {
    for (const path of ['03a01Fa.wav', '03a01Na.wav', '03a01Ta.wav']) await put(path)
    const calls: number[][] = []
    const onRecording = (...call: number[]): unknown => calls.push(call)
    await loadCorpus('emodb', root, { classes: ['joy', 'neutral'], onRecording })
    const pairs = [
      [1, 2],
      [2, 2],
    ]
    expect(calls).toEqual(pairs)
    await openSource({ kind: 'emodb', path: root, classes: ['joy', 'neutral'] }, { onRecording })
    expect(calls).toEqual([...pairs, ...pairs])
    await loadCorpus('emodb', root, { inspect: false, onRecording })
    expect(calls).toHaveLength(4)
    const signal = AbortSignal.abort(new Error('enough'))
    expect((await failureOf(loadCorpus('emodb', root, { signal }))).message).toBe('enough')
    expect((await failureOf(openSource({ kind: 'emodb', path: root }, { signal }))).message).toBe('enough')
    const plan = {
      ...{ format: 'ser-core/plan' as const, version: 1 as const, seeds: [1], protocols: ['strict' as const] },
      ...{ corpus: { kind: 'emodb', path: root }, combinations: [] },
      systems: [{ name: 'functionals-mlp', system: 'functionals-mlp' as const, options: {} }],
    }
    const planned = { onRecording, folder: join(root, 'results') }
    expect((await failureOf(runPlan(plan, planned))).message).toContain('at least 2 speakers')
    expect(calls.slice(4)).toEqual([1, 2, 3].map((done) => [done, 3]))
  })

  it('is compared whatever file it stands in', async () => {
    const file = wav([5, 6, 7])
    const chunk = Buffer.from('LIST\x04\0\0\0INFO', 'latin1')
    await put('03a01Fa.wav', file)
    await put('03a01Fb.wav', Buffer.concat([file.subarray(0, 36), chunk, file.subarray(36)]))
    expect((await loadCorpus('emodb', root)).problems).toEqual([
      { path: '03a01Fb.wav', reason: 'the same audio as 03a01Fa.wav' },
    ])
  })
})

it('labels and speakers of a list stay text, whatever they look like', async () => {
  const texts = ['03', '1e5', 'NA', 'True', 'null', '3']
  for (const i of texts.keys()) await put(`${i}.wav`)
  await put('list.csv', `wav;emotion;speaker_id\n${texts.map((text, i) => `${i}.wav;${text};${text}`).join('\n')}`)
  const { classes, utterances } = await loadCorpus('manifest', join(root, 'list.csv'))
  expect(classes).toEqual([...texts].sort())
  expect(utterances.map(({ label, speaker }) => [label, speaker])).toEqual(texts.map((text) => [text, text]))
})

describe('loadCorpus rejects', () => {
  it('a folder of another corpus, and says which', async () => {
    // 34 speakers: RAVDESS has 24, and other emotions by the same codes.
    for (let n = 1; n <= 34; n++) {
      for (const take of ['01', '02', '03']) await put(`03-01-01-01-01-${take}-${String(n).padStart(2, '0')}.wav`)
    }
    const error = await failureOf(loadCorpus('ravdess', root))
    expect(error).toBeInstanceOf(FormatError)
    expect(error.message).toMatch(
      /^loadCorpus: 54 of 102 files in ".*", such as "03-01-01-01-01-01-25\.wav", are not named as those of RAVDESS .*they look like BanglaSER: load them as "banglaser"$/,
    )
    expect((await failureOf(loadCorpus('folder', root))).message).toContain('they look like BanglaSER')
    await rm(root, { recursive: true })
    await put('wav/03a01Wa.wav')
    expect((await failureOf(loadCorpus('ravdess', root))).message).toMatch(
      /they look like EmoDB .*: load them as "emodb"$/,
    )
    await put('wav/speech.wav')
    expect((await loadCorpus('emodb', root)).utterances).toHaveLength(1)
    await put('wav/music.wav')
    const unlike = (await failureOf(loadCorpus('emodb', root))).message
    expect(unlike).toMatch(
      /2 of 3 files .*, such as "wav\/music\.wav", are not named as those of EmoDB .*, such as 03a01Fa\.wav$/,
    )
  })

  it('a corpus of which no recording can be used', async () => {
    await put('list.csv', 'path,label,speaker\na.wav,joy,anna\nb.wav,joy,anna\n')
    await put('b.wav', wav([0, 0]))
    const error = await failureOf(loadCorpus('manifest', join(root, 'list.csv')))
    expect(error).toBeInstanceOf(FormatError)
    expect(error.message).toMatch(
      /^loadCorpus: no recording in ".*list\.csv" can be used; 2 are left out, the first, "a\.wav": cannot be read: ENOENT/,
    )
    await put('03a01Wa.wav')
    const fearless = await failureOf(loadCorpus('emodb', root, { classes: ['fear', 'boredom'] }))
    expect(fearless.message).toMatch(/no recording in ".*" can be used; none is of fear, boredom$/)
  })

  it('classes that the corpus does not have', async () => {
    await put('joy/1.wav')
    await put('03a01Wa.wav')
    const inEmodb = await failureOf(loadCorpus('emodb', root, { classes: ['joy', 'rage'] }))
    expect(inEmodb).toBeInstanceOf(RangeError)
    expect(inEmodb.message).toBe(
      'loadCorpus: "classes" expected one of "joy", "neutral", "sadness", "anger", "fear", "disgust", "boredom", got "rage"',
    )
    const inFolder = await failureOf(loadCorpus('folder', root, { classes: ['anger'] }))
    expect(inFolder.message).toBe('loadCorpus: "classes" expected one of "joy", got "anger"')
  })

  it('options and kinds that it does not know', async () => {
    const messageOf = async (...args: unknown[]) =>
      (await failureOf(loadCorpus(...(args as Parameters<typeof loadCorpus>)))).message
    expect(await messageOf('iemocap', root)).toContain('"kind" expected one of "emodb", "ravdess"')
    expect(await messageOf('emodb', 1)).toContain('"directory" expected a string, got 1')
    expect(await messageOf('emodb', root, { class: [] })).toContain('unknown option "class"')
    expect(await messageOf('emodb', root, { classes: [] })).toContain('"classes" expected at least 1 item')
    expect(await messageOf('emodb', root, { classes: ['joy', 'joy'] })).toContain('"classes" names "joy" twice')
    expect(await messageOf('emodb', root, { onRecording: 1 })).toContain('"onRecording" expected a function, got 1')
    expect(await messageOf('emodb', root, { signal: 1 })).toContain('"signal" expected an AbortSignal, got 1')
    expect(await messageOf('emodb', root, { include: ['song'] })).toBe(
      'loadCorpus: "include" expected nothing for "emodb": "ravdess" alone has extras, got "song"',
    )
    expect(await messageOf('emodb', root, { speaker: '03' })).toContain('"speaker" expected a function, got "03"')
  })

  it('folders of speakers in the place of classes', async () => {
    const put3 = (name: (speaker: string, emotion: string) => string, emotions: string[], speakers: string[]) =>
      Promise.all(speakers.flatMap((speaker) => emotions.map((emotion) => put(name(speaker, emotion)))))
    await put3((s, e) => `${s}/${e}-${s}-b1.wav`, ['dis', 'gio', 'neu'], ['f1', 'f2', 'm1'])
    const emovo = await failureOf(loadCorpus('folder', root))
    expect(emovo).toBeInstanceOf(FormatError)
    expect(emovo.message).toMatch(
      /^loadCorpus: the folders in ".*", such as "f1" and "f2", are no classes: each holds files of many classes by their names, such as "f1\/dis-f1-b1\.wav"; they look like EMOVO: load them as "emovo"$/,
    )
    await rm(root, { recursive: true })
    await put3((s, e) => `Actor_${s}/03-01-${e}-01-01-01-${s}.wav`, ['03', '04', '05'], ['01', '02', '03'])
    expect((await failureOf(loadCorpus('folder', root))).message).toMatch(/they look like RAVDESS.*as "ravdess"$/)
    await rm(root, { recursive: true })
    // Sorted by class, or by groups of classes, they are what they are taken for.
    const of = (e: string): string => (e === 'gio' ? 'positive' : 'negative')
    await put3((s, e) => `${of(e)}/${e}-${s}-b1.wav`, ['dis', 'gio', 'pau', 'tri'], ['f1', 'f2', 'm1'])
    expect((await loadCorpus('folder', root)).classes).toEqual(['negative', 'positive'])
  })

  it('a folder that is not there or holds nothing, naming it and where the corpus is to be had', async () => {
    const missing = await failureOf(loadCorpus('emodb', join(root, 'missing')))
    expect(missing).toBeInstanceOf(FormatError)
    expect(missing.message).toContain(`"${join(root, 'missing')}"`)
    expect(missing.message).toContain('http://emodb.bilderbar.info')
    const empty = await failureOf(loadCorpus('ravdess', root))
    expect(empty.message).toContain(`no .wav file in the folder "${root}"`)
    expect(empty.message).toContain('https://doi.org/10.5281/zenodo.1188976')
    await put('file.txt', '')
    expect((await failureOf(loadCorpus('folder', join(root, 'file.txt')))).message).toContain('ENOTDIR')
  })

  it('a list that is not there or is none', async () => {
    const list = join(root, 'list.csv')
    expect((await failureOf(loadCorpus('manifest', root))).message).toContain(`"${root}": it is a folder: name its CSV`)
    expect((await failureOf(loadCorpus('manifest', list))).message).toContain(`the list "${list}": ENOENT`)
    await put('list.csv', 'path,label,speaker\na.wav,,anna')
    const error = await failureOf(loadCorpus('manifest', list))
    expect(error).toBeInstanceOf(FormatError)
    expect(error.message).toContain(`"${list}": parseManifest: row 2: "label" is empty`)
    await put('list.csv', Buffer.from('path,label,speaker\na.wav,Ärger,anna', 'latin1'))
    const inLatin = await failureOf(loadCorpus('manifest', list))
    expect(inLatin).toBeInstanceOf(FormatError)
    expect(inLatin.message).toContain(`"${list}": parseManifest: line 2 is not in UTF-8`)
    await put('list.csv', 'path,label,speaker\n')
    expect((await failureOf(loadCorpus('manifest', list))).message).toContain(`"${list}": it lists no recordings`)
  })
})

/** Other corpora of real recordings, as FLAC. */
const corporaFolder = join(emodbFolder, '../corpora')
const hasCorpora = existsSync(join(corporaFolder, 'banglaser')) && existsSync(join(corporaFolder, 'cremad'))

describe.skipIf(!hasCorpora)(`other corpora${hasCorpora ? '' : ' (skipped: not beside EmoDB)'}`, () => {
  it('BanglaSER is not taken for RAVDESS', async () => {
    const error = await failureOf(loadCorpus('ravdess', join(corporaFolder, 'banglaser')))
    expect(error.message).toMatch(/^loadCorpus: 800 of 1160 files in .*; they look like BanglaSER: /)
  })

  it('BanglaSER and RESD are loaded whole by their names', async () => {
    for (const [kind, all, speakers] of [
      ['banglaser', 1160, 34],
      ['resd', 569, 56],
    ] as const) {
      const { utterances, problems } = await loadCorpus(kind, join(corporaFolder, kind), { inspect: false })
      expect([utterances.length, problems]).toEqual([all, []])
      expect(new Set(utterances.map(({ speaker }) => speaker)).size).toBe(speakers)
    }
  })

  it('their doubles are told', async () => {
    const rows = [
      ...['01-01-17', '01-03-17', '03-01-15', '03-03-15'].map(
        (end) => `banglaser/03-01-01-01-${end}.flac,joy,${end.slice(-2)}`,
      ),
      ...['cremad/1006_TIE_HAP_XX.flac,joy,1006', 'cremad/1006_TIE_NEU_XX.flac,neutral,1006'],
    ]
    const list = rows.map((row) => join(corporaFolder, row))
    await put('list.csv', `path,label,speaker\n${list.join('\n')}\n`)
    const { utterances, problems } = await loadCorpus('manifest', join(root, 'list.csv'))
    expect(utterances).toHaveLength(4)
    const told = problems.map(({ path, reason, kept = false }) =>
      `${path}: ${reason} ${kept}`.replaceAll(`${corporaFolder}/`, ''),
    )
    expect(told).toEqual([
      'banglaser/03-01-01-01-01-03-17.flac: the same audio as banglaser/03-01-01-01-01-01-17.flac false',
      'banglaser/03-01-01-01-03-03-15.flac: the same audio as banglaser/03-01-01-01-03-01-15.flac false',
      'cremad/1006_TIE_NEU_XX.flac: the same audio as cremad/1006_TIE_HAP_XX.flac, whose class is "joy": nothing tells which is right true',
    ])
  })
})

/** The classes of EmoDB that the study did not use. */
const otherClasses = join(emodbFolder, '../corpora/emodb-other')

describe.skipIf(!hasEmodb)(emodbTitle('EmoDB'), () => {
  const classes = ['joy', 'neutral', 'sadness', 'anger']

  it('has 339 recordings of four classes by ten speakers', async () => {
    const { utterances, problems } = await loadCorpus('emodb', emodbFolder, { classes })
    expect(problems).toEqual([])
    const countOf = (label: string) => utterances.filter((utterance) => utterance.label === label).length
    expect(utterances).toHaveLength(339)
    expect(classes.map(countOf)).toEqual([71, 79, 62, 127])
    const splits = leaveOneGroupOut(utterances.map(({ speaker }) => speaker))
    expect(splits.map(({ group }) => group)).toEqual(['03', '08', '09', '10', '11', '12', '13', '14', '15', '16'])
  })

  it.runIf(existsSync(otherClasses))('has four recordings with a chunk before the samples', async () => {
    const corpora = await Promise.all([emodbFolder, otherClasses].map((folder) => loadCorpus('emodb', folder)))
    expect(corpora.map(({ utterances, problems }) => [utterances.length, problems])).toEqual([
      [339, []],
      [196, []],
    ])
    const padded = corpora.flatMap(({ utterances }) => utterances.filter(({ path }) => /14a07(Aa|Fd|Na|Wc)/.test(path)))
    expect(padded).toHaveLength(4)
    for (const { read } of padded) {
      const { sampleRate, channels, warnings } = await read()
      expect([sampleRate, channels[0].length > 16000, warnings]).toEqual([16000, true, []])
    }
  })

  it('is 15.9 minutes of audio at 16 kHz', async () => {
    const { utterances } = await loadCorpus('emodb', emodbFolder)
    let seconds = 0
    for (const utterance of utterances) {
      const { sampleRate, channels, warnings } = await utterance.read()
      expect([sampleRate, channels.length, warnings]).toEqual([16000, 1, []])
      seconds += channels[0].length / sampleRate
    }
    expect(seconds / 60).toBeCloseTo(15.9, 1)
  })
})
