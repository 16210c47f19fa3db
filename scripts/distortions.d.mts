export interface Sound {
  samples: Float64Array
  sampleRate: number
}
export const distortions: Record<string, (x: Float64Array, seed?: string) => Sound>
export function roomResponse(seconds?: number): Float64Array
export function convolve(x: Float64Array, h: Float64Array): Float64Array
export function hasMp3(): boolean
