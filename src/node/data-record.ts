/** Identity of the recordings and the software that folds were computed with. */

import { checkInteger, checkObject, checkOneOf } from '../core/check.ts'
import type { Json } from '../core/types.ts'
import { frontEndKey } from '../experiments/assemble.ts'
import { jsonDifferences } from '../experiments/differences.ts'
import type { FoldData, FoldJob } from '../experiments/jobs.ts'
import type { ExperimentResults } from '../experiments/results.ts'
import { corpusForm, fieldsOf, listOf, text } from '../experiments/results-form.ts'
import { digestsOf } from './fold-data.ts'
import { software, softwareByBits } from './provenance.ts'

/** Recordings and software that a fold was computed from; its file keeps them beside job and settings. */
export interface ComputedFrom {
  software: { 'ser-core': string; kernels: string }
  /** Digest of its features, labels and speakers, then that of the pre-training's, if there is one. */
  recordings: string[]
}

/** Identity of the recordings and the software of an experiment. */
export interface DataRecord {
  format: 'ser-core/data'
  version: 1
  software: ComputedFrom['software']
  /** Digests of features, labels and speakers, one for each front end, then those of pre-trainings. */
  recordings: string[]
  corpus: ExperimentResults['corpus']
}

const recordForm = fieldsOf({
  ...{ software: fieldsOf({ 'ser-core': text, kernels: text }), recordings: listOf(text), corpus: corpusForm },
})

/** The value if it is a data record in every field. */
export function checkDataRecord(where: string, value: unknown): DataRecord {
  const { format, version } = checkObject<Partial<DataRecord>>(where, 'data', value)
  checkOneOf(where, 'format', format, ['ser-core/data'])
  checkInteger(where, 'version', version, { min: 1, max: 1 })
  recordForm(where, '', value)
  return value as DataRecord
}

/** The record of an experiment, and that of each of its folds. */
export interface DataIdentity {
  record: DataRecord
  computedFrom(job: FoldJob): ComputedFrom
}

/**
 * Computes the digests of an experiment.
 *
 * @param data - by the keys of the front ends
 * @param sets - digests of the recordings of pre-trainings, by the names of the systems
 */
export function identify(
  corpus: ExperimentResults['corpus'],
  data: ReadonlyMap<string, FoldData>,
  sets: ReadonlyMap<string, { digest: string }>,
): DataIdentity {
  const digests = digestsOf(data)
  const keys = [...data.keys()]
  const byName = new Map<string, string>()
  const before = [...new Set(Array.from(sets.values(), ({ digest }) => digest))]
  const record: DataRecord = {
    ...{ format: 'ser-core/data', version: 1, software: software() },
    ...{ recordings: [...digests, ...before], corpus },
  }
  const computedFrom = (job: FoldJob): ComputedFrom => {
    const own = byName.get(job.name) ?? digests[keys.indexOf(frontEndKey(job))]
    byName.set(job.name, own)
    const set = sets.get(job.name)
    return { software: record.software, recordings: set === undefined ? [own] : [own, set.digest] }
  }
  return { record, computedFrom }
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

/** Why a fold that was computed from these is none of the experiment's, or undefined. */
export function strangeness({ software, recordings }: ComputedFrom, record: DataRecord): string | undefined {
  if (recordings.some((digest) => !record.recordings.includes(digest))) return 'of other recordings or labels'
  const [difference] = jsonDifferences(softwareByBits(software) as Json, softwareByBits(record.software) as Json)
  return difference === undefined ? undefined : `of other software: ${difference}`
}
