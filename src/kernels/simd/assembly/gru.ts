/** One step of a GRU, for the rows of all sequences that reach it; equations in `kernels/gru.ts`. */
import { complement, plus, storeFirst, times } from './lanes'
import { sigmoid, tanh } from './rows'

/** Activates r and z of gates [rows, 3H]; writes inner = r h_{t-1} unless it is 0. */
export function gruOpen(gates: usize, inner: usize, before: usize, rows: i32, units: i32): void {
  const H = (<usize>units) << 2
  for (let row = 0; row < rows; row++, gates += 3 * H, before += H) {
    sigmoid(gates, gates, 2 * units)
    for (let j: usize = 0; inner && j < H; j += 16) {
      storeFirst(inner + j, times(v128.load(gates + j), v128.load(before + j)), <i32>(H - j) >> 2)
    }
    if (inner) inner += H
  }
}

/** Adds r inner to the candidate's input unless inner is 0, activates it and writes h = (1 - z) n + z h_{t-1}. */
export function gruWrite(gates: usize, inner: usize, h: usize, before: usize, rows: i32, units: i32): void {
  const H = (<usize>units) << 2
  for (let row = 0; row < rows; row++, gates += 3 * H, before += H, h += H) {
    const candidate = gates + 2 * H
    for (let j: usize = 0; inner && j < H; j += 16) {
      const sum = plus(v128.load(candidate + j), times(v128.load(gates + j), v128.load(inner + j)))
      storeFirst(candidate + j, sum, <i32>(H - j) >> 2)
    }
    tanh(candidate, candidate, units)
    for (let j: usize = 0; j < H; j += 16) {
      const z = v128.load(gates + H + j)
      const share = times(complement(z), v128.load(candidate + j))
      storeFirst(h + j, plus(share, times(z, v128.load(before + j))), <i32>(H - j) >> 2)
    }
    if (inner) inner += H
  }
}

/** Gradients with respect to the inputs of z and n; leaves in the carry the direct term of dL/dh_{t-1}. */
export function gruDifferentiate(
  dGates: usize,
  dhCarry: usize,
  dh: usize,
  gates: usize,
  before: usize,
  rows: i32,
  units: i32,
): void {
  const H = (<usize>units) << 2
  for (let row = 0; row < rows; row++, gates += 3 * H, dGates += 3 * H, before += H, dh += H, dhCarry += H) {
    for (let j: usize = 0; j < H; j += 16) {
      const left = <i32>(H - j) >> 2
      const z = v128.load(gates + H + j)
      const n = v128.load(gates + 2 * H + j)
      const dOut = plus(v128.load(dh + j), v128.load(dhCarry + j))
      const rest = complement(z)
      const dz = times(times(times(dOut, f32x4.sub(v128.load(before + j), n)), z), rest)
      storeFirst(dGates + H + j, dz, left)
      storeFirst(dGates + 2 * H + j, times(times(dOut, rest), complement(times(n, n))), left)
      storeFirst(dhCarry + j, times(dOut, z), left)
    }
  }
}

/** Reset after the product: da = dn r and dr = dn a r(1-r). */
export function gruResetAfter(dGates: usize, dInner: usize, gates: usize, inner: usize, rows: i32, units: i32): void {
  const H = (<usize>units) << 2
  for (let row = 0; row < rows; row++, gates += 3 * H, dGates += 3 * H, inner += H, dInner += H) {
    for (let j: usize = 0; j < H; j += 16) {
      const left = <i32>(H - j) >> 2
      const r = v128.load(gates + j)
      const da = times(v128.load(dGates + 2 * H + j), r)
      storeFirst(dInner + j, da, left)
      storeFirst(dGates + j, times(times(da, v128.load(inner + j)), complement(r)), left)
    }
  }
}

/** Reset before the product: dr = da h_{t-1} r(1-r); adds da r to dL/dh_{t-1}. */
export function gruResetBefore(
  dGates: usize,
  dInner: usize,
  dhCarry: usize,
  gates: usize,
  before: usize,
  rows: i32,
  units: i32,
): void {
  const H = (<usize>units) << 2
  for (let row = 0; row < rows; row++, gates += 3 * H, dGates += 3 * H, before += H, dInner += H, dhCarry += H) {
    for (let j: usize = 0; j < H; j += 16) {
      const left = <i32>(H - j) >> 2
      const r = v128.load(gates + j)
      const da = times(v128.load(dInner + j), r)
      storeFirst(dGates + j, times(times(da, v128.load(before + j)), complement(r)), left)
      storeFirst(dhCarry + j, plus(v128.load(dhCarry + j), da), left)
    }
  }
}
