import { readFileSync } from 'node:fs'
import asc from 'assemblyscript/asc'
import { describe, expect, it } from 'vitest'
import { exp, log, sigmoid, softplus, tanh } from '../../src/core/elementary.ts'
import { createKernels } from '../../src/kernels/index.ts'
import type { Kernels } from '../../src/kernels/types.ts'

const exactly = { exp, tanh, sigmoid, log, softplus }

/** Largest error in ulp of float32, over all arguments; measured 1.02, 1.47, 1.89, 0.86 and 1.61. */
const bounds = { exp: 1.1, tanh: 1.5, sigmoid: 2, log: 1.1, softplus: 2 } as const
type Name = keyof typeof bounds
const names = Object.keys(bounds) as Name[]

const folder = new URL('../../src/kernels/simd/assembly/', import.meta.url)
const N = 4096
// Beyond the constants of the lanes, which the compiler lays at 1024.
const AT = 8192

/** A module with a loop per function: out, x, elements. */
async function compile(): Promise<(name: Name, x: Float32Array) => Float32Array> {
  const loops = names.map(
    (name) =>
      `export function ${name}(out: usize, x: usize, n: i32): void {
        for (let i: usize = 0; i < (<usize>n << 2); i += 16) v128.store(out + i, ${name}4(v128.load(x + i)))
      }`,
  )
  const entry = `import { ${names.map((name) => `${name}4`).join(', ')} } from './elementary'\n${loops.join('\n')}`
  let bytes = new Uint8Array()
  const args = ['entry.ts', '--outFile', 'out.wasm', '-O3', '--noAssert', '--enable', 'simd']
  const { error, stderr } = await asc.main([...args, '--runtime', 'stub', '--importMemory', '--initialMemory', '1'], {
    readFile: (name) => {
      if (name === 'entry.ts') return entry
      return name === 'elementary.ts' ? readFileSync(new URL(name, folder), 'utf8') : null
    },
    writeFile: (_name, contents) => {
      bytes = Uint8Array.from(contents as Uint8Array)
    },
  })
  if (error !== null) throw new Error(`${error.message}\n${stderr}`)
  const memory = new WebAssembly.Memory({ initial: 1 })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
  const [x, out] = [new Float32Array(memory.buffer, AT, N), new Float32Array(memory.buffer, AT + 4 * N, N)]
  return (name, values) => {
    x.fill(0)
    x.set(values)
    ;(exports[name] as (out: number, x: number, n: number) => void)(out.byteOffset, x.byteOffset, N)
    return out.slice(0, values.length)
  }
}

/** Distance of neighbouring float32 numbers at y. */
function ulp32(y: number): number {
  const exponent = Math.floor(Math.log2(Math.max(Math.abs(y), 2 ** -126)))
  return 2 ** (Math.min(exponent, 127) - 23)
}

describe('sixteen numbers at once', () => {
  it.each(['sigmoid', 'tanh'] as const)(
    'have the bits of %s of each alone, those far out and no numbers included',
    (name) => {
      const simd = (createKernels('simd') as Kernels)[name]
      const bits = Int32Array.from({ length: 1 << 16 }, (_, i) => (i * 65537 + (i >> 3)) | 0)
      const x = new Float32Array(bits.buffer)
      // Sixteen of ordinary size, between others.
      for (let i = 0; i < x.length; i += i % 64 === 0 ? 1 : 2) x[i] = (i % 331) / 10 - 16
      x.set(
        [-0, 0, Number.NaN, Infinity, -Infinity, -87, 87, -104, -103.9, 1e-45, -1e-45, 0.55, -0.55, 88.5, 5, -5],
        64,
      )
      const together = new Float32Array(x.length)
      simd(together, 0, x, 0, x.length)
      const alone = new Float32Array(x.length)
      for (let i = 0; i < x.length; i++) simd(alone, i, x, i, 1)
      expect(together).toEqual(alone)
    },
  )
})

describe('many numbers at once', () => {
  // A ramp: runs of small numbers alone, of far ones alone, and runs with the bounds -87 and 87 in them.
  const ramp = Float32Array.from({ length: 20_011 }, (_, i) => (i - 10_005) / 90)
  it.each(['sigmoid', 'tanh'] as const)('have the bits of %s of each alone', (name) => {
    const simd = (createKernels('simd') as Kernels)[name]
    const together = new Float32Array(ramp.length)
    simd(together, 0, ramp, 0, ramp.length)
    const alone = new Float32Array(ramp.length)
    for (let i = 0; i < ramp.length; i++) simd(alone, i, ramp, i, 1)
    expect(together).toEqual(alone)
  })
})

describe('four float32 lanes', async () => {
  const apply = await compile()

  it.each(names)('%s is within its bound on 100,000 arguments of all sizes', (name) => {
    for (let block = 0; block < 25; block++) {
      // Half of all bit patterns at equal steps, half of the numbers where the function bends.
      const patterns = Int32Array.from({ length: N }, (_, i) => {
        if (i % 2 === 0) return ((block * N + i) * 41_947) | 0
        return (0x3a000000 + (((block * N + i) * 1777) % 0x0a000000)) | (i % 4 === 1 && name !== 'log' ? 0x80000000 : 0)
      })
      const x = new Float32Array(patterns.buffer)
      const got = apply(name, x)
      for (let i = 0; i < N; i++) {
        const exact = exactly[name](x[i])
        const wanted = Math.fround(exact)
        if (!Number.isFinite(wanted)) expect(got[i]).toBe(wanted)
        else if (!(Math.abs(got[i] - exact) <= bounds[name] * ulp32(exact))) expect.fail(`${name}(${x[i]}) = ${got[i]}`)
      }
    }
  })

  it('has the right limits', () => {
    const special = Float32Array.of(
      0,
      -0,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      1e-45,
      -1e-45,
    )
    for (const name of names) {
      expect(apply(name, special)).toEqual(special.map(exactly[name]))
    }
  })

  it('gives an element the same bits in every lane', () => {
    for (const name of names) {
      const [alone] = apply(name, Float32Array.of(0.7))
      expect(apply(name, new Float32Array(7).fill(0.7))).toEqual(new Float32Array(7).fill(alone))
    }
  })
})
