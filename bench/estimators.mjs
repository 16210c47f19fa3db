import * as lib from 'ser-core'
import { normals } from './data.mjs'
import { ms } from './units.mjs'

const size = { rows: 500, columns: 88, classes: 7 }

/** Rows of classes whose means lie apart a little, as standardised functionals of a corpus are; the class of row i is i mod K. */
function rows() {
  const x = normals([size.rows, size.columns])
  for (let i = 0; i < size.rows; i++)
    for (let j = i % size.classes; j < size.columns; j += 7) x.data[i * size.columns + j] += 0.5
  return { x }
}

const labels = Int32Array.from({ length: size.rows }, (_, i) => i % size.classes)

const { LogisticRegression, RidgeClassifier, SVC } = lib

/** The training of a model; null where the build has no such thing. */
const training = (kind, Model, options) => ({
  ...{ kind, size, unit: ms, data: rows },
  setup: ({ x }) => (Model === undefined ? null : () => new Model(options).fit(x, labels)),
})

export const cases = [
  training('svc rbf fit', SVC, { C: 1 }),
  training('svc linear fit', SVC, { C: 0.01, kernel: 'linear' }),
  training('logistic fit', LogisticRegression, { C: 0.01, gradientTolerance: 1e-6 }),
  training('ridge fit', RidgeClassifier, { alpha: 100 }),
]
