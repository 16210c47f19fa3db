import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { describeCorpus } from '../../src/cli/corpus-description.ts'
import { addCorpusFlags, type CorpusFlags, corpusOf, readCorpora, readCorpus } from '../../src/cli/corpus-flags.ts'
import type { CorpusUtterance } from '../../src/node/corpus.ts'
import type { SourceCorpus } from '../../src/node/several.ts'

function flags(...given: string[]): CorpusFlags {
  return addCorpusFlags(new Command()).parse(given, { from: 'user' }).opts()
}

describe('the flags of a corpus', () => {
  it('ask for what is left out by default', () => {
    const place = ['--corpus', 'ravdess', '--data', 'x']
    expect(corpusOf(flags(...place))).toEqual({ kind: 'ravdess', path: 'x' })
    const all = { kind: 'ravdess', path: 'x', include: ['song', 'video'] }
    expect(corpusOf(flags(...place, '--include', 'song,video'))).toEqual(all)
    expect(() => corpusOf(flags(...place, '--include', 'songs'))).toThrow(/song/)
  })

  it.each(['--data', '--speaker', '--include'])('%s is refused for synthetic voices, which have none', (flag) => {
    expect(() => corpusOf(flags(flag, '(song)'))).toThrow(`${flag} needs --corpus: the synthetic corpus has no rec`)
  })
})

describe('describeCorpus', () => {
  it('tells what is left out and what is odd, many of one kind in one line', () => {
    const songs = Array.from({ length: 30 }, (_, i) => ({ path: `${i}.wav`, reason: 'a song: left out' }))
    const problems = [
      ...songs,
      { path: 'a.wav', reason: 'heavily clipped: 40 samples at full scale', kept: true },
      { path: 'b.wav', reason: 'an empty file' },
    ]
    const lines: string[] = []
    describeCorpus({ name: 'ravdess', classes: [], utterances: [], problems }, { line: (text) => lines.push(text) })
    expect(lines).toHaveLength(1 + 10 + 2)
    expect(lines.slice(9)).toEqual([
      'left out  8.wav: a song: left out',
      'left out  21 more: a song',
      'warning   a.wav: heavily clipped: 40 samples at full scale',
      'left out  b.wav: an empty file',
    ])
  })
})

describe('the flags of several corpora', () => {
  const four = ['joy', 'neutral', 'sadness', 'anger']

  it('are in pairs, each with what comes before the next', () => {
    const given = flags(
      ...[
        '--corpus',
        'emodb',
        '--data',
        'E',
        '--corpus',
        'manifest',
        '--data',
        'm.csv',
        '--speaker',
        '^(..)',
        '--name',
        'own',
      ],
      ...['--corpus', 'ravdess', '--data', 'R', '--include', 'song', '--corpus', 'manifest', '--data', 'n.csv'],
    )
    expect(corpusOf(given, four)).toEqual({
      ...{ kind: 'several', classes: four },
      corpora: [
        { kind: 'emodb', path: 'E', name: 'emodb' },
        { kind: 'manifest', path: 'm.csv', name: 'own', speaker: '^(..)' },
        { kind: 'ravdess', path: 'R', name: 'ravdess', include: ['song'] },
        { kind: 'manifest', path: 'n.csv', name: 'manifest' },
      ],
    })
  })

  it('may stand in any order where there is one corpus, which may have several folders', () => {
    expect(corpusOf(flags('--data', 'E', '--corpus', 'emodb'), four)).toEqual({
      kind: 'emodb',
      path: 'E',
      classes: four,
    })
    expect(corpusOf(flags('--corpus', 'emodb', '--data', 'E', '--data', 'F', '--classes', 'fear,joy'), four)).toEqual({
      ...{ kind: 'several', classes: ['fear', 'joy'] },
      corpora: [
        { kind: 'emodb', path: 'E', name: 'emodb' },
        { kind: 'emodb', path: 'F', name: 'emodb' },
      ],
    })
  })

  it.each([
    [['--data', 'A', '--corpus', 'emodb', '--data', 'B', '--corpus', 'tess'], '--corpus tess needs --data'],
    [['--corpus', 'emodb', '--data', 'A', '--corpus', 'synthetic'], '--corpus synthetic stands alone'],
    [['--corpus', 'cremad', '--data', 'A', '--votes-as', 'label'], '--votes-as needs --votes'],
    [['--corpus', 'emodb', '--data', 'A', '--name', 'a', '--name', 'b'], '--name is given 2 times for one corpus'],
  ])('%s are refused', (given, message) => {
    expect(() => corpusOf(flags(...given))).toThrow(message)
  })

  it('come from files too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flags-'))
    const file = async (name: string, value: unknown): Promise<string> => {
      await writeFile(join(folder, name), JSON.stringify(value))
      return join(folder, name)
    }
    try {
      const list = await file('list.json', [
        { kind: 'turev', path: 'T', labels: { calm: null } },
        { kind: 'emodb', path: '/E', test: true },
      ])
      const labels = await file('labels.json', { emodb: { boredom: 'neutral' } })
      const read = await readCorpus(flags('--corpora', list, '--labels', labels, '--corpus', 'tess', '--data', 'S'))
      expect(read).toEqual({
        kind: 'several',
        corpora: [
          { kind: 'turev', path: join(folder, 'T'), name: 'turev', labels: { calm: null } },
          { kind: 'emodb', path: '/E', name: 'emodb', labels: { boredom: 'neutral' } },
          { kind: 'tess', path: 'S', name: 'tess' },
        ],
      })
      await expect(readCorpora(flags('--corpora', list))).rejects.toThrow(
        '"test" corpora are for ser experiment: a training would learn from them',
      )
      const plain = await file('plain.json', [{ kind: 'emodb', path: '/E', unlabelled: true }])
      await expect(readCorpus(flags('--corpora', plain))).rejects.toThrow(
        '--unlabelled-corpus needs a --corpus beside it, whose labels are learnt',
      )
      const all = await file('all.json', { boredom: 'neutral', disgust: null })
      expect(await readCorpus(flags('--labels', all, '--corpus', 'emodb', '--data', 'E'))).toEqual({
        ...{ kind: 'emodb', path: 'E', labels: { boredom: 'neutral', disgust: null } },
      })
      const failing = (...given: string[]) => expect(readCorpus(flags(...given))).rejects
      await failing('--corpora', await file('a.json', [{ kin: 'emodb' }])).toThrow(/--corpora .*a\.json: .*kin/)
      await failing('--corpora', await file('b.json', 3)).toThrow(/--corpora .*b\.json: /)
      for (const none of [[], { corpora: [] }]) {
        await failing('--corpora', await file('none.json', none)).toThrow(
          /--corpora .*none\.json: .*at least one corpus/,
        )
      }
      await failing('--labels', await file('c.json', { a: 3 })).toThrow(
        /--labels .*c\.json: expected classes by labels/,
      )
      await failing('--labels', labels, '--corpus', 'tess', '--data', 'S').toThrow('--labels names the corpus "emodb"')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('are described one by one, with what is not used', () => {
    const of = (corpus: string, label: string) =>
      ({ corpus, label, speaker: `${corpus}/1`, path: '' }) as CorpusUtterance
    const lines: string[] = []
    const corpora: SourceCorpus[] = [
      { name: 'a', kind: 'emodb', otherClasses: { fear: 2, boredom: 1 } },
      { name: 'b', kind: 'tess', otherClasses: {} },
    ]
    const utterances = [of('a', 'joy'), of('b', 'joy'), of('b', 'anger')]
    const source = { name: 'a+b', classes: ['joy', 'anger'], utterances, problems: [], corpora }
    describeCorpus(source, { line: (text) => lines.push(text) })
    expect(lines).toEqual([
      'corpus    a: 1 utterances of 1 speakers (joy 1, anger 0)',
      'not used  a: fear 2, boredom 1',
      'corpus    b: 2 utterances of 1 speakers (joy 1, anger 1)',
      'corpus    all 2: 3 utterances of 2 speakers (joy 2, anger 1)',
    ])
    const parts = [
      ['x', 'tess'],
      ['y', 'tess'],
      ['z', 'folder'],
      ['w', 'folder'],
    ].map(([name, kind]) => ({ name, kind, otherClasses: {} }))
    const voices = parts.map(({ name }) => of(name, 'joy'))
    const twice: string[] = []
    describeCorpus(
      { ...source, utterances: voices, corpora: parts, unusedLabels: ['glad'] },
      { line: (text) => twice.push(text) },
    )
    expect(twice.filter((text) => /share|label/.test(text))).toEqual([
      'warning   x and y share speakers, such as 1 of tess: they count as others, so that folds may test on voices of the training',
      'warning   no corpus has the label glad, which is mapped',
    ])
    const alone = { ...source, corpora: undefined, otherClasses: { calm: 4 } }
    describeCorpus(alone, { line: (text) => lines.push(text) })
    expect(lines.at(-1)).toBe('not used  other classes: calm 4')
  })
})
