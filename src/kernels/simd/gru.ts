/**
 * GRU in WebAssembly; equations in `kernels/gru.ts`. Weights are packed once per call, n's apart from those of r and z.
 */
import type { FloatArray } from '../../core/types.ts'
import type { GruGradients, GruPass, Kernels } from '../types.ts'
import type { Accelerator } from './module.ts'
import { addSums, multiplyPacked, multiplyTransposed, packWeights, takePanels, takeSums } from './products.ts'
import { type Chunk, chunksOf, copyPrevious, isFloat32Pass } from './recurrent.ts'
import { PassWeights } from './resident.ts'
import { copyIn, copyOut } from './transfer.ts'

type Floats = Float32Array

/** Copies and packs the weights of a pass; bhn is 0 where the reset gate comes before the product. */
function placeWeights(accelerator: Accelerator, { inputs: D, units: H, wx, wh, b, bhn }: GruPass) {
  const { memory } = accelerator
  return {
    wx: packWeights(accelerator, wx, true, 3 * H, D),
    whGates: packWeights(accelerator, wh, true, 2 * H, H),
    whn: packWeights(accelerator, wh.subarray(2 * H * H), true, H, H),
    b: copyIn(memory, b as Floats, 0, 3 * H),
    bhn: bhn === null ? 0 : copyIn(memory, bhn as Floats, 0, H),
    panels: takePanels(memory),
  }
}

/** Makes `gruForward` for float32 passes; others go to `fallback`. */
export function createSimdGruForward(shared: Accelerator, fallback: Kernels['gruForward']): Kernels['gruForward'] {
  const passWeights = new PassWeights(shared, placeWeights)

  /** Runs the steps of a chunk; the output is kept at the address `state` from chunk to chunk. */
  function runChunk(
    accelerator: Accelerator,
    pass: GruPass,
    weights: ReturnType<typeof placeWeights>,
    state: number,
    { first, end, row, rows }: Chunk,
  ): void {
    const { wasm, memory } = accelerator
    const { inputs: D, units: H, offsets } = pass
    const { panels, whGates, whn, bhn } = weights
    const x = copyIn(memory, pass.x as Floats, row * D, rows * D)
    const gates = memory.take(rows * 3 * H)
    const inner = memory.take(rows * H)
    const h = memory.take(rows * H)
    wasm.fillRows(gates, weights.b, rows, 3 * H)
    multiplyPacked(accelerator, panels, gates, x, weights.wx, rows, 3 * H, D, 1)
    if (bhn > 0) wasm.fillRows(inner, bhn, rows, H)
    let before = state
    for (let t = first; t < end; t++) {
      const count = offsets[t + 1] - offsets[t]
      const at = 4 * H * (offsets[t] - row)
      const g = gates + 3 * at
      const a = inner + at
      wasm.multiply(g, 12 * H, before, 4 * H, 4, whGates, panels, count, 2 * H, H, 1, 1)
      if (bhn > 0) multiplyPacked(accelerator, panels, a, before, whn, count, H, H, 1)
      wasm.gruOpen(g, bhn > 0 ? 0 : a, before, count, H)
      if (bhn === 0) wasm.multiply(g + 8 * H, 12 * H, a, 4 * H, 4, whn, panels, count, H, H, 1, 1)
      wasm.gruWrite(g, bhn > 0 ? a : 0, h + at, before, count, H)
      before = h + at
    }
    memory.floats.copyWithin(state / 4, before / 4, before / 4 + (offsets[end] - offsets[end - 1]) * H)
    copyOut(pass.gates as Floats, row * 3 * H, memory, gates, rows * 3 * H)
    copyOut(pass.inner as Floats, row * H, memory, inner, rows * H)
    copyOut(pass.h as Floats, row * H, memory, h, rows * H)
  }

  return function gruForward(pass): void {
    if (!isFloat32Pass(pass)) {
      fallback(pass)
      return
    }
    const { accelerator, weights } = passWeights.of(pass)
    const { memory } = accelerator
    const state = copyIn(memory, pass.h0 as Floats, 0, pass.h0.length)
    const mark = memory.mark()
    for (const chunk of chunksOf(pass)) {
      memory.clear(mark)
      runChunk(accelerator, pass, weights, state, chunk)
    }
  }
}

/** Makes `gruBackward` for float32 passes; others go to `fallback`. */
export function createSimdGruBackward(
  accelerator: Accelerator,
  fallback: Kernels['gruBackward'],
): Kernels['gruBackward'] {
  const { wasm, memory } = accelerator

  function place({ inputs: D, units: H, wx, wh, bhn, h0 }: GruPass, { dx, dwx, dwh }: GruGradients) {
    memory.clear()
    const placed = {
      wx: dx === null ? 0 : packWeights(accelerator, wx, false, D, 3 * H),
      whGates: packWeights(accelerator, wh, false, H, 2 * H),
      whn: packWeights(accelerator, wh.subarray(2 * H * H), false, H, H),
      dwx: copyIn(memory, dwx as Floats, 0, 3 * H * D),
      dwh: copyIn(memory, dwh as Floats, 0, 3 * H * H),
      db: takeSums(memory, 3 * H),
      dbhn: bhn === null ? 0 : takeSums(memory, H),
      dhCarry: memory.take(h0.length),
      panels: takePanels(memory),
    }
    memory.floats.fill(0, placed.dhCarry / 4, placed.dhCarry / 4 + h0.length)
    return placed
  }

  /** Copies a chunk's values and reserves room for the gradients with respect to the gates' inputs and `inner`. */
  function placeChunk(pass: GruPass, { dh }: GruGradients, chunk: Chunk) {
    const { units: H, inputs: D } = pass
    const { row, rows } = chunk
    const copy = (x: FloatArray, width: number) => copyIn(memory, x as Floats, row * width, rows * width)
    return {
      dGates: memory.take(rows * 3 * H),
      dInner: memory.take(rows * H),
      gates: copy(pass.gates, 3 * H),
      inner: copy(pass.inner, H),
      dh: copy(dh, H),
      x: copy(pass.x, D),
      before: copyPrevious(memory, pass, chunk, pass.h0, pass.h),
    }
  }

  function stepBack(
    { panels, dhCarry, whGates, whn, dbhn }: ReturnType<typeof place>,
    values: ReturnType<typeof placeChunk>,
    at: number,
    count: number,
    H: number,
  ): void {
    const [dg, da, g, a] = [values.dGates + 3 * at, values.dInner + at, values.gates + 3 * at, values.inner + at]
    const before = values.before + at
    wasm.gruDifferentiate(dg, dhCarry, values.dh + at, g, before, count, H)
    if (dbhn > 0) {
      wasm.gruResetAfter(dg, da, g, a, count, H)
      multiplyPacked(accelerator, panels, dhCarry, da, whn, count, H, H, 1)
    } else {
      wasm.multiply(da, 4 * H, dg + 8 * H, 12 * H, 4, whn, panels, count, H, H, 1, 0)
      wasm.gruResetBefore(dg, da, dhCarry, g, before, count, H)
    }
    wasm.multiply(dhCarry, 4 * H, dg, 12 * H, 4, whGates, panels, count, H, 2 * H, 1, 1)
  }

  function addGradients(
    { inputs: D, units: H }: GruPass,
    placed: ReturnType<typeof place>,
    { dGates, dInner, inner, x, before }: ReturnType<typeof placeChunk>,
    rows: number,
  ): void {
    const { panels, dwx, dwh, db, dbhn } = placed
    const dwhn = dwh + 8 * H * H
    multiplyTransposed(accelerator, panels, dwx, [dGates, 12 * H], [x, 4 * D], [3 * H, D, rows])
    multiplyTransposed(accelerator, panels, dwh, [dGates, 12 * H], [before, 4 * H], [2 * H, H, rows])
    wasm.addColumnSums(db, dGates, rows, 3 * H)
    if (dbhn > 0) {
      multiplyTransposed(accelerator, panels, dwhn, [dInner, 4 * H], [before, 4 * H], [H, H, rows])
      wasm.addColumnSums(dbhn, dInner, rows, H)
    } else multiplyTransposed(accelerator, panels, dwhn, [dGates + 8 * H, 12 * H], [inner, 4 * H], [H, H, rows])
  }

  function runChunk(pass: GruPass, gradients: GruGradients, placed: ReturnType<typeof place>, chunk: Chunk): void {
    const { inputs: D, units: H, offsets, truncation } = pass
    const { row, rows } = chunk
    const values = placeChunk(pass, gradients, chunk)
    const carry = placed.dhCarry / 4
    for (let t = chunk.end - 1; t >= chunk.first; t--) {
      const count = offsets[t + 1] - offsets[t]
      stepBack(placed, values, 4 * H * (offsets[t] - row), count, H)
      if (truncation > 0 && t > 0 && t % truncation === 0) memory.floats.fill(0, carry, carry + count * H)
    }
    addGradients(pass, placed, values, rows)
    if (gradients.dx === null) return
    const dx = memory.take(rows * D)
    multiplyPacked(accelerator, placed.panels, dx, values.dGates, placed.wx, rows, D, 3 * H, 0)
    copyOut(gradients.dx as Floats, row * D, memory, dx, rows * D)
  }

  return function gruBackward(pass, gradients): void {
    if (!isFloat32Pass(pass)) {
      fallback(pass, gradients)
      return
    }
    const { inputs: D, units: H } = pass
    const { dwx, dwh, db, dbhn, dhCarry } = gradients
    const placed = place(pass, gradients)
    const mark = memory.mark()
    for (const chunk of chunksOf(pass).reverse()) {
      memory.clear(mark)
      runChunk(pass, gradients, placed, chunk)
    }
    copyOut(dwx as Floats, 0, memory, placed.dwx, 3 * H * D)
    copyOut(dwh as Floats, 0, memory, placed.dwh, 3 * H * H)
    addSums(db, memory, placed.db, 3 * H)
    if (dbhn !== null) addSums(dbhn, memory, placed.dbhn, H)
    copyOut(dhCarry as Floats, 0, memory, placed.dhCarry, pass.h0.length)
  }
}
