/** One step of an LSTM, for the rows of all sequences that reach it; equations in `kernels/lstm.ts`. */
import { sigmoid4, tanh4 } from './elementary'
import { complement, plus, storeFirst, times } from './lanes'

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
  for (let row = 0; row < rows; row++, gates += 3 * H) {
    let peephole = peepholes
    let j = units
    while (true) {
      const c0 = v128.load(before)
      let zi = v128.load(gates)
      let zf = v128.load(gates + H)
      let zo = v128.load(gates + 3 * H)
      if (peepholes) {
        zi = plus(zi, times(v128.load(peephole), c0))
        zf = plus(zf, times(v128.load(peephole + H), c0))
      }
      const i = sigmoid4(zi)
      const f = sigmoid4(zf)
      const g = tanh4(v128.load(gates + 2 * H))
      const c = plus(times(f, c0), times(i, g))
      if (peepholes) zo = plus(zo, times(v128.load(peephole + 2 * H), c))
      const o = sigmoid4(zo)
      const s = tanh4(c)
      storeFirst(gates, i, j)
      storeFirst(gates + H, f, j)
      storeFirst(gates + 2 * H, g, j)
      storeFirst(gates + 3 * H, o, j)
      storeFirst(cells, c, j)
      storeFirst(squashed, s, j)
      storeFirst(h, times(o, s), j)
      const bytes = (<usize>min(j, 4)) << 2
      gates += bytes
      cells += bytes
      squashed += bytes
      h += bytes
      before += bytes
      peephole += bytes
      if (j <= 4) break
      j -= 4
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
