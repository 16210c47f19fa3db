/**
 * The WebAssembly side of the kernel sets `simd`, `relaxed` and `wide`: a module of a few kilobytes, compiled
 * synchronously, and one memory to which operands are copied for the duration of a call.
 */
import type { KernelExports } from './bytes.ts'

/**
 * The builds: `relaxed` fuses multiplication and addition, so that its last bits depend on the machine; `wide` is
 * `simd` in tiles twice as wide, for engines that pair lanes.
 */
export type Flavour = 'simd' | 'relaxed' | 'wide'

/** First address for operands; those below belong to the module. */
export const START = 10240
export const PAGE = 65536

/** A stack allocator on the memory of a module, emptied at every call; the memory grows to the largest call. */
export class Memory {
  /** View of the whole memory; replaced when the memory grows. */
  floats: Float32Array
  private readonly memory: WebAssembly.Memory
  private start = START
  private end = START

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory
    this.floats = new Float32Array(memory.buffer)
  }

  /** Address of the next allocation, for {@link Memory.clear}. */
  mark(): number {
    return this.end
  }

  /** Frees all allocations made since `mark`; without one, all but those that are kept. */
  clear(mark: number = this.start): void {
    this.end = mark
  }

  /** Keeps what is allocated now. */
  keep(): void {
    this.start = this.end
  }

  /** Frees all allocations, kept ones too. */
  reset(): void {
    this.start = START
    this.end = START
  }

  /** Allocates `length` elements, uninitialised; returns their address. */
  take(length: number): number {
    const address = this.end
    this.end += (length * 4 + 15) & ~15
    const missing = this.end + 64 - this.memory.buffer.byteLength // a load of four lanes may reach beyond the last element
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / PAGE))
      this.floats = new Float32Array(this.memory.buffer)
    }
    return address
  }
}

/** An instantiated module with its memory. */
export interface Accelerator {
  module: WebAssembly.Module
  /** Takes addresses and strides in bytes, other numbers in elements. */
  wasm: KernelExports
  memory: Memory
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Decodes base64, for hosts without a function for it. By a table for speed: it runs before the first kernel. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const values = new Uint8Array(128)
  for (let value = 0; value < digits.length; value++) values[digits.charCodeAt(value)] = value
  const out = new Uint8Array(Math.floor((text.replace(/=+$/, '').length * 3) / 4))
  for (let to = 0, from = 0, word = 0, bits = 0; to < out.length; from++) {
    word = ((word & 0xfff) << 6) | values[text.charCodeAt(from)]
    bits += 6
    if (bits < 8) continue
    bits -= 8
    out[to++] = word >> bits
  }
  return out
}

/** Compiles a module, of base64 or as bytes; null where WebAssembly or a feature of it is missing, or a security policy forbids it. */
export function compileModule(source: string | Uint8Array<ArrayBuffer>): WebAssembly.Module | null {
  try {
    return new WebAssembly.Module(typeof source === 'string' ? decodeBase64(source) : source)
  } catch {
    return null
  }
}

/** Instantiates a module with a memory of its own; null for null, or where the memory cannot be allocated. */
export function instantiate<T>(module: WebAssembly.Module | null): { wasm: T; memory: WebAssembly.Memory } | null {
  if (module === null) return null
  try {
    const memory = new WebAssembly.Memory({ initial: 1 })
    const instance = new WebAssembly.Instance(module, { env: { memory } })
    return { wasm: instance.exports as T, memory }
  } catch {
    return null
  }
}

/** Instantiates a build of the kernels; null where its memory cannot be allocated. */
export function createAccelerator(module: WebAssembly.Module): Accelerator | null {
  const started = instantiate<KernelExports>(module)
  return started && { module, wasm: started.wasm, memory: new Memory(started.memory) }
}
