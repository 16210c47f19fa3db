/**
 * The folder of an experiment:
 *
 *   .ser-experiment                                marks it as one
 *   plan.json                                      the plan
 *   data.json                                      digests of the recordings, and the software
 *   folds/NAME/PROTOCOL/seed-SEED/SPEAKER.json     the finished folds, each written atomically
 *   pretrained/NAME/PROTOCOL/seed-SEED.safetensors  recognisers trained on other corpora, from which folds start
 *   starts/TIME-ID.json                            working time of each start, updated with every fold
 *   results.json                                   the results, once all folds are finished
 */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { messageOf, StateError } from '../core/errors.ts'
import type { ExpectedFold } from '../experiments/fold-check.ts'
import type { FinishedFold, FoldJob } from '../experiments/jobs.ts'
import { checkPlan, type ExperimentPlan } from '../experiments/plan.ts'
import { planLosses } from '../experiments/plan-differences.ts'
import type { ExperimentResults, ExperimentStart } from '../experiments/results.ts'
import { type ComputedFrom, checkDataRecord, type DataRecord, dataDifferences } from './data-record.ts'
import { checkNotForeign, checkOwnFolder, clearOwnFolder, MARKER, markerText } from './experiment-folder.ts'
import { checkWritableFolder, readJson, readWhole, writeWhole } from './files.ts'
import { foldFileOf, foldIn, type StoredFold, throughJson } from './fold-file.ts'

const STARTS = 'starts'
const MOST_DIFFERENCES = 6
const remedy = 'Give another folder (--out), or remove what is there (--fresh).'

function asText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** The JSON in a file; null where it is not there or damaged. */
async function jsonOrNull(path: string): Promise<unknown> {
  return await readJson(path).catch(() => null)
}

function isStart(value: unknown): value is ExperimentStart {
  const { started, seconds, folds } = (value ?? {}) as Partial<ExperimentStart>
  return Number.isFinite(Date.parse(String(started))) && Number.isFinite(seconds) && Number.isSafeInteger(folds)
}

/** Formats a list of differences as lines below a message. */
export function listed(lines: readonly string[]): string {
  const more = lines.length > MOST_DIFFERENCES ? [`and ${lines.length - MOST_DIFFERENCES} more`] : []
  return [...lines.slice(0, MOST_DIFFERENCES), ...more].map((line) => `\n  ${line}`).join('')
}

/** The finished folds in a folder. */
export class FoldStore {
  readonly folder: string
  private claimed: { plan: ExperimentPlan; data: DataRecord } | undefined

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
    const value = await jsonOrNull(path)
    if (value === null) return null
    try {
      return checkPlan(value)
    } catch (cause) {
      throw new StateError(`"${path}" cannot be followed: ${messageOf(cause)}\n${remedy}`, { cause })
    }
  }

  /** The data record in the folder, or null if there is none. */
  async data(): Promise<DataRecord | null> {
    return await this.checkedData().catch(() => null)
  }

  /**
   * The data record in the folder.
   *
   * @throws StateError that names the file, and the field that is not as it was written
   */
  async checkedData(): Promise<DataRecord> {
    const path = join(this.folder, 'data.json')
    try {
      return checkDataRecord('data', await readJson(path))
    } catch (cause) {
      throw new StateError(`"${path}" cannot be used: ${messageOf(cause)}`, { cause })
    }
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
   * Checks that files that would be overwritten or removed are of an experiment and have not just the same names.
   *
   * @throws StateError that names such a file
   */
  async checkOwn(): Promise<void> {
    await checkOwnFolder(this.folder)
  }

  /** Removes everything that an experiment has written here. */
  async clear(): Promise<void> {
    await clearOwnFolder(this.folder)
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
   * Whether plan and data record are there and agree with these, so that they vouch for folds that do not tell what they
   * were computed from.
   *
   * @throws StateError with the differences
   */
  async agrees(plan: ExperimentPlan, data: DataRecord): Promise<boolean> {
    await this.check(plan)
    const there = await this.data()
    if (there !== null) {
      this.refuse('folds of other recordings or other software', dataDifferences(there, throughJson(data)))
    }
    return there !== null && (await this.plan()) !== null
  }

  /**
   * Writes marker, plan and data record.
   *
   * @throws StateError where those in the folder do not agree
   */
  async claim(plan: ExperimentPlan, data: DataRecord): Promise<void> {
    await this.agrees(plan, data)
    this.claimed = { plan, data }
    await this.writeBytes(MARKER, markerText)
    await this.put('plan.json', plan)
    await this.put('data.json', data)
  }

  /** The fold of a job, null where it is missing, or why what is there is none; see `foldIn`. */
  async read(job: FoldJob, expected: ExpectedFold): Promise<StoredFold | string | null> {
    const path = this.pathOf(job)
    if (!existsSync(path)) return null
    try {
      return foldIn(await readJson(path), job, expected)
    } catch {
      return 'its file is damaged'
    }
  }

  /**
   * Checks that no file of a user is in the place of a fold, before it is computed.
   *
   * @throws StateError that names it
   */
  async checkPlace(job: FoldJob): Promise<void> {
    await checkNotForeign(this.folder, this.nameOf(job))
  }

  /**
   * Writes a finished fold atomically; returns it as it will be read.
   *
   * @throws StateError where it cannot be written, or the folder is another experiment's by now
   */
  async write(
    job: FoldJob,
    { fold, seconds, commit = null }: FinishedFold,
    from?: ComputedFrom,
  ): Promise<FinishedFold> {
    await this.keepClaim()
    const finished = throughJson({ fold, seconds, commit })
    await this.put(this.nameOf(job), foldFileOf(job, { finished, computedFrom: from }))
    return finished
  }

  /** The bytes of a file in the folder; null where it is missing. */
  async readBytes(name: string): Promise<Uint8Array | null> {
    const path = join(this.folder, name)
    return await readWhole(path).catch(() => null)
  }

  /**
   * Writes a file atomically; returns its path.
   *
   * @throws StateError where it cannot be written, or is there and was not written by an experiment
   */
  async writeBytes(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.folder, name)
    try {
      await checkNotForeign(this.folder, name)
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
      const start = await jsonOrNull(join(this.folder, STARTS, file))
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
    await this.keepClaim()
    return await this.put('results.json', results)
  }

  /** Writes plan and data record again where the folder was emptied meanwhile, so that its folds stay known. */
  private async keepClaim(): Promise<void> {
    const { claimed, folder } = this
    if (claimed === undefined) return
    const there = await this.data()
    if (there !== null) {
      // Another process may have added systems to the same experiment, but nothing may be missing.
      const differences = dataDifferences(throughJson(claimed.data), there)
      if (differences.length > 0)
        throw new StateError(`"${folder}" is another experiment's by now:${listed(differences)}`)
    }
    if (there !== null && existsSync(join(folder, 'plan.json'))) return
    await this.claim(claimed.plan, claimed.data)
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
