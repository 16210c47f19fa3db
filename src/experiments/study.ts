/**
 * Published results of the study: Zhuowei Han, "Deep Neural Network for Speech Emotion Recognition - A Study of Deep
 * Learning", Universität Stuttgart, 16 April 2015. Four classes of EmoDB, leave-one-speaker-out, with a normalisation
 * fitted over all speakers. The row percentages are as printed; the counts follow from them and the recordings of each
 * class (71, 79, 61 or 62, and 127), and agree with the predictions in the author's public repository where there are
 * any.
 */

import { describe } from '../core/errors.ts'
import type { ConfusionMatrixJson } from '../evaluation/confusion-matrix.ts'
import type { ExperimentResults } from './results.ts'

/** A system of the study; rows are true classes, columns predicted ones. */
export interface StudySystem {
  /** Name in the study. */
  title: string
  /** Accuracy as printed, 0..1. */
  printed: number
  /** Accuracy by the counts; for LSTM it differs from the printed one. */
  accuracy: number
  unweightedRecall: number
  /** Row percentages as printed. */
  percent: number[][]
  confusion: ConfusionMatrixJson
}

/** Names of the study's systems. */
export type StudyName = 'crbm-dnn' | 'crbm-lstm' | 'lstm' | 'lstm-rectifier'

/** Source of the numbers. */
export const studySource: string =
  'Zhuowei Han, Deep Neural Network for Speech Emotion Recognition, Universität Stuttgart, 2015'

/** The classes of the study in the order of its matrices; the synthetic voices have the same ones. */
export const studyClasses = ['joy', 'neutral', 'sadness', 'anger'] as const

function system(title: string, printed: number, percent: number[][], counts: number[][]): StudySystem {
  const totals = counts.map((row) => row.reduce((sum, count) => sum + count, 0))
  const right = counts.reduce((sum, row, k) => sum + row[k], 0)
  const recalls = counts.map((row, k) => row[k] / totals[k])
  return {
    title,
    printed,
    accuracy: right / totals.reduce((sum, total) => sum + total, 0),
    unweightedRecall: recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length,
    percent,
    confusion: { classes: [...studyClasses], counts },
  }
}

/**
 * The four systems of the study.
 * @example
 * ```ts
 * study['crbm-dnn'].confusion.classes // ['joy', 'neutral', 'sadness', 'anger']
 * ```
 */
export const study: Readonly<Record<StudyName, StudySystem>> = {
  'crbm-dnn': /* @__PURE__ */ system(
    'CRBM-DNN',
    0.5976,
    [
      [57.7, 1.4, 0, 40.8],
      [17.7, 54.4, 25.3, 2.5],
      [1.6, 27.9, 70.5, 0],
      [39.4, 1.6, 0, 59.1],
    ],
    [
      [41, 1, 0, 29],
      [14, 43, 20, 2],
      [1, 17, 43, 0],
      [50, 2, 0, 75],
    ],
  ),
  'crbm-lstm': /* @__PURE__ */ system(
    'CRBM-LSTM',
    0.7198,
    [
      [11.3, 9.9, 2.8, 76.1],
      [0, 72.2, 17.7, 10.1],
      [0, 4.8, 88.7, 6.5],
      [0.8, 1.6, 0, 97.6],
    ],
    [
      [8, 7, 2, 54],
      [0, 57, 14, 8],
      [0, 3, 55, 4],
      [1, 2, 0, 124],
    ],
  ),
  lstm: /* @__PURE__ */ system(
    'LSTM',
    0.8159,
    [
      [66.2, 4.2, 0, 29.6],
      [6.3, 79.7, 10.2, 3.8],
      [0, 19.7, 80.3, 0],
      [12.6, 0.8, 0, 86.6],
    ],
    [
      [47, 3, 0, 21],
      [5, 63, 8, 3],
      [0, 12, 49, 0],
      [16, 1, 0, 110],
    ],
  ),
  'lstm-rectifier': /* @__PURE__ */ system(
    'LSTM-Rectifier',
    0.8343,
    [
      [57.7, 7, 0, 35.2],
      [6.3, 86.1, 6.3, 0],
      [0, 6.6, 93.4, 0],
      [8.7, 0, 0, 91.3],
    ],
    [
      [41, 5, 0, 25],
      [5, 68, 5, 1],
      [0, 4, 57, 0],
      [11, 0, 0, 116],
    ],
  ),
}

/** Corpus and classes, which identify the study's recordings. */
type Task = Pick<ExperimentResults['corpus'], 'name' | 'classes'>

/** Whether recordings and classes are the study's, so that its numbers are comparable. */
function sameTask({ name, classes }: Task): boolean {
  return name === 'emodb' && [...classes].sort().join() === [...studyClasses].sort().join()
}

/**
 * Throws unless the study's numbers are comparable with results on these recordings and classes.
 *
 * @throws RangeError that names the given and the expected corpus and classes
 */
export function checkStudyTask(where: string, task: Task): void {
  if (sameTask(task)) return
  const wanted = `the numbers of the study are of emodb with the classes ${studyClasses.join(', ')}`
  throw new RangeError(`${where}: ${wanted}; this is ${describe(task.name)} with ${task.classes.join(', ')}`)
}

/** Prefix of the names of the study's systems in comparisons recording by recording. */
const ANSWERS = 'study: '

/**
 * Whether reports show the study's numbers beside the results: only on request, by `study` or by a comparison with the
 * predictions of its systems, and only for its recordings and classes.
 */
export function showsStudy({ corpus, study: isWanted, comparisons }: ExperimentResults): boolean {
  return sameTask(corpus) && (isWanted === true || comparisons.some(({ second }) => second.startsWith(ANSWERS)))
}

/** The study's numbers for the planned system of this name; undefined where there are none or the data differ. */
function studyOf(results: ExperimentResults, name: string): StudySystem | undefined {
  const planned = results.plan.systems.find((known) => known.name === name)
  if (planned === undefined || !sameTask(results.corpus)) return undefined
  return Object.hasOwn(study, planned.system) ? study[planned.system as StudyName] : undefined
}

/** The study's numbers for the planned system of this name, if reports show them. */
export function shownStudyOf(results: ExperimentResults, name: string): StudySystem | undefined {
  return showsStudy(results) ? studyOf(results, name) : undefined
}

/** Whether reports compare any system with its counterpart in the study. */
export function standsBesideStudy(results: ExperimentResults): boolean {
  return results.summary.some(({ name }) => shownStudyOf(results, name) !== undefined)
}

/** The study's systems that reports show: all or none. */
export function studySystems(results: ExperimentResults): StudySystem[] {
  return showsStudy(results) ? Object.values(study) : []
}

/** The study's systems in reports without a counterpart among the results. */
export function studyAlone(results: ExperimentResults): StudySystem[] {
  const beside = new Set(results.summary.map(({ name }) => shownStudyOf(results, name)))
  return studySystems(results).filter((one) => !beside.has(one))
}
