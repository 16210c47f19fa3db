/** Doors that take the models and weights of other libraries. */
import { gunzipSync } from 'node:zlib'
import { readHdf5 } from '../../src/io/hdf5/read.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/io/safetensors.ts'
import { Dense } from '../../src/layers/dense.ts'
import { GRU } from '../../src/layers/gru.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { decodeKeras } from '../../src/weights/keras/decode-keras.ts'
import { fromKeras } from '../../src/weights/keras/from-keras.ts'
import { loadWeights, weightsOf } from '../../src/weights/load-weights.ts'

import { mutateKeras, mutateSafetensors } from '../mutate/arrays.ts'
import { mutateBytes } from '../mutate/bytes.ts'
import { jsonOf, type Target } from './target.ts'

const bytesIn = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))
const unpacked = (base64: string): Uint8Array => new Uint8Array(gunzipSync(bytesIn(base64)))

interface KerasVectors {
  cases: Record<string, { files: Record<string, string> }>
  refused: Record<string, string>
  weights: { files: Record<string, string> }
}

const kerasVectors = (): KerasVectors => jsonOf('test/vectors/keras-models.json')
const hdf5Vectors = (): { everything: string; refused: Record<string, string> } => jsonOf('test/vectors/hdf5.json')

const net = (seed: number): Sequential =>
  new Sequential([new GRU({ inputs: 2, units: 2 }), new Dense({ units: 2 })], { seed })

/** All that a file of HDF5 holds, as far as it can be read. */
function contents(bytes: Uint8Array): unknown {
  const read: unknown[] = []
  const walk = (group: ReturnType<typeof readHdf5>, depth: number): void => {
    for (const name of depth < 20 ? group.names : []) {
      const member = group.at(name)
      if (member === undefined) continue
      if (member.isGroup) walk(member, depth + 1)
      else read.push([member.path, member.array()])
    }
  }
  walk(readHdf5(bytes), 0)
  return read
}

/** Targets of models and weights of other libraries. */
export const weightTargets: readonly Target[] = [
  {
    ...{ name: 'keras', doors: 'fromKeras', weight: 8, mutate: mutateKeras },
    bases: () => {
      const { cases, refused } = kerasVectors()
      const files = Object.values(cases).flatMap((one) => Object.values(one.files))
      return [...files, ...Object.values(refused)].map(unpacked)
    },
    run: (bytes) => String(fromKeras(bytes)),
  },
  {
    ...{ name: 'keras-weights', doors: 'decodeKeras', weight: 5, mutate: mutateBytes, run: decodeKeras },
    bases: () => Object.values(kerasVectors().weights.files).map(unpacked),
  },
  {
    ...{ name: 'hdf5', doors: 'the reader of HDF5', weight: 6, mutate: mutateBytes, run: contents },
    bases: () => [hdf5Vectors().everything, ...Object.values(hdf5Vectors().refused)].map(unpacked),
  },
  {
    ...{ name: 'pytorch', doors: 'loadWeights', weight: 4, mutate: mutateSafetensors },
    bases: () => [encodeSafetensors(weightsOf(net(1), { library: 'pytorch' }))],
    run: (bytes) => loadWeights(net(2), decodeSafetensors(bytes).tensors, { library: 'pytorch' }).parameters.data,
  },
]
