/** Doors that take JSON files of experiments, and answers from a queue. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfusionMatrix } from '../../src/evaluation/confusion-matrix.ts'
import { checkFinishedFold } from '../../src/experiments/fold-check.ts'
import type { FinishedFold, FoldJob } from '../../src/experiments/jobs.ts'
import { checkPlan } from '../../src/experiments/plan.ts'
import { SpeakerStatistics } from '../../src/features/speaker-statistics.ts'
import { Standardizer } from '../../src/features/standardizer.ts'
import { LabelEncoder } from '../../src/networks/label-encoder.ts'
import { foldIn } from '../../src/node/fold-file.ts'
import { FoldStore } from '../../src/node/fold-store.ts'
import { checkRequest, permittedCorpus } from '../../src/node/queue/permitted.ts'
import { readResults } from '../../src/node/report.ts'
import { Random } from '../../src/numerics/random.ts'
import { confusionSpec } from '../../src/report/confusion-chart.ts'
import { trainingCurvesSpec } from '../../src/report/curves-chart.ts'
import { resultsMarkdown } from '../../src/report/markdown.ts'
import { ratesSpec } from '../../src/report/rates-chart.ts'
import { speakersSpec } from '../../src/report/speakers-chart.ts'
import { transferSpec } from '../../src/report/transfer-chart.ts'
import { chooseUtterance } from '../../src/report/utterance.ts'
import { reportResults } from '../../test/support/report.ts'
import { smallPlan } from '../../test/support/small-plan.ts'
import { mutateJsonFile } from '../mutate/json.ts'
import { bytesOf, fileOf, jsonOf, type Target, textOf } from './target.ts'

const experiments = 'test/fixtures/0.1.0/experiments/finished'
const foldPath = `${experiments}/folds/lstm/strict/seed-1/s01.json`

let scratch: string | undefined

/** A folder with the input as one of its files. */
function folderWith(name: string, bytes: Uint8Array): string {
  if (scratch === undefined) {
    scratch = mkdtempSync(join(tmpdir(), 'ser-fuzz-'))
    const made = scratch
    process.on('exit', () => rmSync(made, { recursive: true, force: true }))
  }
  writeFileSync(join(scratch, name), bytes)
  return scratch
}

async function reported(bytes: Uint8Array): Promise<unknown> {
  const results = await readResults(folderWith('results.json', bytes))
  const charts = [ratesSpec(results), speakersSpec(results), trainingCurvesSpec(results)]
  const matrices = results.summary.flatMap((one) => [confusionSpec(one.confusion), transferSpec(one)])
  const made = { pages: [resultsMarkdown(results)], charts, matrices, shown: chooseUtterance(results) }
  return { runs: results.runs.map(({ name }) => name), made: Object.values(made).map((one) => [one].flat().length) }
}

/** Results with a table of rates from corpus to corpus. */
function transferred(): unknown {
  const results = reportResults()
  const cell = { recordings: 4, unweightedRecall: 0.5, unweightedRecallInterval: { low: 0.4, high: 0.6 } }
  const transfer = ['a', 'b'].map((corpus) => ({ training: 'a + b', corpus, ...cell }))
  return { ...results, summary: results.summary.map((one) => ({ ...one, transfer })) }
}

interface FoldFile extends FinishedFold {
  job: FoldJob
  sum: string
}

const foldFile = (): FoldFile => jsonOf(foldPath)
const classes = (): string[] => jsonOf<{ corpus: { classes: string[] } }>(`${experiments}/data.json`).corpus.classes
const job = (): FoldJob => foldFile().job

/** The file with the checksum that belongs to it, so that what is behind the checksum is reached. */
function summed(file: Uint8Array): Uint8Array {
  let value: FoldFile | null
  try {
    value = JSON.parse(textOf(file))
  } catch {
    return file
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return file
  const { fold, seconds, commit = null } = value
  const sum = createHash('sha256').update(JSON.stringify({ fold, seconds, commit })).digest('hex')
  return bytesOf(JSON.stringify({ ...value, sum }))
}

const text = (value: unknown): Uint8Array => bytesOf(JSON.stringify(value))
const parsed = (bytes: Uint8Array): never => JSON.parse(textOf(bytes)) as never

/** Doors that programs give plain objects to; a damaged text is the business of JSON.parse. */
const readers: Record<string, (json: never) => unknown> = {
  random: (json) => Random.restore(json).state(),
  confusion: (json) => ConfusionMatrix.fromJSON(json).toJSON(),
  speaker: (json) => SpeakerStatistics.fromJSON(json).toJSON(),
  labels: (json) => LabelEncoder.fromJSON(json).toJSON(),
  standardizer: (json) => Standardizer.fromJSON(json).toJSON(),
}

function restored(bytes: Uint8Array): unknown {
  let value: { kind?: string; state?: unknown } | null
  try {
    value = parsed(bytes)
  } catch {
    return 'no JSON'
  }
  const { kind = '', state } = value ?? {}
  return Object.hasOwn(readers, kind) ? readers[kind](state as never) : 'no such state'
}

function states(): Uint8Array[] {
  const { random, confusion } = jsonOf<Record<string, unknown>>('test/fixtures/0.1.0/states.json')
  const speaker = { recordings: 2, rows: 20, mean: [0.5, 1], squares: [2, 3] }
  const standardizers = ['speaker', 'training', 'utterance'].map((name) => ({
    kind: 'standardizer',
    state: jsonOf<unknown>(`test/fixtures/0.1.0/standardizers/${name}.json`),
  }))
  const labels = new LabelEncoder(['a', 'b']).toJSON()
  const plain = [
    { kind: 'random', state: random },
    { kind: 'confusion', state: confusion },
    { kind: 'speaker', state: speaker },
    { kind: 'labels', state: labels },
  ]
  return [...plain, ...standardizers].map(text)
}

async function requested(bytes: Uint8Array): Promise<unknown> {
  let value: unknown
  try {
    value = parsed(bytes)
  } catch {
    return 'no JSON'
  }
  return await permittedCorpus(checkRequest(value, {}), { allow: [] })
}

function answered(bytes: Uint8Array): unknown {
  let value: unknown
  try {
    value = parsed(bytes)
  } catch {
    return 'no JSON'
  }
  try {
    return checkFinishedFold(value, job(), { classes: classes() })
  } catch (error) {
    // Whoever asks puts the worker's name before it.
    const { message } = error as Error
    throw /^(fold|the answer|seconds|commit)\S* expected /.test(message) ? new RangeError(`answer: ${message}`) : error
  }
}

/** Targets of experiments. */
export const experimentTargets: readonly Target[] = [
  {
    ...{
      name: 'results',
      doors: 'readResults, pages and charts of them',
      weight: 8,
      mutate: mutateJsonFile,
      run: reported,
    },
    bases: () => [text(reportResults()), text(transferred())],
  },
  {
    ...{ name: 'plan', doors: 'checkPlan, plan.json', weight: 8, mutate: mutateJsonFile },
    bases: () => [fileOf(`${experiments}/plan.json`), text(smallPlan)],
    run: async (bytes) => {
      const plan = await new FoldStore(folderWith('plan.json', bytes)).plan()
      return plan === null ? 'none' : checkPlan(plan)
    },
  },
  {
    ...{ name: 'data-record', doors: 'data.json', weight: 4, mutate: mutateJsonFile },
    bases: () => [fileOf(`${experiments}/data.json`)],
    run: async (bytes) => await new FoldStore(folderWith('data.json', bytes)).checkedData(),
  },
  {
    ...{ name: 'fold', doors: 'files of folds', weight: 5 },
    bases: () => [fileOf(foldPath)],
    mutate: (random, base) => {
      const mutant = mutateJsonFile(random, base)
      return random.uniform() < 0.7 ? summed(mutant) : mutant
    },
    run: (bytes) => {
      let value: unknown
      try {
        value = parsed(bytes)
      } catch {
        return 'no JSON'
      }
      return foldIn(value, job(), { classes: classes() })
    },
  },
  {
    ...{ name: 'answer', doors: 'answers from a queue', weight: 5, mutate: mutateJsonFile, run: answered },
    bases: () => {
      const { fold, seconds, commit } = foldFile()
      return [text({ fold, seconds, commit })]
    },
  },
  {
    ...{
      name: 'request',
      doors: 'jobs of a queue, as a worker checks them',
      weight: 6,
      mutate: mutateJsonFile,
      run: requested,
    },
    bases: () => {
      const settings = jsonOf<{ settings: unknown }>(foldPath).settings
      const systems = jsonOf<{ systems: unknown[] }>(`${experiments}/plan.json`).systems
      const origin = { software: { 'ser-core': '0.1.0', kernels: 'simd' }, utterances: 12, recordings: 'a b' }
      const kinds = [
        { kind: 'synthetic', synthetic: { speakers: 2 } },
        { kind: 'emodb', path: 'data/emodb', speaker: '^(..)' },
      ]
      return kinds.map((corpus) => text({ job: job(), settings, corpus, systems, origin }))
    },
  },
  { name: 'state', doors: 'states in JSON', weight: 6, bases: states, mutate: mutateJsonFile, run: restored },
]
