/**
 * Contrastive divergence in WebAssembly; equations in `kernels/boltzmann.ts`. Weights are packed once per call; cases
 * and their chains are copied to the module's memory in chunks, and only results are copied back. Arrays that lie in that
 * memory (room.ts) are used where they are.
 */
import { isFloat32 } from '../../core/realm.ts'
import type { FloatArray } from '../../core/types.ts'
import type { CdPass } from '../cd-pass.ts'
import type { Kernels } from '../types.ts'
import type { Accelerator, Memory } from './module.ts'
import { multiplyPacked, multiplyTransposed, packWeights, takePanels, takeSums } from './products.ts'
import { addressIn, copyIn, copyOut, copyRowsTo } from './transfer.ts'

type Floats = Float32Array

/** Cases of a chunk: their operands then stay in the second-level cache. */
const CHUNK = 256

/** Cases first .. first + rows - 1 and chains first .. first + chains - 1, with the addresses of their operands. */
interface Chunk {
  first: number
  rows: number
  chains: number
  /** [rows, V + K] */
  windows: number
  /** [rows, V] */
  v: number
  /** [V + H] biases per case, rows `ldBiases` bytes apart; 0 where all cases share one row. */
  biases: number
  ldBiases: number
  chain: number
  positive: number
  negative: number
  reconstruction: number
  sample: number
  draws: number
}

const operands = ['w', 'ab', 'bias', 'windows', 'chain', 'hiddenDraws', 'visibleDraws'] as const
const results = ['positive', 'negative', 'reconstruction', 'dw', 'dab', 'dBias'] as const
type Found = Record<(typeof operands | typeof results)[number], number>

/** Addresses of the arrays that lie in the memory, 0 of others; they hold when the memory has grown, the arrays do not. */
function findIn(memory: Memory, pass: CdPass): Found {
  const names = [...operands, ...results]
  return Object.fromEntries(names.map((name) => [name, addressOf(memory, pass[name])])) as Found
}

function addressOf(memory: Memory, x: FloatArray | null): number {
  return x === null || x.length === 0 ? 0 : addressIn(memory, x)
}

/** Makes `contrastiveDivergence` for float32 passes; others go to `fallback`. */
export function createSimdContrastiveDivergence(
  accelerator: Accelerator,
  fallback: Kernels['contrastiveDivergence'],
): Kernels['contrastiveDivergence'] {
  const { wasm, memory } = accelerator

  /** Address of n elements of an operand: where they lie, or of a copy. */
  function operand(at: number, x: FloatArray, offset: number, n: number): number {
    return at > 0 ? at + 4 * offset : copyIn(memory, x as Floats, offset, n)
  }

  /** Address of n elements of a result: where they belong, or of room for them. */
  function result(at: number, offset: number, n: number): number {
    return at > 0 ? at + 4 * offset : memory.take(n)
  }

  /** Addresses of the weights, packed as factors on the right, and of the statistics. */
  function place(pass: CdPass) {
    const { visible: V, hidden: H, history: K, w, ab, bias } = pass
    const units = V + H
    const found = findIn(memory, pass)
    return {
      found,
      toHidden: packWeights(accelerator, w, false, H, V, found.w),
      toVisible: packWeights(accelerator, w, true, V, H, found.w),
      ab: packWeights(accelerator, ab, true, units, K, found.ab),
      bias: operand(found.bias, bias, 0, units),
      dw: result(found.dw, 0, V * H),
      dab: result(found.dab, 0, units * K),
      dataSums: takeSums(memory, units),
      chainSums: takeSums(memory, units),
      panels: takePanels(memory),
    }
  }
  type Placed = ReturnType<typeof place>

  /** Biases of each case: with a history computed from it, else one row for all. */
  function placeBiases(pass: CdPass, placed: Placed, windows: number, rows: number): [at: number, ld: number] {
    const { visible: V, hidden: H, history: K } = pass
    if (K === 0) return [placed.bias, 0]
    const units = V + H
    const at = memory.take(rows * units)
    wasm.fillRows(at, placed.bias, rows, units)
    const ld = 4 * (V + K)
    wasm.multiply(at, 4 * units, windows + 4 * V, ld, 4, placed.ab, placed.panels, rows, units, K, 1, 1)
    return [at, 4 * units]
  }

  function placeChunk(pass: CdPass, placed: Placed, first: number): Chunk {
    const { visible: V, hidden: H, history: K, windows: cases } = pass
    const rows = Math.min(Math.max(pass.rows - first, 0), CHUNK)
    const chains = Math.min(Math.max(pass.chains - first, 0), CHUNK)
    const { found } = placed
    const windows = operand(found.windows, cases, first * (V + K), rows * (V + K))
    const v = K === 0 ? windows : memory.take(rows * V)
    if (K > 0) wasm.copyRows(v, windows, 4 * (V + K), rows, V)
    const [biases, ldBiases] = placeBiases(pass, placed, windows, rows)
    return {
      ...{ first, rows, chains, windows, v, biases, ldBiases },
      chain: operand(found.chain, pass.chain, first * V, chains * V),
      positive: result(found.positive, first * H, rows * H),
      negative: result(found.negative, first * H, chains * H),
      reconstruction: result(found.reconstruction, first * V, rows * V),
      sample: memory.take(chains * H),
      draws: memory.take(chains * Math.max(V, H)),
    }
  }

  function hiddenProbabilities(out: number, pass: CdPass, placed: Placed, chunk: Chunk, v: number, rows: number): void {
    const { visible: V, hidden: H } = pass
    multiplyPacked(accelerator, placed.panels, out, v, placed.toHidden, rows, H, V, 0)
    wasm.addRows(out, chunk.biases + 4 * V, chunk.ldBiases, rows, H, 1)
  }

  /** Address of the draws of a step. */
  function drawsOf(
    at: number,
    draws: FloatArray,
    { chains }: CdPass,
    chunk: Chunk,
    step: number,
    rows: number,
    cols: number,
  ): number {
    const from = (step * chains + chunk.first) * cols
    if (at > 0) return at + 4 * from
    copyRowsTo(memory, chunk.draws, draws as Floats, from, rows * cols, 1, rows * cols)
    return chunk.draws
  }

  /** Samples h from its probabilities and writes the mean of v given h. */
  function visibleMeans(
    out: number,
    pass: CdPass,
    placed: Placed,
    chunk: Chunk,
    p: number,
    step: number,
    rows: number,
  ): void {
    const { visible: V, hidden: H, binary } = pass
    const draws = drawsOf(placed.found.hiddenDraws, pass.hiddenDraws, pass, chunk, step, rows, H)
    wasm.bernoulli(chunk.sample, p, draws, rows * H)
    multiplyPacked(accelerator, placed.panels, out, chunk.sample, placed.toVisible, rows, V, H, 0)
    wasm.addRows(out, chunk.biases, chunk.ldBiases, rows, V, binary ? 1 : 0)
  }

  function sampleVisible(pass: CdPass, { found }: Placed, chunk: Chunk, step: number): void {
    const { visibleDraws, visible: V, binary } = pass
    if (visibleDraws === null) return
    const draws = drawsOf(found.visibleDraws, visibleDraws, pass, chunk, step, chunk.chains, V)
    if (binary) wasm.bernoulli(chunk.chain, chunk.chain, draws, chunk.chains * V)
    else wasm.addRows(chunk.chain, draws, 4 * V, chunk.chains, V, 0)
  }

  function runChain(pass: CdPass, placed: Placed, chunk: Chunk): void {
    const { steps, persistent, visible: V } = pass
    const { chain, chains, negative, reconstruction } = chunk
    if (persistent) hiddenProbabilities(negative, pass, placed, chunk, chain, chains)
    for (let step = 0; step < steps; step++) {
      if (step > 0 || persistent) visibleMeans(chain, pass, placed, chunk, negative, step, chains)
      else memory.floats.copyWithin(chain / 4, reconstruction / 4, reconstruction / 4 + chains * V)
      sampleVisible(pass, placed, chunk, step)
      hiddenProbabilities(negative, pass, placed, chunk, chain, chains)
    }
  }

  function addStatistics(pass: CdPass, { dw, dataSums, chainSums, panels }: Placed, chunk: Chunk): void {
    const { visible: V, hidden: H } = pass
    const { first, rows, chains, v, chain, positive, negative } = chunk
    const scale = first === 0 ? 0 : 1
    multiplyTransposed(accelerator, panels, dw, [v, 4 * V], [positive, 4 * H], [V, H, rows], 1 / pass.rows, scale)
    multiplyTransposed(accelerator, panels, dw, [chain, 4 * V], [negative, 4 * H], [V, H, chains], -1 / pass.chains, 1)
    wasm.addColumnSums(dataSums, v, rows, V)
    wasm.addColumnSums(dataSums + 8 * V, positive, rows, H)
    wasm.addColumnSums(chainSums, chain, chains, V)
    wasm.addColumnSums(chainSums + 8 * V, negative, chains, H)
  }

  /** dab += mean of [v0 - v | p0 - p]' hist, overwriting the biases; with a history each case has its own chain. */
  function addHistoryStatistics(pass: CdPass, { dab, panels }: Placed, chunk: Chunk): void {
    const { visible: V, hidden: H, history: K } = pass
    const { first, rows, windows, v, chain, biases, ldBiases, positive, negative } = chunk
    wasm.subtractRows(biases, ldBiases, v, chain, rows, V)
    wasm.subtractRows(biases + 4 * V, ldBiases, positive, negative, rows, H)
    const histories: [number, number] = [windows + 4 * V, 4 * (V + K)]
    const scale = first === 0 ? 0 : 1
    multiplyTransposed(accelerator, panels, dab, [biases, ldBiases], histories, [V + H, K, rows], 1 / pass.rows, scale)
  }

  /** Returns the sum of squared distances to the reconstructions. */
  function runChunk(pass: CdPass, placed: Placed, first: number): number {
    const { visible: V, hidden: H, history: K } = pass
    const chunk = placeChunk(pass, placed, first)
    const { rows, chains, v, chain, positive, negative, reconstruction } = chunk
    const compared = Math.min(rows, chains)
    hiddenProbabilities(positive, pass, placed, chunk, v, rows)
    visibleMeans(reconstruction, pass, placed, chunk, positive, 0, compared)
    runChain(pass, placed, chunk)
    addStatistics(pass, placed, chunk)
    if (K > 0) addHistoryStatistics(pass, placed, chunk)
    giveBack(placed.found.positive, pass.positive, first * H, positive, rows * H)
    giveBack(placed.found.negative, pass.negative, first * H, negative, chains * H)
    giveBack(placed.found.chain, pass.chain, first * V, chain, chains * V)
    giveBack(placed.found.reconstruction, pass.reconstruction, first * V, reconstruction, compared * V)
    return wasm.squaredDistance(reconstruction, v, compared * V)
  }

  /** Copies n elements back that do not lie where they belong. */
  function giveBack(found: number, x: FloatArray, offset: number, at: number, n: number): void {
    if (found === 0 && n > 0) copyOut(x as Floats, offset, memory, at, n)
  }

  function writeBiasStatistics(pass: CdPass, placed: Placed): void {
    const { visible, hidden, rows, chains } = pass
    const units = visible + hidden
    const found = placed.found.dBias
    const dBias = found > 0 ? new Float32Array(memory.floats.buffer, found, units) : pass.dBias
    const dataSums = new Float64Array(memory.floats.buffer, placed.dataSums, units)
    const chainSums = new Float64Array(memory.floats.buffer, placed.chainSums, units)
    for (let j = 0; j < units; j++) dBias[j] = dataSums[j] / rows - chainSums[j] / chains
  }

  return function contrastiveDivergence(pass): number {
    if (!(isFloat32(pass.w) && isFloat32(pass.windows))) return fallback(pass)
    const { visible: V, hidden: H, history: K, rows, chains } = pass
    memory.clear()
    const placed = place(pass)
    const mark = memory.mark()
    let distance = 0
    for (let first = 0; first < Math.max(rows, chains); first += CHUNK) {
      memory.clear(mark)
      distance += runChunk(pass, placed, first)
    }
    giveBack(placed.found.dw, pass.dw, 0, placed.dw, V * H)
    giveBack(placed.found.dab, pass.dab, 0, placed.dab, (V + H) * K)
    writeBiasStatistics(pass, placed)
    return distance / Math.min(rows, chains)
  }
}
