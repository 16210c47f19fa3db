/** Runs ONNX files in onnxruntime-web, or in another build of onnxruntime that `SER_ONNXRUNTIME` names. */
import type { InferenceSession, Tensor } from 'onnxruntime-web'

interface Runtime {
  InferenceSession: { create(bytes: Uint8Array, options?: object): Promise<InferenceSession> }
  Tensor: new (type: 'float32' | 'int32', data: Float32Array | Int32Array, dims: readonly number[]) => Tensor
}

/** An output: its numbers and its shape. */
export interface Ran {
  data: Float32Array
  dims: readonly number[]
}

let loaded: Promise<Runtime> | undefined

async function load(): Promise<Runtime> {
  const name = process.env.SER_ONNXRUNTIME ?? 'onnxruntime-web'
  const ort = await import(name)
  const runtime = ort.default ?? ort
  if (runtime.env?.wasm) runtime.env.wasm.numThreads = 1
  return runtime
}

/** A session of a file. */
export async function sessionOf(bytes: Uint8Array): Promise<InferenceSession> {
  loaded ??= load()
  return (await loaded).InferenceSession.create(bytes, { logSeverityLevel: 3 })
}

/** The outputs for sequences [T, columns] of a batch, padded with `padding` to the longest, or to `steps`. */
export async function runPadded(
  session: InferenceSession,
  sequences: readonly Float32Array[],
  columns: number,
  { padding = 0, steps = 0, lengths = true }: { padding?: number; steps?: number; lengths?: boolean } = {},
): Promise<Record<string, Ran>> {
  const { Tensor: Made } = await (loaded as Promise<Runtime>)
  const counts = sequences.map(({ length }) => length / columns)
  const T = Math.max(steps, ...counts)
  const x = new Float32Array(sequences.length * T * columns).fill(padding)
  sequences.forEach((data, b) => {
    x.set(data, b * T * columns)
  })
  const feeds = { x: new Made('float32', x, [sequences.length, T, columns]) }
  const given = lengths ? { ...feeds, lengths: new Made('int32', Int32Array.from(counts), [counts.length]) } : feeds
  return ranOf(await session.run(given))
}

/** The outputs for rows [n, columns]. */
export async function runRows(
  session: InferenceSession,
  rows: Float32Array,
  columns: number,
): Promise<Record<string, Ran>> {
  const { Tensor: Made } = await (loaded as Promise<Runtime>)
  return ranOf(await session.run({ x: new Made('float32', rows, [rows.length / columns, columns]) }))
}

function ranOf(outputs: Record<string, Tensor>): Record<string, Ran> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data, dims }]) => [name, { data: data as Float32Array, dims }]),
  )
}
