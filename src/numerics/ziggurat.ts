/**
 * Standard normals by the ziggurat of G. Marsaglia and W. W. Tsang (2000) in the form of J. A. Doornik (2005): 128
 * layers of equal area under exp(-x^2 / 2). The layer and the place in it come from different bits of a word.
 */
import { exp, log } from '../core/elementary.ts'
import type { FloatArray } from '../core/types.ts'
import { Xoshiro, type XoshiroSeed } from './xoshiro.ts'

const LAYERS = 128
/** Start of the tail, and the area of a layer; the lowest layer includes the tail. */
const TAIL = 3.442619855899
const AREA = 9.91256303526217e-3

function density(x: number): number {
  return exp(-0.5 * x * x)
}

interface Layers {
  /** [129] right edges of the layers, the lowest, which includes the tail, first. */
  ends: Float64Array
  /** [128] fraction of each layer's width over which it is entirely under the curve. */
  inner: Float64Array
}

let layers: Layers | null = null

function makeLayers(): Layers {
  const ends = new Float64Array(LAYERS + 1)
  ends[0] = AREA / density(TAIL)
  ends[1] = TAIL
  for (let i = 2; i < LAYERS; i++) ends[i] = Math.sqrt(-2 * log(AREA / ends[i - 1] + density(ends[i - 1])))
  return { ends, inner: Float64Array.from({ length: LAYERS }, (_, i) => ends[i + 1] / ends[i]) }
}

/** A uniform in (0, 1), of 24 bits. */
function uniform(words: Xoshiro): number {
  return ((words.next() >>> 8) + 0.5) * 2 ** -24
}

/** A normal from the tail: Marsaglia (1964). */
function fromTail(words: Xoshiro): number {
  for (;;) {
    const x = -log(uniform(words)) / TAIL
    const y = -log(uniform(words))
    if (2 * y > x * x) return TAIL + x
  }
}

/** The normal for u in layer i where the curve cuts the layer; NaN for a rejected point above the curve. */
function atEdge(u: number, i: number, { ends }: Layers, words: Xoshiro): number {
  if (i === 0) return u < 0 ? -fromTail(words) : fromTail(words)
  const x = u * ends[i]
  const [low, high] = [density(ends[i]), density(ends[i + 1])]
  return low + uniform(words) * (high - low) < density(x) ? x : Number.NaN
}

/** Seed of the second stream, for the few normals that need more than one word. */
function otherSeed(seed: XoshiroSeed): XoshiroSeed {
  return [seed[0] ^ 0x9e3779b9, seed[1], seed[2], seed[3]]
}

/** Fills with normals. */
export function normalsInto(out: FloatArray, seed: XoshiroSeed, mean: number, standardDeviation: number): void {
  layers ??= makeLayers()
  const { ends, inner } = layers
  const stream = new Xoshiro(seed)
  const others = new Xoshiro(otherSeed(seed))
  for (let i = 0; i < out.length; ) {
    const words = stream.block()
    for (let k = 0; k < words.length && i < out.length; k++) {
      const layer = words[k] & (LAYERS - 1)
      const u = ((words[k] >> 7) + 0.5) * 5.9604644775390625e-8 // 2^-24, in (-1, 1)
      const x = Math.abs(u) < inner[layer] ? u * ends[layer] : atEdge(u, layer, layers, others)
      if (!Number.isNaN(x)) out[i++] = mean + standardDeviation * x
    }
  }
}
