import { normals } from './data.mjs'
import { kernelRecord } from './kernels.mjs'
import { ms } from './units.mjs'

const SHAPES = [
  [256, 256, 256],
  [512, 512, 512],
  [255, 255, 255],
  [257, 257, 257],
  [200, 333, 129],
  [500, 39, 150],
]

/** C = A B in float32 with A [m, k] and B [k, n], through the kernel itself. */
export const cases = SHAPES.map(([m, n, k]) => ({
  kind: 'gemm',
  size: { m, n, k },
  unit: ms,
  flops: 2 * m * n * k,
  data: () => ({ a: normals([m, k], 1), b: normals([k, n], 2) }),
  async setup({ a, b }) {
    const { gemm } = await kernelRecord()
    const c = new Float32Array(m * n)
    if (gemm === undefined) return null
    return () => gemm(c, 0, n, a.data, 0, k, false, b.data, 0, n, false, m, n, k, 1, 0)
  },
}))
