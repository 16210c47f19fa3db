/** Checks of runs and plans that a program made, before they are counted: kinds and lengths, not whether they are true. */
import { checkArray, checkNumber, checkObject, checkString } from '../core/check.ts'
import { checkSeed } from '../numerics/random.ts'
import type { ExperimentPlan } from './plan.ts'
import type { FoldRecord, RunResults, Timeline } from './results.ts'

function checkItems<T extends object>(
  where: string,
  name: string,
  value: unknown,
  check: (item: T, at: string) => void,
) {
  for (const [i, item] of checkArray(where, name, value).entries()) {
    const at = `${name}[${i}]`
    check(checkObject<T>(where, at, item), at)
  }
}

function checkRow(where: string, name: string, row: unknown, length: number): void {
  const numbers = checkArray(where, name, row)
  if (numbers.length !== length) {
    throw new RangeError(`${where}: "${name}" expected ${length} numbers, got ${numbers.length}`)
  }
  for (const [i, number] of numbers.entries()) checkNumber(where, `${name}[${i}]`, number)
}

/** The value if it is a timeline; of K classes where they are given. */
export function checkTimeline(where: string, value: unknown, classes?: number): Timeline {
  const timeline = checkObject<Timeline>(where, 'timeline', value)
  checkString(where, 'timeline.path', timeline.path)
  const posteriors = checkArray<number[]>(where, 'timeline.posteriors', timeline.posteriors)
  const seconds = checkArray(where, 'timeline.seconds', timeline.seconds)
  checkRow(where, 'timeline.seconds', seconds, classes === undefined ? posteriors.length : seconds.length)
  posteriors.forEach((row, i) => {
    checkRow(where, `timeline.posteriors[${i}]`, row, classes ?? checkArray(where, 'timeline.posteriors', row).length)
  })
  return timeline
}

function checkFold(where: string, fold: FoldRecord, at: string, classes: number): void {
  checkString(where, `${at}.speaker`, fold.speaker)
  checkNumber(where, `${at}.accuracy`, fold.accuracy)
  checkItems<FoldRecord['predictions'][number]>(where, `${at}.predictions`, fold.predictions, (one, place) => {
    for (const name of ['path', 'label', 'said'] as const) checkString(where, `${place}.${name}`, one[name])
    checkRow(where, `${place}.posterior`, one.posterior, classes)
  })
  if (fold.timeline !== undefined) checkTimeline(`${where} ${at}`, fold.timeline, classes)
}

/** The value if it is a list of runs. */
export function checkRuns(where: string, value: unknown): RunResults[] {
  checkItems<RunResults>(where, 'runs', value, (run, at) => {
    for (const name of ['name', 'protocol'] as const) checkString(where, `${at}.${name}`, run[name])
    checkNumber(where, `${at}.accuracy`, run.accuracy)
    checkNumber(where, `${at}.unweightedRecall`, run.unweightedRecall)
    checkSeed(`${where} ${at}`, run.seed)
    checkObject(where, `${at}.recall`, run.recall)
    const { classes, counts } = checkObject<RunResults['confusion']>(where, `${at}.confusion`, run.confusion)
    const size = checkArray(where, `${at}.confusion.classes`, classes, 1).length
    if (checkArray(where, `${at}.confusion.counts`, counts).length !== size) {
      throw new RangeError(`${where}: "${at}.confusion.counts" expected ${size} rows, got ${counts.length}`)
    }
    for (const [k, row] of counts.entries()) checkRow(where, `${at}.confusion.counts[${k}]`, row, size)
    checkItems<FoldRecord>(where, `${at}.folds`, run.folds, (fold, place) => checkFold(where, fold, place, size))
  })
  return value as RunResults[]
}

/** The value if it has the lists of a plan; {@link checkPlan} checks what is in them. */
export function checkPlanLists(where: string, value: unknown): ExperimentPlan {
  const plan = checkObject<ExperimentPlan>(where, 'plan', value)
  checkItems<ExperimentPlan['systems'][number]>(where, 'plan.systems', plan.systems, ({ name }, at) => {
    checkString(where, `${at}.name`, name)
  })
  for (const seed of checkArray(where, 'plan.seeds', plan.seeds)) checkSeed(where, seed)
  for (const name of checkArray(where, 'plan.protocols', plan.protocols)) checkString(where, 'plan.protocols', name)
  checkItems<{ members: string[] }>(where, 'plan.combinations', plan.combinations ?? [], ({ members }, at) => {
    checkArray(where, `${at}.members`, members)
  })
  return plan
}
