/** Facts that a corpus tells about its speakers, kept with results for rates by groups; no fold learns from them, or sees them. */
import type { GroupComparison } from '../evaluation/group-comparison.ts'
import { ageGroup, peopleRates } from '../evaluation/people-rates.ts'
import type { CorpusPerson } from './corpus-person.ts'
import { type Attributed, attributed, judgedFolds } from './corpus-rates.ts'
import type { ExperimentCorpus, FoldRecord } from './results.ts'

type Facts = Pick<CorpusPerson, 'gender' | 'age' | 'language'>

/** The facts about the speaker of a recording, ages as groups. */
export function factsOf({ gender, age, language }: ExperimentCorpus['utterances'][number]): Facts {
  return {
    ...(gender === undefined ? {} : { gender }),
    ...(age === undefined ? {} : { age: ageGroup(age) }),
    ...(language === undefined ? {} : { language }),
  }
}

/** Facts about the speakers; empty where nothing is known. */
export function peopleOf(utterances: ExperimentCorpus['utterances']): CorpusPerson[] {
  const bySpeaker = new Map<string, Map<string, { facts: Facts; paths: string[] }>>()
  for (const utterance of utterances) {
    const facts = factsOf(utterance)
    const key = JSON.stringify(facts)
    const told = bySpeaker.get(utterance.speaker) ?? new Map<string, { facts: Facts; paths: string[] }>()
    bySpeaker.set(utterance.speaker, told)
    const same = told.get(key) ?? { facts, paths: [] }
    told.set(key, same)
    same.paths.push(utterance.path)
  }
  return Array.from(bySpeaker, ([speaker, told]) =>
    [...told.values()]
      .filter(({ facts }) => Object.keys(facts).length > 0)
      .map(({ facts, paths }) => ({ speaker, ...facts, ...(told.size === 1 ? {} : { paths }) })),
  ).flat()
}

/** A function that adds to predictions what is known of their speakers. */
function knownBy(people: readonly CorpusPerson[]): (one: Attributed & { path: string }) => Attributed & Facts {
  const bySpeaker = new Map<string, Facts>()
  const byPath = new Map<string, Facts>()
  for (const { speaker, paths, ...facts } of people) {
    if (paths === undefined) bySpeaker.set(speaker, facts)
    else for (const path of paths) byPath.set(path, facts)
  }
  return (one) => ({ ...one, ...(byPath.get(one.path) ?? bySpeaker.get(one.speaker)) })
}

/** Rates by groups of the folds by which runs are judged, means over the runs. */
export function groupsOfRuns(
  runs: readonly { folds: readonly FoldRecord[] }[],
  classes: readonly string[],
  people: readonly CorpusPerson[],
): GroupComparison[] {
  const add = knownBy(people)
  const judged = runs.map(({ folds }) =>
    attributed(judgedFolds(folds)).map((one) => add(one as Attributed & { path: string })),
  )
  return peopleRates(judged, { classes })
}
