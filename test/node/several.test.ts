import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { loadCorpus } from '../../src/node/corpus.ts'
import { evaluateRecognizer } from '../../src/node/corpus-evaluation.ts'
import { openSource } from '../../src/node/source.ts'
import { trainOnCorpus } from '../../src/node/train.ts'
import { readTrainingSet } from '../../src/node/training-set.ts'
import { createSystem, type SystemConfig } from '../../src/pipelines/systems.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'several-'))
})

afterEach(async () => {
  await rm(root, { recursive: true })
})

/** Writes sounds that differ by their numbers; returns the folder. */
async function put(folder: string, sounds: Record<string, number>): Promise<string> {
  for (const [name, number] of Object.entries(sounds)) {
    const path = join(root, folder, name)
    await mkdir(dirname(path), { recursive: true })
    const samples = Float32Array.from({ length: 800 }, (_, i) => Math.sin(number * i) / 2)
    await writeFile(path, encodeWav({ sampleRate: 8000, channels: [samples] }))
  }
  return join(root, folder)
}

const four = ['joy', 'neutral', 'sadness', 'anger']

describe('several corpora', () => {
  it('are one, whose recordings and speakers are named by corpus', async () => {
    const emodb = await put('e', { '03a01Fa.wav': 1, '03a01Na.wav': 2, '03a01La.wav': 3, '08a01Aa.wav': 4 })
    const bangla = await put('b', { '03-01-01-01-03-03-03.wav': 5, '03-01-04-02-03-03-08.wav': 6 })
    const source = await openSource({
      ...{ kind: 'several', classes: four },
      corpora: [
        { kind: 'emodb', path: emodb },
        { kind: 'banglaser', path: bangla },
      ],
    })
    expect(source).toMatchObject({ name: 'emodb+banglaser', classes: four, problems: [] })
    expect(source.utterances.map(({ path, speaker, label, corpus }) => [path, speaker, label, corpus])).toEqual([
      ['emodb/03a01Fa.wav', 'emodb/03', 'joy', 'emodb'],
      ['emodb/03a01Na.wav', 'emodb/03', 'neutral', 'emodb'],
      ['banglaser/03-01-01-01-03-03-03.wav', 'banglaser/03', 'joy', 'banglaser'],
    ])
    expect((await source.utterances[2].read()).sampleRate).toBe(8000)
    expect(source.corpora).toEqual([
      { name: 'emodb', kind: 'emodb', otherClasses: { fear: 1, boredom: 1 } },
      { name: 'banglaser', kind: 'banglaser', otherClasses: { surprise: 1 } },
    ])
  })

  it('have distinct names, their own classes and labels, and those of all', async () => {
    const first = await put('first', { 'happy/a.wav': 1, 'angry/a.wav': 2, 'odd/a.wav': 3 })
    const second = await put('second', { 'happy/a.wav': 4, 'cold/b.wav': 5 })
    const { utterances, corpora, classes } = await openSource({
      ...{ kind: 'several', labels: { happy: 'joy', unknown: 'anger' } },
      corpora: [
        { kind: 'folder', path: first, speaker: '(.)\\.wav', labels: { angry: 'anger', odd: null } },
        { kind: 'folder', path: second, classes: ['joy'] },
      ],
    })
    expect(utterances.map(({ path, speaker, label }) => `${path} ${speaker} ${label}`)).toEqual([
      'folder/angry/a.wav folder/a anger',
      'folder/happy/a.wav folder/a joy',
      'folder-2/happy/a.wav  joy',
    ])
    expect(classes).toEqual(['anger', 'joy'])
    expect(corpora?.map(({ name, otherClasses }) => [name, otherClasses])).toEqual([
      ['folder', { odd: 1 }],
      ['folder-2', { cold: 1 }],
    ])
  })

  it('of one name are folders of one corpus, whose speakers keep their names', async () => {
    const one = await put('emodb', { '03a01Fa.wav': 1 })
    const two = await put('other', { '03a01Fb.wav': 2, '03a01La.wav': 3 })
    const parts = [one, two].map((path) => ({ kind: 'emodb', name: 'emodb', path }))
    const { name, utterances } = await openSource({ kind: 'several', classes: ['joy', 'boredom'], corpora: parts })
    expect(name).toBe('emodb')
    expect(utterances.map(({ path, speaker, corpus }) => [path, speaker, corpus])).toEqual([
      ['emodb/03a01Fa.wav', '03', undefined],
      ['other/03a01Fb.wav', '03', undefined],
      ['other/03a01La.wav', '03', undefined],
    ])
  })

  it('share no sound: it is left out where it occurs again, and wherever its classes differ', async () => {
    const emodb = await put('e', { '03a01Fa.wav': 1, '03a01Ta.wav': 2, '03a01Wa.wav': 3 })
    const folder = await put('f', { 'joy/1.wav': 1, 'anger/2.wav': 2, 'joy/3.wav': 4, 'anger/4.wav': 4 })
    const corpora = [
      { kind: 'emodb', path: emodb },
      { kind: 'folder', path: folder, name: 'own' },
    ]
    const { utterances, problems } = await openSource({ kind: 'several', corpora })
    expect(utterances.map(({ path }) => path)).toEqual(['emodb/03a01Fa.wav', 'emodb/03a01Wa.wav'])
    expect(problems.map(({ path, reason, kept }) => [path, reason, kept])).toEqual([
      [
        'emodb/03a01Ta.wav',
        'the same audio as own/anger/2.wav, whose class is "anger": nothing tells which is right',
        undefined,
      ],
      [
        'own/anger/2.wav',
        'the same audio as emodb/03a01Ta.wav, whose class is "sadness": nothing tells which is right',
        undefined,
      ],
      [
        'own/anger/4.wav',
        'the same audio as own/joy/3.wav, whose class is "joy": nothing tells which is right',
        undefined,
      ],
      ['own/joy/1.wav', 'the same audio as emodb/03a01Fa.wav, whose speaker is "emodb/03"', undefined],
      [
        'own/joy/3.wav',
        'the same audio as own/anger/4.wav, whose class is "anger": nothing tells which is right',
        undefined,
      ],
    ])
    const alone = await openSource({ kind: 'folder', path: folder })
    expect(alone.utterances).toHaveLength(4)
  })

  it('that cannot be used are refused by name', async () => {
    const emodb = await put('e', { '03a01Fa.wav': 1 })
    const one = { kind: 'emodb', path: emodb }
    const open = (corpora: object[], more = {}) => openSource({ kind: 'several', corpora, ...more } as never)
    await expect(open([one, one], { classes: ['fear'] })).rejects.toThrow(
      `no recording in "${emodb}" can be used; none`,
    )
    await expect(open([one, { kind: 'tess' }])).rejects.toThrow('plan: the corpus "tess" needs a path')
    await expect(open([])).rejects.toThrow('"corpus.corpora" expected at least 1 item, got 0')
    await expect(open([one], { path: 'x' })).rejects.toThrow('"corpus.path" expected none beside "corpora"')
    await expect(open([{ kind: 'several', corpora: [one] }])).rejects.toThrow(
      '"corpus.corpora[0].kind" expected one corpus',
    )
    await expect(open([{ ...one, name: 'a/b' }])).rejects.toThrow(
      '"corpus.corpora[0].name" expected a name without "/"',
    )
    await expect(open([{ ...one, labels: { glad: 'joy' } }])).rejects.toThrow('got "glad"')
    const two = [
      { ...one, name: 'x' },
      { kind: 'tess', path: emodb, name: 'x' },
    ]
    await expect(open(two)).rejects.toThrow('"name" expected one for each kind of corpus, got "x" for two')
    await expect(openSource({ ...one, corpora: [one] })).rejects.toThrow('"corpus.corpora" expected none but for')
  })
})

describe('labels', () => {
  it('that no corpus has are told', async () => {
    const corpora = [
      { kind: 'emodb', path: await put('e', { '03a01Fa.wav': 1 }), name: 'x' },
      { kind: 'tess', path: await put('t', { 'OAF_back_happy.wav': 2 }), name: 'y' },
    ]
    const open = (labels: object) => openSource({ kind: 'several', corpora, labels } as never)
    expect(await open({ boredom: 'neutral', glad: 'joy' })).toMatchObject({ unusedLabels: ['glad'] })
    expect(await open({ boredom: 'neutral' })).not.toHaveProperty('unusedLabels')
  })

  it('are mapped by the table that is given, and those left out are counted', async () => {
    const path = await put('e', { '03a01Fa.wav': 1, '03a01La.wav': 2, '03a01Ea.wav': 3 })
    const { classes, utterances, otherClasses } = await loadCorpus('emodb', path, {
      labels: { boredom: 'neutral', disgust: null },
    })
    expect(classes).toEqual(['joy', 'neutral'])
    expect(utterances.map(({ label }) => label)).toEqual(['joy', 'neutral'])
    expect(otherClasses).toEqual({ disgust: 1 })
    await expect(loadCorpus('emodb', path, { labels: { boredom: 3 as never } })).rejects.toThrow(
      'loadCorpus: "labels.boredom" expected a class or null, got 3',
    )
    await expect(loadCorpus('emodb', path, { labels: { bored: 'neutral' } })).rejects.toThrow('got "bored"')
  })

  it("count TurEV's calm as neutral where neutral is asked for and calm is not", async () => {
    const path = await put('t', { '1157_sk_acik.wav': 1, '1157_kz_acik.wav': 2 })
    const labelsFor = async (classes?: string[], labels?: Record<string, string>) =>
      (await loadCorpus('turev', path, { classes, labels })).utterances.map(({ label }) => label).join(' ')
    expect(await labelsFor(four)).toBe('anger neutral')
    expect(await labelsFor()).toBe('anger calm')
    expect(await labelsFor([...four, 'calm'])).toBe('anger calm')
    expect(await labelsFor(['anger', 'neutral'], { calm: 'anger' })).toBe('anger anger')
  })
})

describe("listeners' votes", () => {
  const csv = 'file,voiceVote,voiceLevel\n1001_DFA_ANG_XX,A,70\n1001_DFA_HAP_XX,N,60\n1001_DFA_SAD_XX,N:S,50\n'

  async function labelled(votesAs?: 'label' | 'agreed') {
    const path = await put('c', { '1001_DFA_ANG_XX.wav': 1, '1001_DFA_HAP_XX.wav': 2, '1001_DFA_SAD_XX.wav': 3 })
    const votes = join(root, 'votes.csv')
    await writeFile(votes, csv)
    const { utterances, otherClasses } = await openSource({ kind: 'cremad', path, classes: four, votes, votesAs })
    return [utterances.map(({ label, heard }) => `${label}, heard ${heard}`), otherClasses]
  }

  it('are second labels, the labels, or a choice of recordings', async () => {
    expect(await labelled()).toEqual([
      ['anger, heard anger', 'joy, heard neutral', 'sadness, heard neutral:sadness'],
      {},
    ])
    const tie = { 'sadness heard as neutral:sadness': 1 }
    expect(await labelled('label')).toEqual([['anger, heard anger', 'neutral, heard neutral'], tie])
    expect(await labelled('agreed')).toEqual([['anger, heard anger'], { 'joy heard as neutral': 1, ...tie }])
  })

  it('are refused where they cannot be read or are of other recordings', async () => {
    const path = await put('c', { '1001_DFA_ANG_XX.wav': 1 })
    const votes = join(root, 'votes.csv')
    const open = async (text: string) => {
      await writeFile(votes, text)
      return await openSource({ kind: 'cremad', path, votes })
    }
    await expect(open('file,vote\n')).rejects.toThrow('row 1: expected the columns file and voiceVote')
    await expect(open('file,voiceVote\n1001_DFA_ANG_XX,X\n')).rejects.toThrow('row 2: "X" is none of A, D, F, H, N, S')
    await expect(open('file,voiceVote\n1002_DFA_ANG_XX,A\n')).rejects.toThrow('none is of a recording of the corpus')
    await expect(openSource({ kind: 'cremad', path, votes: join(root, 'none.csv') })).rejects.toThrow('ENOENT')
    await expect(openSource({ kind: 'cremad', path, votesAs: 'label' })).rejects.toThrow(
      '"corpus.votes" expected a table',
    )
  })
})

describe('training on several corpora', () => {
  const voices = (name: string, seed: number, emotions?: string[]) => ({
    ...{ kind: 'synthetic', name, synthetic: { speakers: 2, sentences: 1, seed, ...(emotions ? { emotions } : {}) } },
  })

  it('tells systems the corpus of each utterance, and the card that of all', async () => {
    const corpora = [voices('a', 1), voices('b', 2, ['joy', 'anger'])]
    const source = await openSource({ kind: 'several', classes: ['joy', 'anger'], corpora })
    const { frontEnd } = createSystem('functionals-mlp')
    const data = await readTrainingSet('test', source, frontEnd)
    expect(data.corpora).toEqual(['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b'])
    expect(new Set(data.speakers)).toEqual(new Set(['a/s01', 'a/s02', 'b/s01', 'b/s02']))
    const { recognizer } = await trainOnCorpus(source, { system: 'functionals-mlp', options: { epochs: 2 } })
    expect(recognizer.card.training).toMatchObject({
      ...{ corpus: 'a+b', recordings: 8, perClass: { joy: 4, anger: 4 } },
      corpora: { a: { perClass: { joy: 2, anger: 2 } }, b: { perClass: { joy: 2, anger: 2 } } },
    })
  })

  it('is told apart from others by the names of the corpora, and rated corpus by corpus', async () => {
    const trained = await openSource({ kind: 'several', corpora: [voices('a', 1), voices('b', 2)] })
    const config: SystemConfig = { system: 'functionals-mlp', options: { epochs: 20 } }
    const { recognizer } = await trainOnCorpus(trained, config)
    const tested = await openSource({ kind: 'several', corpora: [voices('b', 2), voices('c', 3)] })
    const { heard, corpora } = await evaluateRecognizer(recognizer, tested)
    expect(heard).toEqual(['b/s01', 'b/s02'])
    expect(corpora.map(({ corpus, recordings, speakers }) => [corpus, recordings, speakers])).toEqual([
      ['b', 8, 2],
      ['c', 8, 2],
    ])
    expect(corpora[0].accuracy).toBe(1)
    expect(corpora[0].unweightedRecallInterval).toEqual({ low: 1, high: 1 })
    const alone = { ...(await openSource({ kind: 'several', corpora: [voices('a', 1)] })), name: 'a' }
    expect((await evaluateRecognizer(recognizer, alone)).heard).toEqual(['s01', 's02'])
  })

  it('of a single corpus has none', async () => {
    const source = await openSource({ kind: 'several', corpora: [voices('a', 1)] })
    expect([source.name, source.utterances[0].speaker]).toEqual(['a', 's01'])
    const data = await readTrainingSet('test', source, createSystem('functionals-mlp').frontEnd)
    expect('corpora' in data).toBe(false)
  })
})
