/** The rows of numbers that estimators learn from, with classes and weights: conversion and checks. */
import { checkFinite, type Matrix, toLabels, toMatrix, toVector } from '../core/array.ts'
import { checkString } from '../core/check.ts'
import { type LabelsLike, namesIn } from '../core/labels.ts'
import type { MatrixLike, VectorLike } from '../core/types.ts'
import { type ClassWeights, resolveClassWeights } from '../training/class-weights.ts'
import { OutputClasses } from '../training/output-classes.ts'

/** A packed float64 matrix. */
export interface Design extends Matrix {
  data: Float64Array
}

/** Rows, their classes and weights. */
export interface ClassRows {
  /** [n, D] */
  x: Design
  labels: Int32Array
  /** [n] */
  weights: Float64Array
  /** Null where the classes have none. */
  names: readonly string[] | null
  /** Number of classes K. */
  count: number
}

/** Weights of the rows of a training. */
export interface RowWeightOptions {
  /** Weight >= 0 of each row: 2 counts as two such rows, 0 as none. Default 1. */
  sampleWeights?: VectorLike
}

/** Weights of the rows and classes of a training. */
export interface ClassifierWeightOptions extends RowWeightOptions {
  /**
   * Weight of each class, by which those of its rows are multiplied: in the order of the classes, by their names, or `balanced` for
   * N / (K n_k), with n_k of the N rows in class k. Default 1.
   */
  classWeights?: ClassWeights
}

/** Finite rows [n >= 1, D] in float64; shares the caller's data where it can. */
export function designOf(where: string, x: MatrixLike): Design {
  const rows = toMatrix(where, 'x', x, 'float64')
  if (rows.rows === 0) throw new RangeError(`${where}: "x" expected at least one row, got none`)
  checkFinite(where, 'x', rows.data, rows.cols)
  return rows as Design
}

/** The weights of n rows. */
export function sampleWeightsOf(where: string, given: VectorLike | undefined, rows: number): Float64Array {
  if (given === undefined) return new Float64Array(rows).fill(1)
  const weights = Float64Array.from(toVector(where, 'sampleWeights', given, 'float64'))
  if (weights.length !== rows) {
    throw new RangeError(`${where}: "sampleWeights" expected one for each of the ${rows} rows, got ${weights.length}`)
  }
  checkFinite(where, 'sampleWeights', weights)
  const odd = weights.findIndex((w) => w < 0)
  if (odd >= 0) throw new RangeError(`${where}: "sampleWeights" expected numbers >= 0, got ${weights[odd]} at ${odd}`)
  return weights
}

/** Class indices of the labels, and the classes they belong to. */
function encoded(
  where: string,
  known: readonly string[] | null,
  labels: LabelsLike,
): Pick<ClassRows, 'labels' | 'names' | 'count'> {
  const isNamed = Array.isArray(labels) && typeof labels[0] === 'string'
  const found = isNamed ? labels.map((label, i) => checkString(where, `labels[${i}]`, label)) : null
  const names = known ?? (found && namesIn(found))
  if (names !== null) {
    const given = new OutputClasses(where, names, names.length).encode(where, labels)
    return { labels: toLabels(where, 'labels', given, names.length), names, count: names.length }
  }
  const indices = toLabels(where, 'labels', labels)
  return { labels: indices, names: null, count: indices.reduce((most, k) => Math.max(most, k + 1), 0) }
}

/** Throws unless two or more classes, and all of them, have rows that weigh something: without, no loss has a minimum. */
function checkPresent(where: string, { labels, weights, count }: ClassRows): void {
  const present = new Float64Array(count)
  for (const [i, k] of labels.entries()) present[k] += weights[i]
  const missing = present.indexOf(0)
  if (count < 2 || missing >= 0) {
    const got = count < 2 ? `${count}` : `none of class ${missing}`
    throw new RangeError(`${where}: "labels" expected rows of two classes or more, and of each of them, got ${got}`)
  }
}

/**
 * The rows of a training with their classes and weights, those of the classes multiplied in.
 *
 * @param known - names of the classes; null for those among the labels
 */
export function classRows(
  where: string,
  known: readonly string[] | null,
  x: MatrixLike,
  labels: LabelsLike,
  { sampleWeights, classWeights }: ClassifierWeightOptions,
): ClassRows {
  const design = designOf(where, x)
  const classes = encoded(where, known, labels)
  const { length } = classes.labels
  if (length !== design.rows) {
    throw new RangeError(`${where}: "labels" expected one for each of the ${design.rows} rows, got ${length}`)
  }
  const weights = sampleWeightsOf(where, sampleWeights, design.rows)
  const named = new OutputClasses(where, classes.names, classes.count)
  const byClass = resolveClassWeights(where, classWeights, classes.labels, classes.count, named)
  if (byClass !== null) for (let i = 0; i < weights.length; i++) weights[i] *= byClass[classes.labels[i]]
  const rows = { x: design, weights, ...classes }
  checkPresent(where, rows)
  return rows
}
