/** Damaged and hostile files: errors that say so, without work or memory beyond their size. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mutateOnnx } from '../../../fuzz/mutate/onnx.ts'
import { errorText, faultOf } from '../../../fuzz/outcome.ts'
import { Dense, fromOnnx, Random, Sequential, toOnnx } from '../../../src/index.ts'
import { encodeModel } from '../../../src/onnx/encode.ts'
import type { ModelMessage, NodeMessage } from '../../../src/onnx/messages.ts'
import { decodeModel } from '../../../src/onnx/reading/decode.ts'

const folder = join(import.meta.dirname, '../../vectors/onnx')
const MUTANTS = 1500

describe('mutants', () => {
  it('of files of every exporter are read, or are errors of the format', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.onnx'))
    const bases = files.map((name) => new Uint8Array(readFileSync(join(folder, name))))
    let read = 0
    for (let i = 0; i < MUTANTS; i++) {
      const random = new Random(`mutant ${i}`)
      const mutant = mutateOnnx(random, bases[random.integer(bases.length)])
      try {
        fromOnnx(mutant, { externalData: { w: new Uint8Array(256) } })
        read++
      } catch (error) {
        expect(faultOf(error), `${i}: ${errorText(error)}`).toBeUndefined()
        expect(errorText(error)).toMatch(/^FormatError: fromOnnx: /)
      }
    }
    expect(read).toBeGreaterThan(MUTANTS / 50)
  })
})

const node = (
  opType: string,
  input: string[],
  output: string,
  attribute: NodeMessage['attribute'] = [],
): NodeMessage => ({
  ...{ opType, input, output: [output], name: output, attribute },
})

/** A dense layer whose bias comes out of nodes. */
function withNodes(
  make: (name: string) => NodeMessage[],
  constants: ModelMessage['graph']['initializer'] = [],
): Uint8Array {
  const model = decodeModel(toOnnx(new Sequential([new Dense({ inputs: 2, units: 2 })]), { lengths: false }))
  const { graph } = model
  const bias = graph.initializer.find(({ name }) => name === 'layers.0.b') as { name: string }
  bias.name = 'given'
  graph.initializer.push(...constants)
  graph.node.unshift(...make('layers.0.b'))
  return encodeModel(model)
}

const ints = (name: string, values: number[]): ModelMessage['graph']['initializer'][number] => ({
  ...{ name, dims: [values.length], dataType: 7, int64Data: values },
})

describe('hostile files', () => {
  it('that double a constant again and again make no larger one than their size allows', () => {
    const axis = [{ name: 'axis', type: 2, i: 0 }]
    const file = withNodes((name) => [
      ...Array.from({ length: 60 }, (_, i) => {
        const below = i === 0 ? 'given' : `d${i - 1}`
        return node('Concat', [below, below], i === 59 ? name : `d${i}`, axis)
      }),
    ])
    expect(() => fromOnnx(file)).toThrow('more than a file of its size needs')
  })

  it('that widen a number beyond memory are refused where its elements are needed', () => {
    const wide = withNodes((name) => [node('Expand', ['given', 'sizes'], name)], [ints('sizes', [2 ** 30, 2])])
    expect(() => fromOnnx(wide)).toThrow('one, or one for each column, is read')
    const filled = withNodes((name) => [node('ConstantOfShape', ['sizes'], name)], [ints('sizes', [2 ** 50])])
    expect(() => fromOnnx(filled)).toThrow(expect.objectContaining({ name: 'FormatError' }))
    const below = withNodes((name) => [node('ConstantOfShape', ['sizes'], name)], [ints('sizes', [-1])])
    expect(() => fromOnnx(below)).toThrow('has sizes that are no list of whole numbers')
  })

  it('with connections around connections are read up to a depth', () => {
    const nested = (depth: number): Uint8Array => {
      const model = decodeModel(toOnnx(new Sequential([new Dense({ inputs: 2, units: 2 })]), { lengths: false }))
      const { graph } = model
      const relus = Array.from({ length: depth }, (_, i) => node('Relu', [i === 0 ? 'y' : `r${i - 1}`], `r${i}`))
      // The innermost sum is of the last two, the next of that and the one before.
      const sums = Array.from({ length: depth }, (_, i) => {
        const skip = depth - 2 - i < 0 ? 'y' : `r${depth - 2 - i}`
        return node('Add', [skip, i === 0 ? `r${depth - 1}` : `s${i - 1}`], `s${i}`)
      })
      graph.node.push(...relus, ...sums)
      graph.output = [{ ...graph.output[0], name: `s${depth - 1}` }]
      return encodeModel(model)
    }
    expect(fromOnnx(nested(10)).layers.map(({ type }) => type)).toEqual(['dense', 'residual'])
    expect(() => fromOnnx(nested(5000))).toThrow('is a connection around more than 16 others')
  })

  it('of long chains take no stack', () => {
    const model = decodeModel(toOnnx(new Sequential([new Dense({ inputs: 2, units: 2 })]), { lengths: false }))
    const { graph } = model
    graph.node.push(
      ...Array.from({ length: 20_000 }, (_, i) => node('Identity', [i === 0 ? 'y' : `i${i - 1}`], `i${i}`)),
    )
    graph.output = [{ ...graph.output[0], name: 'i19999' }]
    expect(fromOnnx(encodeModel(model)).layers.length).toBe(1)
  })

  it.each([
    ['no bytes', new Uint8Array(0), 'not an ONNX file: it has no graph'],
    ['a text', new TextEncoder().encode('no model at all'), 'not an ONNX file'],
    [
      'a pointer',
      new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\noid sha256:0\n'),
      'git lfs pull',
    ],
    ['a number without end', new Uint8Array(30).fill(255), 'a part ends within a number'],
    [
      'a part longer than the file',
      Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f),
      'a part of 4294967295 bytes has 0',
    ],
    ['a graph that is a number', Uint8Array.of(0x38, 1), 'a field has the wire type 0, expected 2'],
  ])('are told by what is wrong: %s', (_, bytes, message) => {
    expect(() => fromOnnx(bytes)).toThrow(expect.objectContaining({ name: 'FormatError' }))
    expect(() => fromOnnx(bytes)).toThrow(message)
  })
})
