/** Seeded sounds without speech, with random lengths, levels, backgrounds and mixtures. */
import { draws, mixed, noise, RATE, scaled } from './draw.mjs'
import { families } from './families.mjs'
import { heldOut } from './held-out.mjs'

export const familyNames = Object.keys(families)
export const heldOutNames = Object.keys(heldOut)
const all = { ...families, ...heldOut }
/** Families whose level is part of them. */
const asTheyAre = ['silence', 'dither', 'dc', 'dcSteps', 'dcNoise']

/**
 * The sound number `i` of a family: `{ samples: Float32Array, sampleRate }`, 0.4 to 6 s, peak from -40 to 0 dB. A third has noise
 * 20 to 50 dB below, an eighth is mixed with another sound of the training's families, some are integers of 16 bits.
 */
export function soundWithoutSpeech(family, i, seed = 1) {
  const d = draws(`${seed} ${family} ${i}`)
  const seconds = d.log(0.4, 6)
  let x = all[family](d, seconds)
  if (!asTheyAre.includes(family)) {
    x = scaled(x, 1)
    if (d.chance(0.12)) x = mixed(x, scaled(families[d.pick(familyNames)](d, seconds), 1), d.log(0.1, 1))
    if (d.chance(0.33)) x = mixed(x, scaled(noise(d, seconds, d.pick([0, 1, 2])), 1), d.log(0.003, 0.1))
    x = scaled(x, 10 ** d.uniform(-2, 0))
    if (d.chance(0.05)) x = x.map((v) => Math.max(-1, Math.min(1, v * 4)))
    if (d.chance(0.08)) x = x.map((v) => v + 0.2)
    if (d.chance(0.3)) x = x.map((v) => Math.round(v * 32767) / 32768)
  }
  return { samples: Float32Array.from(x), sampleRate: RATE }
}
