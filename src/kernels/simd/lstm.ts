/**
 * LSTM in WebAssembly; equations in `kernels/lstm.ts`. Weights are packed once per call and consecutive steps work in
 * the module's memory. The loop over steps is in JavaScript, since a call into the module costs only some 20 ns.
 */
import type { FloatArray } from '../../core/types.ts'
import type { Kernels, LstmGradients, LstmPass } from '../types.ts'
import type { Accelerator } from './module.ts'
import { addSums, multiplyPacked, multiplyTransposed, packWeights, takePanels, takeSums } from './products.ts'
import { type Chunk, chunksOf, copyPrevious, isFloat32Pass } from './recurrent.ts'
import { PassWeights } from './resident.ts'
import { copyIn, copyOut } from './transfer.ts'

type Floats = Float32Array

/** Copies and packs the weights of a pass. */
function placeWeights(accelerator: Accelerator, { inputs: D, units: H, wx, wh, b, peepholes }: LstmPass) {
  const { memory } = accelerator
  return {
    wx: packWeights(accelerator, wx, true, 4 * H, D),
    wh: packWeights(accelerator, wh, true, 4 * H, H),
    b: copyIn(memory, b as Floats, 0, 4 * H),
    peepholes: peepholes === null ? 0 : copyIn(memory, peepholes as Floats, 0, 3 * H),
    panels: takePanels(memory),
  }
}

/** Makes `lstmForward` for float32 passes; others go to `fallback`. */
export function createSimdLstmForward(shared: Accelerator, fallback: Kernels['lstmForward']): Kernels['lstmForward'] {
  const passWeights = new PassWeights(shared, placeWeights)

  /** Runs the steps of a chunk; the state is kept at the addresses h and c from chunk to chunk. */
  function runChunk(
    accelerator: Accelerator,
    pass: LstmPass,
    weights: ReturnType<typeof placeWeights>,
    states: { h: number; c: number },
    { first, end, row, rows }: Chunk,
  ): void {
    const { wasm, memory } = accelerator
    const { inputs: D, units: H, offsets } = pass
    const { panels, peepholes } = weights
    const x = copyIn(memory, pass.x as Floats, row * D, rows * D)
    const gates = memory.take(rows * 4 * H)
    const cells = memory.take(rows * H)
    const squashed = memory.take(rows * H)
    const h = memory.take(rows * H)
    wasm.fillRows(gates, weights.b, rows, 4 * H)
    multiplyPacked(accelerator, panels, gates, x, weights.wx, rows, 4 * H, D, 1)
    let hBefore = states.h
    let cBefore = states.c
    for (let t = first; t < end; t++) {
      const count = offsets[t + 1] - offsets[t]
      const at = 4 * H * (offsets[t] - row)
      multiplyPacked(accelerator, panels, gates + 4 * at, hBefore, weights.wh, count, 4 * H, H, 1)
      wasm.lstmActivate(gates + 4 * at, cells + at, squashed + at, h + at, cBefore, peepholes, count, H)
      hBefore = h + at
      cBefore = cells + at
    }
    const last = (offsets[end] - offsets[end - 1]) * H
    memory.floats.copyWithin(states.h / 4, hBefore / 4, hBefore / 4 + last)
    memory.floats.copyWithin(states.c / 4, cBefore / 4, cBefore / 4 + last)
    copyOut(pass.gates as Floats, row * 4 * H, memory, gates, rows * 4 * H)
    copyOut(pass.cells as Floats, row * H, memory, cells, rows * H)
    copyOut(pass.squashed as Floats, row * H, memory, squashed, rows * H)
    copyOut(pass.h as Floats, row * H, memory, h, rows * H)
  }

  return function lstmForward(pass): void {
    if (!isFloat32Pass(pass)) {
      fallback(pass)
      return
    }
    const { h0, c0 } = pass
    const { accelerator, weights } = passWeights.of(pass)
    const { memory } = accelerator
    const states = { h: copyIn(memory, h0 as Floats, 0, h0.length), c: copyIn(memory, c0 as Floats, 0, c0.length) }
    const mark = memory.mark()
    for (const chunk of chunksOf(pass)) {
      memory.clear(mark)
      runChunk(accelerator, pass, weights, states, chunk)
    }
  }
}

/** Makes `lstmBackward` for float32 passes; others go to `fallback`. */
export function createSimdLstmBackward(
  accelerator: Accelerator,
  fallback: Kernels['lstmBackward'],
): Kernels['lstmBackward'] {
  const { wasm, memory } = accelerator

  function place({ inputs: D, units: H, wx, wh, peepholes, h0 }: LstmPass, gradients: LstmGradients) {
    const { dx, dwx, dwh, dPeepholes } = gradients
    const copy = (x: FloatArray | null, length: number) => (x === null ? 0 : copyIn(memory, x as Floats, 0, length))
    memory.clear()
    const placed = {
      wx: dx === null ? 0 : packWeights(accelerator, wx, false, D, 4 * H),
      wh: packWeights(accelerator, wh, false, H, 4 * H),
      peepholes: copy(peepholes, 3 * H),
      dwx: copy(dwx, 4 * H * D),
      dwh: copy(dwh, 4 * H * H),
      dPeepholes: copy(dPeepholes, 3 * H),
      db: takeSums(memory, 4 * H),
      dhCarry: memory.take(h0.length),
      dcCarry: memory.take(h0.length),
      panels: takePanels(memory),
    }
    for (const at of [placed.dhCarry, placed.dcCarry]) memory.floats.fill(0, at / 4, at / 4 + h0.length)
    return placed
  }

  /** Goes back through the steps of a chunk; returns the address of the gradients with respect to the gates' inputs. */
  function runSteps(pass: LstmPass, { dh }: LstmGradients, placed: ReturnType<typeof place>, chunk: Chunk): number {
    const { units: H, offsets, truncation } = pass
    const { panels, dhCarry, dcCarry, peepholes, dPeepholes, wh } = placed
    const { row, rows } = chunk
    const copy = (x: FloatArray, width: number) => copyIn(memory, x as Floats, row * width, rows * width)
    const dGates = memory.take(rows * 4 * H)
    const mark = memory.mark()
    const [gates, cells, squashed] = [copy(pass.gates, 4 * H), copy(pass.cells, H), copy(pass.squashed, H)]
    const dOut = copy(dh, H)
    const before = copyPrevious(memory, pass, chunk, pass.c0, pass.cells)
    for (let t = chunk.end - 1; t >= chunk.first; t--) {
      const count = offsets[t + 1] - offsets[t]
      const at = 4 * H * (offsets[t] - row)
      wasm.lstmDifferentiate(
        dGates + 4 * at,
        dcCarry,
        dPeepholes,
        dOut + at,
        dhCarry,
        gates + 4 * at,
        cells + at,
        squashed + at,
        before + at,
        peepholes,
        count,
        H,
      )
      if (truncation > 0 && t > 0 && t % truncation === 0) {
        for (const carry of [dhCarry, dcCarry]) memory.floats.fill(0, carry / 4, carry / 4 + count * H)
      } else multiplyPacked(accelerator, panels, dhCarry, dGates + 4 * at, wh, count, H, 4 * H, 0)
    }
    memory.clear(mark)
    return dGates
  }

  function runChunk(pass: LstmPass, gradients: LstmGradients, placed: ReturnType<typeof place>, chunk: Chunk): void {
    const { inputs: D, units: H } = pass
    const { panels } = placed
    const { row, rows } = chunk
    const dGates = runSteps(pass, gradients, placed, chunk)
    const x = copyIn(memory, pass.x as Floats, row * D, rows * D)
    multiplyTransposed(accelerator, panels, placed.dwx, [dGates, 16 * H], [x, 4 * D], [4 * H, D, rows])
    const previous = copyPrevious(memory, pass, chunk, pass.h0, pass.h)
    multiplyTransposed(accelerator, panels, placed.dwh, [dGates, 16 * H], [previous, 4 * H], [4 * H, H, rows])
    wasm.addColumnSums(placed.db, dGates, rows, 4 * H)
    if (gradients.dx === null) return
    const dx = memory.take(rows * D)
    multiplyPacked(accelerator, panels, dx, dGates, placed.wx, rows, D, 4 * H, 0)
    copyOut(gradients.dx as Floats, row * D, memory, dx, rows * D)
  }

  return function lstmBackward(pass, gradients): void {
    if (!isFloat32Pass(pass)) {
      fallback(pass, gradients)
      return
    }
    const { inputs: D, units: H } = pass
    const { dwx, dwh, db, dPeepholes, dhCarry, dcCarry } = gradients
    const placed = place(pass, gradients)
    const mark = memory.mark()
    for (const chunk of chunksOf(pass).reverse()) {
      memory.clear(mark)
      runChunk(pass, gradients, placed, chunk)
    }
    copyOut(dwx as Floats, 0, memory, placed.dwx, 4 * H * D)
    copyOut(dwh as Floats, 0, memory, placed.dwh, 4 * H * H)
    addSums(db, memory, placed.db, 4 * H)
    if (dPeepholes !== null) copyOut(dPeepholes as Floats, 0, memory, placed.dPeepholes, 3 * H)
    copyOut(dhCarry as Floats, 0, memory, placed.dhCarry, pass.h0.length)
    copyOut(dcCarry as Floats, 0, memory, placed.dcCarry, pass.h0.length)
  }
}
