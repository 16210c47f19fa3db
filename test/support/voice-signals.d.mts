import type { VoiceSignal } from './voice-cases.d.mts'

export interface PulseOptions {
  sampleRate?: number
  seconds?: number
  /** Seconds. */
  period: (i: number) => number
  amplitude?: (i: number) => number
}

export function noise(seed?: number): Generator<number, never>
export function pulses(options: PulseOptions): VoiceSignal
export function deviations(seed: number, count?: number): Float64Array
export function perturbation(values: number[], width: number): number
export function harmonicsInNoise(
  f0: number,
  decibels: number,
  options?: { sampleRate?: number; seconds?: number; seed?: number },
): VoiceSignal
export function vowel(
  f0: number,
  frequencies: number[],
  bandwidths: number[],
  options?: { sampleRate?: number; seconds?: number },
): VoiceSignal
