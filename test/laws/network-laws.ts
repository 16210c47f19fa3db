/**
 * Properties that every network has, whatever its layers: written once, applied to each architecture.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { FloatArray } from '../../src/core/types.ts'
import type { Sequential, SequentialState } from '../../src/networks/sequential.ts'
import { Sequential as Network } from '../../src/networks/sequential.ts'
import type { StreamState } from '../../src/networks/stream.ts'
import { Adam } from '../../src/optim/adam.ts'
import type { FitOptions } from '../../src/training/fit-options.ts'
import type { Checkpoint } from '../../src/training/history.ts'
import { normalSequences } from '../support/random.ts'

/** Makes a new network from a seed. */
export type Make = (seed: number, dtype: 'float32' | 'float64') => Sequential

const lengths = [7, 3, 5, 5, 2, 9]
const labels = [0, 1, 2, 1, 0, 2]

function options(more: Partial<FitOptions> = {}): FitOptions {
  return { optimizer: new Adam({ learningRate: 0.01 }), epochs: 4, batchSize: 2, ...more }
}

async function trained(make: Make, seed: number, more: Partial<FitOptions> = {}): Promise<Sequential> {
  const network = make(seed, 'float32')
  await network.fit(normalSequences('data', lengths, network.inputs), labels, options(more))
  return network
}

/** Registers the laws as tests. */
export function networkLaws(make: Make): void {
  const inputs = make(0, 'float32').inputs
  const sequences = normalSequences('data', lengths, inputs)

  it('same seed, same bits; another seed, others', async () => {
    const one = (await trained(make, 1)).parameters.data
    expect((await trained(make, 1)).parameters.data).toEqual(one)
    expect((await trained(make, 2)).parameters.data).not.toEqual(one)
  })

  it('save and load give the same predictions, through JSON too', async () => {
    const network = await trained(make, 3)
    const wanted = network.predict(sequences)
    expect(Network.fromState(network.state()).predict(sequences)).toEqual(wanted)
    const state = network.state()
    const text = JSON.stringify({ ...state, parameters: Array.from(state.parameters) })
    expect(Network.fromState(JSON.parse(text) as SequentialState).predict(sequences)).toEqual(wanted)
  })

  it('a batch equals its sequences one by one, bit for bit', async () => {
    const network = await trained(make, 4)
    const together = network.forward(sequences)
    sequences.forEach((sequence, i) => {
      expect(network.forward(sequence).data).toEqual(together[i].data)
      expect(network.predict(sequence)).toEqual(network.predict(sequences)[i])
    })
  })

  it('the order of the sequences changes nothing but the order of the results', async () => {
    const network = await trained(make, 5)
    const forward = network.predict(sequences)
    expect(network.predict([...sequences].reverse())).toEqual([...forward].reverse())
  })

  it('inputs stay untouched', async () => {
    const copies = sequences.map(({ data }) => data.slice())
    const network = await trained(make, 6)
    network.predict(sequences)
    network.lossAndGradient(sequences, labels)
    sequences.forEach(({ data }, i) => expect(data).toEqual(copies[i]))
  })

  it('strided views give the bits of packed ones', () => {
    const network = make(7, 'float64')
    for (const sequence of sequences) {
      const flipped = sequence.step(-1, -1)
      const packed = normalSequences('unused', [sequence.shape[0]], inputs)[0]
      for (let t = 0; t < packed.shape[0]; t++) {
        for (let d = 0; d < inputs; d++) packed.set(t, d, flipped.get(t, d))
      }
      expect(network.forward(flipped).data).toEqual(network.forward(packed).data)
    }
  })

  it('two halves of a fit from a checkpoint equal the whole fit', async () => {
    const whole = await trained(make, 8)
    let half: Checkpoint | undefined
    const halves = make(8, 'float32')
    await halves.fit(sequences, labels, options({ epochs: 2, onEpoch: (report) => (half = report.checkpoint()) }))
    const stored = JSON.parse(JSON.stringify(half, plainNumbers))
    const resumed = make(8, 'float32')
    await resumed.fit(sequences, labels, options({ resume: stored }))
    expect(resumed.parameters.data).toEqual(whole.parameters.data)
  })

  if (JSON.stringify(make(0, 'float32').state().layers).includes('"bidirectional"')) refusesToStream(make)
  else streamLaws(make)

  it('a finished fit lowers the training loss', async () => {
    const network = make(11, 'float32')
    const before = network.evaluate(sequences, labels).loss
    await network.fit(sequences, labels, options({ epochs: 30 }))
    expect(network.evaluate(sequences, labels).loss).toBeLessThan(before)
  })
}

function refusesToStream(make: Make): void {
  it('refuses to stream what needs the whole sequence', () => {
    expect(() => make(0, 'float32').stream()).toThrow(/needs the whole sequence and cannot be streamed/)
  })
}

/** Typed arrays as lists of numbers. */
function plainNumbers(_: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value
}

type Sequence = ReturnType<typeof normalSequences>[0]

/** What the frames from..end-1 add to the output; above a pooling layer the answer after them, if they add any row to it. */
function rowsOfChunk(network: Sequential, sequence: Sequence, from: number, end: number): FloatArray {
  const below = network.layers.filter((layer) => !layer.pools)
  const rows = (frames: number) => below.reduce((length, layer) => layer.outputLength(length), frames)
  const [first, last] = [rows(from), rows(end)]
  const { data, shape } = network.forward(sequence.hi(end, network.inputs))
  if (below.length < network.layers.length) return last > first ? data : data.slice(0, 0)
  return data.slice(first * shape[1], last * shape[1])
}

function streamLaws(make: Make): void {
  const sequences = normalSequences('data', lengths, make(0, 'float32').inputs)

  it('a stream gives the rows of the batch, bit for bit', async () => {
    const network = await trained(make, 9)
    const stream = network.stream()
    for (const sequence of sequences) {
      for (let t = 0; t < sequence.shape[0]; t++) {
        expect(stream.push(sequence.pick(t, null))).toEqual(rowsOfChunk(network, sequence, t, t + 1))
      }
      stream.reset()
    }
  })

  it('so does a stream of chunks of any sizes, each on a stream that goes on from the state before', async () => {
    const network = await trained(make, 12)
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 1000 }), (chunks, seed) => {
        const [sequence] = normalSequences(seed, [chunks.reduce((sum, size) => sum + size, 0)], network.inputs)
        const restored = network.stream()
        let stream = network.stream()
        let from = 0
        for (const size of chunks) {
          const chunk = sequence.lo(from, 0).hi(size, network.inputs)
          const wanted = rowsOfChunk(network, sequence, from, from + size)
          const { data, shape } = stream.forward(chunk)
          expect(data).toEqual(wanted)
          expect(shape).toEqual([wanted.length / network.outputs, network.outputs])
          stream = network.stream({ state: stream.state() })
          from += size
        }
        restored.restore(JSON.parse(JSON.stringify(stream.state(), plainNumbers)) as StreamState)
        const [next] = normalSequences(`${seed}/next`, [1], network.inputs)
        expect(restored.push(next.pick(0, null))).toEqual(stream.push(next.pick(0, null)))
      }),
      { seed: 20150416, numRuns: 20 },
    )
  })

  it('interleaved streams do not disturb each other', () => {
    const network = make(10, 'float32')
    const [a, b] = [network.stream(), network.stream()]
    const rows = (sequence: Sequence) => [0, 1].map((t) => sequence.pick(t, null))
    const alone = rows(sequences[0]).map((row) => network.stream().push(row))[0]
    b.push(rows(sequences[1])[0])
    expect(a.push(rows(sequences[0])[0])).toEqual(alone)
  })
}
