import { describe, expect, it } from 'vitest'
import { toMono } from '../../src/audio/mono.ts'
import { resample } from '../../src/audio/resample.ts'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import type { StridedArray } from '../../src/core/types.ts'
import { CRBM } from '../../src/energy/crbm.ts'
import { RBM } from '../../src/energy/rbm.ts'
import { deltas } from '../../src/features/deltas.ts'
import { functionals } from '../../src/features/functionals.ts'
import { mfcc } from '../../src/features/mfcc.ts'
import { MfccStream } from '../../src/features/mfcc-stream.ts'
import { pitch } from '../../src/features/pitch.ts'
import { averageFrames, spliceFrames, stackFrames } from '../../src/features/stacking.ts'
import { Standardizer } from '../../src/features/standardizer.ts'
import { encodeNpy } from '../../src/io/npy.ts'
import { encodeSafetensors } from '../../src/io/safetensors.ts'
import { Dense } from '../../src/layers/dense.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { Sequential } from '../../src/networks/sequential.ts'

const sampleRate = 16000
const net = new Sequential([new Dense({ inputs: 4, units: 2, activation: 'softmax' })])
const crbm = new CRBM({ visible: 4, hidden: 2, order: 1 })

const matrices: Record<string, (x: never) => unknown> = {
  'Sequential.forward': (x) => net.forward(x),
  'Sequential.predict': (x) => net.predict(x),
  'MLP.forward': (x) => new MLP({ layers: [4, 3, 2] }).forward(x),
  'CRBM.transform': (x) => crbm.transform(x),
  'CRBM.transform of a list': (x) => crbm.transform([x]),
  'CRBM.generate': (x) => crbm.generate(x, 2),
  'RBM.freeEnergy': (x) => new RBM({ visible: 4, hidden: 2 }).freeEnergy(x),
  'Standardizer.fit': (x) => new Standardizer().fit([x]),
  functionals: (x) => functionals(x),
  deltas: (x) => deltas(x),
  stackFrames: (x) => stackFrames(x),
  spliceFrames: (x) => spliceFrames(x),
  averageFrames: (x) => averageFrames(x),
  encodeNpy: (x) => encodeNpy(x),
  encodeSafetensors: (x) => encodeSafetensors({ x }),
}

const vectors: Record<string, (x: never) => unknown> = {
  mfcc: (x) => mfcc(x, { sampleRate }),
  'MfccStream.push': (x) => new MfccStream({ sampleRate }).push(x),
  pitch: (x) => pitch(x, { sampleRate }),
  resample: (x) => resample(x, 2, 1),
  toMono: (x) => toMono({ channels: [x] }),
  encodeWav: (x) => encodeWav({ sampleRate, channels: [x] }),
}

const viewOf = (shape: number[], stride: number[], offset = 0): StridedArray => {
  return { data: new Float32Array(1000), shape, stride, offset }
}

describe('a view whose shape, stride or offset is no whole number is refused', () => {
  it.each(Object.entries(matrices))('as a matrix by %s', (_, take) => {
    for (const x of [
      viewOf([2.5, 4], [4, 1]),
      viewOf([-2, 4], [4, 1]),
      viewOf([2, 4], [4.5, 1]),
      viewOf([2, 4], [4, 1], 0.5),
    ]) {
      expect(() => take(x as never)).toThrow(/expected (a shape of|2) integers|expected (a stride of 2|an integer)/)
    }
  })

  it.each(Object.entries(vectors))('as samples by %s', (_, take) => {
    for (const x of [viewOf([500.5], [1]), viewOf([500], [1.5]), viewOf([500], [1], 0.5)]) {
      expect(() => take(x as never)).toThrow(/expected (a shape of|a stride of 1|an) integer/)
    }
  })
})
