/**
 * Passes of mixed-radix transforms (kernels/mixed-radix.ts has the equation) on pairs: a complex number takes two vectors, the
 * real parts of two signals, then the imaginary parts. Twiddle factors of 1 are left out.
 */
import { both, minus, plus, times } from './pairs'

/** cos and sin of 2 pi / 3, 2 pi k / 5 and 2 pi k / 7. */
const HALF: usize = memory.data<f64>([0.5])
const S3: usize = memory.data<f64>([0.8660254037844386])
const C51: usize = memory.data<f64>([0.30901699437494745])
const C52: usize = memory.data<f64>([-0.8090169943749475])
const S51: usize = memory.data<f64>([0.9510565162951535])
const S52: usize = memory.data<f64>([0.5877852522924731])
const C71: usize = memory.data<f64>([0.6234898018587336])
const C72: usize = memory.data<f64>([-0.2225209339563144])
const C73: usize = memory.data<f64>([-0.9009688679024191])
const S71: usize = memory.data<f64>([0.7818314824680298])
const S72: usize = memory.data<f64>([0.9749279121818236])
const S73: usize = memory.data<f64>([0.4338837391175581])

/** As simd/mixed-plan.ts writes it. */
@unmanaged
class Pass {
  radix: i32
  /** Repetitions, one behind the other. */
  outer: i32
  /** Groups of a twiddle factor of their own, and bytes of the neighbours that share it. */
  blocks: i32
  inner: usize
  /** [blocks, radix] roots of unity. */
  twiddles: usize
}

/** Writes a number, turned by a root at `w` where `turned`. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function put(to: usize, re: v128, im: v128, w: usize, turned: bool): void {
  if (turned) {
    const wr = both(w)
    const wi = both(w + 8)
    v128.store(to, minus(times(re, wr), times(im, wi)))
    v128.store(to, plus(times(re, wi), times(im, wr)), 16)
  } else {
    v128.store(to, re)
    v128.store(to, im, 16)
  }
}

/** Writes e - i o and e + i o. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function putTwo(a: usize, b: usize, er: v128, ei: v128, or: v128, oi: v128, w: usize, v: usize, turned: bool): void {
  put(a, plus(er, oi), minus(ei, or), w, turned)
  put(b, minus(er, oi), plus(ei, or), v, turned)
}

function two(y: usize, x: usize, inner: usize, part: usize, w: usize, turned: bool): void {
  for (const end = x + inner; x < end; x += 32, y += 32) {
    const ar = v128.load(x)
    const ai = v128.load(x, 16)
    const br = v128.load(x + part)
    const bi = v128.load(x + part, 16)
    put(y, plus(ar, br), plus(ai, bi), w, false)
    put(y + inner, minus(ar, br), minus(ai, bi), w + 16, turned)
  }
}

function three(y: usize, x: usize, inner: usize, part: usize, w: usize, turned: bool): void {
  const half = both(HALF)
  const sine = both(S3)
  for (const end = x + inner; x < end; x += 32, y += 32) {
    const ar = v128.load(x)
    const ai = v128.load(x, 16)
    const br = v128.load(x + part)
    const bi = v128.load(x + part, 16)
    const cr = v128.load(x + 2 * part)
    const ci = v128.load(x + 2 * part, 16)
    const tr = plus(br, cr)
    const ti = plus(bi, ci)
    const dr = times(sine, minus(br, cr))
    const di = times(sine, minus(bi, ci))
    put(y, plus(ar, tr), plus(ai, ti), w, false)
    const er = minus(ar, times(half, tr))
    const ei = minus(ai, times(half, ti))
    putTwo(y + inner, y + 2 * inner, er, ei, dr, di, w + 16, w + 32, turned)
  }
}

function four(y: usize, x: usize, inner: usize, part: usize, w: usize, turned: bool): void {
  for (const end = x + inner; x < end; x += 32, y += 32) {
    const c = x + 2 * part
    const ar = v128.load(x)
    const ai = v128.load(x, 16)
    const br = v128.load(x + part)
    const bi = v128.load(x + part, 16)
    const cr = v128.load(c)
    const ci = v128.load(c, 16)
    const dr = v128.load(c + part)
    const di = v128.load(c + part, 16)
    const sr = plus(ar, cr)
    const si = plus(ai, ci)
    const tr = plus(br, dr)
    const ti = plus(bi, di)
    put(y, plus(sr, tr), plus(si, ti), w, false)
    put(y + 2 * inner, minus(sr, tr), minus(si, ti), w + 32, turned)
    const or = minus(br, dr)
    const oi = minus(bi, di)
    putTwo(y + inner, y + 3 * inner, minus(ar, cr), minus(ai, ci), or, oi, w + 16, w + 48, turned)
  }
}

function five(y: usize, x: usize, inner: usize, part: usize, w: usize, turned: bool): void {
  const c1 = both(C51), c2 = both(C52), s1 = both(S51), s2 = both(S52)
  for (const end = x + inner; x < end; x += 32, y += 32) {
    const c = x + 2 * part
    const e = x + 4 * part
    const ar = v128.load(x), ai = v128.load(x, 16)
    const br = v128.load(x + part), bi = v128.load(x + part, 16)
    const er = v128.load(e), ei = v128.load(e, 16)
    const t1r = plus(br, er), t1i = plus(bi, ei), d1r = minus(br, er), d1i = minus(bi, ei)
    const cr = v128.load(c), ci = v128.load(c, 16)
    const dr = v128.load(c + part), di = v128.load(c + part, 16)
    const t2r = plus(cr, dr), t2i = plus(ci, di), d2r = minus(cr, dr), d2i = minus(ci, di)
    put(y, plus(ar, plus(t1r, t2r)), plus(ai, plus(t1i, t2i)), w, false)
    putTwo(
      y + inner,
      y + 4 * inner,
      plus(ar, plus(times(c1, t1r), times(c2, t2r))),
      plus(ai, plus(times(c1, t1i), times(c2, t2i))),
      plus(times(s1, d1r), times(s2, d2r)),
      plus(times(s1, d1i), times(s2, d2i)),
      w + 16,
      w + 64,
      turned,
    )
    putTwo(
      y + 2 * inner,
      y + 3 * inner,
      plus(ar, plus(times(c2, t1r), times(c1, t2r))),
      plus(ai, plus(times(c2, t1i), times(c1, t2i))),
      minus(times(s2, d1r), times(s1, d2r)),
      minus(times(s2, d1i), times(s1, d2i)),
      w + 32,
      w + 48,
      turned,
    )
  }
}

function seven(y: usize, x: usize, inner: usize, part: usize, w: usize, turned: bool): void {
  const c1 = both(C71), c2 = both(C72), c3 = both(C73)
  const s1 = both(S71), s2 = both(S72), s3 = both(S73)
  for (const end = x + inner; x < end; x += 32, y += 32) {
    const ar = v128.load(x), ai = v128.load(x, 16)
    let p = x + part
    let q = x + 6 * part
    let br = v128.load(p), bi = v128.load(p, 16), er = v128.load(q), ei = v128.load(q, 16)
    const t1r = plus(br, er), t1i = plus(bi, ei), d1r = minus(br, er), d1i = minus(bi, ei)
    p += part
    q -= part
    br = v128.load(p), bi = v128.load(p, 16), er = v128.load(q), ei = v128.load(q, 16)
    const t2r = plus(br, er), t2i = plus(bi, ei), d2r = minus(br, er), d2i = minus(bi, ei)
    p += part
    q -= part
    br = v128.load(p), bi = v128.load(p, 16), er = v128.load(q), ei = v128.load(q, 16)
    const t3r = plus(br, er), t3i = plus(bi, ei), d3r = minus(br, er), d3i = minus(bi, ei)
    put(y, plus(plus(ar, t1r), plus(t2r, t3r)), plus(plus(ai, t1i), plus(t2i, t3i)), w, false)
    putTwo(
      y + inner,
      y + 6 * inner,
      plus(plus(ar, times(c1, t1r)), plus(times(c2, t2r), times(c3, t3r))),
      plus(plus(ai, times(c1, t1i)), plus(times(c2, t2i), times(c3, t3i))),
      plus(plus(times(s1, d1r), times(s2, d2r)), times(s3, d3r)),
      plus(plus(times(s1, d1i), times(s2, d2i)), times(s3, d3i)),
      w + 16,
      w + 96,
      turned,
    )
    putTwo(
      y + 2 * inner,
      y + 5 * inner,
      plus(plus(ar, times(c2, t1r)), plus(times(c3, t2r), times(c1, t3r))),
      plus(plus(ai, times(c2, t1i)), plus(times(c3, t2i), times(c1, t3i))),
      minus(minus(times(s2, d1r), times(s3, d2r)), times(s1, d3r)),
      minus(minus(times(s2, d1i), times(s3, d2i)), times(s1, d3i)),
      w + 32,
      w + 80,
      turned,
    )
    putTwo(
      y + 3 * inner,
      y + 4 * inner,
      plus(plus(ar, times(c3, t1r)), plus(times(c1, t2r), times(c2, t3r))),
      plus(plus(ai, times(c3, t1i)), plus(times(c1, t2i), times(c2, t3i))),
      plus(minus(times(s3, d1r), times(s1, d2r)), times(s2, d3r)),
      plus(minus(times(s3, d1i), times(s1, d2i)), times(s2, d3i)),
      w + 48,
      w + 64,
      turned,
    )
  }
}

/** Runs so many passes from `x` to `y`, from there to `x`, and so on. */
export function runPasses(passes: usize, count: i32, x: usize, y: usize): void {
  for (let i = 0; i < count; i++) {
    const pass = changetype<Pass>(passes + (<usize>i) * offsetof<Pass>())
    const radix = pass.radix
    const inner = pass.inner
    const part = <usize>pass.blocks * inner
    const step = <usize>radix * inner
    let from = x
    let to = y
    for (let o = 0; o < pass.outer; o++, from += step * <usize>pass.blocks - part) {
      let w = pass.twiddles
      for (let a = 0; a < pass.blocks; a++, from += inner, to += step, w += (<usize>radix) << 4) {
        if (radix === 4) four(to, from, inner, part, w, a > 0)
        else if (radix === 7) seven(to, from, inner, part, w, a > 0)
        else if (radix === 5) five(to, from, inner, part, w, a > 0)
        else if (radix === 3) three(to, from, inner, part, w, a > 0)
        else two(to, from, inner, part, w, a > 0)
      }
    }
    const other = x
    x = y
    y = other
  }
}
