/** One step of an LSTM, for the rows of all sequences that reach it; equations in `kernels/lstm.ts`. */
import { complement, plus, storeFirst, times } from './lanes'
import { sigmoid, tanh } from './rows'

/**
 * Activates gates [rows, 4H] in place; writes cells, their tanh and the outputs [rows, H]. `before` [rows, H] are the
 * cells of the step before; `peepholes` is 0 where there are none.
 */
export function lstmActivate(
  gates: usize,
  cells: usize,
  squashed: usize,
  h: usize,
  before: usize,
  peepholes: usize,
  rows: i32,
  units: i32,
): void {
  const H = (<usize>units) << 2
  for (let row = 0; row < rows; row++, gates += 4 * H, cells += H, squashed += H, h += H, before += H) {
    const candidate = gates + 2 * H
    const last = gates + 3 * H
    if (peepholes) {
      for (let j: usize = 0; j < H; j += 16) {
        const left = <i32>(H - j) >> 2
        const c0 = v128.load(before + j)
        storeFirst(gates + j, plus(v128.load(gates + j), times(v128.load(peepholes + j), c0)), left)
        const forget = gates + H + j
        storeFirst(forget, plus(v128.load(forget), times(v128.load(peepholes + H + j), c0)), left)
      }
    }
    sigmoid(gates, gates, 2 * units)
    tanh(candidate, candidate, units)
    for (let j: usize = 0; j < H; j += 16) {
      const left = <i32>(H - j) >> 2
      const kept = times(v128.load(gates + H + j), v128.load(before + j))
      const c = plus(kept, times(v128.load(gates + j), v128.load(candidate + j)))
      storeFirst(cells + j, c, left)
      if (peepholes) storeFirst(last + j, plus(v128.load(last + j), times(v128.load(peepholes + 2 * H + j), c)), left)
    }
    sigmoid(last, last, units)
    tanh(squashed, cells, units)
    for (let j: usize = 0; j < H; j += 16) {
      storeFirst(h + j, times(v128.load(last + j), v128.load(squashed + j)), <i32>(H - j) >> 2)
    }
  }
}

/**
 * Writes the gradients with respect to the inputs of the gates [rows, 4H], replaces the carried dL/dc [rows, H] by
 * dL/dc_{t-1}, and adds to the gradients of the peepholes.
 */
export function lstmDifferentiate(
  dGates: usize,
  dcCarry: usize,
  dPeepholes: usize,
  dh: usize,
  dhCarry: usize,
  gates: usize,
  cells: usize,
  squashed: usize,
  before: usize,
  peepholes: usize,
  rows: i32,
  units: i32,
): void {
  const H = (<usize>units) << 2
  for (let row = 0; row < rows; row++, gates += 3 * H, dGates += 3 * H) {
    let peephole = peepholes
    let dPeephole = dPeepholes
    let j = units
    while (true) {
      const i = v128.load(gates)
      const f = v128.load(gates + H)
      const g = v128.load(gates + 2 * H)
      const o = v128.load(gates + 3 * H)
      const s = v128.load(squashed)
      const c0 = v128.load(before)
      const dOut = plus(v128.load(dh), v128.load(dhCarry))
      const dOutO = times(dOut, o)
      const zo = times(times(dOutO, s), complement(o))
      let dc = plus(v128.load(dcCarry), times(dOutO, complement(times(s, s))))
      if (peepholes) dc = plus(dc, times(zo, v128.load(peephole + 2 * H)))
      const zi = times(times(times(dc, g), i), complement(i))
      const zf = times(times(times(dc, c0), f), complement(f))
      const zg = times(times(dc, i), complement(times(g, g)))
      let carry = times(dc, f)
      if (peepholes) {
        carry = plus(carry, plus(times(zi, v128.load(peephole)), times(zf, v128.load(peephole + H))))
        storeFirst(dPeephole, plus(v128.load(dPeephole), times(zi, c0)), j)
        storeFirst(dPeephole + H, plus(v128.load(dPeephole + H), times(zf, c0)), j)
        storeFirst(dPeephole + 2 * H, plus(v128.load(dPeephole + 2 * H), times(zo, v128.load(cells))), j)
      }
      storeFirst(dGates, zi, j)
      storeFirst(dGates + H, zf, j)
      storeFirst(dGates + 2 * H, zg, j)
      storeFirst(dGates + 3 * H, zo, j)
      storeFirst(dcCarry, carry, j)
      const bytes = (<usize>min(j, 4)) << 2
      gates += bytes
      dGates += bytes
      cells += bytes
      squashed += bytes
      before += bytes
      dh += bytes
      dhCarry += bytes
      dcCarry += bytes
      peephole += bytes
      dPeephole += bytes
      if (j <= 4) break
      j -= 4
    }
  }
}
