export const familyNames: string[]
export const heldOutNames: string[]
export function soundWithoutSpeech(
  family: string,
  i: number,
  seed?: number,
): { samples: Float32Array; sampleRate: number }
