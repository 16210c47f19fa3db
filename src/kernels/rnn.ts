/**
 * Simple recurrent layer over a whole packed batch of sequences: h_t = phi(Wxh x_t + Whh h_{t-1} + bh). Elman (1990);
 * backpropagation through time as in Werbos (1990).
 */
import { gatherPrevious, previousOf } from './recurrent.ts'
import type { Kernels } from './types.ts'

/** Forward pass, see `RnnPass`. */
export function createRnnForward(kernels: Pick<Kernels, 'gemm' | 'fillRows'>): Kernels['rnnForward'] {
  return function rnnForward(pass, activate): void {
    const { inputs: D, units: H, offsets, wx, wh, b, x, h } = pass
    const steps = offsets.length - 1
    const rows = offsets[steps]
    kernels.fillRows(h, 0, b, 0, rows, H)
    kernels.gemm(h, 0, H, x, 0, D, false, wx, 0, D, true, rows, H, D, 1, 1)
    for (let t = 0; t < steps; t++) {
      const at = offsets[t] * H
      const count = offsets[t + 1] - offsets[t]
      const [source, before] = previousOf(pass, t, pass.h0, h)
      kernels.gemm(h, at, H, source, before, H, false, wh, 0, H, true, count, H, H, 1, 1)
      activate(h, at, h, at, count * H)
    }
  }
}

/** Backward pass through time, see `RnnGradients`. */
export function createRnnBackward(kernels: Pick<Kernels, 'gemm' | 'axpy' | 'addColumnSums'>): Kernels['rnnBackward'] {
  return function rnnBackward(pass, gradients, differentiate): void {
    const { inputs: D, units: H, offsets, truncation, wx, wh, x, h, h0 } = pass
    const { dh, dz, previous, dhCarry, dx, dwx, dwh, db } = gradients
    const steps = offsets.length - 1
    const rows = offsets[steps]
    dhCarry.fill(0)
    for (let t = steps - 1; t >= 0; t--) {
      const at = offsets[t] * H
      const count = offsets[t + 1] - offsets[t]
      kernels.axpy(dhCarry, 0, 1, dh, at, count * H)
      differentiate(dz, at, dhCarry, 0, h, at, count * H)
      if (truncation > 0 && t > 0 && t % truncation === 0) dhCarry.fill(0, 0, count * H)
      else kernels.gemm(dhCarry, 0, H, dz, at, H, false, wh, 0, H, false, count, H, H, 1, 0)
    }
    gatherPrevious(pass, previous, h0, h)
    kernels.gemm(dwx, 0, D, dz, 0, H, true, x, 0, D, false, H, D, rows, 1, 1)
    kernels.gemm(dwh, 0, H, dz, 0, H, true, previous, 0, H, false, H, H, rows, 1, 1)
    kernels.addColumnSums(db, 0, dz, 0, rows, H)
    if (dx !== null) kernels.gemm(dx, 0, D, dz, 0, H, false, wx, 0, D, false, rows, D, H, 1, 0)
  }
}
