/** One step of a GRU, for the rows of all sequences that reach it; equations in `kernels/gru.ts`. */
import { sigmoid4, tanh4 } from './elementary'
import { complement, plus, storeFirst, times } from './lanes'

/** Activates r and z of gates [rows, 3H]; writes inner = r h_{t-1} unless it is 0. */
export function gruOpen(gates: usize, inner: usize, before: usize, rows: i32, units: i32): void {
  const H = (<usize>units) << 2
  for (let row = 0; row < rows; row++, gates += 3 * H, before += H) {
    for (let j: usize = 0; j < H; j += 16) {
      const left = <i32>(H - j) >> 2
      const r = sigmoid4(v128.load(gates + j))
      const z = sigmoid4(v128.load(gates + H + j))
      if (inner) storeFirst(inner + j, times(r, v128.load(before + j)), left)
      storeFirst(gates + j, r, left)
      storeFirst(gates + H + j, z, left)
    }
    if (inner) inner += H
  }
}

/** Adds r inner to the candidate's input unless inner is 0, activates it and writes h = (1 - z) n + z h_{t-1}. */
export function gruWrite(gates: usize, inner: usize, h: usize, before: usize, rows: i32, units: i32): void {
  const H = (<usize>units) << 2
  for (let row = 0; row < rows; row++, gates += 3 * H, before += H, h += H) {
    for (let j: usize = 0; j < H; j += 16) {
      const left = <i32>(H - j) >> 2
      const z = v128.load(gates + H + j)
      let sum = v128.load(gates + 2 * H + j)
      if (inner) sum = plus(sum, times(v128.load(gates + j), v128.load(inner + j)))
      const n = tanh4(sum)
      storeFirst(gates + 2 * H + j, n, left)
      storeFirst(h + j, plus(times(complement(z), n), times(z, v128.load(before + j))), left)
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
