/** Contents of a corpus, in lines. */
import { type GivenRecord, givenTexts } from '../experiments/given-features.ts'
import { speakersTwice } from '../node/same-speakers.ts'
import type { ExperimentSource } from '../node/source.ts'
import { groupProblems } from '../report/problems.ts'
import type { Terminal } from './terminal.ts'

/** Most problems of one kind to list; more are counted. */
const SHOWN_PROBLEMS = 10

function count<T>(items: readonly T[], of: T): number {
  return items.filter((item) => item === of).length
}

/** Numbers by their names. */
function countsText(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([label, n]) => `${label} ${n}`)
    .join(', ')
}

type Described = Pick<
  ExperimentSource,
  'name' | 'classes' | 'utterances' | 'problems' | 'otherClasses' | 'corpora' | 'unusedLabels' | 'features'
>

function contentOf(utterances: Described['utterances'], classes: readonly string[]): string {
  const labels = utterances.map(({ label }) => label)
  const speakers = new Set(utterances.map(({ speaker }) => speaker)).size
  const perClass = classes.map((label) => `${label} ${count(labels, label)}`).join(', ')
  return `${utterances.length} utterances of ${speakers} speakers (${perClass})`
}

/** The given features, and columns that are not used. */
function featuresText(features: GivenRecord | undefined): string[] {
  if (features === undefined) return []
  const left = features.sources.flatMap(({ from, otherColumns = [] }) =>
    otherColumns.length === 0 ? [] : [`not used  columns of ${from} that are no features: ${otherColumns.join(', ')}`],
  )
  return [...givenTexts(features).map((text) => `features  given: ${text}`), ...left]
}

/** Numbers of speakers by gender, their ages and languages, as far as the corpus tells; undefined for nothing. */
function peopleText(utterances: Described['utterances']): string | undefined {
  const people = [...new Map(utterances.map((one) => [one.speaker, one])).values()]
  const genders: Record<string, number> = {}
  for (const { gender } of people) if (gender !== undefined) genders[gender] = (genders[gender] ?? 0) + 1
  const ages = people.flatMap(({ age }) => age ?? [])
  const languages = [...new Set(utterances.flatMap(({ language }) => language ?? []))].sort()
  const [youngest, oldest] = [Math.min(...ages), Math.max(...ages)]
  const parts = [
    ...(Object.keys(genders).length === 0 ? [] : [countsText(genders)]),
    ...(ages.length === 0
      ? []
      : [`aged ${youngest === oldest ? youngest : `${youngest} to ${oldest}`} (${ages.length} known)`]),
    ...(languages.length === 0 ? [] : [`language ${languages.join(', ')}`]),
  ]
  return parts.length === 0 ? undefined : parts.join('; ')
}

/** Prints the contents of a corpus, or of several, and their problems. */
export function describeCorpus(
  { name, classes, utterances, problems, otherClasses = {}, corpora = [], unusedLabels = [], features }: Described,
  terminal: Pick<Terminal, 'line'>,
): void {
  const each = corpora.length > 1 ? corpora : []
  for (const one of each) {
    const own = utterances.filter(({ corpus }) => corpus === one.name)
    terminal.line(`corpus    ${one.name}: ${contentOf(own, classes)}`)
    if (Object.keys(one.otherClasses).length > 0)
      terminal.line(`not used  ${one.name}: ${countsText(one.otherClasses)}`)
  }
  terminal.line(`corpus    ${each.length > 0 ? `all ${each.length}` : name}: ${contentOf(utterances, classes)}`)
  const people = peopleText(utterances)
  if (people !== undefined) terminal.line(`speakers  ${people}`)
  if (each.length === 0 && Object.keys(otherClasses).length > 0) {
    terminal.line(`not used  other classes: ${countsText(otherClasses)}`)
  }
  for (const line of featuresText(features)) terminal.line(line)
  for (const [one, other, speaker] of speakersTwice({ name, utterances, corpora })) {
    terminal.line(
      `warning   ${one} and ${other} share speakers, such as ${speaker}: they count as others, so that folds may test on voices of the training`,
    )
  }
  for (const label of unusedLabels) terminal.line(`warning   no corpus has the label ${label}, which is mapped`)
  const labels = utterances.map(({ label }) => label)
  for (const label of classes) if (!labels.includes(label)) terminal.line(`warning   no recording of ${label}`)
  for (const group of groupProblems(problems)) {
    const shown = group.problems.length > SHOWN_PROBLEMS ? group.problems.slice(0, SHOWN_PROBLEMS - 1) : group.problems
    for (const { path, reason, kept } of shown) terminal.line(`${kept ? 'warning ' : 'left out'}  ${path}: ${reason}`)
    const more = group.problems.length - shown.length
    if (more > 0) terminal.line(`${group.problems[0].kept ? 'warning ' : 'left out'}  ${more} more: ${group.kind}`)
  }
}
