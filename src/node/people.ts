/** Facts about the speakers of a corpus from a table of them. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { FormatError, messageOf } from '../core/errors.ts'
import { type CorpusGrammar, manifestText, type PersonFacts, parseSpeakers } from '../corpora/index.ts'
import type { CorpusProblem, CorpusUtterance } from './corpus-types.ts'
import { readWhole } from './files.ts'

async function readSpeakers(file: string): Promise<Map<string, PersonFacts>> {
  try {
    return parseSpeakers(manifestText(await readWhole(file)))
  } catch (cause) {
    throw new FormatError(`loadCorpus: table of speakers "${file}": ${messageOf(cause)}`, { cause })
  }
}

/** The published table of speakers in the corpus' folder; undefined where there is none. */
function publishedTable(grammar: CorpusGrammar | null, directory: string): string | undefined {
  if (grammar?.speakerTable === undefined) return undefined
  const file = join(directory, grammar.speakerTable)
  return existsSync(file) ? file : undefined
}

/**
 * Adds to each recording what a table tells of its speaker: the given one, else the one that the corpus publishes, if it is in its
 * folder. A published table that cannot be read is a problem, and no error: nothing but rates by groups needs it.
 *
 * @throws FormatError where the given table cannot be read, or has none of the speakers
 */
export async function withPeople(
  utterances: readonly CorpusUtterance[],
  grammar: CorpusGrammar | null,
  directory: string,
  given: string | undefined,
): Promise<{ utterances: CorpusUtterance[]; problems: CorpusProblem[] }> {
  const file = given ?? publishedTable(grammar, directory)
  if (file === undefined) return { utterances: [...utterances], problems: [] }
  try {
    const people = await readSpeakers(file)
    if (given !== undefined && utterances.length > 0 && !utterances.some(({ speaker }) => people.has(speaker))) {
      const [{ speaker }] = utterances
      throw new FormatError(`loadCorpus: table of speakers "${file}": none is of the corpus, such as "${speaker}"`)
    }
    return { utterances: utterances.map((one) => ({ ...one, ...people.get(one.speaker) })), problems: [] }
  } catch (error) {
    if (given !== undefined) throw error
    return {
      utterances: [...utterances],
      problems: [{ path: grammar?.speakerTable ?? '', reason: messageOf(error), kept: true }],
    }
  }
}
