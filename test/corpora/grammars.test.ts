import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { corpora, type NamedCorpus, parseManifest } from '../../src/corpora/index.ts'
import { emodbFolder, emodbTitle, hasEmodb } from '../support/emodb.ts'

const { cremad, emodb, folder, ravdess, savee, tess } = corpora
const unified = ['neutral', 'calm', 'joy', 'sadness', 'anger', 'fear', 'disgust', 'surprise', 'boredom']

describe.each(Object.entries(corpora))('%s', (_, grammar) => {
  it('parses its own example, in any folder and with any case of the extension', () => {
    const info = grammar.parse(grammar.example)
    expect(info).not.toBeNull()
    expect(grammar.parse(`copy/of/${grammar.example}`)).toEqual(info)
    expect(grammar.parse(`copy\\of\\${grammar.example.replaceAll('/', '\\')}`)).toEqual(info)
    for (const ending of ['WAV', 'flac', 'mp3', 'aiff']) {
      expect(grammar.parse(grammar.example.replace(/wav$/, ending)), ending).toEqual(info)
    }
  })

  it('knows other files from its own', () => {
    const { example } = grammar
    for (const path of ['', '.wav', 'x.wav', example.replace(/wav$/, 'mp4'), example.slice(0, -4), `${example}.txt`]) {
      expect(grammar.parse(path), path).toBeNull()
    }
  })

  it('has unified classes', () => {
    expect(unified).toEqual(expect.arrayContaining([...(grammar.classes ?? [])]))
    expect(new Set(grammar.classes).size).toBe(grammar.classes?.length ?? 0)
  })
})

describe('emodb', () => {
  it('reads speaker, text, letter and version', () => {
    expect(emodb.parse('wav/03a01Fa.wav')).toEqual({
      speaker: '03',
      label: 'joy',
      text: 'Der Lappen liegt auf dem Eisschrank.',
      gender: 'male',
      version: 'a',
    })
    expect(emodb.parse('16b10Lb.wav')).toEqual({
      speaker: '16',
      label: 'boredom',
      text: 'Die wird auf dem Platz sein, wo wir sie immer hinlegen.',
      gender: 'female',
      version: 'b',
    })
  })

  it.each([
    ['W', 'anger'],
    ['L', 'boredom'],
    ['E', 'disgust'],
    ['A', 'fear'],
    ['F', 'joy'],
    ['T', 'sadness'],
    ['N', 'neutral'],
  ])('knows the letter %s', (letter, label) => expect(emodb.parse(`08a02${letter}c.wav`)?.label).toBe(label))

  it('knows its ten speakers and ten texts and no other', () => {
    const two = (n: number) => String(n).padStart(2, '0')
    const numbers = Array.from({ length: 100 }, (_, n) => two(n))
    const genderOf = (speaker: string) => emodb.parse(`${speaker}a01Wa.wav`)?.gender
    const speakers = numbers.filter(genderOf)
    expect(speakers).toEqual(['03', '08', '09', '10', '11', '12', '13', '14', '15', '16'])
    expect(
      speakers
        .map(genderOf)
        .map((gender) => gender?.[0])
        .join(''),
    ).toBe('mffmmmffmf')
    const codes = ['a', 'b'].flatMap((letter) => numbers.map((number) => letter + number))
    const textOf = (code: string) => emodb.parse(`03${code}Wa.wav`)?.text
    expect(codes.filter(textOf)).toEqual(['a01', 'a02', 'a04', 'a05', 'a07', 'b01', 'b02', 'b03', 'b09', 'b10'])
    expect(new Set(codes.map(textOf).filter(Boolean)).size).toBe(10)
  })

  it.each(['03a01Xa.wav', '03a03Wa.wav', '04a01Wa.wav', '03a01W.wav', '03a01Wa1.wav', '03a01wa.wav', 'x03a01Wa.wav'])(
    'does not take %s',
    (path) => expect(emodb.parse(path)).toBeNull(),
  )
})

describe('ravdess', () => {
  it('reads the seven numbers', () => {
    expect(ravdess.parse('Actor_12/03-01-06-01-02-01-12.wav')).toEqual({
      speaker: '12',
      label: 'fear',
      text: 'Dogs are sitting by the door.',
      gender: 'female',
      version: '1',
      intensity: 'normal',
      channel: 'speech',
      modality: 'audio',
    })
    expect(ravdess.parse('01-02-05-02-01-02-07.wav')).toEqual({
      speaker: '07',
      label: 'anger',
      text: 'Kids are talking by the door.',
      gender: 'male',
      version: '2',
      intensity: 'strong',
      channel: 'song',
      modality: 'audio-video',
    })
  })

  it('knows eight emotions', () => {
    const labels = [1, 2, 3, 4, 5, 6, 7, 8].map((code) => ravdess.parse(`03-01-0${code}-01-01-01-01.wav`)?.label)
    expect(labels).toEqual(['neutral', 'calm', 'joy', 'sadness', 'anger', 'fear', 'disgust', 'surprise'])
  })

  it.each([
    '04-01-06-01-02-01-12.wav',
    '03-03-06-01-02-01-12.wav',
    '03-01-09-01-02-01-12.wav',
    '03-01-00-01-02-01-12.wav',
    '03-01-06-03-02-01-12.wav',
    '03-01-06-01-03-01-12.wav',
    '03-01-06-01-02-03-12.wav',
    '03-01-06-01-02-01-25.wav',
    '03-01-06-01-02-01.wav',
    '03-01-06-01-02-01-12-01.wav',
    '3-1-6-1-2-1-12.wav',
  ])('does not take %s', (path) => expect(ravdess.parse(path)).toBeNull())
})

describe('savee', () => {
  it.each([
    ['a', 'anger'],
    ['d', 'disgust'],
    ['f', 'fear'],
    ['h', 'joy'],
    ['n', 'neutral'],
    ['sa', 'sadness'],
    ['su', 'surprise'],
  ])('knows the code %s in either layout', (code, label) => {
    const info = { speaker: 'JE', label, gender: 'male', version: '07' }
    expect(savee.parse(`AudioData/JE/${code}07.wav`)).toEqual(info)
    expect(savee.parse(`ALL/JE_${code}07.wav`)).toEqual(info)
  })

  it.each(['a01.wav', 'XX/a01.wav', 'XX_a01.wav', 'DC_s01.wav', 'DC_a1.wav', 'DC/DC/DCa01.wav'])(
    'does not take %s',
    (path) => expect(savee.parse(path)).toBeNull(),
  )
})

describe('cremad', () => {
  it('reads actor, sentence, emotion and level', () => {
    expect(cremad.parse('AudioWAV/1001_DFA_ANG_XX.wav')).toEqual({
      speaker: '1001',
      label: 'anger',
      text: "Don't forget a jacket.",
      gender: 'male',
      intensity: 'unspecified',
    })
    expect(cremad.parse('1091_IEO_HAP_HI.wav')).toEqual({
      speaker: '1091',
      label: 'joy',
      text: "It's eleven o'clock.",
      gender: 'female',
      intensity: 'high',
    })
  })

  it('knows six emotions, four levels and twelve sentences', () => {
    const labels = ['ANG', 'DIS', 'FEA', 'HAP', 'NEU', 'SAD'].map(
      (code) => cremad.parse(`1001_IEO_${code}_LO.wav`)?.label,
    )
    expect(labels).toEqual(['anger', 'disgust', 'fear', 'joy', 'neutral', 'sadness'])
    const levels = ['LO', 'MD', 'HI', 'XX'].map((code) => cremad.parse(`1001_IEO_SAD_${code}.wav`)?.intensity)
    expect(levels).toEqual(['low', 'medium', 'high', 'unspecified'])
    const codes = ['IEO', 'TIE', 'IOM', 'IWW', 'TAI', 'MTI', 'IWL', 'ITH', 'DFA', 'ITS', 'TSI', 'WSI']
    expect(new Set(codes.map((code) => cremad.parse(`1001_${code}_SAD_LO.wav`)?.text)).size).toBe(12)
  })

  it('knows 48 male and 43 female actors', () => {
    const genders = Array.from({ length: 91 }, (_, i) => cremad.parse(`${1001 + i}_IEO_SAD_LO.wav`)?.gender)
    expect(genders.filter((gender) => gender === 'male')).toHaveLength(48)
    expect(genders.filter((gender) => gender === 'female')).toHaveLength(43)
  })

  it('takes the published file that lacks a letter', () => {
    expect(cremad.parse('1040_ITH_SAD_X.wav')?.intensity).toBe('unspecified')
  })

  it.each([
    '1092_IEO_SAD_LO.wav',
    '1000_IEO_SAD_LO.wav',
    '1001_ABC_SAD_LO.wav',
    '1001_IEO_BOR_LO.wav',
    '1001_IEO_SAD.wav',
  ])('does not take %s', (path) => expect(cremad.parse(path)).toBeNull())
})

describe('tess', () => {
  it.each([
    ['angry', 'anger'],
    ['disgust', 'disgust'],
    ['fear', 'fear'],
    ['happy', 'joy'],
    ['neutral', 'neutral'],
    ['ps', 'surprise'],
    ['sad', 'sadness'],
  ])('knows the word %s', (word, label) => {
    const info = { speaker: 'YAF', label, text: 'Say the word back.', gender: 'female' }
    expect(tess.parse(`YAF_${word}/YAF_back_${word}.wav`)).toEqual(info)
  })

  it('takes the published file that lacks a letter', () => {
    expect(tess.parse('OA_bite_neutral.wav')).toEqual(tess.parse('OAF_bite_neutral.wav'))
    expect(tess.parse('OA_bite_neutral.wav')?.speaker).toBe('OAF')
  })

  it.each(['YA_back_sad.wav', 'OAF_back.wav', 'OAF_back_bored.wav', 'back_sad.wav', 'OAF__sad.wav'])(
    'does not take %s',
    (path) => expect(tess.parse(path)).toBeNull(),
  )
})

/** A row: corpus, a name with `#` for the class, what else its name tells, the classes by their codes. */
const rules: [NamedCorpus, string, object, Record<string, string>][] = [
  [
    'banglaser',
    '03-01-#-02-03-01-34.flac',
    { speaker: '34', text: '03', version: '01', intensity: 'strong' },
    { '01': 'joy', '02': 'sadness', '03': 'anger', '04': 'surprise', '05': 'neutral' },
  ],
  [
    'emovo',
    'm2/#-m2-b1.wav',
    { speaker: 'm2', gender: 'male', text: 'b1' },
    { rab: 'anger', dis: 'disgust', pau: 'fear', gio: 'joy', neu: 'neutral', tri: 'sadness', sor: 'surprise' },
  ],
  [
    'aesdd',
    'x/#03 (4).wav',
    { speaker: '4', text: '03' },
    { a: 'anger', d: 'disgust', f: 'fear', h: 'joy', s: 'sadness' },
  ],
  [
    'nemo',
    'EB0_#_12.wav',
    { speaker: 'EB0', text: '12' },
    {
      ...{ anger: 'anger', fear: 'fear', happiness: 'joy', neutral: 'neutral', sadness: 'sadness' },
      surprised: 'surprise',
    },
  ],
  [
    'ased',
    '#1-02-03-2-65.wav',
    { speaker: '65', text: '02', version: '1-03' },
    { n: 'neutral', f: 'fear', h: 'joy', s: 'sadness', a: 'anger', N: 'neutral', A: 'anger' },
  ],
  [
    'turev',
    'Angry/1157_#_acik.wav',
    { speaker: '1157', text: 'acik' },
    { kz: 'anger', mt: 'joy', hl: 'sadness', sk: 'calm' },
  ],
  [
    'urdu',
    'SF12_F2_#07.wav',
    { speaker: 'SF12', gender: 'female', version: 'F2-07' },
    { A: 'anger', H: 'joy', N: 'neutral', S: 'sadness' },
  ],
  [
    'emotale',
    'EN_017_#_5.wav',
    { speaker: '017', text: 'EN-5' },
    { A: 'anger', B: 'boredom', H: 'joy', N: 'neutral', S: 'sadness' },
  ],
  [
    'subesco',
    'M_02_NIPUN_S_10_#_5.wav',
    { speaker: 'M_02', gender: 'male', text: '10', version: '5' },
    {
      ...{ ANGRY: 'anger', DISGUST: 'disgust', FEAR: 'fear', HAPPY: 'joy', NEUTRAL: 'neutral', SAD: 'sadness' },
      SURPRISE: 'surprise',
    },
  ],
  [
    'resd',
    '43_sadness_neutral_#_120.wav',
    { version: '120' },
    {
      ...{ a: 'anger', h: 'joy', n: 'neutral', s: 'sadness', d: 'disgust', f: 'fear' },
      e: 'enthusiasm',
    },
  ],
]

describe.each(rules)('%s', (kind, name, facts, labels) => {
  it.each(Object.entries(labels))('knows the code %s', (code, label) => {
    const speaker = kind === 'resd' ? { speaker: `43${code}` } : {}
    expect(corpora[kind].parse(name.replace('#', code))).toEqual({ ...facts, ...speaker, label })
  })

  it('has these classes and no other', () => {
    const own = new Set(Object.values(labels).filter((label) => label !== 'enthusiasm'))
    expect([...(corpora[kind].classes ?? [])].sort()).toEqual([...own].sort())
    for (const code of ['', '00', '06', 'x', 'xyz', 'constructor', 'toString', 'CALM']) {
      expect(corpora[kind].parse(name.replace('#', code)), code).toBeNull()
    }
  })
})

describe('esd', () => {
  it.each([
    [1, 350, 'neutral'],
    [351, 700, 'anger'],
    [701, 1050, 'joy'],
    [1051, 1400, 'sadness'],
    [1401, 1750, 'surprise'],
  ])('has of the files %i to %i the class %s', (first, last, label) => {
    for (const number of [first, last]) {
      const version = String(number).padStart(6, '0')
      expect(corpora.esd.parse(`0020/Sad/0020_${version}.wav`)).toEqual({ speaker: '0020', label, version })
    }
  })

  it.each(['0011_000000.wav', '0011_001751.wav', '0021_000001.wav', '0000_000001.wav', '0011_00001.wav'])(
    'does not take %s',
    (path) => expect(corpora.esd.parse(path)).toBeNull(),
  )
})

describe('names that differ in a trifle', () => {
  it('are of the same speaker: numbers of AESDD with a zero, takes with a letter', () => {
    const infos = ['a01 (1).wav', 'a01 (01).wav', 'a01(1).wav', 'a01 (10).wav', 'a01 (10)b.wav'].map((name) =>
      corpora.aesdd.parse(name),
    )
    expect(infos.map((info) => [info?.speaker, info?.version])).toEqual([
      ...['1', '1', '1', '10'].map((speaker) => [speaker, undefined]),
      ['10', 'b'],
    ])
  })

  it('are recordings of their own: the three of BanglaSER that begin with 01', () => {
    const [other, usual] = ['01', '03'].map((modality) => corpora.banglaser.parse(`${modality}-01-04-02-01-01-05.wav`))
    expect(other).toEqual({ ...usual, version: '01-01' })
    expect(usual?.version).toBe('01')
  })
})

it.each([
  ['banglaser', '03-01-01-01-01-01-35.wav'],
  ['banglaser', '03-02-01-01-01-01-01.wav'],
  ['banglaser', '02-01-01-01-01-01-01.wav'],
  ['banglaser', '03-01-01-01-04-01-01.wav'],
  ['emovo', 'rab-f4-b1.wav'],
  ['aesdd', 'a01.wav'],
  ['nemo', 'EB_anger_1.wav'],
  ['ased', 'n-01-01-1-01.wav'],
  ['turev', 'kz_acik.wav'],
  ['urdu', 'M1_F10_A010.wav'],
  ['emotale', 'DK_1_A_1.wav'],
  ['subesco', 'X_01_OISHI_S_1_ANGRY_1.wav'],
  ['resd', '01_happiness_anger_010.wav'],
] as [NamedCorpus, string][])('%s does not take %s', (kind, path) => expect(corpora[kind].parse(path)).toBeNull())

describe('folder', () => {
  it('takes the class from the folder and knows no speaker', () => {
    expect(folder.parse('speech/Freude/1.wav')).toEqual({ speaker: '', label: 'Freude' })
    expect(folder.parse('1.wav')).toBeNull()
  })
})

describe.skipIf(!hasEmodb)(emodbTitle('the recordings of EmoDB'), () => {
  it('are all named as the grammar has it', () => {
    const wav = join(emodbFolder, 'wav')
    const files = readdirSync(wav).filter((file) => file.endsWith('.wav'))
    expect(files.length).toBeGreaterThanOrEqual(339)
    expect(files.filter((file) => emodb.parse(file) === null)).toEqual([])
  })
})

/** Recordings of other corpora beside EmoDB, and lists of their classes and speakers. */
const shared = join(emodbFolder, '../corpora')
const hasShared = existsSync(join(shared, 'resd'))

/** How many times each value occurs. */
function countsOf(values: string[]): Record<string, number> {
  return Object.fromEntries(
    [...new Set(values)].sort().map((value) => [value, values.filter((one) => one === value).length]),
  )
}

describe.skipIf(!hasShared)(`recordings beside EmoDB${hasShared ? '' : ' (skipped: they are not there)'}`, () => {
  it.each<[NamedCorpus, number, Record<string, number>]>([
    ['banglaser', 34, { anger: 306, joy: 306, neutral: 242, sadness: 306 }],
    ['resd', 56, { anger: 161, joy: 157, neutral: 134, sadness: 117 }],
    ['cremad', 45, { anger: 627, joy: 627, neutral: 536, sadness: 627 }],
  ])('of %s are of the classes and speakers of their list', (kind, speakers, classes) => {
    const rows = parseManifest(readFileSync(join(shared, kind, 'manifest.csv'), 'utf8'))
    const sounds = readdirSync(join(shared, kind)).filter((file) => file.endsWith('.flac'))
    expect(sounds.sort()).toEqual(rows.map(({ path }) => path).sort())
    const infos = rows.map(({ path }) => corpora[kind].parse(path))
    expect(infos.map((info) => [info?.label, info?.speaker])).toEqual(
      rows.map(({ label, speaker }) => [label, speaker]),
    )
    expect(countsOf(infos.map((info) => info?.label ?? ''))).toEqual(classes)
    expect(new Set(infos.map((info) => info?.speaker)).size).toBe(speakers)
    // None is taken for a copy of another, and none is one that the corpus is said to lack.
    expect(new Set(infos.map((info) => JSON.stringify(info))).size).toBe(rows.length)
    expect(infos.filter((info) => info && corpora[kind].lacks?.(info))).toEqual([])
  })

  it('of EmoDB are all seven classes', () => {
    const files = [join(emodbFolder, 'wav'), join(shared, 'emodb-other')].flatMap((place) =>
      readdirSync(place).filter((file) => file.endsWith('.wav')),
    )
    const infos = files.map((file) => emodb.parse(file))
    expect(countsOf(infos.map((info) => info?.label ?? ''))).toEqual({
      ...{ anger: 127, boredom: 81, disgust: 46, fear: 69, joy: 71, neutral: 79, sadness: 62 },
    })
    expect(new Set(infos.map((info) => info?.speaker)).size).toBe(10)
  })
})
