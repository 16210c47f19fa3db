/**
 * The companding laws of ITU-T G.711 (1988). A code is a sign, a segment of three bits and a step of four bits; steps
 * double from one segment to the next. Both laws are scaled to 16 bits here (A-law has 13, mu-law 14), then divided by
 * 2^15.
 */

const fullScale = 32768
/** G.711 inverts the even bits of an A-law code, so that silence is not a row of equal bits. */
const alawInversion = 0x55
/** Bias of mu-law magnitudes, with which every segment begins at a power of two. */
const mulawBias = 132
/** The largest mu-law magnitude before the bias would carry it out of the last segment. */
const mulawClip = 32635

function segmentOf(magnitude: number): number {
  return 24 - Math.clz32(magnitude)
}

/** The sample of an 8-bit A-law code: magnitudes from 8/32768 to 32256/32768, no zero. */
export function decodeAlaw(code: number): number {
  const bits = code ^ alawInversion
  const segment = (bits >> 4) & 7
  const step = bits & 15
  const magnitude = segment === 0 ? step * 16 + 8 : (step * 16 + 264) << (segment - 1)
  return (bits & 0x80 ? magnitude : -magnitude) / fullScale
}

/** The 8-bit A-law code of a sample; beyond full scale, the outermost code. */
export function encodeAlaw(sample: number): number {
  const magnitude = Math.floor(Math.min(Math.abs(sample) * fullScale, fullScale - 1))
  const segment = Math.max(segmentOf(magnitude), 0)
  const step = (magnitude >> Math.max(segment + 3, 4)) & 15
  return ((sample >= 0 ? 0x80 : 0) | (segment << 4) | step) ^ alawInversion
}

/** The sample of an 8-bit mu-law code: magnitudes from 0 (two codes) to 32124/32768. */
export function decodeMulaw(code: number): number {
  const bits = ~code
  const segment = (bits >> 4) & 7
  const magnitude = (((bits & 15) * 8 + mulawBias) << segment) - mulawBias
  return (bits & 0x80 ? 0 - magnitude : magnitude) / fullScale
}

/** The 8-bit mu-law code of a sample; beyond full scale, the outermost code. Both zeros give 0xff. */
export function encodeMulaw(sample: number): number {
  const magnitude = Math.floor(Math.min(Math.abs(sample) * fullScale, mulawClip) + mulawBias)
  const segment = segmentOf(magnitude)
  const step = (magnitude >> (segment + 3)) & 15
  return ~((sample < 0 ? 0x80 : 0) | (segment << 4) | step) & 0xff
}
