/**
 * The complex transform of fft.js 4.0.4 by Fedor Indutny (MIT), radix 4 with a last step of radix 2 or 4, and the step
 * from it to the power of a real frame (kernels/spectrum.ts), for two signals at once. A complex number takes two
 * vectors: the real parts of both signals, then the imaginary parts.
 */
import { both, minus, plus, times } from './pairs'

/** Bytes of a complex number. */
const SIZE: usize = 32
const HALF: usize = memory.data<f64>([0.5])

/** Two points, from anywhere to neighbours. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function gatherTwo(out: usize, a: usize, b: usize): void {
  const ar = v128.load(a)
  const ai = v128.load(a, 16)
  const br = v128.load(b)
  const bi = v128.load(b, 16)
  v128.store(out, plus(ar, br))
  v128.store(out, plus(ai, bi), 16)
  v128.store(out, minus(ar, br), 32)
  v128.store(out, minus(ai, bi), 48)
}

/** Four points: out[j] = a + (-i)^j b + (-1)^j c + i^j d. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function combine(
  out: usize,
  stride: usize,
  ar: v128,
  ai: v128,
  br: v128,
  bi: v128,
  cr: v128,
  ci: v128,
  dr: v128,
  di: v128,
): void {
  const t0r = plus(ar, cr)
  const t0i = plus(ai, ci)
  const t1r = minus(ar, cr)
  const t1i = minus(ai, ci)
  const t2r = plus(br, dr)
  const t2i = plus(bi, di)
  const t3r = minus(br, dr)
  const t3i = minus(bi, di)
  v128.store(out, plus(t0r, t2r))
  v128.store(out, plus(t0i, t2i), 16)
  v128.store(out + stride, plus(t1r, t3i))
  v128.store(out + stride, minus(t1i, t3r), 16)
  v128.store(out + 2 * stride, minus(t0r, t2r))
  v128.store(out + 2 * stride, minus(t0i, t2i), 16)
  v128.store(out + 3 * stride, minus(t1r, t3i))
  v128.store(out + 3 * stride, plus(t1i, t3r), 16)
}

/** Four neighbours of `out` from points far apart. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function gatherFour(out: usize, x: usize, step: usize): void {
  const b = x + step
  const c = b + step
  const d = c + step
  combine(
    out,
    SIZE,
    v128.load(x),
    v128.load(x, 16),
    v128.load(b),
    v128.load(b, 16),
    v128.load(c),
    v128.load(c, 16),
    v128.load(d),
    v128.load(d, 16),
  )
}

/** Four points `stride` apart in place, turned by the roots w, w^2 and w^3. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function butterfly(x: usize, stride: usize, roots: usize, turn: usize): void {
  const w1r = both(roots + turn)
  const w1i = both(roots + turn + 8)
  const w2r = both(roots + 2 * turn)
  const w2i = both(roots + 2 * turn + 8)
  const w3r = both(roots + 3 * turn)
  const w3i = both(roots + 3 * turn + 8)
  const br = v128.load(x + stride)
  const bi = v128.load(x + stride, 16)
  const cr = v128.load(x + 2 * stride)
  const ci = v128.load(x + 2 * stride, 16)
  const dr = v128.load(x + 3 * stride)
  const di = v128.load(x + 3 * stride, 16)
  combine(
    x,
    stride,
    v128.load(x),
    v128.load(x, 16),
    minus(times(br, w1r), times(bi, w1i)),
    plus(times(br, w1i), times(bi, w1r)),
    minus(times(cr, w2r), times(ci, w2i)),
    plus(times(cr, w2i), times(ci, w2r)),
    minus(times(dr, w3r), times(di, w3i)),
    plus(times(dr, w3i), times(di, w3r)),
  )
}

/**
 * out = the transform of x, n points each; `order` holds the first point of every first step, `roots` exp(-2 pi i k /
 * n).
 */
export function transform(out: usize, x: usize, order: usize, roots: usize, n: usize, firstPoints: usize): void {
  const end = out + n * SIZE
  const apart = (n / firstPoints) * SIZE
  for (let to = out; to < end; to += firstPoints * SIZE, order += 4) {
    const from = x + (<usize>load<i32>(order)) * SIZE
    if (firstPoints === 4) gatherFour(to, from, apart)
    else gatherTwo(to, from, from + apart)
  }
  for (let points = firstPoints; points < n; points *= 4) {
    const stride = points * SIZE
    const turn = (n / (4 * points)) * 16
    for (let group = out; group < end; group += 4 * stride) {
      for (let i: usize = 0, w: usize = 0; i < stride; i += SIZE, w += turn) butterfly(group + i, stride, roots, w)
    }
  }
}

/**
 * Writes the power of the bins 0..n of 2n real samples from the transform of n pairs; equations in kernels/spectrum.ts.
 */
export function power(out: usize, half: usize, turns: usize, n: usize): void {
  const half2 = both(HALF)
  for (let k: usize = 0; k <= n - k; k++, turns += 16) {
    const z = half + k * SIZE
    const mirror = half + (k === 0 ? 0 : n - k) * SIZE
    const a = v128.load(z)
    const b = v128.load(z, 16)
    const c = v128.load(mirror)
    const d = v128.load(mirror, 16)
    const evenRe = times(plus(a, c), half2)
    const evenIm = times(minus(b, d), half2)
    const oddRe = times(plus(b, d), half2)
    const oddIm = times(minus(c, a), half2)
    const cos = both(turns)
    const sin = both(turns + 8)
    const turnedRe = plus(times(cos, oddRe), times(sin, oddIm))
    const turnedIm = minus(times(cos, oddIm), times(sin, oddRe))
    v128.store(out + k * 16, squaredLength(plus(evenRe, turnedRe), plus(evenIm, turnedIm)))
    v128.store(out + (n - k) * 16, squaredLength(minus(evenRe, turnedRe), minus(evenIm, turnedIm)))
  }
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
function squaredLength(re: v128, im: v128): v128 {
  return plus(times(re, re), times(im, im))
}
