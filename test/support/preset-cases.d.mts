import type { DeltaOptions } from '../../src/features/deltas.ts'
import type { FloatNdArray, logMel, MfccOptions, MfccPresetName, mfcc, mfccPresets, resample } from '../../src/index.ts'

export interface PresetCase {
  name: string
  preset: MfccPresetName
  tool: string
  kind: 'mfcc' | 'logMel'
  tolerance: number
  rates: number[]
  args: (rate: number) => Record<string, unknown>
  window: (rate: number) => number
  options: (rate: number) => Partial<MfccOptions>
}

export interface Recording {
  samples: Float32Array
  sampleRate: number
}

export interface PresetLibrary {
  mfcc: typeof mfcc
  logMel: typeof logMel
  mfccPresets: typeof mfccPresets
  resample: typeof resample
}

export const rates: number[]
export const recordingName: string
export const cases: PresetCase[]
export const deltaCases: { tool: string; args: Record<string, unknown>; options: DeltaOptions; rows: number[] }[]
export function signalsOf(
  one: PresetCase,
  rate: number,
  recording: Recording | null,
  lib: PresetLibrary,
): Record<string, Int16Array>
export function chosenRows(signal: string, rows: number): number[]
export function hashOf(samples: Int16Array): number
export function featuresOf(one: PresetCase, rate: number, samples: Int16Array, lib: PresetLibrary): FloatNdArray
export function deltaInput(rows: number): number[][]
export function chirpInNoise(rate: number, length: number): Int16Array
