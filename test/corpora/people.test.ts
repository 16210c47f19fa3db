import { describe, expect, it } from 'vitest'
import { mutateTable } from '../../fuzz/mutate/json.ts'
import { decodeUtf8 } from '../../src/core/utf8.ts'
import { corpora, parseManifest, parseSpeakers } from '../../src/corpora/index.ts'
import { ageOf, genderOf, languageOf } from '../../src/corpora/people.ts'
import { Random } from '../../src/numerics/random.ts'

describe('words of gender, age and language', () => {
  it('are understood as lists write them', () => {
    expect(['f', 'Female', ' w ', 'M', 'male', 'Other', 'non-binary', 'x', '', undefined].map(genderOf)).toEqual([
      ...['female', 'female', 'female', 'male', 'male', 'other', 'other'],
      ...[undefined, undefined, undefined],
    ])
    expect(['31', '31.5', ' 7 ', '-1', 'NA', '200', '', '1e1', 'twenties'].map(ageOf)).toEqual([
      ...[31, 31.5, 7],
      ...Array.from({ length: 6 }, () => undefined),
    ])
    expect(['de', 'deu', 'German', 'EN', 'bangla', 'sgd', 'NA', '', 'constructor'].map(languageOf)).toEqual([
      ...['de', 'de', 'de', 'en', 'bn', 'sgd', undefined, undefined, 'constructor'],
    ])
  })
})

describe('parseSpeakers', () => {
  it('reads the columns of a published table, and no other', () => {
    const table = '"ActorID","Age","Sex","Race","Ethnicity"\n1001,51,"Male","A","B"\n1002,21,"Female","A","B"\n'
    expect([...parseSpeakers(table)]).toEqual([
      ['1001', { gender: 'male', age: 51 }],
      ['1002', { gender: 'female', age: 21 }],
    ])
    expect([...parseSpeakers('speaker;language\r\n03;deu\r\n08;NA\r\n')]).toEqual([
      ['03', { language: 'de' }],
      ['08', {}],
    ])
  })

  it.each([
    ['speaker,text\n1,a\n', 'row 1: expected a column "speaker" and "gender", "age" or "language", got speaker, text'],
    ['age,sex\n1,f\n', 'row 1: expected a column "speaker" and'],
    ['speaker,age\n1,30\n1,31\n', 'row 3: the speaker "1" is there twice'],
    ['speaker,age\n,30\n', 'row 2: the speaker is empty'],
    ['', 'row 1: expected a column "speaker" and'],
  ])('refuses %j', (text, message) => {
    expect(() => parseSpeakers(text)).toThrow(message)
  })
})

describe('mutants of tables of speakers', () => {
  it('are read, or refused by a FormatError', () => {
    const random = new Random('speakers')
    const base = new TextEncoder().encode('"ActorID","Age","Sex"\n1001,51,"Male"\n1002,21,"Female"\n')
    let read = 0
    for (let i = 0; i < 1000; i++) {
      try {
        parseSpeakers(decodeUtf8(mutateTable(random, base)) ?? '')
        read++
      } catch (error) {
        expect((error as Error).name, (error as Error).message).toBe('FormatError')
      }
    }
    expect(read).toBeGreaterThan(20)
  })
})

describe('lists and grammars', () => {
  it('have gender, age and language in columns of their own', () => {
    const list = 'path,label,speaker,Sex,age,Lang\na.wav,joy,1,F,30,English\nb.wav,joy,2,,NA,\n'
    expect(parseManifest(list)).toEqual([
      { path: 'a.wav', label: 'joy', speaker: '1', gender: 'female', age: 30, language: 'en' },
      { path: 'b.wav', label: 'joy', speaker: '2' },
    ])
  })

  it('tell the language of each corpus with recordings in one, and the ages of the speakers of EmoDB', () => {
    const silent = Object.entries(corpora).filter(([, { language }]) => language === undefined)
    expect(silent.map(([name]) => name)).toEqual(['folder'])
    const { people = {}, language } = corpora.emodb
    expect([language, people['03'], people['16'], Object.keys(people).length]).toEqual([
      'de',
      { age: 31 },
      { age: 31 },
      10,
    ])
    const spoken = (kind: 'esd' | 'emotale', path: string): unknown => {
      const { language: of, parse } = corpora[kind]
      const info = parse(path)
      return info && typeof of === 'function' ? of(info) : null
    }
    expect(['0010/Angry/0010_000351.wav', '0011/Angry/0011_000351.wav'].map((path) => spoken('esd', path))).toEqual([
      'zh',
      'en',
    ])
    expect(['DK_001_A_1.wav', 'EN_001_A_1.wav'].map((path) => spoken('emotale', path))).toEqual(['da', 'en'])
  })
})
