/** Every system, small enough for a test, with features to train it on. */
import { view } from '../../src/core/array.ts'
import { Random } from '../../src/numerics/random.ts'
import type { FrontEndOptions } from '../../src/pipelines/front-end.ts'
import type { LabelledFeatures } from '../../src/pipelines/system.ts'
import type { SystemOptions } from '../../src/pipelines/systems.ts'

/** Log mel energies of four filters and log energy: five columns. */
export const frontEnd: FrontEndOptions = { spectral: 'logMel', filters: 4, coefficients: 4, deltas: 0, pitch: false }

/** Two classes, apart in the mean and the spread of columns; three speakers, apart in another column. */
export function data(seed: number, perSpeaker = 8): LabelledFeatures {
  const random = new Random(seed)
  const speakers = ['a', 'b', 'c'].flatMap((speaker) => new Array<string>(perSpeaker).fill(speaker))
  const labels = Int32Array.from(speakers, (_, i) => i % 2)
  const sequences = speakers.map((speaker, i) => {
    const rows = 12 + (i % 3)
    const x = new Float32Array(5 * rows)
    random.normalInto(x)
    for (let t = 0; t < rows; t++) {
      x[5 * t] += labels[i] === 0 ? -2 : 2
      x[5 * t + 1] *= labels[i] === 0 ? 0.5 : 2
      x[5 * t + 4] += speaker.charCodeAt(0) / 10
    }
    return view(x, [rows, 5])
  })
  return { sequences, labels, speakers }
}

const training = { frontEnd, epochs: 25, batchSize: 8, warmUp: 2, learningRate: 0.02, averaging: 0.5 }
const recurrent = { ...training, units: 4 }
const crbm = { hidden: 6, crbmEpochs: 3, crbmLearningRate: 0.01, cepstra: 0 }
const functionals = { frontEnd, cepstra: 3, hidden: [6], epochs: 20, weightDecays: [0.01, 0.1] }

/** Each system, small enough for a test. */
export const small: SystemOptions = {
  'crbm-dnn': { ...training, ...crbm, rectifiers: [8] },
  'crbm-lstm': { ...recurrent, ...crbm },
  lstm: { ...recurrent, rectifier: 4 },
  'lstm-rectifier': { ...recurrent, rectifier: 8 },
  'stacked-crbm-lstm': { ...recurrent, ...crbm },
  blstm: { ...recurrent, rectifier: 6 },
  'blstm-rectifier': { ...recurrent, rectifier: 8 },
  'functionals-mlp': functionals,
  'dnn-hf': { ...functionals, hidden: [6, 4], epochs: 8 },
  'measures-logistic': { frontEnd, C: 1 },
  'measures-lda': { frontEnd, sharpness: 4 },
  svm: { frontEnd, C: [1, 10] },
  logistic: { frontEnd, C: [0.1, 1] },
  ridge: { frontEnd, alpha: [10, 1] },
  ensemble: {
    members: [
      { system: 'lstm', options: { ...recurrent, rectifier: 4 } },
      { system: 'functionals-mlp', options: functionals },
    ],
  },
}
