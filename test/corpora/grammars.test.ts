import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { corpora } from '../../src/corpora/index.ts'
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
