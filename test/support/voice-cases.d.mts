import type * as library from '../../src/index.ts'

export interface VoiceSignal {
  samples: Float64Array
  sampleRate: number
}

export interface VoiceCase {
  name: string
  tool: string
  measure: string
  args: Record<string, unknown>
  /** Unit of the differences. */
  scale: string
  /** Names of the signals whose values are kept. */
  vectors: string[]
  ours: (lib: typeof library, samples: Float64Array, sampleRate: number) => library.FloatNdArray
}

export const recordings: string[]
export const cases: VoiceCase[]
export const vectorSignals: Record<string, () => VoiceSignal>
