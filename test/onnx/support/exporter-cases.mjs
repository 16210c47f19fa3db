/** Files of other exporters (test/vectors/onnx-files.py) with their inputs and outputs, for the tests and scripts/onnx-exporters.mjs. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../vectors/onnx/', import.meta.url))

/** Sets of cases: what wrote the models. */
export const sets = ['torch', 'sklearn', 'tensorflow']

/** The cases of a set by the names of their files. */
export function casesOf(set) {
  return JSON.parse(readFileSync(join(folder, `${set}.json`), 'utf8'))
}

/** The bytes of a file. */
export function bytesOf(name) {
  return new Uint8Array(readFileSync(join(folder, name)))
}

/** Arguments of `fromOnnx`: the bytes of a model and those of its second file, where it has one. */
export function filesOf(name) {
  const data = `${name}.onnx.data`
  return [bytesOf(`${name}.onnx`), existsSync(join(folder, data)) ? { externalData: { [data]: bytesOf(data) } } : {}]
}

/** The rows of an input of two axes. */
export function rowsOf({ shape, data }) {
  return Array.from({ length: shape[0] }, (_, i) => data.slice(i * shape[1], (i + 1) * shape[1]))
}

const isTimeFirst = (name) => name.endsWith('time-first')

/** Sequences of rows [T, D] of [B, T, D], or of [T, B, D]. */
function sequencesOf({ shape, data }, timeFirst) {
  const [B, T] = timeFirst ? [shape[1], shape[0]] : shape
  const D = shape[2]
  return Array.from({ length: B }, (_, b) => {
    return Array.from({ length: T }, (_, t) => {
      const at = (timeFirst ? t * B + b : b * T + t) * D
      return data.slice(at, at + D)
    })
  })
}

/** The outputs of a network in the order of the exporter. */
export function outputsOf(name, network, x, matrix) {
  if (x.shape.length === 2) return [...network.forward(matrix(rowsOf(x))).data]
  const outputs = network.forward(sequencesOf(x, isTimeFirst(name)).map((rows) => matrix(rows)))
  if (!isTimeFirst(name)) return outputs.flatMap(({ data }) => [...data])
  const [T, K] = outputs[0].shape
  return Array.from({ length: T }, (_, t) => outputs.flatMap(({ data }) => [...data.slice(t * K, (t + 1) * K)])).flat()
}

/** The outputs of the library: probabilities where the graph has their logarithms; of two classes that of the second. */
export function wantedOf(name, { outputs }) {
  const isLog = /gru-mean|norm-13/.test(name)
  const isTwo = /sklearn-two/.test(name)
  return outputs.y.data.map((value) => (isLog ? Math.exp(value) : value)).filter((_, i) => !isTwo || i % 2 === 1)
}
