/** Recurrent nodes as layers: rows of the operator's blocks to the parameters of each gate. */
import type { FloatArray, Json } from '../../core/types.ts'
import type { Draft } from './drafts.ts'
import { leastSquares } from './least-squares.ts'
import type { CellPart, RecurrentPart } from './recurrent-part.ts'

/** Order of the blocks in the operator. */
const orders = { lstm: ['i', 'o', 'f', 'c'], gru: ['z', 'r', 'n'], rnn: [''] } as const

/** Largest part of R that a projection may leave, relative to its largest number. */
const LEFT = 1e-5

type Params = Record<string, FloatArray>

/** The sum of two biases, rounded once by whoever stores it. */
function bias(B: FloatArray | null, from: number, other: number, H: number): FloatArray {
  if (B === null) return new Float32Array(H)
  const [p, q] = [B.subarray(from, from + H), B.subarray(other, other + H)]
  if (q.every((value) => value === 0)) return p
  if (p.every((value) => value === 0)) return q
  return Float64Array.from(p, (value, i) => value + q[i])
}

/** W without the columns that mark the first step, and the numbers of that of this direction; null where they do not fit. */
function unmarked(
  W: FloatArray,
  D: number,
  marks: number,
  index: number,
): { W: FloatArray; first: Float64Array | null } | null {
  if (marks === 0) return { W, first: null }
  const wide = D + marks
  const rows = W.length / wide
  const out = new Float32Array(rows * D)
  const first = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    out.set(W.subarray(row * wide, row * wide + D), row * D)
    for (let k = 0; k < marks; k++) if (k !== index && W[row * wide + D + k] !== 0) return null
    first[row] = W[row * wide + D + index]
  }
  return { W: out, first }
}

/**
 * Wh and Wrm of R = Wh Wrm, and h0 of the numbers Wh h0 before the first step; null where R has no such form. With more outputs than
 * units there are many of them: h0 is then any vector that no output is a part of.
 */
function unprojected(part: RecurrentPart, { R, projection }: CellPart, first: Float64Array | null): Params | null {
  const { units: H } = part
  const P = part.projected as number
  const m = projection as FloatArray
  const Wrm = new Float32Array(P * H)
  for (let j = 0; j < H; j++) for (let p = 0; p < P; p++) Wrm[p * H + j] = m[j * P + p]
  const rows = R.length / H
  const apart = first !== null && P > H ? besides(Wrm, P, H) : null
  // Rows of R are those of Wh times Wrm: m Wh' = R', with a row more for h0 where that is free.
  const wanted = apart === null ? m : Float64Array.of(...m, ...apart)
  const solve = leastSquares(wanted, wanted.length / P, P)
  const Wh = new Float64Array(rows * P)
  const largest = (R as Float64Array).reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  for (let row = 0; row < rows; row++) {
    const own = R.subarray(row * H, (row + 1) * H)
    const solution = solve?.(apart === null ? own : Float64Array.of(...own, (first as Float64Array)[row]))
    if (solution === undefined || !(solution.left <= LEFT * largest)) return null
    Wh.set(solution.x, row * P)
  }
  const h0 = apart ?? (first === null ? null : (leastSquares(Wh, rows, P)?.(first).x ?? null))
  if (first !== null && h0 === null) return null
  return { Wh, Wrm, ...(h0 && { h0 }) }
}

/** A vector [P] at right angles to the columns of Wrm [P, H], of which there are fewer than P. */
function besides(Wrm: FloatArray, P: number, H: number): Float64Array | null {
  const solve = leastSquares(Wrm, P, H)
  let best: Float64Array | null = null
  let longest = 0
  for (let p = 0; p < P && solve !== null; p++) {
    const axis = new Float64Array(P)
    axis[p] = 1
    const { x } = solve(axis)
    const rest = axis.map((value, q) => value - x.reduce((sum, own, j) => sum + own * Wrm[q * H + j], 0))
    const length = Math.sqrt(rest.reduce((sum, value) => sum + value * value, 0))
    if (length > longest) [best, longest] = [rest.map((value) => value / length), length]
  }
  return best
}

/** The parameters of one direction; null where a projection does not fit. */
function cellParams(part: RecurrentPart, cell: CellPart, marks: number, index: number): Params | null {
  const { type, units: H } = part
  const D = part.inputs - marks
  const input = unmarked(cell.W, D, marks, index)
  if (input === null) return null
  const isProjected = part.projected !== null
  const own = isProjected ? unprojected(part, cell, input.first) : null
  if (isProjected && own === null) return null
  const P = part.projected ?? H
  const gates: readonly string[] = orders[type]
  const names = gates.filter((gate) => !(part.coupled && gate === 'f'))
  const params: Params = {}
  const at = (gate: string): number => gates.indexOf(gate)
  const named = (kind: string, gate: string): string => (type === 'rnn' ? `${kind}h` : `${kind}${gate}`)
  for (const gate of names) params[named('Wx', gate)] = input.W.subarray(at(gate) * H * D, (at(gate) + 1) * H * D)
  const recurrent = own?.Wh ?? cell.R
  for (const gate of names) params[named('Wh', gate)] = recurrent.subarray(at(gate) * H * P, (at(gate) + 1) * H * P)
  const G = gates.length
  for (const gate of names) params[named('b', gate)] = bias(cell.B, at(gate) * H, (G + at(gate)) * H, H)
  if (type === 'gru' && part.resetAfter) apartBiases(params, cell.B, H)
  if (cell.P !== null) peepholes(params, cell.P, H, part.coupled)
  if (own !== null) params.Wrm = own.Wrm
  return { ...params, ...startOf(part, cell, own?.h0 ?? null) }
}

/** The bias of the candidate within the reset stands for itself. */
function apartBiases(params: Params, B: FloatArray | null, H: number): void {
  params.bn = B === null ? new Float32Array(H) : B.subarray(2 * H, 3 * H)
  params.bhn = B === null ? new Float32Array(H) : B.subarray(5 * H, 6 * H)
}

function peepholes(params: Params, P: FloatArray, H: number, coupled: boolean): void {
  const blocks = ['i', 'o', 'f']
  blocks.forEach((gate, k) => {
    if (!(coupled && gate === 'f')) params[`Wc${gate}`] = P.subarray(k * H, (k + 1) * H)
  })
}

/** States before the first frame, where some are not zero. */
function startOf(part: RecurrentPart, { h0, c0, projection }: CellPart, solved: FloatArray | null): Params {
  const { units: H, type } = part
  if (h0 === null && c0 === null && solved === null) return {}
  const P = part.projected ?? H
  const given = h0 === null || projection === null ? h0 : projectedState(h0, projection, H, P)
  const h = solved ?? given ?? new Float32Array(P)
  return type === 'lstm' ? { h0: h, c0: c0 ?? new Float32Array(H) } : { h0: h }
}

function projectedState(h0: FloatArray, projection: FloatArray, H: number, P: number): FloatArray {
  const out = new Float64Array(P)
  for (let j = 0; j < H; j++) for (let p = 0; p < P; p++) out[p] += h0[j] * projection[j * P + p]
  return out
}

function optionsOf(part: RecurrentPart, inputs: number, cell: Params, peeps: boolean): { [key: string]: Json } {
  const { type, units, activation, gateActivation, coupled, resetAfter, projected } = part
  const common = { inputs, units, ...('h0' in cell && { initialState: 'learned' }) }
  if (type === 'gru') return { ...common, resetAfter }
  if (type === 'rnn') return { ...common, activation }
  return {
    ...{ ...common, peepholes: peeps, activation, gateActivation, coupled },
    ...(projected !== null && { projection: projected }),
  }
}

/** A layer of one direction, or of both; null where a projection, or marks of the first step, do not fit. */
export function recurrentDraft(part: RecurrentPart, marks: number, merge: string): Draft | null {
  const cells = part.cells.map((cell, i) => cellParams(part, cell, marks, i))
  if (cells.includes(null)) return null
  const known = cells as Params[]
  // States that one direction alone has are zero in the other.
  const learned = known.find((params) => 'h0' in params)
  for (const params of known) {
    if (learned === undefined || 'h0' in params) continue
    params.h0 = new Float32Array(learned.h0.length)
    if ('c0' in learned) params.c0 = new Float32Array(learned.c0.length)
  }
  const inputs = part.inputs - marks
  const options = optionsOf(part, inputs, known[0], part.cells[0].P !== null)
  const outputs = part.projected ?? part.units
  if (known.length === 1) return { type: part.type, options, params: known[0], inputs, outputs }
  const named = (params: Params, prefix: string): [string, FloatArray][] =>
    Object.entries(params).map(([name, data]) => [`${prefix}.${name}`, data])
  return {
    type: 'bidirectional',
    options: { layer: { type: part.type, options }, merge },
    params: Object.fromEntries([...named(known[0], 'forward'), ...named(known[1], 'backward')]),
    inputs,
    outputs: merge === 'concatenate' ? 2 * outputs : outputs,
  }
}
