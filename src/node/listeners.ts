/** Listeners' votes as second labels of a corpus, as its labels, or as numbers to learn. */
import { FormatError, messageOf } from '../core/errors.ts'
import { parseTargetTable, parseVotes } from '../corpora/votes.ts'
import type { CorpusReference } from '../experiments/corpora.ts'
import { type CorpusPart, withTargets } from './corpus.ts'
import { readWhole } from './files.ts'

async function readVotes<T>(file: string, parse: (csv: string) => Map<string, T>): Promise<Map<string, T>> {
  try {
    return parse((await readWhole(file)).toString('utf8'))
  } catch (cause) {
    throw new FormatError(`votes "${file}": ${messageOf(cause)}`, { cause })
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '')
}

/**
 * Adds what most listeners heard to each recording (`heard`). With `votesAs` `label` it becomes the label, with `agreed`
 * only recordings are kept whose label it is; the others, ties among them, are counted in `otherClasses`.
 *
 * @throws FormatError where the votes cannot be read, or none is of a recording of the corpus
 */
export async function withVotes(part: CorpusPart, { votes: file, votesAs }: CorpusReference): Promise<CorpusPart> {
  if (file === undefined) return part
  const votes = await readVotes(file, parseVotes)
  const otherClasses = { ...part.otherClasses }
  const all = part.heard.map(({ utterance, sound }) => {
    const said = votes.get(nameOf(utterance.path))
    return { utterance: { ...utterance, ...(said ? { heard: said.join(':') } : {}) }, sound }
  })
  if (all.every(({ utterance }) => utterance.heard === undefined)) {
    throw new FormatError(`votes "${file}": none is of a recording of the corpus`)
  }
  if (votesAs === undefined) return { ...part, heard: all }
  const heard = all.flatMap((one) => {
    const { label, heard: said = 'nothing' } = one.utterance
    const fits = votesAs === 'label' ? part.classes.includes(said) : said === label
    if (fits) return [{ ...one, utterance: { ...one.utterance, label: said } }]
    const why = `${label} heard as ${said}`
    otherClasses[why] = (otherClasses[why] ?? 0) + 1
    return []
  })
  return { ...part, heard, otherClasses }
}

/**
 * Adds the numbers of a table of votes to the recordings as their targets; those without are left out.
 *
 * @throws FormatError where the table cannot be read, or has numbers of no recording of the corpus
 */
export async function withVotedTargets(
  part: CorpusPart,
  file: string,
  targets: readonly string[],
): Promise<CorpusPart> {
  const table = await readVotes(file, (csv) => parseTargetTable(csv, targets))
  const heard = part.heard.map((one) => {
    const { utterance } = one
    return { ...one, utterance: { ...utterance, targets: table.get(nameOf(utterance.path)) ?? {} } }
  })
  if (heard.every(({ utterance }) => Object.keys(utterance.targets).length === 0)) {
    throw new FormatError(`votes "${file}": none is of a recording of the corpus`)
  }
  return withTargets({ ...part, heard }, targets)
}
