/** Doors that take files of arrays and models. */

import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { view } from '../../src/core/array.ts'
import { decodeHtk } from '../../src/io/htk.ts'
import { decodeKaldiArk } from '../../src/io/kaldi-ark.ts'
import { decodeNpy } from '../../src/io/npy.ts'
import { decodeNpz } from '../../src/io/npz.ts'
import { decodeSafetensors } from '../../src/io/safetensors.ts'
import { Bidirectional } from '../../src/layers/bidirectional.ts'
import { Dense } from '../../src/layers/dense.ts'
import { GRU } from '../../src/layers/gru.ts'
import { LastPool } from '../../src/layers/last-pool.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { decodeCached, encodeCached } from '../../src/node/cached-features.ts'
import { fromOnnx } from '../../src/onnx/from-onnx.ts'
import { toOnnx } from '../../src/onnx/to-onnx.ts'
import { loadModel } from '../../src/pipelines/load-model.ts'
import { Recognizer } from '../../src/pipelines/recognizer.ts'
import { decodeFlax } from '../../src/weights/decode-flax.ts'
import { mutateNpy, mutateNpz, mutateSafetensors } from '../mutate/arrays.ts'
import { mutateBytes } from '../mutate/bytes.ts'
import { mutateOnnx } from '../mutate/onnx.ts'
import { fileOf, jsonOf, type Target } from './target.ts'

const fixtures = 'test/fixtures/0.1.0'

function filesIn(folder: string): Uint8Array[] {
  const place = fileURLToPath(new URL(`../../${fixtures}/${folder}`, import.meta.url))
  return readdirSync(place)
    .sort()
    .map((name) => fileOf(`${fixtures}/${folder}/${name}`))
}

interface KaldiVectors {
  archives: Record<string, { base64: string }>
  htk: Record<string, { base64: string }>
}

/** Files of every exporter. */
function onnxFiles(): Uint8Array[] {
  const names = ['lstm-both-h', 'legacy-lstm-packed', 'gru-batch-norm', 'lstm-attention', 'sklearn-two', 'keras-both']
  const own = new Sequential([
    new Bidirectional(new GRU({ inputs: 3, units: 2 })),
    new LastPool(),
    new Dense({ units: 2 }),
  ])
  return [...names.map((name) => fileOf(`test/vectors/onnx/${name}.onnx`)), toOnnx(own)]
}

interface NpyVectors {
  arrays: Record<string, { base64: string }>
  refused: Record<string, string>
  archives: Record<string, { base64: string }>
}

const unpacked = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))
const npyVectors = (): NpyVectors => jsonOf('test/vectors/npy.json')
const kaldiFiles = (part: keyof KaldiVectors): Uint8Array[] =>
  Object.values(jsonOf<KaldiVectors>('test/vectors/kaldi.json')[part]).map(({ base64 }) => unpacked(base64))
const npyFiles = (): Uint8Array[] => {
  const { arrays, refused } = npyVectors()
  return [...Object.values(arrays).map(({ base64 }) => base64), ...Object.values(refused)].map(unpacked)
}
let read: Uint8Array[] | undefined

/** Arrays for archives, read once. */
function members(): Uint8Array[] {
  read ??= npyFiles()
  return read
}

const sound = Float32Array.from({ length: 4800 }, (_, t) => Math.fround(Math.sin(t / 9) * Math.sin(t / 1527)))
const cacheKey = 'a recording'

/** A model that can be read also tells its kind and its size. */
function described(bytes: Uint8Array): unknown {
  const model = loadModel(bytes)
  return { kind: model.constructor.name, text: String(model) }
}

/** A recogniser that can be read also answers. */
function recognised(bytes: Uint8Array): unknown {
  return Recognizer.from(bytes).predict(sound, 16000, { timeline: false })
}

/** Targets of files of arrays and models. */
export const arrayTargets: readonly Target[] = [
  {
    ...{
      name: 'safetensors',
      doors: 'decodeSafetensors',
      weight: 10,
      mutate: mutateSafetensors,
      run: decodeSafetensors,
    },
    bases: () => [
      ...Object.values(jsonOf<{ files: Record<string, { hex: string }> }>('test/vectors/safetensors.json').files).map(
        ({ hex }) => new Uint8Array(Buffer.from(hex, 'hex')),
      ),
      fileOf(`${fixtures}/models/layer-Dense.safetensors`),
    ],
  },
  { name: 'npy', doors: 'decodeNpy', weight: 10, bases: npyFiles, mutate: mutateNpy, run: (bytes) => decodeNpy(bytes) },
  {
    ...{ name: 'npz', doors: 'decodeNpz', weight: 8, run: (bytes: Uint8Array) => decodeNpz(bytes) },
    bases: () => Object.values(npyVectors().archives).map(({ base64 }) => unpacked(base64)),
    mutate: (random, base) => mutateNpz(random, base, members()),
  },
  {
    ...{ name: 'flax', doors: 'decodeFlax', weight: 5, mutate: mutateBytes, run: decodeFlax },
    bases: () => {
      const { cases } = jsonOf<{ cases: Record<string, { file: string }> }>('test/vectors/weights-flax.json')
      return Object.values(cases).map(({ file }) => unpacked(file))
    },
  },
  {
    ...{ name: 'kaldi', doors: 'decodeKaldiArk', weight: 6, mutate: mutateBytes },
    bases: () => kaldiFiles('archives'),
    run: (bytes) => [...decodeKaldiArk(bytes)],
  },
  {
    ...{ name: 'htk', doors: 'decodeHtk', weight: 3, mutate: mutateBytes },
    bases: () => kaldiFiles('htk'),
    run: (bytes) => decodeHtk(bytes),
  },
  {
    name: 'model',
    doors: 'loadModel',
    weight: 12,
    bases: () => filesIn('models'),
    mutate: mutateSafetensors,
    run: described,
  },
  {
    ...{ name: 'onnx', doors: 'fromOnnx', weight: 6, bases: onnxFiles, mutate: mutateOnnx },
    run: (bytes) => String(fromOnnx(bytes, { externalData: { w: new Uint8Array(256) } })),
  },
  {
    ...{ name: 'recogniser', doors: 'Recognizer.from and predict', weight: 5, run: recognised },
    ...{ bases: () => filesIn('recognizers'), mutate: mutateSafetensors },
  },
  {
    ...{ name: 'feature-cache', doors: 'files of the feature cache', weight: 3, mutate: mutateBytes },
    bases: () => [
      // A copy, since slices of a Buffer are none.
      new Uint8Array(encodeCached(cacheKey, view(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]))),
      fileOf(`${fixtures}/features/mfcc.npy`),
    ],
    run: (bytes) => decodeCached(cacheKey, bytes),
  },
]
