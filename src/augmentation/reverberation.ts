/** Recordings as they sound in a room. */
import { checkBoolean, checkOptions } from '../core/check.ts'
import { exp } from '../core/elementary.ts'
import type { Random } from '../numerics/random.ts'
import { BlockConvolution } from './block-convolution.ts'
import { between, drawFrom, type Range } from './range.ts'
import { type Room, roomResponse } from './room.ts'
import { augmentationOf, type SoundAugmentation } from './sound.ts'

/** Options of {@link addReverberation}. */
export interface ReverberationOptions {
  /**
   * T60, the time in which sound fades by 60 dB, s, by Sabine's formula, which holds where sound is diffuse: between bare parallel walls it
   * fades up to 1.4 times as slowly. The response ends then. Default [0.25, 0.8].
   */
  seconds?: Range
  /** From the speaker to the microphone, m. Default [0.5, 1.5]. */
  distance?: Range
  /** Whether the result is longer than the recording by the time in which the room fades. Default true. */
  tail?: boolean
}

/** A room of random size with a microphone near its middle. */
export function drawRoom(random: Random, distance: () => number, reverberation: () => number): Room {
  const size = [between(random, 3, 5), between(random, 3, 5), between(random, 2.4, 3)] as const
  const [a, b, c] = size.map((length) => length * between(random, 0.35, 0.65))
  const away = distance()
  const source = [Math.min(a + away, size[0] - 0.2), Math.min(b + 0.1, size[1] - 0.2), Math.min(c + 0.1, size[2] - 0.2)]
  return { size, microphone: [a, b, c], source, reverberation: reverberation() }
}

/** Below it a room of images, whose reflections all have one sign, would be far too loud, Hz. */
const RUMBLE = 100

/** The response behind a high-pass filter, as Allen & Berkley have it; its largest value stays 1. */
function withoutRumble(h: Float64Array, rate: number): Float64Array {
  const pole = exp((-2 * Math.PI * RUMBLE) / rate)
  const out = new Float64Array(h.length)
  for (let n = 0; n < h.length; n++) {
    out[n] = h[n] - (n > 0 ? h[n - 1] : 0) + pole * (n > 0 ? out[n - 1] : 0)
  }
  const most = out.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
  return out.map((value) => value / most)
}

/**
 * Puts a recording into a room of random size, 3 to 5 m long and wide and 2.4 to 3 m high, by images of the source (Allen & Berkley, JASA
 * 65, 1979), behind a high-pass filter at 100 Hz; the direct sound keeps its level, so that with the echo samples may exceed full scale. The source is at most 0.2 m from the walls, which bounds the distance.
 *
 * @example
 * ```ts
 * const hall = addReverberation({ seconds: 0.4 })
 * const click = hall({ samples: Float64Array.of(1, 0, 0, 0), sampleRate: 16000 }, new Random(1))
 * click.samples.length // 4 + 0.4 * 16000 - 1
 * ```
 *
 * @throws TypeError or RangeError for options that are none
 */
export function addReverberation(options: ReverberationOptions = {}): SoundAugmentation {
  const where = 'addReverberation'
  checkOptions(where, options, ['seconds', 'distance', 'tail'])
  const seconds = drawFrom(where, 'seconds', options.seconds ?? [0.25, 0.8], { min: 0.05, max: 5 })
  const distance = drawFrom(where, 'distance', options.distance ?? [0.5, 1.5], { min: 0.05, max: 4 })
  const tail = checkBoolean(where, 'tail', options.tail ?? true)
  return augmentationOf(where, {
    begin: (rate, random) => {
      const room = drawRoom(
        random,
        () => distance(random),
        () => seconds(random),
      )
      const h = withoutRumble(roomResponse(room, rate), rate)
      return new BlockConvolution(rate, h, 0, tail ? h.length - 1 : 0)
    },
  })
}
