/** The reference vectors of test/vectors/features.py, and how far our presets are from them. */
import type { FloatNdArray } from '../../src/core/types.ts'
import { logMel, mfcc } from '../../src/features/mfcc.ts'
import { mfccPresets } from '../../src/features/presets.ts'
import vectors from '../vectors/features.json' with { type: 'json' }

export interface ReferenceMatrix {
  shape: number[]
  data: number[]
}

export const reference: typeof vectors = vectors
export const sampleRate: number = vectors.sampleRate

/** The test signal as 16 bit samples. */
export const samples: Int16Array = new Int16Array(Uint8Array.from(atob(vectors.samples), (c) => c.charCodeAt(0)).buffer)

/** The test signal in [-1, 1). */
export const unitSamples: Float64Array = Float64Array.from(samples, (x) => x / 32768)

/**
 * Largest |x - y| / max(|y|, 1e-3) over two arrays of equal shape: relative, with a bound below for the coefficients
 * that are zero in silence. All features are logarithms, so that 1e-3 is next to nothing.
 */
export function worstRelativeDifference(x: FloatNdArray, y: ReferenceMatrix): number {
  if (x.shape.join() !== y.shape.join()) throw new Error(`shapes [${x.shape}] and [${y.shape}] differ`)
  let worst = 0
  for (let i = 0; i < y.data.length; i++) {
    const difference = Math.abs(x.data[i] - y.data[i]) / Math.max(Math.abs(y.data[i]), 1e-3)
    if (!(difference <= worst)) worst = difference
  }
  return worst
}

export interface Comparison {
  preset: string
  against: string
  actual: FloatNdArray
  expected: ReferenceMatrix
}

/** Every preset in float64, with what it must equal. */
export function comparisons(): Comparison[] {
  const common = { sampleRate, dtype: 'float64' } as const
  const transcription = (tool: string): string => `${tool}, transcribed in numpy`
  return [
    {
      preset: 'study',
      against: transcription('the definition'),
      actual: mfcc(samples, { ...common, ...mfccPresets.study }),
      expected: vectors.study,
    },
    {
      preset: 'study, deltas: 2',
      against: transcription('the definition'),
      actual: mfcc(samples, { ...common, deltas: 2 }),
      expected: vectors.studyDeltas,
    },
    {
      preset: 'htk',
      against: transcription('`HCopy`, MFCC_0'),
      actual: mfcc(samples, { ...common, ...mfccPresets.htk }),
      expected: vectors.htk,
    },
    {
      preset: 'kaldi',
      against: transcription('`compute-mfcc-feats --dither=0`'),
      actual: mfcc(samples, { ...common, ...mfccPresets.kaldi }),
      expected: vectors.kaldi,
    },
    {
      preset: 'librosa',
      against: `librosa ${vectors.versions.librosa}, \`feature.mfcc\``,
      actual: mfcc(samples, { ...common, ...mfccPresets.librosa }),
      expected: vectors.librosa,
    },
    {
      preset: 'librosa, log mel',
      against: `librosa ${vectors.versions.librosa}, \`power_to_db(feature.melspectrogram)\``,
      actual: logMel(samples, { ...common, ...mfccPresets.librosa }),
      expected: vectors.librosaLogMel,
    },
    {
      preset: 'psf',
      against: transcription('`python_speech_features.mfcc`'),
      actual: mfcc(samples, { ...common, ...mfccPresets.psf }),
      expected: vectors.psf,
    },
  ]
}
