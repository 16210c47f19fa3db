/** Label Studio's JSON export: tasks with annotations, whose results are joined by their ids. */
import { describe, FormatError, messageOf } from '../../core/errors.ts'
import { checkTimes, type ForeignEntry, type ForeignList } from './entries.ts'

type Item = Record<string, unknown>

/** Which controls are read. */
export interface LabelStudioChoice {
  /** Control (`from_name`) of the labels. Default: the only one of labels or choices. */
  label?: string
  /** Control or field of `data` of the speakers. Default: the field `speaker`. */
  speaker?: string
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A result of an annotation. */
interface Result {
  id: string
  control: string
  type: string
  value: Item
}

function resultsOf(annotation: Item, place: string): Result[] {
  const list = Array.isArray(annotation.result) ? annotation.result : []
  return list.filter(isItem).flatMap((one, i): Result[] => {
    if (typeof one.type !== 'string' || typeof one.from_name !== 'string') return [] // a relation
    if (!isItem(one.value))
      throw new FormatError(`${place}: result ${i + 1} expected a "value", got ${describe(one.value)}`)
    return [{ id: String(one.id), control: one.from_name, type: one.type, value: one.value }]
  })
}

/** The texts of a result: its labels, choices, text or rating. */
function textsOf({ value }: Result): string[] {
  const found = value.labels ?? value.choices ?? value.text ?? value.rating ?? value.number
  return (Array.isArray(found) ? found : found === undefined ? [] : [found]).map(String)
}

/** The sound of a task: the field `audio`, or the only one that names a file. */
function soundOf(data: Item, place: string): string {
  if (typeof data.audio === 'string') return data.audio
  const others = Object.values(data).filter(
    (value): value is string => typeof value === 'string' && /\.\w{2,4}$/.test(value),
  )
  if (others.length === 1) return others[0]
  throw new FormatError(`${place}: expected a field "audio" in "data", got ${Object.keys(data).join(', ')}`)
}

/** The annotations of a task, which older versions call completions. */
function annotationsOf({ annotations, completions }: Item): Item[] {
  const list = annotations ?? completions
  return Array.isArray(list) ? list.filter(isItem) : []
}

/** The control of the labels. */
function controlOf(tasks: readonly Item[], asked: string | undefined): string {
  const found = new Set<string>()
  for (const task of tasks) {
    for (const annotation of annotationsOf(task)) {
      for (const { control, type } of resultsOf(annotation, 'the file'))
        if (asked !== undefined || /labels$|^choices$/.test(type)) found.add(control)
    }
  }
  if (asked !== undefined && found.has(asked)) return asked
  if (asked === undefined && found.size === 1) return [...found][0]
  const names = [...found].map(describe).join(', ') || 'none'
  throw new FormatError(
    `${asked === undefined ? 'the control of the labels expected in "labelFrom"' : `no control ${describe(asked)}`}: there are ${names}`,
  )
}

/** The stretch of a region, of the results that share its id. */
function regionOf(
  results: readonly Result[],
  place: string,
  split: boolean,
): Pick<ForeignEntry, 'start' | 'end' | 'channel'> {
  const value = results.map((one) => one.value).find(({ start }) => start !== undefined)
  if (value === undefined) return {}
  const [start, end] = [value.start, value.end].map(Number)
  checkTimes(place, start, end)
  return { start, end, ...(split && typeof value.channel === 'number' ? { channel: value.channel + 1 } : {}) }
}

/** Whether channels were annotated apart: Label Studio writes channel 0 for sound that it shows as one, too. */
function isSplit(tasks: readonly Item[]): boolean {
  return tasks.some((task) => {
    return annotationsOf(task).some((one) => resultsOf(one, 'the file').some(({ value }) => Number(value.channel) > 0))
  })
}

/** Where labels are: their control, that of the speakers, and whether channels stand for themselves. */
interface Places {
  control: string
  choice: LabelStudioChoice
  split: boolean
}

/** The labels of one annotation of a task. */
function entriesOf(annotation: Item, data: Item, { control, choice, split }: Places, place: string): ForeignEntry[] {
  const results = resultsOf(annotation, place)
  const file = soundOf(data, place)
  const wide = (own: readonly Result[], name: string | undefined): string | undefined => {
    const found =
      own.find((one) => one.control === name) ??
      results.find((one) => one.control === name && one.value.start === undefined)
    return found && textsOf(found).join(' ')
  }
  return results
    .filter((one) => one.control === control)
    .map((one) => {
      const own = results.filter(({ id }) => id === one.id)
      const texts = textsOf(one)
      if (texts.length > 1)
        throw new FormatError(`${place}: several labels of one stretch, ${texts.map(describe).join(' and ')}`)
      const named = data[choice.speaker ?? 'speaker']
      const speaker = wide(own, choice.speaker) ?? (named === undefined || named === null ? '' : String(named))
      return { file, ...regionOf(own, place, split), label: texts[0] ?? null, speaker, place }
    })
}

/**
 * Reads an export. Annotations that were cancelled are skipped; of several annotators each counts.
 *
 * @returns entries whose files are as Label Studio names them, an address or a path
 * @throws FormatError for other exports (JSON_MIN, CSV), which have lost the times, and with the task for what is not right
 */
export function parseLabelStudio(text: string, choice: LabelStudioChoice = {}): ForeignList {
  let tasks: unknown
  try {
    tasks = JSON.parse(text)
  } catch (cause) {
    throw new FormatError(`no JSON, as Label Studio exports it: ${messageOf(cause)}`, { cause })
  }
  if (!Array.isArray(tasks) || !tasks.every(isItem))
    throw new FormatError('expected a list of tasks, as the export "JSON" has it')
  const minimal = tasks.findIndex((task) => !isItem(task.data) || !Array.isArray(task.annotations ?? task.completions))
  if (minimal >= 0) {
    throw new FormatError(
      `task ${minimal + 1} has no "data" and "annotations": export as "JSON"; JSON_MIN and CSV lose the times of the regions`,
    )
  }
  const control = controlOf(tasks, choice.label)
  const places = { control, choice, split: isSplit(tasks) }
  const problems: ForeignList['problems'] = []
  const entries = tasks.flatMap((task: Item, i): ForeignEntry[] => {
    const place = `task ${task.id === undefined ? i + 1 : String(task.id)}`
    const kept = annotationsOf(task).filter(({ was_cancelled: cancelled }) => cancelled !== true)
    const found = kept.flatMap((one) => entriesOf(one, task.data as Item, places, place))
    if (found.length === 0)
      problems.push({
        path: soundOf(task.data as Item, place),
        reason: `${place}: no annotation with ${describe(control)}`,
      })
    return found
  })
  return { entries, problems }
}

/**
 * Paths that the sound of a task may have, relative to the folder of the sounds: Label Studio names an address, and puts eight characters
 * before the names of files that were uploaded.
 */
export function labelStudioPaths(address: string): string[] {
  const local = /^\/data\/local-files\/?\?d=(.+)$/.exec(address)?.[1]
  let path = local ?? address.replace(/^[a-z][\w+.-]*:\/\/[^/]*\//i, '').replace(/[?#].*$/, '')
  try {
    path = decodeURIComponent(path)
  } catch {
    // A sign of per cent that stands for itself.
  }
  path = path.replace(/^\/+/, '')
  const name = path.slice(path.lastIndexOf('/') + 1)
  return [...new Set([path, name, name.replace(/^[0-9a-f]{8}-/, '')])].filter(
    (one) => !one.split(/[\\/]/).includes('..'),
  )
}
