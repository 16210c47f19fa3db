/** What this library computes from a seed, as hashes of the bits: the same in every engine. */
import type { NdArray } from 'ndarray'
import type * as Library from '../../src/index.ts'

type Lib = typeof Library
/** Records of kernels, where a build has more than one. */
interface Selectable {
  kernels?: () => string
  useKernels?: (name: string) => void
}

/** FNV-1a with 64 bits (Fowler, Noll & Vo) over the bytes. */
export function hashOf(...arrays: ArrayBufferView[]): string {
  let hash = 0xcbf29ce484222325n
  for (const { buffer, byteOffset, byteLength } of arrays) {
    for (const byte of new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
    }
  }
  return hash.toString(16).padStart(16, '0')
}

/** The computations by name; an array of floats comes out of each. */
const computations: Record<string, (lib: Lib) => ArrayBufferView[] | Promise<ArrayBufferView[]>> = {
  'normal draws': ({ Random }) => {
    const out = new Float64Array(1000)
    new Random(1).normalInto(out)
    return [out]
  },
  'synthetic voice': ({ syntheticCorpus }) => [voice(syntheticCorpus).samples()],
  resample: ({ resample, syntheticCorpus }) => [resample(voice(syntheticCorpus).samples(), 16000, 11025)],
  'MFCC, deltas': ({ mfcc, syntheticCorpus }) => [
    mfcc(voice(syntheticCorpus).samples(), { sampleRate: 16000, coefficients: 13, deltas: 2 }).data,
  ],
  'MFCC of librosa': ({ mfcc, mfccPresets, syntheticCorpus }) => [
    mfcc(voice(syntheticCorpus).samples(), { sampleRate: 16000, ...mfccPresets.librosa }).data,
  ],
  pitch: ({ pitchTrack, syntheticCorpus }) => [
    Float64Array.from(pitchTrack(voice(syntheticCorpus).samples(), { sampleRate: 16000 }).f0),
  ],
  'LSTM, trained': async ({ Adam, Dense, LSTM, Random, Sequential }) => {
    const sequences = normals(Random, [9, 7, 12, 5], 6).map((x) => rows(x, 6))
    const layers = [new LSTM({ inputs: 6, units: 8 }), new Dense({ units: 3, activation: 'softmax' })]
    const net = new Sequential(layers, { seed: 1 })
    await net.fit(sequences, [0, 1, 2, 1], { optimizer: new Adam({ learningRate: 0.01 }), epochs: 5, batchSize: 2 })
    return [net.parameters.data, ...sequences.map((x) => Float64Array.from(net.predict(x)))]
  },
  'RBM, trained': async ({ RBM, Random }) => {
    const data = normals(Random, [40], 9)[0].map((x) => (x > 0 ? 1 : 0))
    const model = new RBM({ visible: 9, hidden: 7, seed: 1 })
    await model.fit(rows(data, 9), { epochs: 5, learningRate: 0.1, batchSize: 8 })
    return [model.parameters.data]
  },
  'CRBM, trained': async ({ CRBM, Random }) => {
    const model = new CRBM({ visible: 4, hidden: 7, order: 3, seed: 1 })
    await model.fit([rows(normals(Random, [60], 4)[0], 4)], { epochs: 5, learningRate: 0.001, batchSize: 8 })
    return [model.parameters.data]
  },
}

function voice(corpus: Lib['syntheticCorpus']): ReturnType<Lib['syntheticCorpus']>[number] {
  return corpus({ speakers: 1, sentences: 1, emotions: ['anger'] })[0]
}

function normals(Random: Lib['Random'], lengths: number[], columns: number): Float64Array[] {
  const random = new Random('data')
  return lengths.map((length) => {
    const out = new Float64Array(length * columns)
    random.normalInto(out)
    return out
  })
}

/** A matrix that no code had to be generated for, which strict hosts forbid. */
function rows(data: Float64Array, columns: number): NdArray<Float64Array> {
  return { data, shape: [data.length / columns, columns], stride: [columns, 1], offset: 0 } as NdArray<Float64Array>
}

/** The hashes for the kernels in use, by computation. */
export async function hashesOf(lib: Lib): Promise<Record<string, string>> {
  const result: Record<string, string> = {}
  for (const [name, compute] of Object.entries(computations)) result[name] = hashOf(...(await compute(lib)))
  return result
}

/**
 * The hashes for every record of kernels that the build has: record, computation, hash; `more` records are those that
 * not every engine has.
 */
export async function allHashes(
  lib: Lib,
  more: readonly string[] = [],
): Promise<Record<string, Record<string, string>>> {
  const { kernels, useKernels } = lib as Selectable
  const first = kernels?.() ?? 'js'
  const result: Record<string, Record<string, string>> = {}
  for (const record of useKernels ? ['js', 'simd', ...more] : [first]) {
    useKernels?.(record)
    result[record] = await hashesOf(lib)
  }
  useKernels?.(first)
  return result
}
