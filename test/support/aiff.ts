/** An AIFF file of 16 bit samples, the simplest format beside WAV: big-endian chunks, the rate as an 80 bit float. */
export function aiffBytes(sampleRate: number, channels: readonly Float32Array[]): Uint8Array {
  const frames = channels[0].length
  const soundBytes = 8 + 2 * channels.length * frames
  const bytes = new Uint8Array(12 + 26 + 8 + soundBytes)
  const out = new DataView(bytes.buffer)
  const name = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at)
  name(0, 'FORM')
  out.setUint32(4, bytes.length - 8)
  name(8, 'AIFFCOMM')
  out.setUint32(16, 18)
  out.setUint16(20, channels.length)
  out.setUint32(22, frames)
  out.setUint16(26, 16)
  const exponent = Math.floor(Math.log2(sampleRate))
  out.setUint16(28, 16383 + exponent)
  out.setBigUint64(30, BigInt(sampleRate) << BigInt(63 - exponent))
  name(38, 'SSND')
  out.setUint32(42, soundBytes)
  for (let t = 0, at = 54; t < frames; t++) {
    for (const samples of channels) {
      out.setInt16(at, Math.round(32768 * samples[t]))
      at += 2
    }
  }
  return bytes
}
