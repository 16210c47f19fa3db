/** Kinds of features that `ser features` computes: of the named sets, and matrices of cepstra or mel energies. */
import type { FloatNdArray, Json } from '../core/types.ts'
import { alignedPitch } from '../features/aligned-pitch.ts'
import { concatenateColumns } from '../features/columns.ts'
import { resolveFrames } from '../features/frames.ts'
import { logMel, mfcc } from '../features/mfcc.ts'
import { pitch } from '../features/pitch.ts'
import { type MfccPresetName, mfccPresets } from '../features/presets.ts'
import {
  checkFramed,
  type FeatureSetName,
  frameTimesOf,
  leastSecondsOf,
  setColumns,
  setFeatures,
} from '../pipelines/feature-sets.ts'
import { frameStep } from '../pipelines/front-end.ts'

/** One channel of a recording. */
export interface Channel {
  samples: Float32Array
  sampleRate: number
}

/** How features are computed, named and placed in time. */
export interface Computation {
  /** Options by which a cache keeps the features. */
  key: { [name: string]: Json }
  /** Noun of a row. */
  row: 'recording' | 'frame'
  compute(channel: Channel): FloatNdArray
  /** Names of so many columns. */
  names(columns: number): readonly string[]
  /** Why a recording has no row. */
  tooShort(channel: Channel): string
  /** Seconds from row to row, and seconds that a row describes; 0 for the whole recording. */
  times(sampleRate: number): { stepSeconds: number; frameSeconds: number }
}

/** Features of a set. */
export function setComputation(set: FeatureSetName, frames: boolean): Computation {
  const asked = { set, functionals: !frames }
  checkFramed(`--kind ${set}`, asked)
  const least = Math.round(1000 * leastSecondsOf(asked))
  return {
    key: { ...asked, dtype: 'float64' },
    row: frames ? 'frame' : 'recording',
    compute: ({ samples, sampleRate }) => setFeatures(samples, sampleRate, asked, 'float64'),
    names: () => setColumns(asked),
    tooShort: ({ samples }) => `expected ${least} ms of sound or more, got ${samples.length} samples`,
    times(sampleRate) {
      const { frameSeconds, stepSeconds = frameStep(sampleRate) / sampleRate } = frameTimesOf(set)
      return { stepSeconds, frameSeconds: frames ? frameSeconds : 0 }
    },
  }
}

/** Contents of a matrix of features. */
export interface MatrixFlags {
  kind: 'mfcc' | 'log-mel'
  preset: MfccPresetName
  coefficients?: number
  deltas?: string
  pitch: boolean
}

const orders = ['', '_delta', '_delta2']
const pitchNames = ['log_f0', 'voicing']

/** Cepstra or mel energies by the conventions of a preset, with deltas and pitch. */
export function matrixComputation({ kind, preset, coefficients, deltas, pitch: pitched }: MatrixFlags): Computation {
  const order = Number(deltas ?? 0) as 0 | 1 | 2
  const options = {
    ...mfccPresets[preset],
    ...{ deltas: order },
    ...(coefficients === undefined ? {} : { coefficients }),
  }
  return {
    key: { kind, pitch: pitched, ...(options as { [name: string]: Json }) },
    row: 'frame',
    compute({ samples, sampleRate }) {
      const own = { ...options, sampleRate }
      const envelope = kind === 'mfcc' ? mfcc(samples, own) : logMel(samples, own)
      return pitched ? concatenateColumns(envelope, pitch(samples, alignedPitch(own))) : envelope
    },
    names(columns) {
      const width = (columns - (pitched ? pitchNames.length : 0)) / (order + 1)
      const stem = kind === 'mfcc' ? 'mfcc' : 'log_mel'
      const own = orders.slice(0, order + 1).flatMap((o) => Array.from({ length: width }, (_, j) => `${stem}_${j}${o}`))
      return pitched ? [...own, ...pitchNames] : own
    },
    tooShort: () => 'shorter than one frame: no features',
    times(sampleRate) {
      const { step, length } = resolveFrames('ser features', { ...options, sampleRate })
      return { stepSeconds: step / sampleRate, frameSeconds: length / sampleRate }
    },
  }
}
