/**
 * Uniforms of xoshiro128++ (`kernels/uniforms.ts`), four at a time: the generator is linear in its bits, so that a matrix of
 * them leads from any state to that some hundred steps later, where the next lane begins.
 */

/** Steps from lane to lane. */
const JUMP: i32 = 256
export const BLOCK: i32 = 4 * JUMP
/** Address of the state of {@link step}, behind the constants of the module. */
const state: usize = 1024
/** For each four bits of a state and each value of them, the state that they become; operands begin behind it (`module.ts`). */
const table: usize = state + 16
const SCALE: usize = memory.data<f32>([
  5.9604644775390625e-8, 5.9604644775390625e-8, 5.9604644775390625e-8, 5.9604644775390625e-8,
])
let ready = false

/** One step of the state; returns its word. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function step(): u32 {
  const s0 = load<u32>(state)
  let s1 = load<u32>(state, 4)
  let s2 = load<u32>(state, 8)
  let s3 = load<u32>(state, 12)
  const word = rotl<u32>(s0 + s3, 7) + s0
  const shifted = s1 << 9
  s2 ^= s0
  s3 ^= s1
  s1 ^= s2
  store<u32>(state, s0 ^ s3)
  store<u32>(state, s1, 4)
  store<u32>(state, s2 ^ shifted, 8)
  store<u32>(state, rotl<u32>(s3, 11), 12)
  return word
}

/** The place in the table of a value of four bits, the ones of word `part` / 8. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function entry(part: i32, value: u32): usize {
  return table + ((<usize>part) << 8) + ((<usize>value) << 4)
}

function prepare(): void {
  ready = true
  for (let part = 0; part < 32; part++) {
    v128.store(entry(part, 0), i32x4.splat(0))
    for (let value: u32 = 1; value < 16; value++) {
      v128.store(state, i32x4.splat(0))
      store<u32>(state + ((<usize>part >> 3) << 2), value << (4 * (part & 7)))
      for (let i = 0; i < JUMP; i++) step()
      v128.store(entry(part, value), v128.load(state))
    }
  }
}

/** The state `JUMP` steps later. */
function jump(from: v128): v128 {
  v128.store(state, from)
  let to = i32x4.splat(0)
  for (let part = 0; part < 32; ) {
    for (let bits = load<u32>(state + ((<usize>part >> 3) << 2)), end = part + 8; part < end; part++, bits >>= 4) {
      to = v128.xor(to, v128.load(entry(part, bits & 15)))
    }
  }
  return to
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
function turned(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits))
}

/** Sets the state, from which {@link block} goes on where there are `n` numbers for it. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function begin(n: i32, s0: u32, s1: u32, s2: u32, s3: u32): void {
  if (n >= BLOCK && !ready) prepare()
  store<u32>(state, s0)
  store<u32>(state, s1, 4)
  store<u32>(state, s2, 8)
  store<u32>(state, s3, 12)
}

/** `BLOCK` words, or uniforms of them, in four lanes, each `JUMP` in a row; `state` is then that of the last. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function block(out: usize, asWords: bool): void {
  const a = v128.load(state)
  const b = jump(a)
  const c = jump(b)
  const d = jump(c)
  const low01 = v128.shuffle<i32>(a, b, 0, 4, 1, 5)
  const low23 = v128.shuffle<i32>(c, d, 0, 4, 1, 5)
  const high01 = v128.shuffle<i32>(a, b, 2, 6, 3, 7)
  const high23 = v128.shuffle<i32>(c, d, 2, 6, 3, 7)
  let s0 = v128.shuffle<i32>(low01, low23, 0, 1, 4, 5)
  let s1 = v128.shuffle<i32>(low01, low23, 2, 3, 6, 7)
  let s2 = v128.shuffle<i32>(high01, high23, 0, 1, 4, 5)
  let s3 = v128.shuffle<i32>(high01, high23, 2, 3, 6, 7)
  for (const end = out + 4 * JUMP; out < end; out += 4) {
    const word = i32x4.add(turned(i32x4.add(s0, s3), 7), s0)
    const x = asWords ? word : f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(word, 8)), v128.load(SCALE))
    v128.store32_lane(out, x, 0)
    v128.store32_lane(out + 4 * JUMP, x, 1)
    v128.store32_lane(out + 8 * JUMP, x, 2)
    v128.store32_lane(out + 12 * JUMP, x, 3)
    const shifted = i32x4.shl(s1, 9)
    s2 = v128.xor(s2, s0)
    s3 = v128.xor(s3, s1)
    s1 = v128.xor(s1, s2)
    s0 = v128.xor(s0, s3)
    s2 = v128.xor(s2, shifted)
    s3 = turned(s3, 11)
  }
  store<u32>(state, i32x4.extract_lane(s0, 3))
  store<u32>(state, i32x4.extract_lane(s1, 3), 4)
  store<u32>(state, i32x4.extract_lane(s2, 3), 8)
  store<u32>(state, i32x4.extract_lane(s3, 3), 12)
}

/** Fills n numbers by a state of four words. */
export function uniforms(out: usize, n: i32, s0: u32, s1: u32, s2: u32, s3: u32): void {
  begin(n, s0, s1, s2, s3)
  for (; n >= BLOCK; n -= BLOCK, out += 4 * BLOCK) block(out, false)
  for (const end = out + ((<usize>n) << 2); out < end; out += 4) {
    store<f32>(out, <f32>(<i32>(step() >> 8)) * <f32>5.9604644775390625e-8)
  }
}

/** Makes a mask of n uniforms, `factor` where one is at least `least`, else 0, and y = x mask; up to three numbers more, which are unused. */
export function maskRows(y: usize, mask: usize, x: usize, n: i32, least: f32, factor: f32): void {
  const leasts = f32x4.splat(least)
  const factors = f32x4.splat(factor)
  for (let i = 0; i < n; i += 4, y += 16, mask += 16, x += 16) {
    const kept = v128.and(f32x4.ge(v128.load(mask), leasts), factors)
    v128.store(mask, kept)
    v128.store(y, f32x4.mul(v128.load(x), kept))
  }
}
