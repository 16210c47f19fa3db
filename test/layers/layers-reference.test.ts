import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { FloatArray, Json } from '../../src/core/types.ts'
import { AttentionPool } from '../../src/layers/attention-pool.ts'
import { type Activations, packInto, planBatch, rowsOf, unpack } from '../../src/layers/batch.ts'
import { createLayer } from '../../src/layers/registry.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { tolerance } from '../support/tolerances.ts'

type Rows = number[][][]

interface Case {
  type: string
  options: Record<string, Json>
  parameters: Record<string, number[]>
  gradients: Record<string, number[]>
  dots: Record<string, number[]>
  x: Rows
  y: Rows
  dy: Rows
  dx: Rows
  xDot: Rows
  yDot: Rows
  weights?: Rows
}

// Made by vectors/layers.py: sequences of unequal lengths in one batch.
const { cases }: { cases: Case[] } = JSON.parse(
  readFileSync(new URL('../vectors/layers.json', import.meta.url), 'utf8'),
)

const inference = { training: false, truncation: 0, random: null, state: null }

function packed(rows: Rows, plan = planBatch(rows.map(({ length }) => length))): Activations {
  const cols = rows[0][0].length
  const data = new Float64Array(rowsOf(plan) * cols)
  packInto(
    data,
    plan,
    rows.map((sequence) => ({ data: Float64Array.from(sequence.flat()), rows: sequence.length, cols })),
  )
  return { data, cols, plan }
}

function expectClose(got: ArrayLike<number>, wanted: number[], what: string): void {
  expect(got.length, what).toBe(wanted.length)
  wanted.forEach((value, i) => {
    const error = Math.abs(got[i] - value)
    expect(error <= tolerance.vector * (1 + Math.abs(value)), `${what}[${i}]: got ${got[i]}, wanted ${value}`).toBe(
      true,
    )
  })
}

function expectRows(got: Activations, wanted: Rows, what: string): void {
  unpack(got).forEach(({ data, rows }, i) => {
    expect(rows, what).toBe(wanted[i].length)
    expectClose(data, wanted[i].flat(), `${what} of ${i}`)
  })
}

describe.each(cases.map((each) => [`${each.type} ${JSON.stringify(each.options)}`, each] as const))(
  'in float64 equals PyTorch: %s',
  (_, wanted) => {
    const layer = createLayer(wanted)
    const { parameters } = new Sequential([layer], { dtype: 'float64' })
    /** A vector of named numbers, laid out as the parameters. */
    const flat = (named: Record<string, number[]>): FloatArray => {
      const vector = parameters.data.slice().fill(Number.NaN)
      for (const { name, offset } of parameters.slots) vector.set(named[name.slice('layers.0.'.length)], offset)
      return vector
    }
    parameters.data.set(flat(wanted.parameters))
    const x = packed(wanted.x)
    const y = layer.forwardBatch(x, inference)

    it('outputs', () => {
      expectRows(y, wanted.y, 'y')
    })

    it('gradients', () => {
      parameters.gradient.fill(0)
      const dx = layer.backwardBatch(packed(wanted.dy, y.plan).data, true) as FloatArray
      expectRows({ ...x, data: dx }, wanted.dx, 'dx')
      expectClose(parameters.gradient, Array.from(flat(wanted.gradients)), 'gradient')
      const once = parameters.gradient.slice()
      layer.backwardBatch(packed(wanted.dy, y.plan).data, false)
      expectClose(
        parameters.gradient,
        Array.from(once, (value) => 2 * value),
        'gradient added to',
      )
    })

    it('tangents, along all and along the parameters alone', () => {
      const dots = flat(wanted.dots)
      const both = (layer.tangentBatch(packed(wanted.xDot).data, dots) as FloatArray).slice()
      expectRows({ ...y, data: both }, wanted.yDot, 'yDot')
      const zeros = layer.tangentBatch(new Float64Array(x.data.length), dots)?.slice()
      const alone = layer.tangentBatch(null, dots)
      if (alone === null) expect(new Set(zeros)).toEqual(new Set([0]))
      else expectClose(alone, Array.from(zeros as FloatArray), 'yDot of the parameters')
    })

    if (layer instanceof AttentionPool) {
      it('weights', () => {
        const got = layer.lastWeights()
        expect(wanted.weights).toHaveLength(got.length)
        wanted.weights?.forEach((rows, i) => {
          expectClose(got[i].data, rows.flat(), `weights of ${i}`)
        })
      })
    }
  },
)
