import { describe, expect, it } from 'vitest'
import { checkAllFound, matchRecordings } from '../../src/corpora/recording-names.ts'

const match = (paths: string[], keys: string[]): (string | null)[] =>
  matchRecordings(
    paths.map((path) => ({ path })),
    keys,
    'features',
    false,
  )

describe('features and recordings', () => {
  it.each([
    ['the same path', ['wav/a.wav', 'wav/b.wav'], ['wav/b', 'wav/a'], ['wav/a', 'wav/b']],
    ['paths with their endings', ['wav/a.wav'], ['wav/a.wav'], ['wav/a.wav']],
    ['names alone', ['wav/a.wav', 'x/b.flac'], ['a', 'b'], ['a', 'b']],
    [
      'absolute paths, of Windows too',
      ['wav/a.wav', 'wav/b.wav'],
      ['/data/emodb/wav/a.wav', 'C:\\emodb\\wav\\b.wav'],
      ['/data/emodb/wav/a.wav', 'C:\\emodb\\wav\\b.wav'],
    ],
    ['folders that tell names apart', ['s1/1.wav', 's2/1.wav'], ['emb/s2/1', 'emb/s1/1'], ['emb/s1/1', 'emb/s2/1']],
    ['other spellings', ['wav/a.wav'], ['./x/../wav//a'], ['./x/../wav//a']],
    ['dots in names', ['a.b.wav'], ['a.b', 'a'], ['a.b']],
    ['more features than recordings', ['a.wav'], ['a', 'b'], ['a']],
    ['none', ['a.wav', 'b.wav'], ['a'], ['a', null]],
    ['none where another of the name has them', ['s1/1.wav', 's2/1.wav'], ['s1/1'], ['s1/1', null]],
  ])('are matched by %s', (_, paths, keys, wanted) => {
    expect(match(paths, keys)).toEqual(wanted)
  })

  it('are not matched where two fit', () => {
    expect(() => match(['a.wav'], ['x/a', 'y/a'])).toThrow(
      'features: two features fit the recording "a.wav": "x/a" and "y/a"',
    )
    expect(() => match(['s1/1.wav', 's2/1.wav'], ['1'])).toThrow(
      'features: the features "1" fit two recordings: "s1/1.wav" and "s2/1.wav"',
    )
    expect(match(['a.wav'], ['a', 'y/a'])).toEqual(['a'])
  })

  it('are matched by names of lists, and by files of parts', () => {
    const part = (start: number): { path: string; segment: { file: string; start: number } } => {
      return { path: `a.wav#t=${start}`, segment: { file: 'a.wav', start } }
    }
    expect(matchRecordings([{ path: 'x.ark:1', id: 'u1' }], ['u1'], 'features', false)).toEqual(['u1'])
    expect(matchRecordings([part(0), part(1)], ['a.wav'], 'features', true)).toEqual(['a.wav', 'a.wav'])
    expect(matchRecordings([part(0), part(1)], ['a.wav#t=1', 'a.wav#t=0'], 'f', false)).toEqual([
      'a.wav#t=0',
      'a.wav#t=1',
    ])
    expect(() => matchRecordings([part(0), part(1)], ['a'], 'features', false)).toThrow(/fit two recordings/)
  })

  it('tells which are missing, the first five and their number', () => {
    const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((path) => ({ path }))
    const found = all.map(({ path }) => (path === 'g' ? path : null))
    expect(() => checkAllFound(all, found, ['g'], 'features "x"')).toThrow(
      'features "x": 6 of 7 recordings have no features: "a", "b", "c", "d", "e" and 1 more',
    )
    expect(() => checkAllFound(all.slice(0, 2), [null, null], ['unknown'], 'f')).toThrow(
      'f: none of 2 recordings has features: "a", "b"; features are there of "unknown"',
    )
    expect(() => checkAllFound(all, all, [], 'f')).not.toThrow()
  })
})
