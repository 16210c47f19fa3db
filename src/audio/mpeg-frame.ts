/** Frame headers of MPEG audio (ISO/IEC 11172-3 and 13818-3), for the lengths of frames. */

/** The header of a frame. */
export interface MpegFrame {
  /** Its length, header included. */
  bytes: number
  /** Offset of a possible Xing header, after the side information. */
  xing: number
}

/** Bit rates in kbit/s by layer, of version 1, then of 2 and 2.5; index 0 is the free format without stated length. */
const rates: readonly (readonly (readonly number[])[])[] = [
  [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  ],
  [
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
]
const frequencies = [44100, 48000, 32000]
/** Divisors of version 1's sample rates for versions 2.5, reserved, 2 and 1. */
const divisors = [4, 0, 2, 1]

/** The frame whose header is at `at`, or undefined. */
export function mpegFrame(bytes: Uint8Array, at: number): MpegFrame | undefined {
  const [first, second, third, fourth] = bytes.subarray(at, at + 4)
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined
  const divisor = divisors[(second >> 3) & 3]
  const layer = 4 - ((second >> 1) & 3)
  const rate = rates[divisor === 1 ? 0 : 1][layer - 1]?.[third >> 4]
  const frequency = frequencies[(third >> 2) & 3] / divisor
  if (!rate || !Number.isFinite(frequency)) return undefined
  const padding = (third >> 1) & 1
  const bits = (1000 * rate) / frequency
  const mono = fourth >> 6 === 3
  const side = divisor === 1 ? (mono ? 17 : 32) : mono ? 9 : 17
  if (layer === 1) return { bytes: 4 * (Math.floor(12 * bits) + padding), xing: 4 + side }
  return { bytes: Math.floor((layer === 3 && divisor > 1 ? 72 : 144) * bits) + padding, xing: 4 + side }
}
