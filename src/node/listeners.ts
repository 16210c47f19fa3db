/** Listeners' votes as second labels of a corpus, or as its labels. */
import { FormatError, messageOf } from '../core/errors.ts'
import { parseVotes } from '../corpora/votes.ts'
import type { CorpusReference } from '../experiments/corpora.ts'
import type { CorpusPart } from './corpus.ts'
import { readWhole } from './files.ts'

async function readVotes(file: string): Promise<Map<string, string[]>> {
  try {
    return parseVotes((await readWhole(file)).toString('utf8'))
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
  const votes = await readVotes(file)
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
