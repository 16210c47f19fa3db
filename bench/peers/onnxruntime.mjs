// onnxruntime on one thread: `node onnxruntime.mjs FOLDER`. `npm install --ignore-scripts`: its script downloads what a CPU does not need.
import { serve } from './peer.mjs'

/** A varint of protocol buffers. */
function varint(value) {
  const bytes = []
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128)
  return Buffer.from([...bytes, value])
}

/** A field of a message: an integer, or bytes, a text or another message with their length. */
function field(number, value) {
  if (typeof value === 'number') return Buffer.concat([varint(number * 8), varint(value)])
  const bytes = Buffer.from(value)
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes])
}

const message = (...fields) => Buffer.concat(fields)
const FLOAT = 1

// The messages of onnx.proto, as far as this graph has them.
const tensor = (name, dims, data) =>
  message(...dims.map((dim) => field(1, dim)), field(2, FLOAT), field(8, name), field(9, new Uint8Array(data.buffer)))
const value = (name, dims) =>
  message(
    field(1, name),
    field(2, field(1, message(field(1, FLOAT), field(2, message(...dims.map((d) => field(1, field(1, d)))))))),
  )
const integer = (name, i) => message(field(1, name), field(3, i), field(20, 2))
const shape = (name, list) =>
  message(
    field(1, name),
    field(5, message(field(1, list.length), field(2, 7), field(9, new Uint8Array(BigInt64Array.from(list).buffer)))),
    field(20, 4),
  )
const node = (type, inputs, outputs, ...attributes) =>
  message(
    ...inputs.map((name) => field(1, name)),
    ...outputs.map((name) => field(2, name)),
    field(4, type),
    ...attributes.map((attribute) => field(5, attribute)),
  )

function weights(length) {
  return Float32Array.from({ length }, (_, i) => 0.1 * Math.sin(i))
}

/** One LSTM layer and a softmax over four classes at every frame, for x [T, B, D]. */
function network({ T, B, D, H }) {
  const initial = { W: [1, 4 * H, D], R: [1, 4 * H, H], b: [1, 8 * H], dense: [H, 4], bias: [4] }
  const graph = message(
    field(1, node('Constant', [], ['shape'], shape('value', [T, B, H].map(BigInt)))),
    field(1, node('LSTM', ['x', 'W', 'R', 'b'], ['y'], integer('hidden_size', H))),
    field(1, node('Reshape', ['y', 'shape'], ['h'])),
    field(1, node('MatMul', ['h', 'dense'], ['product'])),
    field(1, node('Add', ['product', 'bias'], ['z'])),
    field(1, node('Softmax', ['z'], ['p'], integer('axis', 2))),
    field(2, 'network'),
    ...Object.entries(initial).map(([name, dims]) =>
      field(5, tensor(name, dims, weights(dims.reduce((a, b) => a * b)))),
    ),
    field(11, value('x', [T, B, D])),
    field(12, value('p', [T, B, 4])),
  )
  return message(field(1, 8), field(7, graph), field(8, message(field(2, 17))))
}

async function inference(size, { x }) {
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' }
  const session = await InferenceSession.create(network(size), options)
  // Any sequences: the time does not depend on the numbers.
  const feeds = { x: new Tensor('float32', x.data, [size.T, size.B, size.D]) }
  return () => session.run(feeds)
}

await serve(process.argv[2], ['onnxruntime-node'], { 'lstm inference': inference })
