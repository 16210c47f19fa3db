/** Facts about a speaker, in results. */
import { checkArray, checkObject, checkString, checkStrings } from '../core/check.ts'

/** A speaker, or those recordings of one of which the same is told. */
export interface CorpusPerson {
  speaker: string
  gender?: string
  /** Age group, not the age, as of `ageGroup`. */
  age?: string
  language?: string
  /** Paths of the recordings, where not all of the speaker's. */
  paths?: string[]
}

/** Checks a list of people. */
export function checkPeople(where: string, value: unknown): void {
  for (const [i, one] of checkArray(where, 'people', value).entries()) {
    const at = `people[${i}]`
    const { speaker, gender, age, language, paths } = checkObject<CorpusPerson>(where, at, one)
    checkString(where, `${at}.speaker`, speaker)
    for (const [name, text] of Object.entries({ gender, age, language })) {
      if (text !== undefined) checkString(where, `${at}.${name}`, text)
    }
    if (paths !== undefined) checkStrings(where, `${at}.paths`, paths)
  }
}
