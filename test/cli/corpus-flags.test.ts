import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { addCorpusFlags, type CorpusFlags, corpusOf, describeCorpus } from '../../src/cli/corpus-flags.ts'

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
