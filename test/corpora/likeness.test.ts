import { describe, expect, it } from 'vitest'
import { corpora, likenessOf } from '../../src/corpora/index.ts'

const two = (n: number): string => String(n).padStart(2, '0')

/** The shape of BanglaSER's names: 34 speakers, five emotions, three sentences, three takes. */
const banglaser = Array.from({ length: 34 }, (_, i) => two(i + 1)).flatMap((speaker) =>
  ['01', '02', '03', '04', '05'].flatMap((emotion) =>
    ['01', '02', '03'].map((sentence) => `03-01-${emotion}-01-${sentence}-02-${speaker}.wav`),
  ),
)

describe('likenessOf', () => {
  it.each(Object.entries(corpora).filter(([kind]) => kind !== 'folder'))(
    'knows %s by its own example',
    (kind, grammar) => {
      expect(likenessOf([grammar.example, `a/${grammar.example}`, 'b.wav'])).toEqual({ kind, title: grammar.title })
    },
  )

  it('tells BanglaSER from RAVDESS', () => {
    expect(likenessOf(banglaser)).toEqual({ title: 'BanglaSER', kind: 'banglaser' })
    const ravdess = banglaser.flatMap((name) =>
      ['06', '07', '08'].map((emotion) => name.replace(/^03-01-../, `03-01-${emotion}`)),
    )
    expect(likenessOf(ravdess.filter((name) => corpora.ravdess.parse(name)))?.kind).toBe('ravdess')
  })

  it.each([
    ['EMOVO', ['rab-f1-b1.wav', 'neu-m3-n2.wav', 'gio-f2-d1.wav']],
    ['AESDD', ['anger/a01 (1).wav', 'sadness/s09 (5).wav', 'a01 (12)b.wav']],
    ['nEMO', ['EB0_anger_1.wav', 'MK1_surprised_90.wav']],
    ['ASED', ['n1-01-01-1-01.wav', 'A4-02-05-2-65.wav']],
    ['TurEV', ['Angry/1157_kz_acik.wav', 'Calm/6783_sk_yaz.wav']],
    ['URDU', ['SM1_F10_A010.wav', 'SF12_F2_S07.wav']],
    ['EmoTale', ['DK_001_A_1.wav', 'EN_017_N_5.wav']],
    ['ESD', ['0011/Angry/0011_000351.wav', '0001_000001.wav']],
    ['SUBESCO', ['F_01_OISHI_S_1_ANGRY_1.wav', 'M_10_NIPUN_S_10_SURPRISE_5.wav']],
    ['RESD', ['01_happiness_anger_a_010.wav', '43_sadness_neutral_n_120.wav']],
  ])('knows %s', (title, names) => {
    const likeness = { title, kind: title.toLowerCase() }
    expect(likenessOf(names)).toEqual(likeness)
    for (const name of names) expect(likenessOf([name])).toEqual(likeness)
  })

  it('says nothing of names that no more than half of the files have', () => {
    expect(likenessOf(['a.wav', 'b.wav'])).toBeNull()
    expect(likenessOf(['03a01Fa.wav', 'b.wav'])).toBeNull()
    expect(likenessOf(['03a01Fa.wav', '03a01Wa.wav', 'b.wav'])?.kind).toBe('emodb')
    expect(likenessOf([])).toBeNull()
  })
})
