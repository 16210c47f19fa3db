import { Random } from 'ser-core'
import { normals } from './data.mjs'
import { kernelRecord } from './kernels.mjs'
import { nsPerElement } from './units.mjs'

const n = 100_000

/** f(x) of normals in float32, through the kernel itself; a record without such a kernel is left out. */
const functions = ['tanh', 'sigmoid', 'exp'].map((kind) => ({
  kind,
  size: { n },
  unit: nsPerElement(n),
  data: () => ({ x: normals([n]) }),
  async setup({ x }) {
    const kernel = (await kernelRecord())[kind]
    const out = new Float32Array(n)
    return kernel ? () => kernel(out, 0, x.data, 0, n) : null
  },
}))

/** Standard normals in float32, drawn into an array that is there already. */
const draws = {
  kind: 'normal noise',
  size: { n },
  unit: nsPerElement(n),
  data: () => ({}),
  setup() {
    const random = new Random(1)
    const out = new Float32Array(n)
    return () => random.normalBlockInto(out)
  },
}

export const cases = [...functions, draws]
