/** Simple recurrent layer in WebAssembly; equation in `kernels/rnn.ts`. Activations run in the module's memory. */
import type { Kernels, RnnGradients, RnnPass } from '../types.ts'
import type { Accelerator } from './module.ts'
import { addSums, multiplyPacked, multiplyTransposed, packWeights, takePanels, takeSums } from './products.ts'
import { type Chunk, chunksOf, copyPrevious, isFloat32Pass } from './recurrent.ts'
import { PassWeights } from './resident.ts'
import { copyIn, copyOut } from './transfer.ts'

type Floats = Float32Array
type Differentiate = Parameters<Kernels['rnnBackward']>[2]

/** Copies and packs the weights of a pass. */
function placeWeights(accelerator: Accelerator, { inputs: D, units: H, wx, wh, b }: RnnPass) {
  const { memory } = accelerator
  return {
    wx: packWeights(accelerator, wx, true, H, D),
    wh: packWeights(accelerator, wh, true, H, H),
    b: copyIn(memory, b as Floats, 0, H),
    panels: takePanels(memory),
  }
}

/** Makes `rnnForward` for float32 passes; others go to `fallback`. */
export function createSimdRnnForward(shared: Accelerator, fallback: Kernels['rnnForward']): Kernels['rnnForward'] {
  const passWeights = new PassWeights(shared, placeWeights)

  return function rnnForward(pass, activate): void {
    if (!isFloat32Pass(pass)) {
      fallback(pass, activate)
      return
    }
    const { inputs: D, units: H, offsets, h0 } = pass
    const { accelerator, weights } = passWeights.of(pass)
    const { wasm, memory } = accelerator
    const { wx, wh, b, panels } = weights
    const carry = copyIn(memory, h0 as Floats, 0, h0.length)
    const mark = memory.mark()
    for (const { first, end, row, rows } of chunksOf(pass)) {
      memory.clear(mark)
      const x = copyIn(memory, pass.x as Floats, row * D, rows * D)
      const h = memory.take(rows * H)
      wasm.fillRows(h, b, rows, H)
      multiplyPacked(accelerator, panels, h, x, wx, rows, H, D, 1)
      let before = carry
      for (let t = first; t < end; t++) {
        const count = offsets[t + 1] - offsets[t]
        const at = h + 4 * H * (offsets[t] - row)
        multiplyPacked(accelerator, panels, at, before, wh, count, H, H, 1)
        activate(memory.floats, at / 4, memory.floats, at / 4, count * H)
        before = at
      }
      memory.floats.copyWithin(carry / 4, before / 4, before / 4 + (offsets[end] - offsets[end - 1]) * H)
      copyOut(pass.h as Floats, row * H, memory, h, rows * H)
    }
  }
}

/** Makes `rnnBackward` for float32 passes; others go to `fallback`. */
export function createSimdRnnBackward(
  accelerator: Accelerator,
  { rnnBackward: fallback, axpy }: Pick<Kernels, 'rnnBackward' | 'axpy'>,
): Kernels['rnnBackward'] {
  const { wasm, memory } = accelerator

  function place({ inputs: D, units: H, wx, wh, h0 }: RnnPass, { dx, dwx, dwh }: RnnGradients) {
    memory.clear()
    const placed = {
      wx: dx === null ? 0 : packWeights(accelerator, wx, false, D, H),
      wh: packWeights(accelerator, wh, false, H, H),
      dwx: copyIn(memory, dwx as Floats, 0, H * D),
      dwh: copyIn(memory, dwh as Floats, 0, H * H),
      db: takeSums(memory, H),
      dhCarry: memory.take(h0.length),
      panels: takePanels(memory),
    }
    memory.floats.fill(0, placed.dhCarry / 4, placed.dhCarry / 4 + h0.length)
    return placed
  }

  /** Goes back through the steps of a chunk; returns where the gradients before the activation are. */
  function runSteps(
    pass: RnnPass,
    { dh }: RnnGradients,
    { panels, wh, dhCarry }: ReturnType<typeof place>,
    { first, end, row, rows }: Chunk,
    differentiate: Differentiate,
  ): number {
    const { units: H, offsets, truncation } = pass
    const dz = memory.take(rows * H)
    const h = copyIn(memory, pass.h as Floats, row * H, rows * H) / 4
    const { floats } = memory
    const carry = dhCarry / 4
    for (let t = end - 1; t >= first; t--) {
      const n = (offsets[t + 1] - offsets[t]) * H
      const at = (offsets[t] - row) * H
      axpy(floats, carry, 1, dh, offsets[t] * H, n)
      differentiate(floats, dz / 4 + at, floats, carry, floats, h + at, n)
      if (truncation > 0 && t > 0 && t % truncation === 0) floats.fill(0, carry, carry + n)
      else multiplyPacked(accelerator, panels, dhCarry, dz + 4 * at, wh, n / H, H, H, 0)
    }
    return dz
  }

  function runChunk(
    pass: RnnPass,
    gradients: RnnGradients,
    placed: ReturnType<typeof place>,
    chunk: Chunk,
    differentiate: Differentiate,
  ): void {
    const { inputs: D, units: H } = pass
    const { panels } = placed
    const { row, rows } = chunk
    const dz = runSteps(pass, gradients, placed, chunk, differentiate)
    const x = copyIn(memory, pass.x as Floats, row * D, rows * D)
    multiplyTransposed(accelerator, panels, placed.dwx, [dz, 4 * H], [x, 4 * D], [H, D, rows])
    const previous = copyPrevious(memory, pass, chunk, pass.h0, pass.h)
    multiplyTransposed(accelerator, panels, placed.dwh, [dz, 4 * H], [previous, 4 * H], [H, H, rows])
    wasm.addColumnSums(placed.db, dz, rows, H)
    if (gradients.dx === null) return
    const dx = memory.take(rows * D)
    multiplyPacked(accelerator, panels, dx, dz, placed.wx, rows, D, H, 0)
    copyOut(gradients.dx as Floats, row * D, memory, dx, rows * D)
  }

  return function rnnBackward(pass, gradients, differentiate): void {
    if (!isFloat32Pass(pass)) {
      fallback(pass, gradients, differentiate)
      return
    }
    const { inputs: D, units: H } = pass
    const placed = place(pass, gradients)
    const mark = memory.mark()
    for (const chunk of chunksOf(pass).reverse()) {
      memory.clear(mark)
      runChunk(pass, gradients, placed, chunk, differentiate)
    }
    copyOut(gradients.dwx as Floats, 0, memory, placed.dwx, H * D)
    copyOut(gradients.dwh as Floats, 0, memory, placed.dwh, H * H)
    addSums(gradients.db, memory, placed.db, H)
    copyOut(gradients.dhCarry as Floats, 0, memory, placed.dhCarry, pass.h0.length)
  }
}
