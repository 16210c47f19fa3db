import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FloatArray } from '../../src/core/types.ts'
import { createKernels, kernelsNames } from '../../src/kernels/index.ts'
import type {
  GruGradients,
  GruPass,
  Kernels,
  LstmGradients,
  LstmPass,
  PackedGradients,
  PackedPass,
} from '../../src/kernels/types.ts'
import { Random } from '../../src/numerics/random.ts'
import '../support/wide.ts'

// The recurrent passes of a SIMD record against the reference in float64 on the same numbers.

const reference = createKernels()
const records = kernelsNames.flatMap((name) => (name === 'js' ? [] : (createKernels(name) ?? [])))
const activations = ['tanh', 'sigmoid', 'relu', 'leakyRelu', 'softplus'] as const
const property = { seed: 79, numRuns: 60 }

interface Case {
  /** Sorted by falling length. */
  lengths: number[]
  inputs: number
  units: number
  peepholes: boolean
  truncation: number
  wantInput: boolean
  seed: number
}

/** Lengths around the rows of a tile; sizes around the lanes; the last two are longer than a chunk of rows. */
const cases: fc.Arbitrary<Case> = fc.record({
  lengths: fc
    .oneof(
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 14 }),
      fc.constantFrom([300], [90, 80, 80, 70, 3]),
    )
    .map((lengths) => [...lengths].sort((a, b) => b - a)),
  inputs: fc.integer({ min: 1, max: 9 }),
  units: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(16, 33)),
  peepholes: fc.boolean(),
  // The second chunk of the last lengths starts at step 63, which 4 does not divide.
  truncation: fc.constantFrom(0, 1, 3, 4),
  wantInput: fc.boolean(),
  seed: fc.integer(),
})

function offsetsOf(lengths: number[]): Int32Array {
  const offsets = [0]
  for (let t = 0; t < lengths[0]; t++) offsets.push(offsets[t] + lengths.filter((length) => length > t).length)
  return Int32Array.from(offsets)
}

/** Float32 numbers; every call gives others. */
function source(seed: number): (n: number, scale?: number) => Float32Array {
  const random = new Random(seed)
  return (n, scale = 0.5) => {
    const out = new Float32Array(n)
    random.normalInto(out)
    return out.map((x) => scale * x)
  }
}

/** What a pass of gates x H rows and its gradients start from; scratch and results hold garbage. */
function packed({ lengths, inputs: D, units: H, truncation, wantInput, seed }: Case, gates: number) {
  const draw = source(seed)
  const offsets = offsetsOf(lengths)
  const rows = offsets[offsets.length - 1]
  const scale = 1 / Math.sqrt(H + D)
  const pass: PackedPass & Record<'wx' | 'wh' | 'b', FloatArray> = {
    inputs: D,
    units: H,
    offsets,
    truncation,
    x: draw(rows * D),
    h0: draw(lengths.length * H),
    h: draw(rows * H),
    wx: draw(gates * H * D, scale),
    wh: draw(gates * H * H, scale),
    b: draw(gates * H),
  }
  const gradients: PackedGradients = {
    dh: draw(rows * H),
    previous: draw(rows * H),
    dhCarry: draw(lengths.length * H),
    dx: wantInput ? draw(rows * D) : null,
    dwx: draw(gates * H * D),
    dwh: draw(gates * H * H),
    db: draw(gates * H),
  }
  return { draw, rows, pass, gradients }
}

function lstm(options: Case): { pass: LstmPass; gradients: LstmGradients } {
  const { units: H, lengths, peepholes } = options
  const { draw, rows, pass, gradients } = packed(options, 4)
  return {
    pass: {
      ...pass,
      peepholes: peepholes ? draw(3 * H) : null,
      c0: draw(lengths.length * H),
      gates: draw(rows * 4 * H),
      cells: draw(rows * H),
      squashed: draw(rows * H),
    },
    gradients: {
      ...gradients,
      dGates: draw(rows * 4 * H),
      dcCarry: draw(lengths.length * H),
      dPeepholes: peepholes ? draw(3 * H) : null,
    },
  }
}

/** `peepholes` serves as the place of the reset gate here. */
function gru(options: Case): { pass: GruPass; gradients: GruGradients } {
  const { units: H, peepholes: resetAfter } = options
  const { draw, rows, pass, gradients } = packed(options, 3)
  return {
    pass: { ...pass, bhn: resetAfter ? draw(H) : null, gates: draw(rows * 3 * H), inner: draw(rows * H) },
    gradients: {
      ...gradients,
      dGates: draw(rows * 3 * H),
      dInner: draw(rows * H),
      dbhn: resetAfter ? draw(H) : null,
    },
  }
}

function inFloat64<T extends object>(record: T): T {
  const entries = Object.entries(record).map(([name, x]) => [
    name,
    x instanceof Float32Array ? Float64Array.from(x) : x,
  ])
  return Object.fromEntries(entries) as T
}

/** All but scratch agrees to `ulps` units of the largest number of its array. */
function expectNear(actual: object, expected: object, ulps: number): void {
  for (const [name, wanted] of Object.entries(expected)) {
    if (!(wanted instanceof Float64Array) || ['previous', 'dGates', 'dInner', 'dz'].includes(name)) continue
    const got = (actual as Record<string, FloatArray>)[name]
    const largest = wanted.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
    const error = wanted.reduce(
      (most, x, i) => Math.max(most, Math.abs(x - got[i]) || (got[i] === x ? 0 : Infinity)),
      0,
    )
    expect(error, name).toBeLessThanOrEqual(ulps * 2 ** -23 * largest)
  }
}

describe.each(records)('recurrent passes of $name', (record) => {
  it('are those of the reference for an LSTM', () => {
    fc.assert(
      fc.property(cases, (options) => {
        const { pass, gradients } = lstm(options)
        const [wantedPass, wantedGradients] = [inFloat64(pass), inFloat64(gradients)]
        reference.lstmForward(wantedPass)
        reference.lstmBackward(wantedPass, wantedGradients)
        record.lstmForward(pass)
        record.lstmBackward(pass, gradients)
        expectNear(pass, wantedPass, 60)
        expectNear(gradients, wantedGradients, 200)
      }),
      property,
    )
  })

  it('are those of the reference for a GRU, reset before or after the product', () => {
    fc.assert(
      fc.property(cases, (options) => {
        const { pass, gradients } = gru(options)
        const [wantedPass, wantedGradients] = [inFloat64(pass), inFloat64(gradients)]
        reference.gruForward(wantedPass)
        reference.gruBackward(wantedPass, wantedGradients)
        record.gruForward(pass)
        record.gruBackward(pass, gradients)
        expectNear(pass, wantedPass, 60)
        expectNear(gradients, wantedGradients, 200)
      }),
      property,
    )
  })

  it.each(activations)('are those of the reference for a simple recurrent layer: %s', (activation) => {
    const run = (kernels: Kernels, options: Case, convert: <T extends object>(x: T) => T) => {
      const { draw, rows, pass, gradients } = packed(options, 1)
      const [ownPass, own] = [convert(pass), convert({ ...gradients, dz: draw(rows * options.units) })]
      kernels.rnnForward(ownPass, kernels[activation])
      kernels.rnnBackward(ownPass, own, kernels[`${activation}Backward`])
      return [ownPass, own]
    }
    fc.assert(
      fc.property(cases, (options) => {
        const steady = { ...options, lengths: options.lengths.map((length) => Math.min(length, 90)) }
        const [wantedPass, wanted] = run(reference, steady, inFloat64)
        const [pass, gradients] = run(record, steady, (x) => x)
        expectNear(pass, wantedPass, 100)
        expectNear(gradients, wanted, 400)
      }),
      { ...property, numRuns: 25 },
    )
  })

  it('give a sequence the same bits alone and in a batch', () => {
    fc.assert(
      fc.property(cases, fc.nat(), (options, any) => {
        const { inputs: D, units: H, lengths } = options
        const { pass } = lstm(options)
        const sequence = any % lengths.length
        const alone = lstm({ ...options, lengths: [lengths[sequence]] }).pass
        const rowOf = (t: number): number => pass.offsets[t] + sequence
        const part = (x: FloatArray, row: number, width: number) => x.subarray(row * width, (row + 1) * width)
        const single: LstmPass = { ...alone, wx: pass.wx, wh: pass.wh, b: pass.b, peepholes: pass.peepholes }
        single.h0.set(part(pass.h0, sequence, H))
        single.c0.set(part(pass.c0, sequence, H))
        for (let t = 0; t < lengths[sequence]; t++) single.x.set(part(pass.x, rowOf(t), D), t * D)
        record.lstmForward(pass)
        record.lstmForward(single)
        for (let t = 0; t < lengths[sequence]; t++) expect(part(single.h, t, H)).toEqual(part(pass.h, rowOf(t), H))
      }),
      property,
    )
  })

  it('leave float64 to the reference, bit for bit', () => {
    const options = { lengths: [3, 2], inputs: 2, units: 5, peepholes: true, truncation: 0, wantInput: true, seed: 1 }
    const [first, second] = [lstm(options), lstm(options)].map((own) => ({
      pass: inFloat64(own.pass),
      gradients: inFloat64(own.gradients),
    }))
    for (const [kernels, { pass, gradients }] of [
      [reference, first],
      [record, second],
    ] as const) {
      kernels.lstmForward(pass)
      kernels.lstmBackward(pass, gradients)
    }
    expect(second).toEqual(first)
  })
})
