/** Tables in the memory of a module whose transforms are those of assembly/fourier.ts. */
import { PAGE, START } from './module.ts'

/** Points of the first steps of a transform of n points: 4 of an even power of two, 2 of an odd one. */
export function firstPointsOf(n: number): number {
  return Math.clz32(n) % 2 === 1 ? 4 : 2
}

/** 0..n-1 with reversed base-4 digits, for n a power of 4: the order in which fft.js reads points. */
export function reversedDigits(n: number): number[] {
  let order = [0]
  while (order.length < n) order = [0, 1, 2, 3].flatMap((digit) => order.map((rest) => 4 * rest + digit))
  return order
}

/** Allocates consecutive addresses to arrays. */
export class Layout {
  end: number = START
  private readonly parts: [number, ArrayLike<number>, 'float64' | 'int32'][] = []

  /** Allocates `length` numbers; returns their address. */
  room(length: number, bytes = 8): number {
    const at = this.end
    this.end += (length * bytes + 15) & ~15
    return at
  }

  float64(values: ArrayLike<number>): number {
    const at = this.room(values.length)
    this.parts.push([at, values, 'float64'])
    return at
  }

  int32(values: ArrayLike<number>, at: number = this.room(values.length, 4)): number {
    this.parts.push([at, values, 'int32'])
    return at
  }

  /** Writes the arrays; the memory grows as needed. */
  write(memory: WebAssembly.Memory): void {
    const missing = this.end - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
    const { buffer } = memory
    for (const [at, values, type] of this.parts) {
      const array =
        type === 'float64' ? new Float64Array(buffer, at, values.length) : new Int32Array(buffer, at, values.length)
      array.set(values)
    }
  }
}
