/**
 * Standard normals by the ziggurat of G. Marsaglia and W. W. Tsang (2000) in the form of J. A. Doornik (2005): 128
 * layers of equal area under exp(-x^2 / 2). The layer and the place in it come from different bits of a word.
 */
import { exp, log } from '../core/elementary.ts'
import type { FloatArray } from '../core/types.ts'
import type { Mixing, NoiseLoop } from '../kernels/mixing.ts'
import type { XoshiroSeed } from '../kernels/uniforms.ts'
import { Xoshiro } from './xoshiro.ts'

const LAYERS = 128
/** Start of the tail, and the area of a layer; the lowest layer includes the tail. */
const TAIL = 3.442619855899
const AREA = 9.91256303526217e-3

function density(x: number): number {
  return exp(-0.5 * x * x)
}

/** Steps of 24 bits in (-1, 1): a word gives u = (j + 1/2) / 2^24 with j its upper 25 bits, signed. */
const STEPS = 2 ** 24

/** [129] right edges of the layers, the lowest, which includes the tail, first. */
function rightEdges(): Float64Array {
  const ends = new Float64Array(LAYERS + 1)
  ends[0] = AREA / density(TAIL)
  ends[1] = TAIL
  for (let i = 2; i < LAYERS; i++) ends[i] = Math.sqrt(-2 * log(AREA / ends[i - 1] + density(ends[i - 1])))
  return ends
}

interface Layers {
  /** [129] density at the edges. */
  densities: Float64Array
  /** [128] edges in steps of u. */
  widths: Float64Array
  /** [128] steps, on either side, within which a layer is entirely under the curve. */
  inner: Int32Array
  inside: ReturnType<typeof insideLoop>
}

let layers: Layers | null = null

function makeLayers(): Layers {
  const ends = rightEdges()
  const widths = ends.map((end) => end / STEPS)
  const inner = Int32Array.from({ length: LAYERS }, (_, i) => Math.ceil((ends[i + 1] / ends[i]) * STEPS - 0.5))
  return { densities: ends.map(density), widths, inner, inside: insideLoop(widths, inner) }
}

/**
 * A loop that writes normals to `out` from i on, up to the first word at the edge of a layer; returns where it stopped.
 * `state` holds the generator's four words of state and, afterwards, the word at the edge. Why it has the steps of
 * xoshiro128++ in it, leaves the edges (one word in eighty) to others and has its tables as constants of a closure:
 * 3.2 ns a normal, against 4.1 with words from a block, 4.7 with tables from outside too and 9.5 with edges as well (Node 20).
 */
function insideLoop(widths: Float64Array, inner: Int32Array) {
  return (out: FloatArray, from: number, state: Int32Array, mean: number, standardDeviation: number): number => {
    let s0 = state[0]
    let s1 = state[1]
    let s2 = state[2]
    let s3 = state[3]
    let i = from
    for (; i < out.length; i++) {
      const sum = (s0 + s3) | 0
      const word = (((sum << 7) | (sum >>> 25)) + s0) | 0
      const shifted = s1 << 9
      s2 ^= s0
      s3 ^= s1
      s1 ^= s2
      s0 ^= s3
      s2 ^= shifted
      s3 = (s3 << 11) | (s3 >>> 21)
      const layer = word & (LAYERS - 1)
      const j = word >> 7
      if ((j ^ (j >> 31)) >= inner[layer]) {
        state[4] = word
        break
      }
      out[i] = mean + standardDeviation * ((j + 0.5) * widths[layer])
    }
    state[0] = s0
    state[1] = s1
    state[2] = s2
    state[3] = s3
    return i
  }
}

/** A uniform in (0, 1), of 24 bits. */
function uniform(words: Xoshiro): number {
  return ((words.next() >>> 8) + 0.5) / STEPS
}

/** A normal from the tail: Marsaglia (1964). */
function fromTail(words: Xoshiro): number {
  for (;;) {
    const x = -log(uniform(words)) / TAIL
    const y = -log(uniform(words))
    if (2 * y > x * x) return TAIL + x
  }
}

/** The normal of a word whose layer is cut by the curve; NaN for a rejected point above the curve. */
function atEdge(word: number, { densities, widths }: Layers, others: Xoshiro): number {
  const i = word & (LAYERS - 1)
  const steps = (word >> 7) + 0.5
  if (i === 0) return steps < 0 ? -fromTail(others) : fromTail(others)
  const x = steps * widths[i]
  return densities[i] + uniform(others) * (densities[i + 1] - densities[i]) < density(x) ? x : Number.NaN
}

/** Seed of the second stream, for the few normals that need more than one word. */
function otherSeed(seed: XoshiroSeed): XoshiroSeed {
  return [seed[0] ^ 0x9e3779b9, seed[1], seed[2], seed[3]]
}

/** Fills with normals. */
export function normalsInto(out: FloatArray, seed: XoshiroSeed, mean: number, standardDeviation: number): void {
  layers ??= makeLayers()
  const { inside } = layers
  const state = Int32Array.of(...seed, 0)
  const run = (from: number): number => inside(out, from, state, mean, standardDeviation)
  throughEdges(out, out.length, run, () => state[4], new Xoshiro(otherSeed(seed)), mean, standardDeviation)
}

/** {@link normalsInto} the first n noises of a mixing, by its loop. */
export function noisesInto(
  { noises, noise }: Pick<Mixing, 'noises' | 'noise'>,
  n: number,
  seed: XoshiroSeed,
  mean: number,
  standardDeviation: number,
): void {
  if (noise === null) {
    normalsInto(noises.subarray(0, n), seed, mean, standardDeviation)
    return
  }
  layers ??= makeLayers()
  noise.begin(seed, layers, mean, standardDeviation)
  throughEdges(noises, n, noise.run, noise.word, new Xoshiro(otherSeed(seed)), mean, standardDeviation)
}

/** Fills the first n of `out` by `run`, which stops at edges, and at these by a second stream. */
function throughEdges(
  out: FloatArray,
  n: number,
  run: NoiseLoop['run'],
  wordAtEdge: () => number,
  others: Xoshiro,
  mean: number,
  standardDeviation: number,
): void {
  for (let i = 0; i < n; ) {
    i = run(i, n)
    if (i === n) return
    const x = atEdge(wordAtEdge(), layers as Layers, others)
    if (!Number.isNaN(x)) out[i++] = mean + standardDeviation * x
  }
}
