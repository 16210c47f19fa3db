/** Gender, age and language of a speaker, in the words of lists and tables. They tell whom a system works for, and are never learnt from. */
import Papa from 'papaparse'
import { FormatError } from '../core/errors.ts'

/** Gender of a speaker, as a corpus states it. */
export type Gender = 'female' | 'male' | 'other'

/** Facts about a speaker; absent where the corpus does not tell them. */
export interface PersonFacts {
  gender?: Gender
  /** Years. */
  age?: number
  /** Language spoken, as a rule by its code of two letters (ISO 639-1), such as `de`. */
  language?: string
}

const words: Readonly<Record<Gender, readonly string[]>> = {
  female: ['f', 'female', 'woman', 'w', 'girl'],
  male: ['m', 'male', 'man', 'boy'],
  other: ['other', 'nonbinary', 'non-binary', 'non binary', 'diverse'],
}
const genders = /* @__PURE__ */ new Map(
  (Object.keys(words) as Gender[]).flatMap((gender) => words[gender].map((word) => [word, gender] as const)),
)

/** The gender of a word such as `f`, `Female`, `M`, `other`; undefined for others. */
export function genderOf(word: string | undefined): Gender | undefined {
  return genders.get((word ?? '').trim().toLowerCase())
}

/** Oldest age that is believed, in years. */
const OLDEST = 120

/** The years of a text such as `31`, `31.0` or `31.5`; undefined for others, such as `NA` and `-1`. */
export function ageOf(text: string | undefined): number | undefined {
  const trimmed = (text ?? '').trim()
  const years = /^\d{1,3}(\.\d+)?$/.test(trimmed) ? Number(trimmed) : Number.NaN
  return years <= OLDEST ? years : undefined
}

/** Other codes (ISO 639-2, 639-3) and English names of languages, by their codes of two letters. */
const languages: Readonly<Record<string, string>> = {
  ...{ am: 'amh amharic', ar: 'ara arabic', bn: 'ben bengali bangla', cs: 'ces cze czech', da: 'dan danish' },
  ...{ de: 'deu ger german', el: 'ell gre greek', en: 'eng english', es: 'spa spanish', et: 'est estonian' },
  ...{ fa: 'fas per persian farsi', fi: 'fin finnish', fr: 'fra fre french', he: 'heb hebrew', hi: 'hin hindi' },
  ...{ hu: 'hun hungarian', id: 'ind indonesian', it: 'ita italian', ja: 'jpn japanese', ko: 'kor korean' },
  ...{ nl: 'nld dut dutch', no: 'nor norwegian', pl: 'pol polish', pt: 'por portuguese', ro: 'ron rum romanian' },
  ...{ ru: 'rus russian', sv: 'swe swedish', sw: 'swa swahili', th: 'tha thai', tr: 'tur turkish' },
  ...{ uk: 'ukr ukrainian', ur: 'urd urdu', vi: 'vie vietnamese', zh: 'zho chi cmn chinese mandarin' },
}
const codes = /* @__PURE__ */ new Map(
  Object.entries(languages).flatMap(([code, names]) =>
    [code, ...names.split(' ')].map((name) => [name, code] as const),
  ),
)
/** Texts by which tables say that something is not known. */
const unknown = /^(|na|n\/a|nan|none|null|unknown|-)$/i

/** The code of a language known by name or by another code; others as they are, and undefined for none. */
export function languageOf(text: string | undefined): string | undefined {
  const trimmed = (text ?? '').trim()
  if (unknown.test(trimmed)) return undefined
  return codes.get(trimmed.toLowerCase()) ?? trimmed
}

/** The facts in texts, those that are understood. */
export function personOf(texts: {
  gender?: string | null
  age?: string | null
  language?: string | null
}): PersonFacts {
  const gender = genderOf(texts.gender ?? undefined)
  const age = ageOf(texts.age ?? undefined)
  const language = languageOf(texts.language ?? undefined)
  return {
    ...(gender === undefined ? {} : { gender }),
    ...(age === undefined ? {} : { age }),
    ...(language === undefined ? {} : { language }),
  }
}

const columns = {
  speaker: [
    'speaker',
    'speaker_id',
    'speakerid',
    'spk',
    'spk_id',
    'actorid',
    'actor_id',
    'actor',
    'participant',
    'subject',
  ],
  gender: ['gender', 'sex'],
  age: ['age'],
  language: ['language', 'lang'],
} as const

/**
 * Reads a table of speakers: a column `speaker` (or `ActorID`, ...) and `gender` (or `Sex`), `age` or `language`, in CSV with commas,
 * semicolons or tabs; other columns are not read.
 *
 * @throws FormatError naming the row, the header being row 1
 */
export function parseSpeakers(csv: string): Map<string, PersonFacts> {
  const { data, errors } = Papa.parse<string[]>(csv.trim(), { delimitersToGuess: [',', ';', '\t'] })
  // A table of one column has no delimiter to guess.
  const fault = errors.find(({ type }) => type !== 'Delimiter')
  if (fault !== undefined) throw new FormatError(`row ${(fault.row ?? 0) + 1}: ${fault.message}`)
  const [header = [], ...rows] = data
  const names = header.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_'),
  )
  const place = (column: keyof typeof columns): number => {
    return names.findIndex((name) => (columns[column] as readonly string[]).includes(name))
  }
  const [speaker, gender, age, language] = [place('speaker'), place('gender'), place('age'), place('language')]
  if (speaker < 0 || Math.max(gender, age, language) < 0) {
    throw new FormatError(
      `row 1: expected a column "speaker" and "gender", "age" or "language", got ${header.join(', ')}`,
    )
  }
  const people = new Map<string, PersonFacts>()
  for (const [i, cells] of rows.entries()) {
    const name = (cells[speaker] ?? '').trim()
    if (name === '') throw new FormatError(`row ${i + 2}: the speaker is empty`)
    if (people.has(name)) throw new FormatError(`row ${i + 2}: the speaker "${name}" is there twice`)
    people.set(name, personOf({ gender: cells[gender], age: cells[age], language: cells[language] }))
  }
  return people
}
