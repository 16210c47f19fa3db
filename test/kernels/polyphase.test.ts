import { expect, it } from 'vitest'
import { type PolyphaseFilter, referencePolyphase } from '../../src/kernels/polyphase.ts'
import { polyphaseMemory } from '../../src/kernels/simd/polyphase.ts'
import { Random } from '../../src/numerics/random.ts'

/** L, M and taps of a phase: whole blocks of eight, and 2, 4 and 6 beyond them. */
const filters: [number, number, number][] = [
  [1, 3, 384],
  [160, 441, 354],
  [2, 1, 128],
  [3, 2, 2],
  [7, 5, 4],
  [5, 12, 22],
]

it.each(filters)('L = %d, M = %d, %d taps: the same bits in WebAssembly as in typed arrays', (L, M, count) => {
  const n = 333
  const span = Math.ceil((n * M) / L) + count
  const { floats, start, run } = polyphaseMemory(L * count + span + n)
  expect(run).not.toBe(referencePolyphase)
  const filter: PolyphaseFilter = {
    L,
    M,
    count,
    taps: start,
    input: start + L * count,
    output: start + L * count + span,
  }
  new Random('polyphase').uniformInto(floats.subarray(start, filter.output), -1, 1)
  const reference = floats.slice()
  for (const phase of [0, L - 1]) {
    run(floats, filter, n, phase)
    referencePolyphase(reference, filter, n, phase)
    const outputs = floats.subarray(filter.output, filter.output + n)
    expect(outputs).toEqual(reference.subarray(filter.output, filter.output + n))
    expect(outputs.every((y) => y !== 0)).toBe(true)
    const last = Math.floor((phase + (n - 1) * M) / L)
    const taps = start + ((phase + (n - 1) * M) % L) * count
    let sum = 0
    for (let i = 0; i < count; i++) sum += floats[taps + i] * floats[filter.input + last + i]
    expect(outputs[n - 1]).toBeCloseTo(sum, 12)
  }
})
