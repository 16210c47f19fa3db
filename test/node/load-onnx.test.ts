/** Models whose weights are in a second file: beside the model, and nowhere else. */
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Dense, Sequential, toOnnx } from '../../src/index.ts'
import { loadOnnx } from '../../src/node/index.ts'
import { encodeModel } from '../../src/onnx/encode.ts'
import { decodeModel } from '../../src/onnx/reading/decode.ts'

const vectors = join(import.meta.dirname, '../vectors/onnx')
let outside: string
let folder: string

beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'ser-load-onnx-'))
  folder = join(outside, 'models')
  await mkdir(folder)
})
afterEach(() => rm(outside, { recursive: true }))

/** Writes a model whose weights are said to be at a location. */
async function modelAt(location: string): Promise<string> {
  const model = decodeModel(toOnnx(new Sequential([new Dense({ inputs: 2, units: 3 })])))
  const W = model.graph.initializer.find(({ name }) => name === 'layers.0.W')
  if (W) {
    W.rawData = undefined
    W.dataLocation = 1
    W.externalData = [{ key: 'location', value: location }]
  }
  const path = join(folder, 'net.onnx')
  await writeFile(path, encodeModel(model))
  return path
}

const weights = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer)

describe('loadOnnx', () => {
  it("reads PyTorch's model and the weights beside it", async () => {
    for (const name of ['gru-large.onnx', 'gru-large.onnx.data']) await cp(join(vectors, name), join(folder, name))
    const network = await loadOnnx(join(folder, 'gru-large.onnx'))
    expect(network.layers.map(({ type }) => type)).toEqual(['gru', 'lastPool', 'dense'])
    await rm(join(folder, 'gru-large.onnx.data'))
    await expect(loadOnnx(join(folder, 'gru-large.onnx'))).rejects.toThrow(/^loadOnnx: ".*gru-large.onnx": ENOENT/)
    await expect(loadOnnx(join(folder, 'gru-large.onnx'))).rejects.toThrow(
      'its weights are in a second file, "gru-large.onnx.data", which belongs beside the model: copy it there too',
    )
  })

  it('reads weights in a folder below', async () => {
    await mkdir(join(folder, 'data'))
    await writeFile(join(folder, 'data', 'w.bin'), weights)
    const network = await loadOnnx(await modelAt('data/w.bin'), { dtype: 'float64' })
    expect(Array.from(network.parameters.values.slice(0, 6))).toEqual([1, 2, 3, 4, 5, 6])
  })

  it.each(['../w.bin', 'data/../../w.bin', '..\\w.bin', 'C:w.bin', '', '.', '..'])(
    'never leaves the folder of the model: %j',
    async (location) => {
      await writeFile(join(outside, 'w.bin'), weights)
      const path = await modelAt(location)
      await expect(loadOnnx(path)).rejects.toThrow(expect.objectContaining({ name: 'FormatError' }))
      await expect(loadOnnx(path)).rejects.toThrow(
        location === '.' ? 'no file but' : 'is not in the folder of the model',
      )
    },
  )

  it('never leaves it by an absolute path or a link', async () => {
    const secret = join(outside, 'w.bin')
    await writeFile(secret, weights)
    await expect(loadOnnx(await modelAt(secret))).rejects.toThrow('is not in the folder of the model')
    await expect(loadOnnx(await modelAt(secret))).rejects.toThrow('give their bytes to fromOnnx as "externalData"')
    await symlink(secret, join(folder, 'link.bin'))
    await symlink(outside, join(folder, 'data'))
    for (const location of ['link.bin', 'data/w.bin']) {
      await expect(loadOnnx(await modelAt(location))).rejects.toThrow('is not in the folder of the model')
    }
    await writeFile(join(folder, 'w.bin'), weights)
    await symlink('w.bin', join(folder, 'own.bin'))
    expect((await loadOnnx(await modelAt('own.bin'))).inputs).toBe(2)
  })

  it('checks its arguments, and says which file is none', async () => {
    await expect(loadOnnx('')).rejects.toThrow(RangeError)
    await expect(loadOnnx(await modelAt('w'), { externalData: weights } as never)).rejects.toThrow(TypeError)
    await writeFile(join(folder, 'no.onnx'), 'no model')
    await expect(loadOnnx(join(folder, 'no.onnx'))).rejects.toThrow(/^loadOnnx: ".*no.onnx": not an ONNX file/)
    await writeFile(join(folder, 'w'), weights)
    await expect(loadOnnx(await modelAt('w'), { output: 'z' })).rejects.toThrow(RangeError)
  })
})
