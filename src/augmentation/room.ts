/**
 * Impulse response of a room without furniture, by images of the source (Allen & Berkley, "Image method for efficiently simulating
 * small-room acoustics", JASA 65, 1979): each wall mirrors source and images, every reflection loses the same share,
 *
 *   h[n] = sum over images of beta^bounces / (4 pi distance) at n = rate distance / c
 *
 * with beta from the reverberation time by Sabine's formula, 1 - beta^2 = 0.161 V / (S T60).
 */

/** A room; metres and seconds. */
export interface Room {
  /** Length, width, height. */
  size: readonly number[]
  source: readonly number[]
  microphone: readonly number[]
  /** Time in which sound fades by 60 dB. */
  reverberation: number
}

/** Speed of sound, m/s. */
const SPEED = 343

/** The largest absorption: at more, Sabine's formula does not hold. */
const MOST_ABSORBED = 0.9

interface Image {
  distance: number
  bounces: number
}

/** Images along one axis, as near as `reach`. */
function imagesOf(size: number, source: number, microphone: number, reach: number): Image[] {
  const images: Image[] = []
  const most = Math.ceil(reach / (2 * size)) + 1
  for (let n = -most; n <= most; n++) {
    images.push({ distance: source + 2 * n * size - microphone, bounces: Math.abs(2 * n) })
    images.push({ distance: -source + 2 * n * size - microphone, bounces: Math.abs(n - 1) + Math.abs(n) })
  }
  return images.filter(({ distance }) => Math.abs(distance) < reach)
}

/** beta. */
function reflectionOf({ size: [x, y, z], reverberation }: Room): number {
  const surface = 2 * (x * y + x * z + y * z)
  return Math.sqrt(1 - Math.min(MOST_ABSORBED, (0.161 * x * y * z) / (surface * reverberation)))
}

/** The impulse response for as long as the sound takes to fade, at most half a second, scaled to a largest value of 1. */
export function roomResponse(room: Room, sampleRate: number): Float64Array {
  const out = new Float64Array(Math.ceil(Math.min(room.reverberation, 0.5) * sampleRate))
  const reach = (out.length / sampleRate) * SPEED
  const [xs, ys, zs] = [0, 1, 2].map((axis) => {
    return imagesOf(room.size[axis], room.source[axis], room.microphone[axis], reach)
  })
  const beta = reflectionOf(room)
  const powers = [1]
  for (const x of xs) {
    for (const y of ys) {
      for (const z of zs) {
        const distance = Math.sqrt(x.distance * x.distance + y.distance * y.distance + z.distance * z.distance)
        const at = Math.round((distance / SPEED) * sampleRate)
        if (at >= out.length) continue
        const bounces = x.bounces + y.bounces + z.bounces
        while (powers.length <= bounces) powers.push(powers[powers.length - 1] * beta)
        out[at] += powers[bounces] / (4 * Math.PI * distance)
      }
    }
  }
  const most = out.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
  return out.map((value) => value / most)
}
