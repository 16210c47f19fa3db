/**
 * Sigmoid and tanh of sixteen numbers at once, with the bits of elementary.ts: a constant is loaded once for four vectors, and
 * their steps overlap.
 */
import {
  BIAS,
  E2,
  E3,
  E4,
  E5,
  E6,
  LN2_HIGH,
  LN2_LOW,
  LOG2_E,
  lanes,
  ONE,
  SHIFT,
  SIGN,
  sigmoid4,
  TWENTY,
  tanhBeyond,
} from './elementary'

/** exp is a normal number from here on. */
const LEAST: usize = memory.data<f32>([-87])

// @ts-expect-error: AssemblyScript decorates functions
@inline
function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b)
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b)
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
function mul(a: v128, b: v128): v128 {
  return f32x4.mul(a, b)
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
function storeFour(out: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(out, a)
  v128.store(out, b, 16)
  v128.store(out, c, 32)
  v128.store(out, d, 48)
}

/**
 * Replaces four vectors between -87 and 88 at `out` by their exp: `exp4` in steps of all four. Vectors are no parameters,
 * at which V8 14 fails where it pairs lanes.
 */
function exponentials(out: usize): void {
  let a = v128.load(out), b = v128.load(out, 16), c = v128.load(out, 32), d = v128.load(out, 48)
  let k = lanes(LOG2_E)
  let w = mul(a, k), x = mul(b, k), y = mul(c, k), z = mul(d, k)
  k = lanes(SHIFT)
  w = add(w, k), x = add(x, k), y = add(y, k), z = add(z, k)
  const n = sub(w, k), o = sub(x, k), p = sub(y, k), q = sub(z, k)
  k = lanes(LN2_HIGH)
  a = sub(a, mul(n, k)), b = sub(b, mul(o, k)), c = sub(c, mul(p, k)), d = sub(d, mul(q, k))
  k = lanes(LN2_LOW)
  a = sub(a, mul(n, k)), b = sub(b, mul(o, k)), c = sub(c, mul(p, k)), d = sub(d, mul(q, k))
  const a2 = mul(a, a), b2 = mul(b, b), c2 = mul(c, c), d2 = mul(d, d)
  k = lanes(E5)
  let e = mul(a, k), f = mul(b, k), g = mul(c, k), h = mul(d, k)
  k = lanes(E4)
  e = add(k, e), f = add(k, f), g = add(k, g), h = add(k, h)
  k = lanes(E6)
  e = add(e, mul(a2, k)), f = add(f, mul(b2, k)), g = add(g, mul(c2, k)), h = add(h, mul(d2, k))
  k = lanes(E3)
  let r = mul(a, k), s = mul(b, k), t = mul(c, k), u = mul(d, k)
  k = lanes(E2)
  r = add(k, r), s = add(k, s), t = add(k, t), u = add(k, u)
  r = add(r, mul(a2, e)), s = add(s, mul(b2, f)), t = add(t, mul(c2, g)), u = add(u, mul(d2, h))
  k = lanes(ONE)
  r = add(k, add(a, mul(a2, r))), s = add(k, add(b, mul(b2, s)))
  t = add(k, add(c, mul(c2, t))), u = add(k, add(d, mul(d2, u)))
  k = lanes(BIAS)
  v128.store(out, mul(r, i32x4.add(i32x4.shl(w, 23), k)))
  v128.store(out, mul(s, i32x4.add(i32x4.shl(x, 23), k)), 16)
  v128.store(out, mul(t, i32x4.add(i32x4.shl(y, 23), k)), 32)
  v128.store(out, mul(u, i32x4.add(i32x4.shl(z, 23), k)), 48)
}

/** m (1 - z / (1 + z)) for z = exp(-|x|) at `out`, m = 1, or z for negative x. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function sigmoidAt(out: usize, x: v128): void {
  const one = lanes(ONE)
  const z = v128.load(out)
  const m = f32x4.pmax(z, v128.andnot(one, i32x4.shr_s(x, 31)))
  v128.store(out, sub(m, mul(m, f32x4.div(z, add(one, z)))))
}

/** Writes the sigmoids of sixteen numbers, in place if need be. */
export function sigmoid16(out: usize, x: usize): void {
  const sign = lanes(SIGN)
  const a = v128.load(x), b = v128.load(x, 16), c = v128.load(x, 32), d = v128.load(x, 48)
  const p = v128.or(a, sign), q = v128.or(b, sign), r = v128.or(c, sign), s = v128.or(d, sign)
  const least = lanes(LEAST)
  const both = v128.and(f32x4.gt(p, least), f32x4.gt(q, least))
  if (i32x4.all_true(v128.and(both, v128.and(f32x4.gt(r, least), f32x4.gt(s, least))))) {
    storeFour(out, p, q, r, s)
    exponentials(out)
    sigmoidAt(out, a)
    sigmoidAt(out + 16, b)
    sigmoidAt(out + 32, c)
    sigmoidAt(out + 48, d)
  } else {
    v128.store(out, sigmoid4(a))
    v128.store(out, sigmoid4(b), 16)
    v128.store(out, sigmoid4(c), 32)
    v128.store(out, sigmoid4(d), 48)
  }
}

/** 2 |x|, at most 20. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function twice(x: v128): v128 {
  const magnitude = v128.andnot(x, lanes(SIGN))
  return f32x4.pmin(add(magnitude, magnitude), lanes(TWENTY))
}

/** Writes the tanh of sixteen numbers, in place if need be. */
export function tanh16(out: usize, x: usize): void {
  const a = v128.load(x), b = v128.load(x, 16), c = v128.load(x, 32), d = v128.load(x, 48)
  storeFour(out, twice(a), twice(b), twice(c), twice(d))
  exponentials(out)
  v128.store(out, tanhBeyond(a, v128.load(out)))
  v128.store(out, tanhBeyond(b, v128.load(out, 16)), 16)
  v128.store(out, tanhBeyond(c, v128.load(out, 32)), 32)
  v128.store(out, tanhBeyond(d, v128.load(out, 48)), 48)
}
