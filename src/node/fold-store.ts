/**
 * The folder of an experiment:
 *
 *   plan.json                                      the plan
 *   data.json                                      digests of the recordings, and the software
 *   folds/NAME/PROTOCOL/seed-SEED/SPEAKER.json     the finished folds, each written atomically
 *   pretrained/NAME/PROTOCOL/seed-SEED.safetensors  recognisers trained on other corpora, from which folds start
 *   starts/TIME-ID.json                            working time of each start, updated with every fold
 *   results.json                                   the results, once all folds are finished
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { messageOf, StateError } from '../core/errors.ts'
import type { Json } from '../core/types.ts'
import { jsonDifferences } from '../experiments/differences.ts'
import { type FinishedFold, type FoldJob, systemOf } from '../experiments/jobs.ts'
import { checkPlan, type ExperimentPlan } from '../experiments/plan.ts'
import { planLosses } from '../experiments/plan-differences.ts'
import type { ExperimentResults, ExperimentStart } from '../experiments/results.ts'
import { checkWritableFolder, writeWhole } from './files.ts'
import { softwareByBits } from './provenance.ts'

/** Identity of the recordings and the software of folds. */
export interface DataRecord {
  format: 'ser-core/data'
  version: 1
  software: { 'ser-core': string; kernels: string }
  /** Digests of features, labels and speakers, one for each front end. */
  recordings: string[]
  corpus: ExperimentResults['corpus']
}

/** A finished fold in its file. */
interface FoldFile extends FinishedFold {
  job: FoldJob
  /** All settings of the system, including defaults. */
  settings: Json
  /** Checksum of the other fields. */
  sum: string
}

const STARTS = 'starts'
/** Everything that an experiment writes into its folder, except reports; the plan last, as it identifies the others. */
const OWN_NAMES = ['results.json', 'folds', 'pretrained', STARTS, 'data.json', 'plan.json']
const MOST_DIFFERENCES = 6
const remedy = 'Give another folder (--out), or remove what is there (--fresh).'

function asText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function sameJson(a: unknown, b: unknown): boolean {
  return jsonDifferences(a as Json, b as Json).length === 0
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return null // not there, or damaged
  }
}

function isStart(value: unknown): value is ExperimentStart {
  const { started, seconds, folds } = (value ?? {}) as Partial<ExperimentStart>
  return Number.isFinite(Date.parse(String(started))) && Number.isFinite(seconds) && Number.isSafeInteger(folds)
}

/** The value after a round trip through JSON. */
function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}

function settingsOf(job: FoldJob): Json {
  return throughJson(systemOf(job).settings)
}

function sumOf(finished: FinishedFold): string {
  return createHash('sha256').update(JSON.stringify(finished)).digest('hex')
}

/**
 * Differences between the recordings and the software of two experiments. Front ends that only the second one has do
 * not count.
 */
export function dataDifferences(there: DataRecord, here: DataRecord): string[] {
  const compared = ({ software, corpus: { classes, speakers, utterances } }: DataRecord): Json =>
    ({ software: softwareByBits(software), classes, speakers, utterances }) as Json
  const unknown = there.recordings.filter((digest) => !here.recordings.includes(digest))
  return [
    ...unknown.map((digest) => `recordings: "${digest}" there, not here`),
    ...jsonDifferences(compared(there), compared(here)),
  ]
}

/** Formats a list of differences as lines below a message. */
export function listed(lines: readonly string[]): string {
  const more = lines.length > MOST_DIFFERENCES ? [`and ${lines.length - MOST_DIFFERENCES} more`] : []
  return [...lines.slice(0, MOST_DIFFERENCES), ...more].map((line) => `\n  ${line}`).join('')
}

/** The finished folds in a folder. */
export class FoldStore {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /**
   * The plan in the folder, or null if there is none.
   *
   * @throws StateError where this version cannot follow it
   */
  async plan(): Promise<ExperimentPlan | null> {
    const path = join(this.folder, 'plan.json')
    const value = await readJson(path)
    if (value === null) return null
    try {
      return checkPlan(value)
    } catch (cause) {
      throw new StateError(`"${path}" cannot be followed: ${messageOf(cause)}\n${remedy}`, { cause })
    }
  }

  /** The data record in the folder, or null if there is none. */
  async data(): Promise<DataRecord | null> {
    const value = (await readJson(join(this.folder, 'data.json'))) as DataRecord | null
    return value?.format === 'ser-core/data' && value.version === 1 ? value : null
  }

  /**
   * Checks that the folder can be written to, before there is anything to write.
   *
   * @throws StateError that says why not
   */
  async checkWritable(): Promise<void> {
    await checkWritableFolder(this.folder)
  }

  /**
   * Checks that the files that {@link FoldStore.clear} would remove belong to an experiment and not just have the same
   * names.
   *
   * @throws StateError that names such a file in a folder without a plan
   */
  async checkClearable(): Promise<void> {
    if (existsSync(join(this.folder, 'plan.json'))) return
    const other = OWN_NAMES.find((name) => existsSync(join(this.folder, name)))
    if (other === undefined) return
    const reason = `has "${other}" but no plan of an experiment, so that it is not emptied`
    throw new StateError(`the folder ${this.folder} ${reason}; give another folder`)
  }

  /** Removes everything that an experiment has written here. */
  async clear(): Promise<void> {
    for (const name of OWN_NAMES) {
      await rm(join(this.folder, name), { recursive: true, force: true })
    }
  }

  /**
   * Checks that the folder has no plan, this plan or a part of it: systems, seeds and protocols may be added.
   *
   * @throws StateError with the parts of the folder's plan that this plan lacks
   */
  async check(plan: ExperimentPlan): Promise<void> {
    const there = await this.plan()
    if (there !== null) this.refuse('another plan', planLosses(there, plan))
  }

  /**
   * Writes the plan and the data record, or checks that those in the folder agree.
   *
   * @throws StateError with the differences
   */
  async claim(plan: ExperimentPlan, data: DataRecord): Promise<void> {
    await this.check(plan)
    const there = await this.data()
    if (there !== null) {
      this.refuse('folds of other recordings or other software', dataDifferences(there, throughJson(data)))
    }
    await this.put('plan.json', plan)
    await this.put('data.json', data)
  }

  /**
   * A finished fold, or null if it is missing, damaged, of another job, or of other settings (defaults may have
   * changed).
   */
  async read(job: FoldJob): Promise<FinishedFold | null> {
    const record = (await readJson(this.pathOf(job))) as FoldFile | null
    if (record === null || typeof record !== 'object') return null
    const { fold, seconds, commit = null } = record
    const finished = { fold, seconds, commit }
    const same = sameJson(record.job, job) && sameJson(record.settings, settingsOf(job))
    return same && record.sum === sumOf(finished) ? finished : null
  }

  /** Writes a finished fold atomically; returns it as it will be read. */
  async write(job: FoldJob, { fold, seconds, commit = null }: FinishedFold): Promise<FinishedFold> {
    const finished = throughJson({ fold, seconds, commit })
    await this.put(this.nameOf(job), { job, settings: settingsOf(job), ...finished, sum: sumOf(finished) })
    return finished
  }

  /** The bytes of a file in the folder; null where it is missing. */
  async readBytes(name: string): Promise<Uint8Array | null> {
    return await readFile(join(this.folder, name)).catch(() => null)
  }

  /**
   * Writes a file atomically; returns its path.
   *
   * @throws StateError where it cannot be written
   */
  async writeBytes(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.folder, name)
    try {
      await writeWhole(path, content)
    } catch (cause) {
      throw new StateError(`cannot write "${path}": ${messageOf(cause)}`, { cause })
    }
    return path
  }

  /** Working times of all recorded starts, by name; damaged ones are left out. */
  async starts(): Promise<Map<string, ExperimentStart>> {
    const names = await readdir(join(this.folder, STARTS)).catch(() => [])
    const starts = new Map<string, ExperimentStart>()
    for (const file of names.filter((name) => name.endsWith('.json')).sort()) {
      const start = await readJson(join(this.folder, STARTS, file))
      if (isStart(start)) starts.set(basename(file, '.json'), start)
    }
    return starts
  }

  /** Writes the working time of a start until now. */
  async writeStart(name: string, start: ExperimentStart): Promise<void> {
    await this.put(join(STARTS, `${name}.json`), start)
  }

  /**
   * Writes the results; returns their path.
   *
   * @throws StateError where they cannot be written; all folds remain in the folder
   */
  async writeResults(results: ExperimentResults): Promise<string> {
    return await this.put('results.json', results)
  }

  private nameOf({ id }: FoldJob): string {
    return join('folds', `${id}.json`)
  }

  private pathOf(job: FoldJob): string {
    return join(this.folder, this.nameOf(job))
  }

  private async put(name: string, value: unknown): Promise<string> {
    return await this.writeBytes(name, asText(value))
  }

  private refuse(what: string, differences: readonly string[]): void {
    if (differences.length === 0) return
    throw new StateError(`"${this.folder}" holds ${what}:${listed(differences)}\n${remedy}`)
  }
}
