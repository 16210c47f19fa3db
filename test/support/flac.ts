/** FLAC files (RFC 9639) of 16 bits in one channel, their samples as they are: verbatim subframes, nothing compressed. */

const BLOCK = 4096

/** The remainder of a division of polynomials over two elements, most significant bit first. */
function crc(bytes: readonly number[], polynomial: number, bits: 8 | 16): number {
  let rest = 0
  for (const byte of bytes) {
    rest ^= byte << (bits - 8)
    for (let i = 0; i < 8; i++) rest = (rest << 1) ^ (rest & (1 << (bits - 1)) ? polynomial | (1 << bits) : 0)
  }
  return rest
}

const big = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) & 255)

function frame(samples: Float32Array, number: number, sampleRate: number): number[] {
  // Block size and rate in Hz follow the number of the frame; mono; 16 bits.
  const start = [0xff, 0xf8, 0x7d, 0x08, number, ...big(samples.length - 1, 2), ...big(sampleRate, 2)]
  const header = [...start, crc(start, 0x07, 8)]
  const body = [...samples].flatMap((sample) => big(Math.round(sample * 32768) & 0xffff, 2))
  const whole = [...header, 0x02, ...body]
  return [...whole, ...big(crc(whole, 0x8005, 16), 2)]
}

/** A FLAC file of at most 128 frames of 4096 samples, which keeps their numbers in a byte. */
export function flacBytes(sampleRate: number, samples: Float32Array): Uint8Array {
  const bits = (BigInt(sampleRate) << 44n) | (15n << 36n) | BigInt(samples.length)
  const described = Array.from({ length: 8 }, (_, i) => Number((bits >> BigInt(56 - 8 * i)) & 255n))
  const info = [...big(BLOCK, 2), ...big(BLOCK, 2), ...new Array(6).fill(0), ...described, ...new Array(16).fill(0)]
  const frames = Array.from({ length: Math.ceil(samples.length / BLOCK) }, (_, i) =>
    frame(samples.subarray(i * BLOCK, (i + 1) * BLOCK), i, sampleRate),
  )
  return Uint8Array.from([...Buffer.from('fLaC'), 0x80, 0, 0, info.length, ...info, ...frames.flat()])
}
